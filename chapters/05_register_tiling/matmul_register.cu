/* Chapter 05 -- register tiling: compute many elements per thread.
 *
 * IDEA      Shared memory is fast, but chapter 03 asks it for two values per
 *           multiply-add.  A thread that computes TM x TN elements of C needs
 *           only TM + TN values for TM * TN multiply-adds, and keeps all its
 *           sums in registers, which cost nothing to reach.
 *
 * SHAPES    A (M,K)   B (K,N)   C (M,N)   float, row-major
 * LAUNCH    a block computes a BM x BN tile of C, 64 x 64
 *           register_1d: 64 x 8 threads, thread (tx,ty) a column of TM
 *           register_2d: 8 x 8 threads, thread (tx,ty) a square of TM x TN
 *           grid  (ceil(N/BN), ceil(M/BM)): x walks columns, y walks rows
 * SHARED    (BM + PAD + BN) * BK * 4 B = 8.25 KiB per block
 * FLOPS     2*M*N*K
 * GLOBAL    M*N*K * (1/BM + 1/BN) = M*N*K/32 floats requested, M*N written
 * NEXT      copies wait for arithmetic and arithmetic for copies; where a warp
 *           lies in the tile is left to chance
 */
#include <stdint.h>
#include "common/check.h"
#include "matmul_register.h"

#define BM 64 // the tile of C that a block computes
#define BN 64
#define BK 16 // how much of the inner dimension lies in shared memory at once
#define TM 8  // what a thread computes: TM rows, and 1 or TN columns
#define TN 8

// A's tile lies transposed in shared memory, as[k][row], so that the TM values
// which a thread needs for one k are neighbours.  Its rows are 4 floats longer
// than BM: threads that store neighbouring k would otherwise all meet the same
// bank.  4, not 1, keeps the rows 16-byte aligned.
#define PAD 4

// ANCHOR: load
// as <- rows row0 ... of A from column k0 on, transposed; bs <- rows k0 ... of
// B from column col0 on.  The block's threads take turns, neighbours reading
// neighbours.  Outside the matrices we store 0, which adds nothing to a sum.
__device__ static void load_tiles(int M, int N, int K, const float *A,
                                  const float *B, int row0, int col0, int k0,
                                  int thread, int threads,
                                  float as[BK][BM + PAD], float bs[BK][BN])
{
#pragma unroll 4 // enough loads under way, not too many registers
    for (int step = 0; step < BM * BK; step += threads) {
        const int i = step + thread;
        const int row = row0 + i / BK;
        const int k = k0 + i % BK;
        as[i % BK][i / BK] = (row < M && k < K) ? A[(size_t)row * K + k] : 0.0f;
    }
#pragma unroll 4 // enough loads under way, not too many registers
    for (int step = 0; step < BK * BN; step += threads) {
        const int i = step + thread;
        const int k = k0 + i / BN;
        const int col = col0 + i % BN;
        bs[i / BN][i % BN] = (k < K && col < N) ? B[(size_t)k * N + col] : 0.0f;
    }
}
// ANCHOR_END: load

// ANCHOR: kernel_1d
__global__ void __launch_bounds__(BN *(BM / TM))
    matmul_register_1d_kernel(int M, int N, int K, const float *A,
                              const float *B, float *C)
{
    __shared__ __align__(16) float as[BK][BM + PAD];
    __shared__ __align__(16) float bs[BK][BN];

    const int tx = threadIdx.x;
    const int ty = threadIdx.y;
    const int row0 = blockIdx.y * BM; // this block's tile of C
    const int col0 = blockIdx.x * BN;

    float sum[TM] = {0.0f}; // rows ty*TM ... of column tx
    for (int k0 = 0; k0 < K; k0 += BK) {
        load_tiles(M, N, K, A, B, row0, col0, k0, ty * BN + tx, BN * (BM / TM),
                   as, bs);
        __syncthreads(); // the tiles are complete before anyone reads them

        // BEGIN SOLUTION
        for (int k = 0; k < BK; k++) {
            const float b = bs[k][tx]; // read once, used TM times
#pragma unroll
            for (int i = 0; i < TM; i++) {
                sum[i] += as[k][ty * TM + i] * b;
            }
        }
        // END SOLUTION
        __syncthreads(); // everyone has read them before they are overwritten
    }

    const int col = col0 + tx;
#pragma unroll
    for (int i = 0; i < TM; i++) {
        const int row = row0 + ty * TM + i;
        if (row < M && col < N) {
            C[(size_t)row * N + col] = sum[i];
        }
    }
}
// ANCHOR_END: kernel_1d

// ANCHOR: store
// C[row ...][col ...] <- a thread's TM x TN sums, as far as C reaches.
__device__ static void store_square(int M, int N, float *C, int row, int col,
                                    const float sum[TM][TN])
{
#pragma unroll
    for (int i = 0; i < TM; i++) {
#pragma unroll
        for (int j = 0; j < TN; j++) {
            if (row + i < M && col + j < N) {
                C[(size_t)(row + i) * N + col + j] = sum[i][j];
            }
        }
    }
}
// ANCHOR_END: store

