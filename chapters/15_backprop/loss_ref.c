/* loss_ref.c -- the oracle of loss.cu: plain C in double. */
#include <math.h>
#include <stddef.h>
#include "loss.h"

double softmax_cross_entropy_ref(int batch, int classes, const double *logits,
                                 const int *labels, double *dlogits)
{
    double loss = 0.0;
    for (int n = 0; n < batch; n++) {
        const double *z = logits + (size_t)n * (size_t)classes;
        double max = z[0];
        for (int c = 1; c < classes; c++) {
            max = fmax(max, z[c]);
        }
        double sum = 0.0;
        for (int c = 0; c < classes; c++) {
            sum += exp(z[c] - max);
        }
        loss += log(sum) - (z[labels[n]] - max);
        for (int c = 0; dlogits != NULL && c < classes; c++) {
            const double p = exp(z[c] - max) / sum;
            dlogits[(size_t)n * (size_t)classes + (size_t)c] =
                (p - (c == labels[n])) / batch;
        }
    }
    return loss / batch;
}

double binary_cross_entropy_ref(int batch, int classes, const double *logits,
                                const int *labels, double *dlogits)
{
    (void)classes; /* always 1 */
    double loss = 0.0;
    for (int n = 0; n < batch; n++) {
        const double z = logits[n];
        const double p = 1.0 / (1.0 + exp(-z));
        loss += fmax(z, 0.0) - z * labels[n] + log1p(exp(-fabs(z)));
        if (dlogits != NULL) {
            dlogits[n] = (p - labels[n]) / batch;
        }
    }
    return loss / batch;
}

const Loss softmax_cross_entropy_loss = {
    "softmax cross-entropy", softmax_cross_entropy, softmax_cross_entropy_ref};
const Loss binary_cross_entropy_loss = {
    "binary cross-entropy", binary_cross_entropy, binary_cross_entropy_ref};
