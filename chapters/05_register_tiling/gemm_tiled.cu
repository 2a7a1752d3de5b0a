/* Chapter 05 -- gemm_tiled: the register-tiled multiply in the form networks
 * need.
 *
 * IDEA      matmul_vectorized, for every combination of transposes, leading
 *           dimensions and batches.  Only the copies to shared memory know how
 *           the operands are stored; the arithmetic never does: both tiles lie
 *           there as rows of k, as[k][m] and bs[k][n].
 *
 * SHAPES    op(A) (M,K)   op(B) (K,N)   C (M,N), batch times; see gemm.h
 * LAUNCH    block BM/TM * BN/TN threads: thread (tx,ty) computes TM x TN of C
 *           grid  (tiles of C, 1, batch)
 * SHARED    (BM + BN + 8) * BK * 4 B = 8.5 KiB for the 64 x 64 tile
 * FLOPS     2*M*N*K per batch
 * GLOBAL    M*N*K * (1/BM + 1/BN) floats requested, M*N written, per batch
 * NEXT      one tile size fits few shapes, so there are four; and copies and
 *           arithmetic take turns, where they could overlap
 */
#include <stdint.h>
#include "common/check.h"
#include "gemm.h"
#include "gemm_check.h"

// Rows of a tile in shared memory are 4 floats longer than the tile is wide:
// a copy that walks along k would otherwise meet the same bank at every step.
// 4, not 1, keeps rows 16-byte aligned.
#define PAD 4

// ANCHOR: fetch
// Four neighbours src[i] ... src[i+3], of which only the first `count` (that
// may be zero or less, or more than four) exist; 0 for the others, as that
// adds nothing to a sum.  `vector` says that src+i is 16-byte aligned.
__device__ static float4 fetch4(const float *src, size_t i, int count,
                                bool vector)
{
    if (vector && count >= 4) {
        return *(const float4 *)(src + i);
    }
    float4 v;
    v.x = count > 0 ? src[i] : 0.0f;
    v.y = count > 1 ? src[i + 1] : 0.0f;
    v.z = count > 2 ? src[i + 2] : 0.0f;
    v.w = count > 3 ? src[i + 3] : 0.0f;
    return v;
}
// ANCHOR_END: fetch

// Where an operand lies and how it is stored.  x is the index along the side
// that it shares with C: m for A, n for B.
struct Operand {
    const float *data;
    int ld;
    int X;          // how many x there are: M or N
    int K;          // how many k there are
    bool k_fastest; // neighbours in memory differ in k: (x,k) at x*ld + k,
                    // otherwise                         (k,x) at k*ld + x
    bool vector;    // every row starts at a multiple of 16 bytes
};

// ANCHOR: load
// tile[k][x] <- the operand's elements (x0 + x, k0 + k).  Neighbouring threads
// read neighbouring addresses, whichever way the operand is stored.
template <int BX, int BK, int THREADS>
__device__ static void load_tile(float (*tile)[BX + PAD], const Operand op,
                                 int x0, int k0)
{
#pragma unroll
    for (int step = 0; step < BX * BK / 4; step += THREADS) {
        const int i = 4 * (step + threadIdx.x);
        if (op.k_fastest) {
            const int x = i / BK;
            const int k = i % BK;
            const int count = x0 + x < op.X ? op.K - (k0 + k) : 0;
            const float4 v = fetch4(op.data, (size_t)(x0 + x) * op.ld + k0 + k,
                                    count, op.vector);
            tile[k][x] = v.x;
            tile[k + 1][x] = v.y;
            tile[k + 2][x] = v.z;
            tile[k + 3][x] = v.w;
        } else {
            const int k = i / BX;
            const int x = i % BX;
            const int count = k0 + k < op.K ? op.X - (x0 + x) : 0;
            *(float4 *)&tile[k][x] = fetch4(
                op.data, (size_t)(k0 + k) * op.ld + x0 + x, count, op.vector);
        }
    }
}
// ANCHOR_END: load

