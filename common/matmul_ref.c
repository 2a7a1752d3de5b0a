/* matmul_ref.c -- the oracle: three loops in double, and its verdict. */
#include "common/matmul_ref.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

// ANCHOR: ref
void matmul_ref(int M, int N, int K, const float *A, int lda, const float *B,
                int ldb, double *C, double *scale)
{
    for (int i = 0; i < M; i++) {
        double *C_row = C + (size_t)i * (size_t)N;
        double *scale_row = scale ? scale + (size_t)i * (size_t)N : NULL;
        for (int j = 0; j < N; j++) {
            C_row[j] = 0.0;
            if (scale_row) {
                scale_row[j] = 0.0;
            }
        }
        // k outside j: both C and B are then read along their rows.
        for (int k = 0; k < K; k++) {
            const double a = A[(size_t)i * (size_t)lda + (size_t)k];
            const float *B_row = B + (size_t)k * (size_t)ldb;
            for (int j = 0; j < N; j++) {
                C_row[j] += a * B_row[j];
            }
            for (int j = 0; scale_row && j < N; j++) {
                scale_row[j] += fabs(a * B_row[j]);
            }
        }
    }
}
// ANCHOR_END: ref

static const double MOST_STEPS = 0x1p30; // some seconds

MatmulOracle matmul_oracle(int M, int N, int K, const float *A, const float *B)
{
    MatmulOracle o = {.M = M, .N = N, .K = K};
    o.step = (int)ceil((double)M * N * K / MOST_STEPS);
    o.first = (M - 1) % o.step;
    o.rows = (M - 1) / o.step + 1;
    o.want = host_alloc((size_t)o.rows * (size_t)N, sizeof(double));
    o.scale = host_alloc((size_t)o.rows * (size_t)N, sizeof(double));

    // Every step-th row of A is a matrix whose rows lie step * K apart.
    matmul_ref(o.rows, N, K, A + (size_t)o.first * (size_t)K, o.step * K, B, N,
               o.want, o.scale);
    return o;
}

Comparison matmul_judge(const MatmulOracle *o, const float *C, bool exact)
{
    const size_t N = (size_t)o->N;
    const size_t first = (size_t)o->first;
    const size_t step = (size_t)o->step;
    const size_t rows = (size_t)o->rows;

    // The rows that are judged, one behind the other as the reference has them.
    float *judged = host_alloc(rows * N, sizeof(float));
    for (size_t i = 0; i < rows; i++) {
        memcpy(judged + i * N, C + (first + i * step) * N, N * sizeof(float));
    }
    Comparison c =
        exact ? compare_exact(judged, o->want, rows * N)
              : compare_scaled(judged, o->want, o->scale, rows * N, o->K);
    free(judged);

    // Where the first wrong element lies in C itself.
    const size_t row = first + c.first_bad / N * step;
    c.first_bad = row * N + c.first_bad % N;

    for (size_t i = 0; step > 1 && i < (size_t)o->M * N; i++) {
        const bool was_judged = i / N % step == first;
        if (isnan(C[i]) && !was_judged) {
            if (c.bad == 0) {
                c.first_bad = i;
                c.want = NAN; // not computed
                c.got = C[i];
            }
            c.bad++;
            c.max_abs_err = c.max_rel_err = INFINITY;
        }
    }
    return c;
}

void matmul_oracle_free(MatmulOracle *oracle)
{
    free(oracle->want);
    free(oracle->scale);
    *oracle = (MatmulOracle){0};
}
