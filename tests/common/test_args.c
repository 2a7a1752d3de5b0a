/* test_args.c -- good command lines are understood, bad ones refused with one
 * sentence and exit code 2. */
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/args.h"
#include "common/check.h"

/* A program with an option of each kind; prints what it understood. */
static void program(void *context)
{
    char **argv = context;
    int argc = 0;
    while (argv[argc]) {
        argc++;
    }
    CommonArgs common = COMMON_ARGS_DEFAULTS;
    int m = 7;
    double lr = 0.5;
    const Arg table[] = {
        {"-m", ARG_INT, &m, 1, 16384, "M", "rows"},
        {"--lr", ARG_REAL, &lr, 0.0, 1.0, "X", "step size"},
        COMMON_ARGS_ROWS(common),
        {.name = NULL},
    };
    args_parse(argc, argv, "A program.", table);
    printf("m=%d lr=%g reps=%d seed=%llu csv=%s variant=%s%s%s%s", m, lr,
           common.reps, (unsigned long long)common.seed,
           common.csv ? common.csv : "-", common.variant,
           common.list ? " list" : "", common.check_only ? " check" : "",
           common.quick ? " quick" : "");
}

static Child run(char **argv)
{
    return run_child(program, argv);
}

#define RUN(...) run((char *[]){"program", __VA_ARGS__, NULL})

static void assert_understood(Child child, const char *expected)
{
    assert_int_equal(child.code, 0);
    assert_string_equal(child.err, "");
    assert_string_equal(child.out, expected);
}

static void good_command_lines(void **state)
{
    (void)state;
    assert_understood(run((char *[]){"program", NULL}),
                      "m=7 lr=0.5 reps=0 seed=1 csv=- variant=all");
    assert_understood(RUN("-m", "128", "--lr", "1e-3", "--reps=5", "--quick"),
                      "m=128 lr=0.001 reps=5 seed=1 csv=- variant=all quick");
    assert_understood(RUN("--csv", "a=b.csv", "--variant=x,y", "--list",
                          "--check-only", "--lr=.25", "-m=1"),
                      "m=1 lr=0.25 reps=0 seed=1 csv=a=b.csv variant=x,y list "
                      "check");
    assert_understood(RUN("--seed", "18446744073709551615", "-m", "16384"),
                      "m=16384 lr=0.5 reps=0 seed=18446744073709551615 csv=- "
                      "variant=all");
    assert_understood(RUN("-m", "1", "-m", "2"), // the last one counts
                      "m=2 lr=0.5 reps=0 seed=1 csv=- variant=all");
}

static void bad_whole_numbers(void **state)
{
    (void)state;
    char *const bad[] = {"12x",
                         "1e3",
                         "0",
                         "-1",
                         "16385",
                         "",
                         " 5",
                         "+5",
                         "0x10",
                         "1.5",
                         "nan",
                         "-",
                         "--1",
                         "5 ",
                         "99999999999999999999",
                         "-99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = RUN("-m", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "-m: ");
        assert_one_sentence(&child, EXIT_USAGE, "1 to 16384");
        assert_string_equal(child.out, "");
    }
    Child child = RUN("-m=");
    assert_one_sentence(&child, EXIT_USAGE, "whole number");
}

static void bad_reals(void **state)
{
    (void)state;
    char *const bad[] = {"1.5", "-0.1", "nan", "inf",   "0.1x",
                         "",    "abc",  "1e9", "1e999", "-nan"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = RUN("--lr", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "0 to 1");
    }
}

static void bad_seeds(void **state)
{
    (void)state;
    char *const bad[] = {"-1", "x", "", "1.5", "18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = RUN("--seed", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "--seed: ");
    }
}

