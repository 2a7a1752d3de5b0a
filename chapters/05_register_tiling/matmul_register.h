/* matmul_register.h -- C = A * B, each thread computing several elements in
 * its registers: three steps, each one idea further than the last. */
#ifndef MATMUL_REGISTER_H
#define MATMUL_REGISTER_H

#ifdef __cplusplus
extern "C" {
#endif

/* All three: A (M,K)  B (K,N)  C (M,N), device pointers, float, row-major,
 * dense; they must not overlap.  M, N, K >= 1, and M <= 4,194,240 (grid rows).
 * Enqueue the kernel and return; a bad launch ends the program with
 * EXIT_SYSTEM. */

/* A thread computes a column of 8 elements. */
void matmul_register_1d(int M, int N, int K, const float *A, const float *B,
                        float *C);

/* A thread computes a square of 8 x 8 elements. */
void matmul_register_2d(int M, int N, int K, const float *A, const float *B,
                        float *C);

/* The same square, and copies to shared memory by 16 bytes at a time. */
void matmul_vectorized(int M, int N, int K, const float *A, const float *B,
                       float *C);

#ifdef __cplusplus
}
#endif
#endif
