/* Chapter 12 -- conv_direct: one thread computes one output.
 *
 * IDEA      The definition: an output is the product of the filter with the
 *           patch of the input under it, summed.
 *
 * SHAPES    X [N,IH,IW,IC]   W [KH,KW,IC,OC]   Y [N,OH,OW,OC]   float, NHWC
 * LAUNCH    block (32, 8): x walks the output channels, y the output pixels
 *           grid  (ceil(N*OH*OW/8), ceil(OC/32)): the pixels take the grid's
 *           x, which has room for 2^31 blocks; its y ends at 65,535
 * FLOPS     2*N*OH*OW*OC*KH*KW*IC
 * GLOBAL    2*N*OH*OW*OC*KH*KW*IC floats requested, N*OH*OW*OC written
 * NEXT      a multiply-add for every two loads, as in chapter 01; and all that
 *           chapters 03 and 05 did about it would have to be done again here
 */
#include "common/check.h"
#include "conv.h"

#define BLOCK_X 32
#define BLOCK_Y 8

// ANCHOR: kernel
__global__ void conv_direct_kernel(ConvShape s, const float *X, const float *W,
                                   float *Y)
{
    const int oc = blockIdx.y * BLOCK_X + threadIdx.x;
    const int row = blockIdx.x * BLOCK_Y + threadIdx.y;
    const int ow = row % s.OW; // row counts (n,oh,ow) through
    const int oh = row / s.OW % s.OH;
    const int n = row / s.OW / s.OH;
    if (n >= s.N || oc >= s.OC) {
        return;
    }

    // BEGIN SOLUTION
    float sum = 0.0f;
    for (int kh = 0; kh < s.KH; kh++) {
        const int ih = oh * s.stride + kh - s.pad;
        for (int kw = 0; kw < s.KW; kw++) {
            const int iw = ow * s.stride + kw - s.pad;
            if (ih < 0 || ih >= s.IH || iw < 0 || iw >= s.IW) {
                continue; // padding: products with zero
            }
            // All threads of a warp read the same x, and neighbouring w.
            const float *x = X + (((size_t)n * s.IH + ih) * s.IW + iw) * s.IC;
            const float *w = W + (size_t)(kh * s.KW + kw) * s.IC * s.OC + oc;
            for (int ic = 0; ic < s.IC; ic++) {
                sum += x[ic] * w[(size_t)ic * s.OC];
            }
        }
    }
    Y[(size_t)row * s.OC + oc] = sum;
    // END SOLUTION
}
// ANCHOR_END: kernel

extern "C" void conv_direct(const ConvShape *s, const float *X, const float *W,
                            float *Y)
{
    const size_t pixels = conv_cols_rows(s);
    const dim3 block(BLOCK_X, BLOCK_Y);
    const dim3 grid((unsigned)((pixels + BLOCK_Y - 1) / BLOCK_Y),
                    (s->OC + BLOCK_X - 1) / BLOCK_X);
    conv_direct_kernel<<<grid, block>>>(*s, X, W, Y);
    CUDA_CHECK_LAUNCH();
}
