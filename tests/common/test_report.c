/* test_report.c -- table, CSV, verdict; and places that cannot be written. */
#define _DEFAULT_SOURCE
#include "child.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.h"
#include "common/report.h"

static const char *const header =
    "chapter,variant,backend,device,dtype,shape,flops,bytes,ms_min,ms_median,"
    "ms_max,reps,gflops,gbytes_s,pct_of_peak,max_rel_err,verified\n";

static const ReportRow slow = {.variant = "naive",
                               .dtype = "fp32",
                               .shape = "10x10x10",
                               .flops = 2e9,
                               .bytes = 1e9,
                               .time = {90.0, 100.0, 120.0, 20},
                               .max_rel_err = 1e-7,
                               .verified = true};

static const ReportRow fast = {.variant = "tiled",
                               .dtype = "fp32",
                               .shape = "10x10x10",
                               .flops = 2e9,
                               .bytes = 1e9,
                               .time = {39.0, 40.0, 41.0, 20},
                               .max_rel_err = 2e-7,
                               .verified = true};

typedef struct {
    const char *csv;
    const ReportRow *rows[4]; /* NULL ends them */
    int repeat;               /* each row so often; 0: once */
} Run;

static void run(void *context)
{
    const Run *r = context;
    Report *report = report_open("03_tiled_matmul", r->csv);
    puts("opened");
    for (int i = 0; i < 4 && r->rows[i]; i++) {
        for (int j = 0; j < (r->repeat ? r->repeat : 1); j++) {
            report_add(report, r->rows[i]);
        }
    }
    exit(report_close(report));
}

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void assert_no_draft(const char *path)
{
    char draft[600];
    snprintf(draft, sizeof draft, "%s.tmp", path);
    assert_int_not_equal(access(draft, F_OK), 0);
}

/* The n-th field of the last line that starts with "03_tiled_matmul,NAME,". */
static const char *field(const char *csv, const char *variant, int n)
{
    static char text[256];
    char start[64];
    snprintf(start, sizeof start, "\n03_tiled_matmul,%s,", variant);
    const char *at = strstr(csv, start);
    assert_non_null(at);
    at++;
    for (int i = 1; i < n; i++) {
        at = strchr(at, ',');
        assert_non_null(at);
        at++;
    }
    snprintf(text, sizeof text, "%.*s", (int)strcspn(at, ",\n"), at);
    return text;
}

static void the_csv_has_the_schema(void **state)
{
    (void)state;
    static char csv[8192];
    const char *path = scratch_path("a.csv");
    const Child child = run_child(run, &(Run){path, {&slow, &fast}, 0});
    assert_int_equal(child.code, EXIT_VERIFIED);
    assert_string_equal(child.err, "");
    read_file(path, csv, sizeof csv);
    assert_no_draft(path);

    // The machine first, as comments, then the header, then 17 fields a row.
    char *const machine[] = {"# device: ", "\n# cpu: ", "\n# compiler: ",
                             "\n# commit: ", "\n# date: 20"};
    const char *head = strstr(csv, header);
    assert_non_null(head);
    for (size_t i = 0; i < sizeof machine / sizeof *machine; i++) {
        const char *line = strstr(csv, machine[i]);
        assert_non_null(line);
        assert_true(line < head);
    }
    int commas = 0;
    int lines = 0;
    for (const char *c = head; *c; c++) {
        commas += *c == ',';
        lines += *c == '\n';
    }
    assert_int_equal(lines, 3);
    assert_int_equal(commas, 3 * 16);

    assert_string_equal(field(csv, "naive", 3), report_backend());
    assert_string_equal(field(csv, "naive", 6), "10x10x10");
    assert_string_equal(field(csv, "naive", 7), "2000000000");
    assert_string_equal(field(csv, "naive", 9), "90");
    assert_string_equal(field(csv, "naive", 10), "100");
    assert_string_equal(field(csv, "naive", 11), "120");
    assert_string_equal(field(csv, "naive", 12), "20");
    assert_string_equal(field(csv, "naive", 13), "20"); // 2e9 in 0.1 s
    assert_string_equal(field(csv, "naive", 14), "10");
    assert_string_equal(field(csv, "tiled", 13), "50");
    assert_string_equal(field(csv, "naive", 16), "1e-07");
    assert_string_equal(field(csv, "naive", 17), "yes");
    if (strcmp(report_backend(), "cpu") == 0) {
        assert_string_equal(field(csv, "naive", 4),
                            "soft GPU (not GPU performance)");
        assert_string_equal(field(csv, "naive", 15), ""); // no claim
    }
}