// ANCHOR: kernel_2d
__global__ void __launch_bounds__((BN / TN) * (BM / TM))
    matmul_register_2d_kernel(int M, int N, int K, const float *A,
                              const float *B, float *C)
{
    __shared__ __align__(16) float as[BK][BM + PAD];
    __shared__ __align__(16) float bs[BK][BN];

    const int tx = threadIdx.x;
    const int ty = threadIdx.y;
    const int row0 = blockIdx.y * BM;
    const int col0 = blockIdx.x * BN;

    float sum[TM][TN] = {{0.0f}};
    for (int k0 = 0; k0 < K; k0 += BK) {
        load_tiles(M, N, K, A, B, row0, col0, k0, ty * (BN / TN) + tx,
                   (BN / TN) * (BM / TM), as, bs);
        __syncthreads(); // the tiles are complete before anyone reads them

        // BEGIN SOLUTION
        for (int k = 0; k < BK; k++) {
#pragma unroll
            for (int j = 0; j < TN; j++) {
                const float b = bs[k][tx * TN + j]; // used TM times
#pragma unroll
                for (int i = 0; i < TM; i++) {
                    sum[i][j] += as[k][ty * TM + i] * b; // each used TN times
                }
            }
        }
        // END SOLUTION
        __syncthreads(); // everyone has read them before they are overwritten
    }
    store_square(M, N, C, row0 + ty * TM, col0 + tx * TN, sum);
}
// ANCHOR_END: kernel_2d

// ANCHOR: kernel_vectorized
// Needs M, N, K that are multiples of BM, BN and BK: whole tiles only.
__global__ void __launch_bounds__((BN / TN) * (BM / TM))
    matmul_vectorized_kernel(int M, int N, int K, const float *A,
                             const float *B, float *C)
{
    __shared__ __align__(16) float as[BK][BM + PAD];
    __shared__ __align__(16) float bs[BK][BN];

    const int tx = threadIdx.x;
    const int ty = threadIdx.y;
    const int row0 = blockIdx.y * BM;
    const int col0 = blockIdx.x * BN;
    const int thread = ty * (BN / TN) + tx;
    const int threads = (BN / TN) * (BM / TM);

    float sum[TM][TN] = {{0.0f}};
    for (int k0 = 0; k0 < K; k0 += BK) {
        // BEGIN SOLUTION
#pragma unroll
        for (int step = 0; step < BM * BK; step += 4 * threads) {
            const int i = step + 4 * thread;
            const int row = i / BK;
            const int k = i % BK;
            const float4 v =
                *(const float4 *)&A[(size_t)(row0 + row) * K + k0 + k];
            as[k][row] = v.x;
            as[k + 1][row] = v.y;
            as[k + 2][row] = v.z;
            as[k + 3][row] = v.w;
        }
#pragma unroll
        for (int step = 0; step < BK * BN; step += 4 * threads) {
            const int i = step + 4 * thread;
            const int k = i / BN;
            const int col = i % BN;
            *(float4 *)&bs[k][col] =
                *(const float4 *)&B[(size_t)(k0 + k) * N + col0 + col];
        }
        // END SOLUTION
        __syncthreads(); // the tiles are complete before anyone reads them

        for (int k = 0; k < BK; k++) {
#pragma unroll
            for (int j = 0; j < TN; j++) {
                const float b = bs[k][tx * TN + j];
#pragma unroll
                for (int i = 0; i < TM; i++) {
                    sum[i][j] += as[k][ty * TM + i] * b;
                }
            }
        }
        __syncthreads(); // everyone has read them before they are overwritten
    }
    store_square(M, N, C, row0 + ty * TM, col0 + tx * TN, sum);
}
// ANCHOR_END: kernel_vectorized

static dim3 grid_for(int M, int N)
{
    return dim3((N + BN - 1) / BN, (M + BM - 1) / BM);
}

extern "C" void matmul_register_1d(int M, int N, int K, const float *A,
                                   const float *B, float *C)
{
    const dim3 block(BN, BM / TM);
    matmul_register_1d_kernel<<<grid_for(M, N), block>>>(M, N, K, A, B, C);
    CUDA_CHECK_LAUNCH();
}

extern "C" void matmul_register_2d(int M, int N, int K, const float *A,
                                   const float *B, float *C)
{
    const dim3 block(BN / TN, BM / TM);
    matmul_register_2d_kernel<<<grid_for(M, N), block>>>(M, N, K, A, B, C);
    CUDA_CHECK_LAUNCH();
}

extern "C" void matmul_vectorized(int M, int N, int K, const float *A,
                                  const float *B, float *C)
{
    // A ragged shape, or a row that does not start at a multiple of 16 bytes,
    // goes to the kernel that copies float by float.  (gemm_tiled does better.)
    const bool aligned = (uintptr_t)A % 16 == 0 && (uintptr_t)B % 16 == 0;
    if (M % BM != 0 || N % BN != 0 || K % BK != 0 || !aligned) {
        matmul_register_2d(M, N, K, A, B, C);
        return;
    }
    const dim3 block(BN / TN, BM / TM);
    matmul_vectorized_kernel<<<grid_for(M, N), block>>>(M, N, K, A, B, C);
    CUDA_CHECK_LAUNCH();
}
