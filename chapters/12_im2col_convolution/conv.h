/* conv.h -- the geometry of a convolution, and convolution as im2col + GEMM.
 *
 * Layouts, throughout the book (NHWC: the channel is the fastest index):
 *     X  input    [N, IH, IW, IC]
 *     W  filters  [KH, KW, IC, OC]          = a (KH*KW*IC, OC) matrix
 *     Y  output   [N, OH, OW, OC]           = a (N*OH*OW, OC) matrix
 *     cols        [N*OH*OW, KH*KW*IC]
 * so that Y = cols * W is one plain GEMM whose result already lies where the
 * next layer wants it.
 */
#ifndef CONV_H
#define CONV_H

#include <stdbool.h>
#include <stddef.h>
#include "gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int N, IC, IH, IW; /* batch, input channels, height, width           */
    int OC, KH, KW;    /* output channels, filter height, width          */
    int stride, pad;   /* the same in both directions                    */
    int OH, OW;        /* output height, width: conv_shape() sets them   */
} ConvShape;

enum { CONV_ERROR_LENGTH = 256 };

/* Sets OH = (IH + 2 pad - KH) / stride + 1 and OW alike.  False, with a
 * sentence in `error`, when a number is out of range (all >= 1, pad >= 0) or
 * when the filter does not fit into the padded input. */
bool conv_shape(ConvShape *s, char error[CONV_ERROR_LENGTH]);

/* Rows and columns of the im2col matrix. */
size_t conv_cols_rows(const ConvShape *s);  /* N*OH*OW  */
size_t conv_cols_width(const ConvShape *s); /* KH*KW*IC */

/* cols <- X, zeros where the filter hangs over the edge. */
void im2col(const ConvShape *s, const float *X, float *cols);

/* Y = X (*) W, cross-correlation as everywhere in deep learning; cols is
 * scratch of conv_cols_rows * conv_cols_width floats.  All device pointers. */
void conv_im2col(const ConvShape *s, GemmFn gemm, const float *X,
                 const float *W, float *cols, float *Y);

/* The same without a buffer, one thread per output: the baseline. */
void conv_direct(const ConvShape *s, const float *X, const float *W, float *Y);

/* The oracle: seven loops in double, host pointers.  scale[i] = sum |x||w|,
 * may be NULL. */
void conv_ref(const ConvShape *s, const float *X, const float *W, double *Y,
              double *scale);

#ifdef __cplusplus
}
#endif
#endif