static void the_table_compares_within_a_shape(void **state)
{
    (void)state;
    ReportRow other = fast;
    other.shape = "20x20x20";
    ReportRow copy = slow;
    copy.variant = "copy";
    copy.flops = 0.0;
    Child child =
        run_child(run, &(Run){NULL, {&slow, &fast, &other, &copy}, 0});
    assert_int_equal(child.code, EXIT_VERIFIED);
    assert_non_null(strstr(child.out, "50.00 GFLOP/s   2.50x 2.0e-07 ok"));
    assert_non_null(strstr(child.out, "20x20x20           40.00"));
    assert_non_null(strstr(child.out, "10.00 GB/s"));
    assert_int_equal(child.out == strstr(child.out, "opened\n03_tiled"), 1);
    for (char *line = strtok(child.out, "\n"); line;
         line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 80);
    }
}

static void untimed_rows_leave_the_times_empty(void **state)
{
    (void)state;
    static char csv[8192];
    const char *path = scratch_path("untimed.csv");
    ReportRow untimed = slow;
    untimed.time = (BenchTime){0};
    const Child child = run_child(run, &(Run){path, {&untimed}, 0});
    assert_int_equal(child.code, EXIT_VERIFIED);
    read_file(path, csv, sizeof csv);
    for (int i = 9; i <= 15; i++) {
        assert_string_equal(field(csv, "naive", i), i == 12 ? "0" : "");
    }
}

static void what_is_not_right_is_wrong(void **state)
{
    (void)state;
    static char csv[8192];
    const char *path = scratch_path("wrong.csv");
    const double errors[] = {1.0, NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        ReportRow wrong = fast;
        wrong.max_rel_err = errors[i];
        wrong.verified = i > 0; // a NaN that claims to be right
        const Child child = run_child(run, &(Run){path, {&slow, &wrong}, 0});
        assert_int_equal(child.code, EXIT_WRONG);
        assert_non_null(strstr(child.out, " WRONG\n"));
        read_file(path, csv, sizeof csv);
        assert_string_equal(field(csv, "naive", 17), "yes");
        assert_string_equal(field(csv, "tiled", 17), "no");
    }
}

static void no_row_is_no_success(void **state)
{
    (void)state;
    const Child child = run_child(run, &(Run){NULL, {NULL}, 0});
    assert_int_equal(child.code, EXIT_WRONG);
}

