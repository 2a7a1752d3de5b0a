/* Chapter 12 -- im2col: turn a convolution into one matrix multiply.
 *
 * IDEA      Copy the patch under the filter, for every position of the filter,
 *           into a row of its own.  Every output is then the product of such a
 *           row with a column of weights: Y = cols * W, and chapter 05 has the
 *           kernel for that.
 *
 * SHAPES    X [N,IH,IW,IC] -> cols [N*OH*OW, KH*KW*IC]
 * LAUNCH    block (columns, rows), 256 threads: thread (x,y) copies, for one
 *           position of the filter, element x under each of its KH rows; as
 *           many columns as there are elements, rounded up to a power of two,
 *           32 at most
 *           grid  (blocks of rows, blocks of columns): the rows take the
 *           grid's x, which has room for 2^31 blocks; its y ends at 65,535
 * FLOPS     none
 * GLOBAL    N*OH*OW*KH*KW*IC floats read, as many written: the input is stored
 *           about KH*KW/stride^2 times
 * NEXT      the copies are written to memory only to be read once: a GEMM that
 *           fetches its tiles from X itself needs no buffer (chapter 13)
 */
#include "common/check.h"
#include "conv.h"

#define BLOCK 256

// ANCHOR: kernel
__global__ void im2col_kernel(ConvShape s, const float *X, float *cols)
{
    const int run = s.KW * s.IC; // the floats under one row of the filter
    const int row = blockIdx.x * blockDim.y + threadIdx.y;
    const int col = blockIdx.y * blockDim.x + threadIdx.x;
    const int ow = row % s.OW; // row counts (n,oh,ow) through
    const int oh = row / s.OW % s.OH;
    const int n = row / s.OW / s.OH;
    if (n >= s.N || col >= run) {
        return;
    }

    // BEGIN SOLUTION
    // In its line of the input this element is number `at`; before the line
    // and behind it lies the padding.
    const int at = (ow * s.stride - s.pad) * s.IC + col;
    const bool in_line = at >= 0 && at < s.IW * s.IC;

    float *out = cols + (size_t)row * s.KH * run + col;
    for (int kh = 0; kh < s.KH; kh++) {
        const int ih = oh * s.stride + kh - s.pad;
        const bool inside = in_line && ih >= 0 && ih < s.IH;
        const size_t line = ((size_t)n * s.IH + ih) * s.IW * s.IC;
        out[(size_t)kh * run] = inside ? X[line + at] : 0.0f;
    }
    // END SOLUTION
}
// ANCHOR_END: kernel

extern "C" void im2col(const ConvShape *s, const float *X, float *cols)
{
    const size_t rows = conv_cols_rows(s);
    const size_t run = (size_t)s->KW * (size_t)s->IC;
    unsigned columns = 1;
    while (columns < run && columns < 32) {
        columns *= 2;
    }
    const dim3 block(columns, BLOCK / columns);
    const dim3 grid((unsigned)((rows + block.y - 1) / block.y),
                    (unsigned)((run + block.x - 1) / block.x));
    im2col_kernel<<<grid, block>>>(*s, X, cols);
    CUDA_CHECK_LAUNCH();
}

// ANCHOR: conv
extern "C" void conv_im2col(const ConvShape *s, GemmFn gemm, const float *X,
                            const float *W, float *cols, float *Y)
{
    im2col(s, X, cols);

    // GEMM view: M = N*OH*OW, N = OC, K = KH*KW*IC.
    Gemm g = {};
    g.op_a = GEMM_N;
    g.op_b = GEMM_N;
    g.M = (int)conv_cols_rows(s);
    g.N = s->OC;
    g.K = (int)conv_cols_width(s);
    g.A = cols;
    g.lda = g.K;
    g.B = W;
    g.ldb = g.N;
    g.C = Y;
    g.ldc = g.N;
    g.batch = 1;
    gemm(&g);
}
// ANCHOR_END: conv
