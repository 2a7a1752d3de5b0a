/* Chapter 03 -- matmul_tiled: reuse each loaded value TILE times.
 *
 * IDEA      The naive kernel reads every element of A from global memory N
 *           times.  Here a block copies one TILE x TILE tile of A and of B to
 *           shared memory, and its threads share them.
 *
 * SHAPES    A (M,K)   B (K,N)   C (M,N)   float, row-major
 * LAUNCH    block (TILE, TILE): thread (tx,ty) computes C[row][col]
 *           grid  (ceil(N/TILE), ceil(M/TILE)): x walks columns, y walks rows
 * SHARED    2 * TILE * TILE * 4 B = 8 KiB per block
 * FLOPS     2*M*N*K
 * GLOBAL    2*M*N*K/TILE floats requested, M*N written (naive: 2*M*N*K)
 * NEXT      each thread still does two shared loads per multiply-add
 */
#include "common/check.h"
#include "matmul_tiled.h"

#define TILE 32

// ANCHOR: kernel
__global__ void matmul_tiled_kernel(int M, int N, int K, const float *A,
                                    const float *B, float *C)
{
    __shared__ float As[TILE][TILE];
    __shared__ float Bs[TILE][TILE];

    const int tx = threadIdx.x;
    const int ty = threadIdx.y;
    const int row = blockIdx.y * TILE + ty;
    const int col = blockIdx.x * TILE + tx;

    float sum = 0.0f;
    for (int k0 = 0; k0 < K; k0 += TILE) {
        // Each thread fetches one element of either tile: row `row` of A from
        // column k0 on, column `col` of B from row k0 on.  Outside the
        // matrices we store 0, which adds nothing to the sum.
        // BEGIN SOLUTION
        const int a_col = k0 + tx;
        const int b_row = k0 + ty;
        As[ty][tx] = (row < M && a_col < K) ? A[(size_t)row * K + a_col] : 0.0f;
        Bs[ty][tx] = (b_row < K && col < N) ? B[(size_t)b_row * N + col] : 0.0f;
        __syncthreads(); // the tiles are complete before anyone reads them

        for (int k = 0; k < TILE; k++) {
            sum += As[ty][k] * Bs[k][tx];
        }
        __syncthreads(); // everyone has read them before they are overwritten
        // END SOLUTION
    }

    if (row < M && col < N) {
        C[(size_t)row * N + col] = sum;
    }
}
// ANCHOR_END: kernel

// ANCHOR: launch
extern "C" void matmul_tiled(int M, int N, int K, const float *A,
                             const float *B, float *C)
{
    const dim3 block(TILE, TILE);
    const dim3 grid((N + TILE - 1) / TILE, (M + TILE - 1) / TILE);
    matmul_tiled_kernel<<<grid, block>>>(M, N, K, A, B, C);
    CUDA_CHECK_LAUNCH();
}
// ANCHOR_END: launch
