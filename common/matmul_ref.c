/* matmul_ref.c -- the oracle: three loops in double. */
#include "common/matmul_ref.h"

#include <math.h>
#include <stddef.h>

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
