/* matmul_ref.h -- the oracle: C = A * B in plain C and double.
 *
 * No tiles, no threads, no cleverness: three loops that can be checked by
 * reading them.  It is the judge of every matrix multiply in this book.
 */
#ifndef COMMON_MATMUL_REF_H
#define COMMON_MATMUL_REF_H

#include <stdbool.h>

#include "common/compare.h"

/* A (M,K) rows lda apart, B (K,N) rows ldb apart, both float, row-major.
 * C (M,N) and scale (M,N) are dense; scale[i] = sum |a||b|, the size that
 * rounding errors are measured against (compare_scaled); may be NULL. */
void matmul_ref(int M, int N, int K, const float *A, int lda, const float *B,
                int ldb, double *C, double *scale);

/* ---- judging large results -----------------------------------------------
 *
 * The reference takes M*N*K steps on one core.  Where those are too many, it is
 * made for every step-th row only, the last one among them; in the other rows
 * every element must at least have been written (and not be NaN). */
typedef struct {
    int M, N, K;
    int step, first, rows; /* rows judged: first, first + step, ...     */
    double *want, *scale;  /* (rows, N)                                 */
} MatmulOracle;

/* The references of A (M,K) times B (K,N), dense. */
MatmulOracle matmul_oracle(int M, int N, int K, const float *A, const float *B);

/* Judges C (M,N): exactly where the inputs were small integers, else against
 * the bound of compare_scaled with factor K. */
Comparison matmul_judge(const MatmulOracle *oracle, const float *C, bool exact);

void matmul_oracle_free(MatmulOracle *oracle);

#endif
