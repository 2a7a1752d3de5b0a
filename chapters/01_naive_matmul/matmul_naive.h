/* matmul_naive.h -- C = A * B, one thread per element of C. */
#ifndef MATMUL_NAIVE_H
#define MATMUL_NAIVE_H

#ifdef __cplusplus
extern "C" {
#endif

/* A (M,K)  B (K,N)  C (M,N): device pointers, float, row-major, dense; they
 * must not overlap.  M, N, K >= 1, and M <= 1,048,560 (grid rows).  Enqueues
 * the kernel and returns; a bad launch ends the program with EXIT_SYSTEM. */
void matmul_naive(int M, int N, int K, const float *A, const float *B,
                  float *C);

#ifdef __cplusplus
}
#endif
#endif
