/* matmul_tiled.h -- C = A * B through tiles in shared memory. */
#ifndef MATMUL_TILED_H
#define MATMUL_TILED_H

#ifdef __cplusplus
extern "C" {
#endif

/* A (M,K)  B (K,N)  C (M,N): device pointers, float, row-major, dense; they
 * must not overlap.  M, N, K >= 1, and M <= 2,097,120 (grid rows).  Enqueues
 * the kernel and returns; a bad launch ends the program with EXIT_SYSTEM. */
void matmul_tiled(int M, int N, int K, const float *A, const float *B,
                  float *C);

#ifdef __cplusplus
}
#endif
#endif
