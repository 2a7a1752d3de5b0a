/* Chapter 01 -- matmul_naive: one thread computes one element of C.
 *
 * IDEA      C has M*N elements and none depends on another, so launch M*N
 *           threads and let each walk one row of A and one column of B.
 *
 * SHAPES    A (M,K)   B (K,N)   C (M,N)   float, row-major
 * LAUNCH    block (16, 16): thread (x,y) computes C[row][col]
 *           grid  (ceil(N/16), ceil(M/16)): x walks columns, y walks rows
 * FLOPS     2*M*N*K
 * GLOBAL    2*M*N*K floats requested, M*N written
 * NEXT      each element of A is read N times, each of B M times
 */
#include "common/check.h"
#include "matmul_naive.h"

#define BLOCK 16

// ANCHOR: kernel
__global__ void matmul_naive_kernel(int M, int N, int K, const float *A,
                                    const float *B, float *C)
{
    const int row = blockIdx.y * BLOCK + threadIdx.y;
    const int col = blockIdx.x * BLOCK + threadIdx.x;

    // The grid is rounded up to whole blocks, so some threads fall outside.
    if (row >= M || col >= N) {
        return;
    }
    // BEGIN SOLUTION
    float sum = 0.0f;
    for (int k = 0; k < K; k++) {
        sum += A[(size_t)row * K + k] * B[(size_t)k * N + col];
    }
    C[(size_t)row * N + col] = sum;
    // END SOLUTION
}
// ANCHOR_END: kernel

// ANCHOR: launch
extern "C" void matmul_naive(int M, int N, int K, const float *A,
                             const float *B, float *C)
{
    const dim3 block(BLOCK, BLOCK);
    const dim3 grid((N + BLOCK - 1) / BLOCK, (M + BLOCK - 1) / BLOCK);
    matmul_naive_kernel<<<grid, block>>>(M, N, K, A, B, C);
    CUDA_CHECK_LAUNCH();
}
// ANCHOR_END: launch
