/* activation_ref.c -- the oracle of bias_activation: plain C in double. */
#include <math.h>
#include "bias_activation.h"

void bias_activation_ref(Activation f, int rows, int cols, const double *b,
                         double *Y, double *margin)
{
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < cols; col++) {
            double *y = &Y[(size_t)row * (size_t)cols + (size_t)col];
            const double z = *y + b[col];
            if (f == RELU) {
                *y = z < 0.0 ? 0.0 : z;
                *margin = fmin(*margin, fabs(z));
            } else if (f == SIGMOID) {
                *y = 1.0 / (1.0 + exp(-z));
            } else {
                *y = z;
            }
        }
    }
}

void activation_backward_ref(Activation f, size_t count, const double *Y,
                             double *dY)
{
    for (size_t i = 0; i < count; i++) {
        if (f == RELU) {
            dY[i] = Y[i] > 0.0 ? dY[i] : 0.0;
        } else if (f == SIGMOID) {
            dY[i] *= Y[i] * (1.0 - Y[i]);
        }
    }
}
