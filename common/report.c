/* report.c -- the table on stdout and the CSV beside it. */
#define _DEFAULT_SOURCE /* sysconf */
#include "common/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/check.h"
#include "common/draft.h"

#ifdef __clang__
#define COMPILER __VERSION__ // names itself
#else
#define COMPILER "gcc " __VERSION__
#endif

struct Report {
    const char *chapter;
    int rows, verified;

    /* The first variant of a shape is what the others are compared with. */
    char shape[64];
    double first_ms;

    bool has_csv;
    Draft csv;
};

/* ---- the machine ---------------------------------------------------------*/

const char *report_backend(void)
{
    return COOKBOOK_BACKEND_NAME;
}

static bool is_soft(void)
{
    return strcmp(report_backend(), "cpu") == 0;
}

const char *report_device(void)
{
    static struct cudaDeviceProp properties;
    if (is_soft()) {
        return "soft GPU (not GPU performance)";
    }
    int device = 0;
    CUDA_CHECK(cudaGetDevice(&device));
    CUDA_CHECK(cudaGetDeviceProperties(&properties, device));
    return properties.name;
}

static int attribute(enum cudaDeviceAttr which)
{
    int device = 0;
    int value = 0;
    CUDA_CHECK(cudaGetDevice(&device));
    CUDA_CHECK(cudaDeviceGetAttribute(&value, which, device));
    return value;
}

/* fp32 lanes of one multiprocessor (CUDA C++ Programming Guide, "Arithmetic
 * instructions": results per clock cycle for 32-bit add and multiply). */
static int fp32_lanes(int major, int minor)
{
    switch (10 * major + minor) {
    case 70:
    case 72:
    case 75:
    case 80:
        return 64;
    case 86:
    case 87:
    case 89:
    case 90:
    case 100:
    case 103:
    case 120:
        return 128;
    default:
        return 0; // a device newer than this table: no claim
    }
}

double report_peak_gflops(void)
{
    if (is_soft()) {
        return 0.0;
    }
    const int lanes = fp32_lanes(attribute(cudaDevAttrComputeCapabilityMajor),
                                 attribute(cudaDevAttrComputeCapabilityMinor));
    // A fused multiply-add is two operations; the clock is given in kHz.
    return 2.0 * lanes * attribute(cudaDevAttrMultiProcessorCount) *
           attribute(cudaDevAttrClockRate) * 1e-6;
}

/* The first "model name" of /proc/cpuinfo. */
static void cpu_model(char *text, size_t size)
{
    snprintf(text, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(text, size, "%s", colon + 2);
            break;
        }
    }
    if (file) {
        fclose(file);
    }
}

static void print_machine(FILE *csv)
{
    int driver = 0;
    int runtime = 0;
    char cpu[256];
    char date[32];
    const time_t now = time(NULL);
    CUDA_CHECK(cudaDriverGetVersion(&driver));
    CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
    cpu_model(cpu, sizeof cpu);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));

    fprintf(csv, "# device: %s\n", report_device());
    if (!is_soft()) {
        fprintf(csv, "# driver: CUDA %d.%d\n", driver / 1000,
                driver / 10 % 100);
        fprintf(csv, "# toolkit: CUDA %d.%d\n", runtime / 1000,
                runtime / 10 % 100);
        fprintf(csv, "# clocks: SM up to %d MHz, memory up to %d MHz\n",
                attribute(cudaDevAttrClockRate) / 1000,
                attribute(cudaDevAttrMemoryClockRate) / 1000);
    }
    fprintf(csv, "# cpu: %s, %ld cores\n", cpu, sysconf(_SC_NPROCESSORS_ONLN));
    fprintf(csv, "# compiler: %s\n", COMPILER);
    fprintf(csv, "# commit: %s\n", COOKBOOK_COMMIT);
    fprintf(csv, "# date: %s\n", date);
}

/* ---- the CSV -------------------------------------------------------------*/

static void csv_open(Report *report, const char *path)
{
    report->csv = draft_open(path);
    report->has_csv = true;
    FILE *csv = report->csv.file;
    print_machine(csv);
    fprintf(csv,
            "chapter,variant,backend,device,dtype,shape,flops,bytes,ms_min,"
            "ms_median,ms_max,reps,gflops,gbytes_s,pct_of_peak,max_rel_err,"
            "verified\n");
    if (fflush(csv) != 0) {
        draft_failed(&report->csv);
    }
}