// ANCHOR: kernel
template <int BM, int BN, int BK, int TM, int TN>
__global__ void __launch_bounds__((BM / TM) * (BN / TN))
    gemm_tiled_kernel(Gemm g, int tiles_n, bool vector_a, bool vector_b)
{
    constexpr int THREADS = (BM / TM) * (BN / TN);
    __shared__ __align__(16) float as[BK][BM + PAD];
    __shared__ __align__(16) float bs[BK][BN + PAD];

    const int tx = threadIdx.x % (BN / TN);
    const int ty = threadIdx.x / (BN / TN);
    const int row0 = (blockIdx.x / tiles_n) * BM; // this block's tile of C
    const int col0 = (blockIdx.x % tiles_n) * BN;
    const int batch = blockIdx.z;
    const Operand A = {g.A + batch * g.stride_a, g.lda,   g.M, g.K,
                       g.op_a == GEMM_N,         vector_a};
    const Operand B = {g.B + batch * g.stride_b, g.ldb,   g.N, g.K,
                       g.op_b == GEMM_T,         vector_b};

    float acc[TM][TN] = {};
    for (int k0 = 0; k0 < g.K; k0 += BK) {
        load_tile<BM, BK, THREADS>(as, A, row0, k0);
        load_tile<BN, BK, THREADS>(bs, B, col0, k0);
        __syncthreads(); // the tiles are complete before anyone reads them

        for (int k = 0; k < BK; k++) {
            // One b serves the whole column of accumulators.  (With the loops
            // the other way round, g++ mixes lanes of vectors at every k and
            // the soft GPU runs at half the speed; nvcc does not mind.)
#pragma unroll
            for (int j = 0; j < TN; j++) {
                const float b = bs[k][tx * TN + j];
#pragma unroll
                for (int i = 0; i < TM; i++) {
                    acc[i][j] += as[k][ty * TM + i] * b;
                }
            }
        }
        __syncthreads(); // everyone has read them before they are overwritten
    }

    float *C = g.C + batch * g.stride_c;
    const int row = row0 + ty * TM;
    const int col = col0 + tx * TN;
#pragma unroll
    for (int i = 0; i < TM; i++) {
#pragma unroll
        for (int j = 0; j < TN; j++) {
            if (row + i < g.M && col + j < g.N) {
                C[(size_t)(row + i) * g.ldc + col + j] = acc[i][j];
            }
        }
    }
}
// ANCHOR_END: kernel

// ANCHOR: launch
template <int BM, int BN, int BK, int TM, int TN>
static void launch(const Gemm *g)
{
    // 16-byte copies need every row of every batch to start at a multiple of
    // 16 bytes; otherwise the kernel copies float by float.
    const bool vector_a =
        (uintptr_t)g->A % 16 == 0 && g->lda % 4 == 0 && g->stride_a % 4 == 0;
    const bool vector_b =
        (uintptr_t)g->B % 16 == 0 && g->ldb % 4 == 0 && g->stride_b % 4 == 0;
    const int tiles_n = (g->N + BN - 1) / BN;
    const dim3 grid(gemm_tiles(g, BM, BN), 1, g->batch);
    gemm_tiled_kernel<BM, BN, BK, TM, TN>
        <<<grid, (BM / TM) * (BN / TN)>>>(*g, tiles_n, vector_a, vector_b);
    CUDA_CHECK_LAUNCH();
}

// The tiles on offer.  A narrow one wastes less at the edge of a narrow C, but
// loads more per multiply-add, which `price` (of an element of a tile, padding
// included) accounts for.
static const struct {
    int bm, bn;
    double price;
    void (*launch)(const Gemm *g);
} tiles[] = {
    {64, 64, 1.0, launch<64, 64, 16, 8, 8>},
    {64, 32, 1.2, launch<64, 32, 16, 8, 8>},
    {64, 16, 1.5, launch<64, 16, 16, 8, 4>},
    {16, 64, 1.5, launch<16, 64, 16, 8, 4>},
    {16, 32, 1.8, launch<16, 32, 16, 8, 4>},
};

extern "C" void gemm_tiled(const Gemm *g)
{
    gemm_check(g, "gemm_tiled");
    int best = 0;
    double best_cost = 0.0;
    for (int i = 0; i < (int)(sizeof tiles / sizeof tiles[0]); i++) {
        const double rows =
            (double)((g->M - 1) / tiles[i].bm + 1) * tiles[i].bm;
        const double cols =
            (double)((g->N - 1) / tiles[i].bn + 1) * tiles[i].bn;
        const double cost = rows * cols * tiles[i].price;
        if (i == 0 || cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    tiles[best].launch(g);
}
// ANCHOR_END: launch
