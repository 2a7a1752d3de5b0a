/* dense_ref.c -- the oracle of the dense layer: loops in double. */
#include <string.h>
#include "dense.h"

void dense_forward_ref(const Layer *l, const PassRef *p)
{
    const size_t in = (size_t)l->fan_in;
    const size_t units = (size_t)l->units;
    for (size_t n = 0; n < (size_t)p->batch; n++) {
        for (size_t j = 0; j < units; j++) {
            double sum = 0.0;
            for (size_t i = 0; i < in; i++) {
                sum += p->X[n * in + i] * p->W[i * units + j];
            }
            p->Y[n * units + j] = sum;
        }
    }
    bias_activation_ref(l->activation, p->batch, l->units, p->b, p->Y,
                        p->margin);
}

void dense_backward_ref(const Layer *l, const PassRef *p)
{
    const size_t batch = (size_t)p->batch;
    const size_t in = (size_t)l->fan_in;
    const size_t units = (size_t)l->units;
    activation_backward_ref(l->activation, batch * units, p->Y, p->dY);
    memset(p->dW, 0, l->weights * sizeof *p->dW);
    memset(p->db, 0, l->biases * sizeof *p->db);

    // The chain rule, one product at a time: Y[n][j] holds X[n][i] * W[i][j].
    for (size_t n = 0; n < batch; n++) {
        for (size_t i = 0; i < in; i++) {
            double dx = 0.0;
            for (size_t j = 0; j < units; j++) {
                const double dz = p->dY[n * units + j];
                p->dW[i * units + j] += p->X[n * in + i] * dz;
                dx += p->W[i * units + j] * dz;
            }
            if (p->dX != NULL) {
                p->dX[n * in + i] = dx;
            }
        }
        for (size_t j = 0; j < units; j++) {
            p->db[j] += p->dY[n * units + j];
        }
    }
}