static void unknown_options_and_arguments(void **state)
{
    (void)state;
    Child child = RUN("--rep", "5"); // a prefix is not the option
    assert_one_sentence(&child, EXIT_USAGE, "unknown option '--rep'");
    child = RUN("--repss=5");
    assert_one_sentence(&child, EXIT_USAGE, "unknown option '--repss=5'");
    child = RUN("-x");
    assert_one_sentence(&child, EXIT_USAGE, "unknown option '-x'");
    child = RUN("128");
    assert_one_sentence(&child, EXIT_USAGE, "unknown argument '128'");
    child = RUN("");
    assert_one_sentence(&child, EXIT_USAGE, "unknown argument ''");
    child = RUN("--");
    assert_one_sentence(&child, EXIT_USAGE, "unknown option '--'");
}

static void missing_and_superfluous_values(void **state)
{
    (void)state;
    Child child = RUN("-m");
    assert_one_sentence(&child, EXIT_USAGE, "-m needs a value");
    child = RUN("--csv", "--quick");
    assert_one_sentence(&child, EXIT_USAGE, "--csv needs a value");
    child = RUN("--csv", "");
    assert_one_sentence(&child, EXIT_USAGE, "--csv");
    child = RUN("--csv=");
    assert_one_sentence(&child, EXIT_USAGE, "--csv");
    child = RUN("--quick=yes");
    assert_one_sentence(&child, EXIT_USAGE, "--quick takes no value");
}

static void help_names_every_option(void **state)
{
    (void)state;
    Child child = RUN("--help");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.err, "");
    char *const words[] = {
        "A program.", "-m M",   "1 to 16384",   "default 7", "--lr X",
        "0 to 1",     "--list", "--variant",    "--reps N",  "--seed N",
        "--csv FILE", "--help", "--check-only", "--quick"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_non_null(strstr(child.out, words[i]));
    }
    for (char *line = strtok(child.out, "\n"); line;
         line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 80);
    }
}

static void help_into_a_full_device(void *context)
{
    if (freopen("/dev/full", "w", stdout)) {
        program(context);
    }
}

static void help_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    Child child = run_child(help_into_a_full_device,
                            (char *[]){"program", "--help", NULL});
    assert_one_sentence(&child, EXIT_SYSTEM, "standard output");
}

/* ---- lists ---------------------------------------------------------------*/

static void select_program(void *context)
{
    const char *const names[] = {"naive", "tiled", "tiled_2d"};
    bool selected[3] = {false};
    args_select(context, names, 3, selected);
    printf("%d%d%d", selected[0], selected[1], selected[2]);
}

static void variants_are_selected_by_name(void **state)
{
    (void)state;
    assert_understood(run_child(select_program, "all"), "111");
    assert_understood(run_child(select_program, "tiled"), "010");
    assert_understood(run_child(select_program, "tiled_2d,naive"), "101");

    char *const bad[] = {"",    "Naive",     "naive,",    ",naive",
                         "til", "tiled_2dd", "naive,all", "naive tiled"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = run_child(select_program, bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "naive, tiled, tiled_2d");
    }
}

static void list_program(void *context)
{
    int values[3];
    const int count = args_int_list("--sizes", context, 1, 512, values, 3);
    for (int i = 0; i < count; i++) {
        printf("%d;", values[i]);
    }
}

static void lists_of_numbers(void **state)
{
    (void)state;
    assert_understood(run_child(list_program, "64"), "64;");
    assert_understood(run_child(list_program, "64,1,512"), "64;1;512;");

    char *const bad[] = {"",
                         ",",
                         "1,",
                         ",1",
                         "1,,2",
                         "0",
                         "513",
                         "1;2",
                         "1, 2",
                         "1,2,3,4",
                         "-1",
                         "x",
                         "1,2e2",
                         "64,99999999999999999999",
                         "11111111111111111111111111111111111111111111111111"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = run_child(list_program, bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "--sizes");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_command_lines),
        cmocka_unit_test(bad_whole_numbers),
        cmocka_unit_test(bad_reals),
        cmocka_unit_test(bad_seeds),
        cmocka_unit_test(unknown_options_and_arguments),
        cmocka_unit_test(missing_and_superfluous_values),
        cmocka_unit_test(help_names_every_option),
        cmocka_unit_test(help_that_cannot_be_written_is_an_error),
        cmocka_unit_test(variants_are_selected_by_name),
        cmocka_unit_test(lists_of_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
