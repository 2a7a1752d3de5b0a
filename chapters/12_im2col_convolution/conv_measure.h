/* conv_measure.h -- verify, time, verify again: any ways to convolve, on one
 * shape. */
#ifndef CONV_MEASURE_H
#define CONV_MEASURE_H

#include <stdbool.h>

#include "common/args.h"
#include "common/report.h"
#include "conv_problem.h"

typedef struct {
    const char *name;
    ConvFn run;
} ConvVariant;

enum { CONV_MOST_VARIANTS = 8 };

/* Adds a row to the report for each of the `count` variants that is selected;
 * the shape appears in it as "name_bN". */
void conv_measure(const char *name, const ConvShape *shape,
                  const ConvVariant *variants, const bool *selected, int count,
                  const CommonArgs *common, Report *report);

#endif
