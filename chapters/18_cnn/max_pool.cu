/* Chapter 18 -- max_pool: the largest of each window, and the way back.
 *
 * IDEA      Forward notes which element of the window won.  Backward, each
 *           input element asks the windows it lies in whether it won: a
 *           gather, so no two threads write to one place, and no atomics.
 *
 * SHAPES    X [N,IH,IW,C]   Y, winner [N,OH,OW,C]   NHWC
 * LAUNCH    block (32, 16): x = channel, y = pixel; neighbouring threads read
 *           neighbouring channels.  The sizes that loops run over are template
 *           parameters, so that the compiler unrolls them.
 * GLOBAL    forward   window^2 * N*OH*OW*C read, twice N*OH*OW*C written
 *           backward  about N*IH*IW*C read twice and written once
 * NEXT      the layer before wrote X just now and held it in registers
 */
#include "common/check.h"
#include "rows_by_columns.h"
#include "max_pool.h"

// ANCHOR: forward
template <int WINDOW>
__global__ void max_pool_kernel(PoolShape s, const float *__restrict__ X,
                                float *__restrict__ Y, int *__restrict__ winner)
{
    const int pixel = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int c = blockIdx.x * BLOCK_COLS + threadIdx.x;
    const int ow = pixel % s.OW;
    const int oh = pixel / s.OW % s.OH;
    const int n = pixel / s.OW / s.OH;
    if (n >= s.N || c >= s.C) {
        return;
    }
    // BEGIN SOLUTION
    // The window's first element; from there its rows are s.IW pixels apart.
    const float *corner =
        X + (((size_t)n * s.IH + oh * s.stride) * s.IW + ow * s.stride) * s.C +
        c;
    float best = corner[0];
    int place = 0;
    for (int i = 0; i < WINDOW; i++) {
        for (int j = 0; j < WINDOW; j++) {
            const float x = corner[((size_t)i * s.IW + j) * s.C];
            // Strictly larger: of equals the first stays.  NaN beats all.
            const bool wins = x > best || x != x;
            best = wins ? x : best;
            place = wins ? i * WINDOW + j : place;
        }
    }
    Y[(size_t)pixel * s.C + c] = best;
    winner[(size_t)pixel * s.C + c] = place;
    // END SOLUTION
}
// ANCHOR_END: forward

// ANCHOR: backward
/* An element lies in up to OVERLAP x OVERLAP windows. */
template <int OVERLAP>
__global__ void
max_pool_backward_kernel(PoolShape s, const float *__restrict__ dY,
                         const int *__restrict__ winner, float *__restrict__ dX)
{
    const int pixel = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int c = blockIdx.x * BLOCK_COLS + threadIdx.x;
    const int iw = pixel % s.IW;
    const int ih = pixel / s.IW % s.IH;
    const int n = pixel / s.IW / s.IH;
    const int last_oh = min(ih / s.stride, s.OH - 1); // of its windows
    const int last_ow = min(iw / s.stride, s.OW - 1);
    if (n >= s.N || c >= s.C) {
        return;
    }
    // BEGIN SOLUTION
    float sum = 0.0f;
    for (int i = 0; i < OVERLAP; i++) {
        for (int j = 0; j < OVERLAP; j++) {
            // One window up or left after the other, and our place in it.
            const int oh = last_oh - i;
            const int ow = last_ow - j;
            const int row = ih - oh * s.stride;
            const int col = iw - ow * s.stride;
            const int place =
                oh >= 0 && ow >= 0 && row < s.window && col < s.window
                    ? row * s.window + col
                    : -1;

            // Loads that are always allowed need no branch around them.
            const size_t window =
                ((size_t)n * s.OH + max(oh, 0)) * s.OW + max(ow, 0);
            const bool won = winner[window * s.C + c] == place;
            sum += won ? dY[window * s.C + c] : 0.0f;
        }
    }
    dX[(size_t)pixel * s.C + c] = sum;
    // END SOLUTION
}
// ANCHOR_END: backward

extern "C" bool pool_shape(PoolShape *s)
{
    if (s->N < 1 || s->C < 1 || s->window < 2 || s->window > 3 ||
        s->stride < 1 || s->stride > s->window || s->IH < s->window ||
        s->IW < s->window) {
        return false;
    }
    s->OH = (s->IH - s->window) / s->stride + 1;
    s->OW = (s->IW - s->window) / s->stride + 1;
    return true;
}

extern "C" void max_pool(const PoolShape *s, const float *X, float *Y,
                         int *winner)
{
    const dim3 grid =
        rows_by_columns_grid("max_pool", (long long)s->N * s->OH * s->OW, s->C);
    const dim3 block(BLOCK_COLS, BLOCK_ROWS);
    if (s->window == 2) {
        max_pool_kernel<2><<<grid, block>>>(*s, X, Y, winner);
    } else {
        max_pool_kernel<3><<<grid, block>>>(*s, X, Y, winner);
    }
    CUDA_CHECK_LAUNCH();
}

extern "C" void max_pool_backward(const PoolShape *s, const float *dY,
                                  const int *winner, float *dX)
{
    const dim3 grid = rows_by_columns_grid(
        "max_pool_backward", (long long)s->N * s->IH * s->IW, s->C);
    const dim3 block(BLOCK_COLS, BLOCK_ROWS);
    switch ((s->window + s->stride - 1) / s->stride) {
    case 1:
        max_pool_backward_kernel<1><<<grid, block>>>(*s, dY, winner, dX);
        break;
    case 2:
        max_pool_backward_kernel<2><<<grid, block>>>(*s, dY, winner, dX);
        break;
    default:
        max_pool_backward_kernel<3><<<grid, block>>>(*s, dY, winner, dX);
        break;
    }
    CUDA_CHECK_LAUNCH();
}
