/* conv_layer.c -- the convolution as a layer: three matrix multiplies again.
 *
 *     cols = im2col(X)
 *     Y    = f(cols W + b)     cols (N*OH*OW, KH*KW*IC)  W (KH*KW*IC, OC)
 *     dZ   = dY * f'
 *     dW   = cols^T dZ         db = column sums of dZ
 *     dX   = col2im(dZ W^T)
 *
 * cols is kept from forward to backward in the layer's `saved` memory.
 */
#include <stdio.h>
#include "cnn_layers.h"
#include "col2im.h"
#include "column_sum.h"
#include "conv.h"

/* dW sums over all N*OH*OW rows, tens of thousands, but has only KH*KW*IC x OC
 * elements, too few to keep a GPU busy.  So the rows are cut into slices of
 * this many; each slice makes a dW of its own, and their sum is taken last. */
enum { SLICE_ROWS = 512 };

static ConvShape shape_of(const Layer *l, int batch)
{
    return (ConvShape){.N = batch,
                       .IC = l->in.channels,
                       .IH = l->in.height,
                       .IW = l->in.width,
                       .OC = l->units,
                       .KH = l->window,
                       .KW = l->window,
                       .stride = l->stride,
                       .pad = l->pad,
                       .OH = l->out.height,
                       .OW = l->out.width};
}

static int rows_of(const Layer *l, int batch)
{
    return batch * l->out.height * l->out.width;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool conv_plan(Layer *l, int batch, char *error, size_t length)
{
    l->stride = l->stride == 0 ? 1 : l->stride;
    ConvShape s = shape_of(l, batch);
    char why[CONV_ERROR_LENGTH];
    if (!conv_shape(&s, why)) {
        snprintf(error, length, "%s", why);
        return false;
    }
    l->out = (Shape){s.OH, s.OW, s.OC};
    l->fan_in = s.KH * s.KW * s.IC;
    l->weights = (size_t)l->fan_in * (size_t)s.OC;
    l->biases = (size_t)s.OC;
    l->saved = conv_cols_rows(&s) * conv_cols_width(&s);

    // Scratch holds, one after the other: column_sum's for db, the slices of
    // dW with column_sum's for them, and dcols.
    const int rows = rows_of(l, batch);
    const int slices = rows / SLICE_ROWS + 1;
    const size_t slice_sum = (size_t)slices * l->weights +
                             column_sum_scratch(slices, (int)l->weights);
    l->scratch =
        max_size(column_sum_scratch(rows, s.OC), max_size(slice_sum, l->saved));
    return true;
}

static void conv_forward(const Layer *l, const Pass *p)
{
    const ConvShape s = shape_of(l, p->batch);
    conv_im2col(&s, p->gemm, p->X, p->W, p->saved, p->Y);
    bias_activation(l->activation, rows_of(l, p->batch), s.OC, p->b, p->Y);
}

// ANCHOR: backward
static void weight_gradient(const Layer *l, const Pass *p)
{
    const int rows = rows_of(l, p->batch);
    const int full = rows / SLICE_ROWS;
    const int rest = rows % SLICE_ROWS;
    const int slices = full + (rest > 0);
    float *slice = slices == 1 ? p->dW : p->scratch;

    /* dW = cols^T dZ.  GEMM view: M=KH*KW*IC N=OC K=rows of the slice */
    Gemm g = {.op_a = GEMM_T,
              .M = l->fan_in,
              .N = l->units,
              .K = SLICE_ROWS,
              .A = p->saved,
              .lda = l->fan_in,
              .B = p->dY,
              .ldb = l->units,
              .C = slice,
              .ldc = l->units,
              .batch = full,
              .stride_a = (long long)SLICE_ROWS * l->fan_in,
              .stride_b = (long long)SLICE_ROWS * l->units,
              .stride_c = (long long)l->weights};
    if (full > 0) {
        p->gemm(&g);
    }
    if (rest > 0) {
        g.A += full * g.stride_a;
        g.B += full * g.stride_b;
        g.C += full * g.stride_c;
        g.K = rest;
        g.batch = 1;
        p->gemm(&g);
    }
    if (slices > 1) {
        column_sum(slices, (int)l->weights, slice,
                   slice + (size_t)slices * l->weights, p->dW);
    }
}

static void conv_backward(const Layer *l, const Pass *p)
{
    const ConvShape s = shape_of(l, p->batch);
    const int rows = rows_of(l, p->batch);
    activation_backward(l->activation, (size_t)rows * (size_t)s.OC, p->Y,
                        p->dY);
    weight_gradient(l, p);
    column_sum(rows, s.OC, p->dY, p->scratch, p->db);

    if (p->dX != NULL) {
        /* dcols = dZ W^T.  GEMM view: M=N*OH*OW N=KH*KW*IC K=OC */
        p->gemm(&(Gemm){.op_b = GEMM_T,
                        .M = rows,
                        .N = l->fan_in,
                        .K = l->units,
                        .A = p->dY,
                        .lda = l->units,
                        .B = p->W,
                        .ldb = l->units,
                        .C = p->scratch,
                        .ldc = l->fan_in,
                        .batch = 1});
        col2im(&s, p->scratch, p->dX);
    }
}
// ANCHOR_END: backward

const LayerOps conv_layer = {"conv",           conv_plan,
                             conv_forward,     conv_backward,
                             conv_forward_ref, conv_backward_ref};
