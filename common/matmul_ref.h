/* matmul_ref.h -- the oracle: C = A * B in plain C and double.
 *
 * No tiles, no threads, no cleverness: three loops that can be checked by
 * reading them.  It is the judge of every matrix multiply in this book.
 */
#ifndef COMMON_MATMUL_REF_H
#define COMMON_MATMUL_REF_H

/* A (M,K) rows lda apart, B (K,N) rows ldb apart, both float, row-major.
 * C (M,N) and scale (M,N) are dense; scale[i] = sum |a||b|, the size that
 * rounding errors are measured against (compare_scaled); may be NULL. */
void matmul_ref(int M, int N, int K, const float *A, int lda, const float *B,
                int ldb, double *C, double *scale);

#endif
