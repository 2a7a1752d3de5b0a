/* report.h -- one table on stdout, one CSV, one schema.
 *
 * chapter,variant,backend,device,dtype,shape,flops,bytes,ms_min,ms_median,
 * ms_max,reps,gflops,gbytes_s,pct_of_peak,max_rel_err,verified
 *
 * Lines with # ahead of the header name the machine: device, driver, toolkit,
 * clocks, CPU, compiler, commit, date.  The CSV is written beside its final
 * place and renamed when it is complete, so an old one survives a crash or a
 * full disk.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include <stdbool.h>
#include "bench.h"

typedef struct {
    const char *variant;
    const char *dtype;  /* "fp32"                                           */
    const char *shape;  /* "512x512x512", no commas                         */
    double flops;       /* of one run; 0: not a matter of arithmetic        */
    double bytes;       /* that one run has to move at least; 0: not given  */
    BenchTime time;     /* reps == 0: verified only, not timed              */
    double max_rel_err; /* against the double reference                     */
    bool verified;
} ReportRow;

typedef struct Report Report;

/* Opens the report of `chapter` ("03_tiled_matmul").  csv may be NULL.  A
 * place that cannot be written is refused here, before any work is done, with
 * EXIT_SYSTEM. */
Report *report_open(const char *chapter, const char *csv);

/* Prints the row in the table (and the table's head before the first). */
void report_add(Report *report, const ReportRow *row);

/* Finishes table and CSV and frees the report.  EXIT_VERIFIED if there was a
 * row and all rows are verified, else EXIT_WRONG. */
int report_close(Report *report);

/* The name of the backend ("cpu" or "cuda") and of the device as the CSV has
 * them; a soft GPU's name says that its times are not GPU performance. */
const char *report_backend(void);
const char *report_device(void);

/* The device's arithmetic peak for fp32 in GFLOP/s, or 0 where it is not
 * known (the soft GPU: no claim is made). */
double report_peak_gflops(void);

#endif
