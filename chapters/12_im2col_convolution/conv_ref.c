/* conv_ref.c -- the oracle: the definition of convolution, loop by loop. */
#include <math.h>

#include "conv.h"

// ANCHOR: ref
void conv_ref(const ConvShape *s, const float *X, const float *W, double *Y,
              double *scale)
{
    const size_t OC = (size_t)s->OC;
    const size_t outputs = conv_cols_rows(s) * OC;
    for (size_t i = 0; i < outputs; i++) {
        Y[i] = 0.0;
        if (scale) {
            scale[i] = 0.0;
        }
    }

    size_t y = 0; // the first of the OC outputs at (n, oh, ow)
    for (int n = 0; n < s->N; n++) {
        for (int oh = 0; oh < s->OH; oh++) {
            for (int ow = 0; ow < s->OW; ow++, y += OC) {
                size_t w = 0; // the first of the OC weights at (kh, kw, ic)
                for (int kh = 0; kh < s->KH; kh++) {
                    for (int kw = 0; kw < s->KW; kw++) {
                        const int ih = oh * s->stride + kh - s->pad;
                        const int iw = ow * s->stride + kw - s->pad;
                        for (int ic = 0; ic < s->IC; ic++, w += OC) {
                            if (ih < 0 || ih >= s->IH || iw < 0 ||
                                iw >= s->IW) {
                                continue; // padding: a product with zero
                            }
                            const size_t row =
                                (size_t)n * (size_t)s->IH + (size_t)ih;
                            const size_t pixel =
                                row * (size_t)s->IW + (size_t)iw;
                            const double x =
                                X[pixel * (size_t)s->IC + (size_t)ic];
                            for (size_t oc = 0; oc < OC; oc++) {
                                const double product = x * W[w + oc];
                                Y[y + oc] += product;
                                if (scale) {
                                    scale[y + oc] += fabs(product);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
// ANCHOR_END: ref