/* `amount` per `ms`, in units of 1e9 per second; 0 where either is missing. */
static double rate(double amount, double ms)
{
    return ms > 0.0 ? amount / ms * 1e-6 : 0.0;
}

/* ",value", or "," alone where there is nothing to say. */
static void csv_number(FILE *csv, double value, bool known)
{
    fputc(',', csv);
    if (known) {
        fprintf(csv, "%.6g", value);
    }
}

static void csv_row(const Report *report, const ReportRow *row, bool verified)
{
    FILE *csv = report->csv.file;
    const BenchTime *time = &row->time;
    const bool timed = time->reps > 0;
    const double gflops = rate(row->flops, time->ms_median);
    const double peak = report_peak_gflops();

    fprintf(csv, "%s,%s,%s,%s,%s,%s", report->chapter, row->variant,
            report_backend(), report_device(), row->dtype, row->shape);
    fprintf(csv, ",%.15g,%.15g", row->flops, row->bytes);
    csv_number(csv, time->ms_min, timed);
    csv_number(csv, time->ms_median, timed);
    csv_number(csv, time->ms_max, timed);
    fprintf(csv, ",%d", time->reps);
    csv_number(csv, gflops, timed && row->flops > 0.0);
    csv_number(csv, rate(row->bytes, time->ms_median),
               timed && row->bytes > 0.0);
    csv_number(csv, 100.0 * gflops / peak,
               timed && row->flops > 0.0 && peak > 0.0);
    fprintf(csv, ",%.3g,%s\n", row->max_rel_err, verified ? "yes" : "no");
}

/* ---- the table -----------------------------------------------------------*/

static void table_head(const Report *report)
{
    printf("%s on %s\n", report->chapter, report_device());
    printf("%-15s %-15s %8s %16s %7s %7s\n", "variant", "shape", "ms", "rate",
           "speedup", "error");
}

/* Four digits, whatever the size of the number. */
static int decimals(double value)
{
    return value < 10.0 ? 3 : value < 100.0 ? 2 : value < 1000.0 ? 1 : 0;
}

static void table_row(Report *report, const ReportRow *row, bool verified)
{
    const double ms = row->time.ms_median;
    char time[32] = "-";
    char speed[32] = "-";
    char speedup[32] = "-";

    if (row->time.reps > 0) {
        const double gflops = rate(row->flops, ms);
        const double gbytes = rate(row->bytes, ms);
        snprintf(time, sizeof time, "%.*f", decimals(ms), ms);
        if (row->flops > 0.0) {
            snprintf(speed, sizeof speed, "%.*f GFLOP/s", decimals(gflops),
                     gflops);
        } else if (row->bytes > 0.0) {
            snprintf(speed, sizeof speed, "%.*f GB/s", decimals(gbytes),
                     gbytes);
        }
        if (strcmp(report->shape, row->shape) != 0) {
            snprintf(report->shape, sizeof report->shape, "%s", row->shape);
            report->first_ms = ms;
        }
        if (ms > 0.0) {
            snprintf(speedup, sizeof speedup, "%.2fx", report->first_ms / ms);
        }
    }
    printf("%-15s %-15s %8s %16s %7s %7.1e %s\n", row->variant, row->shape,
           time, speed, speedup, row->max_rel_err, verified ? "ok" : "WRONG");
    fflush(stdout); // a row appears when it is there, not when all are
}

/* ---- the report ----------------------------------------------------------*/

Report *report_open(const char *chapter, const char *csv)
{
    Report *report = host_alloc(1, sizeof *report);
    report->chapter = chapter;
    if (csv) {
        csv_open(report, csv);
    }
    return report;
}

void report_add(Report *report, const ReportRow *row)
{
    // An error that is NaN or infinite was never right, whoever says so.
    const bool verified = row->verified && isfinite(row->max_rel_err);
    if (report->rows == 0) {
        table_head(report);
    }
    table_row(report, row, verified);
    if (report->has_csv) {
        csv_row(report, row, verified);
    }
    report->rows++;
    report->verified += verified;
}

int report_close(Report *report)
{
    const bool right = report->rows > 0 && report->verified == report->rows;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        die(EXIT_SYSTEM, "cannot write the table to standard output");
    }
    if (report->has_csv) {
        draft_commit(&report->csv);
    }
    free(report);
    return right ? EXIT_VERIFIED : EXIT_WRONG;
}