static void unwritable_places_are_refused_before_any_work(void **state)
{
    (void)state;
    char long_name[5000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const char *const places[] = {
        "/does/not/exist/a.csv", scratch_directory(),
        "/dev/null/a.csv",       "/dev/full",
        "/proc/a.csv",           long_name,
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const Child child = run_child(run, &(Run){places[i], {&slow}, 0});
        assert_one_sentence(&child, EXIT_SYSTEM, "cannot write '");
        assert_string_equal(child.out, ""); // not even "opened"
    }
    // The device is still the device.
    struct stat status;
    assert_int_equal(stat("/dev/full", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_no_draft("/dev/full");
}

static void a_directory_without_permission_is_refused(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        skip(); // nothing is forbidden to root
    }
    const char *path = scratch_path("a.csv");
    assert_int_equal(chmod(scratch_directory(), 0500), 0);
    const Child child = run_child(run, &(Run){path, {&slow}, 0});
    assert_int_equal(chmod(scratch_directory(), 0700), 0);
    assert_one_sentence(&child, EXIT_SYSTEM, "Permission denied");
}

/* A disk that fills up half-way, played by a limit on the size of files. */
static void run_on_a_small_disk(void *context)
{
    // stdout is a file here as well, and shall not be what fails.
    assert_non_null(freopen("/dev/null", "w", stdout));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){6000, 6000}), 0);
    run(context);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static char csv[16384];
    const char *path = scratch_path("old.csv");
    FILE *old = fopen(path, "w");
    assert_non_null(old);
    fputs("the old results\n", old);
    fclose(old);

    const Child child =
        run_child(run_on_a_small_disk, &(Run){path, {&slow}, 100});
    assert_one_sentence(&child, EXIT_SYSTEM, "File too large");
    read_file(path, csv, sizeof csv);
    assert_string_equal(csv, "the old results\n");
    assert_no_draft(path);

    // With room it is replaced.
    run_child(run, &(Run){path, {&slow}, 100});
    read_file(path, csv, sizeof csv);
    assert_non_null(strstr(csv, header));
}

static void stop_half_way(void *context)
{
    Report *report = report_open("03_tiled_matmul", context);
    report_add(report, &slow);
    raise(SIGKILL);
}

static void a_crash_leaves_the_old_file(void **state)
{
    (void)state;
    static char csv[8192];
    const char *path = scratch_path("crash.csv");
    FILE *old = fopen(path, "w");
    assert_non_null(old);
    fputs("the old results\n", old);
    fclose(old);
    const Child child = run_child(stop_half_way, (void *)(uintptr_t)path);
    assert_int_equal(child.code, 128 + SIGKILL);
    read_file(path, csv, sizeof csv);
    assert_string_equal(csv, "the old results\n");
}

static void a_link_still_leads_to_the_results(void **state)
{
    (void)state;
    static char csv[8192];
    const char *target = scratch_path("target.csv");
    const char *link = scratch_path("link.csv");
    fclose(fopen(target, "w"));
    assert_int_equal(symlink(target, link), 0);
    const Child child = run_child(run, &(Run){link, {&slow}, 0});
    assert_int_equal(child.code, EXIT_VERIFIED);
    struct stat status;
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    read_file(target, csv, sizeof csv);
    assert_non_null(strstr(csv, header));
}

static void run_without_output(void *context)
{
    assert_non_null(freopen("/dev/full", "w", stdout));
    run(context);
}

static void a_table_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    const Child child = run_child(run_without_output, &(Run){NULL, {&slow}, 0});
    assert_one_sentence(&child, EXIT_SYSTEM, "standard output");
}

static void a_csv_on_stdout_follows_the_table(void **state)
{
    (void)state;
    const Child child = run_child(run, &(Run){"/dev/stdout", {&slow}, 0});
    assert_int_equal(child.code, EXIT_VERIFIED);
    const char *table = strstr(child.out, "naive ");
    const char *row = strstr(child.out, "03_tiled_matmul,naive,");
    assert_non_null(table);
    assert_non_null(row);
    assert_true(table < row);
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_csv_has_the_schema),
        cmocka_unit_test(the_table_compares_within_a_shape),
        cmocka_unit_test(untimed_rows_leave_the_times_empty),
        cmocka_unit_test(what_is_not_right_is_wrong),
        cmocka_unit_test(no_row_is_no_success),
        cmocka_unit_test(unwritable_places_are_refused_before_any_work),
        cmocka_unit_test(a_directory_without_permission_is_refused),
        cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(a_crash_leaves_the_old_file),
        cmocka_unit_test(a_link_still_leads_to_the_results),
        cmocka_unit_test(a_table_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_csv_on_stdout_follows_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
