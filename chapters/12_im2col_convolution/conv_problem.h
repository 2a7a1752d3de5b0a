/* conv_problem.h -- a convolution to be verified and timed: its inputs, its
 * reference, its buffers on the device. */
#ifndef CONV_PROBLEM_H
#define CONV_PROBLEM_H

#include <stdbool.h>

#include "common/device_buffer.h"
#include "common/rng.h"
#include "conv.h"

/* Any way to convolve; cols is scratch as for conv_im2col. */
typedef void (*ConvFn)(const ConvShape *s, const float *X, const float *W,
                       float *cols, float *Y);

typedef struct {
    ConvShape shape;
    float *X, *W, *Y;     /* on the host                             */
    double *want, *scale; /* the reference, and what errors scale by */
    bool exact;           /* X and W hold small integers             */
    DeviceBuffer X_dev, W_dev, cols_dev, Y_dev;
} ConvProblem;

/* Allocates everything for a shape that conv_shape() has accepted. */
ConvProblem conv_problem(const ConvShape *shape);

/* Inputs from `rng`, as small integers (`exact`) or reals in [-1, 1), their
 * reference, and both copied to the device. */
void conv_problem_fill(ConvProblem *p, Rng *rng, bool exact);

/* Poisons the output, runs `fn` once and judges what it wrote, and where.
 * Says on stderr what is wrong.  *max_rel_err may be NULL. */
bool conv_problem_check(ConvProblem *p, const char *name, ConvFn fn,
                        double *max_rel_err);

void conv_problem_free(ConvProblem *p);

/* Integers, then reals, on one shape: for tests. */
bool conv_verify(const char *name, ConvFn fn, const ConvShape *shape,
                 uint64_t seed);

#endif
