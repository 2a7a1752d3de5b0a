/* dense.c -- the dense layer: three matrix multiplies.
 *
 *     Y  = f(X W + b)         X (batch, in)  W (in, units)  Y (batch, units)
 *     dZ = dY * f'
 *     dW = X^T dZ             db = column sums of dZ             dX = dZ W^T
 */
#include <stdio.h>
#include "column_sum.h"
#include "dense.h"

static bool dense_plan(Layer *l, int batch, char *error, size_t length)
{
    const size_t inputs = shape_size(l->in);
    if (l->units < 1 || inputs < 1 || inputs > (1U << 24)) {
        snprintf(error, length, "%zu inputs and %d units", inputs, l->units);
        return false;
    }
    l->out = (Shape){1, 1, l->units};
    l->fan_in = (int)inputs;
    l->weights = inputs * (size_t)l->units;
    l->biases = (size_t)l->units;
    l->scratch = column_sum_scratch(batch, l->units);
    return true;
}

// ANCHOR: dense
static void dense_forward(const Layer *l, const Pass *p)
{
    /* GEMM view: M=batch N=units K=in */
    p->gemm(&(Gemm){.M = p->batch,
                    .N = l->units,
                    .K = l->fan_in,
                    .A = p->X,
                    .lda = l->fan_in,
                    .B = p->W,
                    .ldb = l->units,
                    .C = p->Y,
                    .ldc = l->units,
                    .batch = 1});
    bias_activation(l->activation, p->batch, l->units, p->b, p->Y);
}

static void dense_backward(const Layer *l, const Pass *p)
{
    // dY becomes dZ, the gradient by what the activation was given.
    activation_backward(l->activation, (size_t)p->batch * (size_t)l->units,
                        p->Y, p->dY);

    /* dW = X^T dZ.  GEMM view: M=in N=units K=batch */
    p->gemm(&(Gemm){.op_a = GEMM_T,
                    .M = l->fan_in,
                    .N = l->units,
                    .K = p->batch,
                    .A = p->X,
                    .lda = l->fan_in,
                    .B = p->dY,
                    .ldb = l->units,
                    .C = p->dW,
                    .ldc = l->units,
                    .batch = 1});
    column_sum(p->batch, l->units, p->dY, p->scratch, p->db);

    if (p->dX != NULL) {
        /* dX = dZ W^T.  GEMM view: M=batch N=in K=units */
        p->gemm(&(Gemm){.op_b = GEMM_T,
                        .M = p->batch,
                        .N = l->fan_in,
                        .K = l->units,
                        .A = p->dY,
                        .lda = l->units,
                        .B = p->W,
                        .ldb = l->units,
                        .C = p->dX,
                        .ldc = l->fan_in,
                        .batch = 1});
    }
}
// ANCHOR_END: dense

const LayerOps dense_layer = {"dense",           dense_plan,
                              dense_forward,     dense_backward,
                              dense_forward_ref, dense_backward_ref};
