/* Chapter 18 -- max_pool: the largest of each window, and the way back.
 *
 * IDEA      Forward notes which element of the window won.  Backward, each
 *           input element asks the windows it lies in whether it won: a
 *           gather, so no two threads write to one place, and no atomics.
 *
 * SHAPES    X [N,IH,IW,C]   Y, winner [N,OH,OW,C]   NHWC
 * LAUNCH    block (32, 16): x = channel, y = pixel; neighbouring threads read
 *           neighbouring channels
 * GLOBAL    forward   window^2 * N*OH*OW*C read, twice N*OH*OW*C written
 *           backward  about N*IH*IW*C read twice and written once
 * NEXT      the layer before wrote X just now and held it in registers
 */
#include "common/check.h"
#include "rows_by_columns.h"
#include "max_pool.h"

// ANCHOR: forward
__global__ void max_pool_kernel(PoolShape s, const float *X, float *Y,
                                int *winner)
{
    const int pixel = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int c = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (pixel >= s.N * s.OH * s.OW || c >= s.C) {
        return;
    }
    const int ow = pixel % s.OW;
    const int oh = pixel / s.OW % s.OH;
    const int n = pixel / s.OW / s.OH;

    // BEGIN SOLUTION
    // The window's first element, and from there its rows.
    const float *corner =
        X + (((size_t)n * s.IH + oh * s.stride) * s.IW + ow * s.stride) * s.C +
        c;
    float best = corner[0];
    int place = 0;
    for (int i = 0; i < s.window; i++) {
        for (int j = 0; j < s.window; j++) {
            const float x = corner[((size_t)i * s.IW + j) * s.C];
            // Strictly larger: of equals the first stays.  NaN beats all.
            const bool wins = x > best || x != x;
            best = wins ? x : best;
            place = wins ? i * s.window + j : place;
        }
    }
    Y[(size_t)pixel * s.C + c] = best;
    winner[(size_t)pixel * s.C + c] = place;
    // END SOLUTION
}
// ANCHOR_END: forward

// ANCHOR: backward
__global__ void max_pool_backward_kernel(PoolShape s, const float *dY,
                                         const int *winner, float *dX)
{
    const int pixel = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int c = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (pixel >= s.N * s.IH * s.IW || c >= s.C) {
        return;
    }
    const int iw = pixel % s.IW;
    const int ih = pixel / s.IW % s.IH;
    const int n = pixel / s.IW / s.IH;

    // BEGIN SOLUTION
    // The windows that hold (ih, iw): those that start at most window-1 above
    // and left of it, as far as there are any.
    const int oh_first = max(0, (ih - s.window + s.stride) / s.stride);
    const int ow_first = max(0, (iw - s.window + s.stride) / s.stride);
    const int oh_last = min(s.OH - 1, ih / s.stride);
    const int ow_last = min(s.OW - 1, iw / s.stride);
    float sum = 0.0f;
    for (int oh = oh_first; oh <= oh_last; oh++) {
        for (int ow = ow_first; ow <= ow_last; ow++) {
            const size_t o = (((size_t)n * s.OH + oh) * s.OW + ow) * s.C + c;
            const int place =
                (ih - oh * s.stride) * s.window + (iw - ow * s.stride);
            sum += winner[o] == place ? dY[o] : 0.0f;
        }
    }
    dX[(size_t)pixel * s.C + c] = sum;
    // END SOLUTION
}
// ANCHOR_END: backward

extern "C" void max_pool(const PoolShape *s, const float *X, float *Y,
                         int *winner)
{
    const dim3 grid =
        rows_by_columns_grid("max_pool", (long long)s->N * s->OH * s->OW, s->C);
    max_pool_kernel<<<grid, dim3(BLOCK_COLS, BLOCK_ROWS)>>>(*s, X, Y, winner);
    CUDA_CHECK_LAUNCH();
}

extern "C" void max_pool_backward(const PoolShape *s, const float *dY,
                                  const int *winner, float *dX)
{
    const dim3 grid = rows_by_columns_grid(
        "max_pool_backward", (long long)s->N * s->IH * s->IW, s->C);
    max_pool_backward_kernel<<<grid, dim3(BLOCK_COLS, BLOCK_ROWS)>>>(
        *s, dY, winner, dX);
    CUDA_CHECK_LAUNCH();
}
