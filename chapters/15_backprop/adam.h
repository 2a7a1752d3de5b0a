/* adam.h -- the optimizer: how far each parameter moves.
 *
 * D. P. Kingma, J. Ba, "Adam: A method for stochastic optimization", ICLR 2015:
 *
 *     m <- beta1 m + (1 - beta1) g        running mean of the gradient
 *     v <- beta2 v + (1 - beta2) g^2      ... and of its square
 *     w <- w - lr * m^ / (sqrt(v^) + eps)
 *
 * where m^ = m / (1 - beta1^t) and v^ = v / (1 - beta2^t) undo the bias of
 * having started at 0; t counts steps from 1.
 */
#ifndef ADAM_H
#define ADAM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ADAM_BETA1 0.9
#define ADAM_BETA2 0.999
#define ADAM_EPS 1e-8

/* One step over count >= 1 parameters; w, m, v, g are device pointers, m and v
 * zero before step 1.  Enqueues and returns. */
void adam(size_t count, double lr, long step, const float *g, float *m,
          float *v, float *w);

/* The same on the host, in double. */
void adam_ref(size_t count, double lr, long step, const double *g, double *m,
              double *v, double *w);

#ifdef __cplusplus
}
#endif
#endif
