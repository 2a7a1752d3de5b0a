/* Chapter 18 -- col2im: what im2col has copied several times is summed.
 *
 * IDEA      im2col wrote X[n,ih,iw,ic] once for each filter position that
 *           covers it, so its gradient is the sum over those copies.  A thread
 *           per element of X collects them: no atomics, and the same order of
 *           additions every time.
 *
 * SHAPES    dcols (N*OH*OW, KH*KW*IC) -> dX [N,IH,IW,IC]
 * LAUNCH    block (32, 16): x = channel, y = pixel of X
 * FLOPS     KH*KW*N*OH*OW*IC additions
 * GLOBAL    KH*KW*N*OH*OW*IC read, N*IH*IW*IC written
 * NEXT      dcols went out to memory and comes back: an implicit dgrad never
 *           stores it (chapter 17)
 */
#include "common/check.h"
#include "rows_by_columns.h"
#include "col2im.h"

// ANCHOR: kernel
__global__ void col2im_kernel(ConvShape s, const float *dcols, float *dX)
{
    const int pixel = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int ic = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (pixel >= s.N * s.IH * s.IW || ic >= s.IC) {
        return;
    }
    const int iw = pixel % s.IW;
    const int ih = pixel / s.IW % s.IH;
    const int n = pixel / s.IW / s.IH;

    // BEGIN SOLUTION
    float sum = 0.0f;
    for (int kh = 0; kh < s.KH; kh++) {
        // Output row oh read this element through filter row kh where
        // oh * stride + kh - pad == ih.
        const int oh = (ih + s.pad - kh) / s.stride;
        if (ih + s.pad < kh || oh >= s.OH || oh * s.stride + kh - s.pad != ih) {
            continue;
        }
        for (int kw = 0; kw < s.KW; kw++) {
            const int ow = (iw + s.pad - kw) / s.stride;
            if (iw + s.pad < kw || ow >= s.OW ||
                ow * s.stride + kw - s.pad != iw) {
                continue;
            }
            const size_t row = ((size_t)n * s.OH + oh) * s.OW + ow;
            const size_t col = (size_t)(kh * s.KW + kw) * s.IC + ic;
            sum += dcols[row * (s.KH * s.KW * s.IC) + col];
        }
    }
    dX[(size_t)pixel * s.IC + ic] = sum;
    // END SOLUTION
}
// ANCHOR_END: kernel

extern "C" void col2im(const ConvShape *s, const float *dcols, float *dX)
{
    const dim3 grid =
        rows_by_columns_grid("col2im", (long long)s->N * s->IH * s->IW, s->IC);
    col2im_kernel<<<grid, dim3(BLOCK_COLS, BLOCK_ROWS)>>>(*s, dcols, dX);
    CUDA_CHECK_LAUNCH();
}
