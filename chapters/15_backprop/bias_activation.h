/* bias_activation.h -- what a layer does after its matrix multiply: add the
 * bias, apply the activation; and the gradient of that.
 *
 *     forward    Y = f(Z + b)        Z comes in Y's place
 *     backward   dZ = dY * f'(Z + b) dY comes in dZ's place
 *
 * For ReLU and the sigmoid, f' can be told from the result Y alone, so that Z
 * need not be kept.
 */
#ifndef BIAS_ACTIVATION_H
#define BIAS_ACTIVATION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    LINEAR,  /* f(z) = z                                        */
    RELU,    /* f(z) = max(z, 0);       f' = 1 if Y > 0, else 0 */
    SIGMOID, /* f(z) = 1 / (1 + e^-z);  f' = Y (1 - Y)          */
} Activation;

/* Y (rows, cols) = f(Y + b), b (cols); device pointers.  rows 1 ... 1,048,560,
 * cols >= 1; anything else ends the program with EXIT_USAGE.  Enqueues and
 * returns. */
void bias_activation(Activation f, int rows, int cols, const float *b,
                     float *Y);

/* dY[i] = dY[i] * f'(i), told from Y[i]; count >= 1 elements.  Nothing to do
 * for LINEAR. */
void activation_backward(Activation f, size_t count, const float *Y, float *dY);

/* The same on the host, in double.  If an input of ReLU comes closer to its
 * kink at 0 than *margin, *margin is lowered to that distance: on the other
 * side of the kink rounding gives another gradient, and a comparison has to
 * know. */
void bias_activation_ref(Activation f, int rows, int cols, const double *b,
                         double *Y, double *margin);
void activation_backward_ref(Activation f, size_t count, const double *Y,
                             double *dY);

#ifdef __cplusplus
}
#endif
#endif
