/* conv_problem.c -- inputs, reference and verdict for any convolution. */
#include "conv_problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/check.h"
#include "common/compare.h"

ConvProblem conv_problem(const ConvShape *s)
{
    const size_t rows = conv_cols_rows(s);
    const size_t depth = conv_cols_width(s);
    const size_t inputs =
        (size_t)s->N * (size_t)s->IH * (size_t)s->IW * (size_t)s->IC;
    const size_t weights = depth * (size_t)s->OC;
    const size_t outputs = rows * (size_t)s->OC;
    return (ConvProblem){
        .shape = *s,
        .X = host_alloc(inputs, sizeof(float)),
        .W = host_alloc(weights, sizeof(float)),
        .Y = host_alloc(outputs, sizeof(float)),
        .want = host_alloc(outputs, sizeof(double)),
        .scale = host_alloc(outputs, sizeof(double)),
        .X_dev = device_buffer(inputs),
        .W_dev = device_buffer(weights),
        .cols_dev = device_buffer(rows * depth),
        .Y_dev = device_buffer(outputs),
    };
}

void conv_problem_fill(ConvProblem *p, Rng *rng, bool exact)
{
    p->exact = exact;
    if (exact) {
        // Sums of that many products of up to limit^2 must stay below 2^24,
        // where every whole number is a float.
        const double depth = (double)conv_cols_width(&p->shape);
        const int limit = (int)fmin(16.0, sqrt((0x1p24 - 1.0) / depth));
        rng_fill_integers(rng, p->X, p->X_dev.count, limit);
        rng_fill_integers(rng, p->W, p->W_dev.count, limit);
    } else {
        rng_fill(rng, p->X, p->X_dev.count, -1.0, 1.0);
        rng_fill(rng, p->W, p->W_dev.count, -1.0, 1.0);
    }
    conv_ref(&p->shape, p->X, p->W, p->want, p->scale);
    device_buffer_upload(&p->X_dev, p->X);
    device_buffer_upload(&p->W_dev, p->W);
}

bool conv_problem_check(ConvProblem *p, const char *name, ConvFn fn,
                        double *max_rel_err)
{
    const size_t count = p->Y_dev.count;
    device_buffer_poison(&p->cols_dev);
    device_buffer_poison(&p->Y_dev);
    fn(&p->shape, p->X_dev.data, p->W_dev.data, p->cols_dev.data,
       p->Y_dev.data);
    CUDA_CHECK(cudaDeviceSynchronize());
    device_buffer_download(&p->Y_dev, p->Y);

    const double depth = (double)conv_cols_width(&p->shape);
    const Comparison c =
        p->exact ? compare_exact(p->Y, p->want, count)
                 : compare_scaled(p->Y, p->want, p->scale, count, depth);
    compare_explain(&c, name, (size_t)p->shape.OC);
    bool right = compare_ok(&c);
    right = device_buffer_intact(&p->X_dev, "X") && right;
    right = device_buffer_intact(&p->W_dev, "W") && right;
    right = device_buffer_intact(&p->cols_dev, "cols") && right;
    right = device_buffer_intact(&p->Y_dev, "Y") && right;
    if (max_rel_err) {
        *max_rel_err = c.max_rel_err;
    }
    return right;
}

void conv_problem_free(ConvProblem *p)
{
    free(p->X);
    free(p->W);
    free(p->Y);
    free(p->want);
    free(p->scale);
    device_buffer_free(&p->X_dev);
    device_buffer_free(&p->W_dev);
    device_buffer_free(&p->cols_dev);
    device_buffer_free(&p->Y_dev);
}

bool conv_verify(const char *name, ConvFn fn, const ConvShape *shape,
                 uint64_t seed)
{
    Rng rng = rng_seed(seed);
    ConvProblem p = conv_problem(shape);
    conv_problem_fill(&p, &rng, true);
    bool right = conv_problem_check(&p, name, fn, NULL);
    conv_problem_fill(&p, &rng, false);
    right = conv_problem_check(&p, name, fn, NULL) && right;
    conv_problem_free(&p);
    return right;
}
