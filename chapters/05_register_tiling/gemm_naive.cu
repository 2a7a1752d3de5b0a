/* Chapter 05 -- gemm_naive: chapter 01's kernel in the form networks need.
 *
 * IDEA      One thread computes one element of C.  How an operand is stored
 *           becomes two strides: how far apart in memory neighbours in a row
 *           are, and how far apart neighbours in a column.
 *
 * SHAPES    op(A) (M,K)   op(B) (K,N)   C (M,N), batch times; see gemm.h
 * LAUNCH    block (16, 16): thread (x,y) computes C[row][col]
 *           grid  (tiles of C, 1, batch): one number for all tiles, because
 *           a grid's y ends at 65,535 and networks have taller matrices
 * FLOPS     2*M*N*K per batch
 * GLOBAL    2*M*N*K floats requested, M*N written, per batch
 * NEXT      every operand is fetched again for every element: gemm_tiled
 */
#include "common/check.h"
#include "gemm.h"
#include "gemm_check.h"

#define BLOCK 16

// ANCHOR: kernel
__global__ void gemm_naive_kernel(Gemm g, int tiles_n)
{
    const int row = blockIdx.x / tiles_n * BLOCK + threadIdx.y;
    const int col = blockIdx.x % tiles_n * BLOCK + threadIdx.x;
    if (row >= g.M || col >= g.N) {
        return;
    }

    // a and b point at the first element that this thread needs; one step
    // along k moves them by a_step and b_step.
    const size_t batch = blockIdx.z;
    const float *a =
        g.A + batch * g.stride_a + (size_t)row * (g.op_a == GEMM_N ? g.lda : 1);
    const float *b =
        g.B + batch * g.stride_b + (size_t)col * (g.op_b == GEMM_N ? 1 : g.ldb);
    const size_t a_step = g.op_a == GEMM_N ? 1 : g.lda;
    const size_t b_step = g.op_b == GEMM_N ? g.ldb : 1;

    float sum = 0.0f;
    for (int k = 0; k < g.K; k++) {
        sum += a[k * a_step] * b[k * b_step];
    }
    g.C[batch * g.stride_c + (size_t)row * g.ldc + col] = sum;
}
// ANCHOR_END: kernel

extern "C" void gemm_naive(const Gemm *g)
{
    gemm_check(g, "gemm_naive");
    const int tiles_n = (g->N + BLOCK - 1) / BLOCK;
    const dim3 block(BLOCK, BLOCK);
    const dim3 grid(gemm_tiles(g, BLOCK, BLOCK), 1, g->batch);
    gemm_naive_kernel<<<grid, block>>>(*g, tiles_n);
    CUDA_CHECK_LAUNCH();
}
