/* cnn_layers_ref.c -- the oracles of convolution and pooling: the definitions
 * as loops, in double, without im2col. */
#include <math.h>
#include <string.h>
#include "cnn_layers.h"

/* Where channel 0 of pixel (h,w) of image n is. */
static size_t pixel(Shape s, size_t n, int h, int w)
{
    return ((n * (size_t)s.height + (size_t)h) * (size_t)s.width + (size_t)w) *
           (size_t)s.channels;
}

/* ---- convolution ---------------------------------------------------------*/

/* A convolution is a list of products, Y[y] += X[x] * W[w].  Forward and
 * backward walk the same list and differ in what they do with an entry. */
typedef void (*Product)(const PassRef *p, size_t x, size_t w, size_t y);

static void forward_product(const PassRef *p, size_t x, size_t w, size_t y)
{
    p->Y[y] += p->X[x] * p->W[w];
}

static void backward_product(const PassRef *p, size_t x, size_t w, size_t y)
{
    p->dW[w] += p->X[x] * p->dY[y];
    if (p->dX != NULL) {
        p->dX[x] += p->W[w] * p->dY[y];
    }
}

/* Output pixel (oh,ow) of image n: all of its products. */
static void products_of_pixel(const Layer *l, const PassRef *p, Product product,
                              size_t n, int oh, int ow)
{
    const size_t channels = (size_t)l->in.channels;
    const size_t units = (size_t)l->units;
    const size_t y = pixel(l->out, n, oh, ow);
    for (int kh = 0; kh < l->window; kh++) {
        for (int kw = 0; kw < l->window; kw++) {
            const int ih = oh * l->stride + kh - l->pad;
            const int iw = ow * l->stride + kw - l->pad;
            if (ih < 0 || ih >= l->in.height || iw < 0 || iw >= l->in.width) {
                continue;
            }
            const size_t x = pixel(l->in, n, ih, iw);
            const size_t w = (size_t)(kh * l->window + kw) * channels * units;
            for (size_t ic = 0; ic < channels; ic++) {
                for (size_t oc = 0; oc < units; oc++) {
                    product(p, x + ic, w + ic * units + oc, y + oc);
                }
            }
        }
    }
}

static void for_each_product(const Layer *l, const PassRef *p, Product product)
{
    for (size_t n = 0; n < (size_t)p->batch; n++) {
        for (int oh = 0; oh < l->out.height; oh++) {
            for (int ow = 0; ow < l->out.width; ow++) {
                products_of_pixel(l, p, product, n, oh, ow);
            }
        }
    }
}

void conv_forward_ref(const Layer *l, const PassRef *p)
{
    const size_t outputs = (size_t)p->batch * shape_size(l->out);
    memset(p->Y, 0, outputs * sizeof *p->Y);
    for_each_product(l, p, forward_product);
    bias_activation_ref(l->activation, (int)(outputs / l->biases), l->units,
                        p->b, p->Y, p->margin);
}

void conv_backward_ref(const Layer *l, const PassRef *p)
{
    const size_t outputs = (size_t)p->batch * shape_size(l->out);
    const size_t inputs = (size_t)p->batch * shape_size(l->in);
    activation_backward_ref(l->activation, outputs, p->Y, p->dY);
    memset(p->dW, 0, l->weights * sizeof *p->dW);
    memset(p->db, 0, l->biases * sizeof *p->db);
    if (p->dX != NULL) {
        memset(p->dX, 0, inputs * sizeof *p->dX);
    }
    for_each_product(l, p, backward_product);
    for (size_t y = 0; y < outputs; y++) {
        p->db[y % l->biases] += p->dY[y];
    }
}

/* ---- max-pooling ---------------------------------------------------------*/

/* The index in X of what wins the window of output (oh,ow), channel c; *lead
 * is by how much it beats the second. */
static size_t winner_of(const Layer *l, const double *X, size_t n, int oh,
                        int ow, size_t c, double *lead)
{
    size_t winner = 0;
    double best = -INFINITY;
    double second = -INFINITY;
    for (int i = 0; i < l->window; i++) {
        for (int j = 0; j < l->window; j++) {
            const size_t x =
                pixel(l->in, n, oh * l->stride + i, ow * l->stride + j) + c;
            if (X[x] > best) {
                second = best;
                best = X[x];
                winner = x;
            } else {
                second = fmax(second, X[x]);
            }
        }
    }
    *lead = best - second;
    return winner;
}

/* Calls product(p, x, 0, y) for every output y and its winner x. */
static void for_each_winner(const Layer *l, const PassRef *p, Product product)
{
    for (size_t n = 0; n < (size_t)p->batch; n++) {
        for (int oh = 0; oh < l->out.height; oh++) {
            for (int ow = 0; ow < l->out.width; ow++) {
                for (size_t c = 0; c < (size_t)l->in.channels; c++) {
                    double lead;
                    const size_t x = winner_of(l, p->X, n, oh, ow, c, &lead);
                    product(p, x, 0, pixel(l->out, n, oh, ow) + c);
                    // Zeros that ReLU has cut off are exact ties: rounding
                    // cannot break them, and their gradient is 0 anyway.
                    if (p->X[x] != 0.0 || lead != 0.0) {
                        *p->margin = fmin(*p->margin, lead);
                    }
                }
            }
        }
    }
}

static void take(const PassRef *p, size_t x, size_t w, size_t y)
{
    (void)w;
    p->Y[y] = p->X[x];
}

static void give_back(const PassRef *p, size_t x, size_t w, size_t y)
{
    (void)w;
    p->dX[x] += p->dY[y];
}

void pool_forward_ref(const Layer *l, const PassRef *p)
{
    for_each_winner(l, p, take);
}

void pool_backward_ref(const Layer *l, const PassRef *p)
{
    if (p->dX != NULL) {
        const size_t inputs = (size_t)p->batch * shape_size(l->in);
        memset(p->dX, 0, inputs * sizeof *p->dX);
        for_each_winner(l, p, give_back);
    }
}
