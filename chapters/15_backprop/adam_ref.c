/* adam_ref.c -- the oracle of adam.cu, written as the paper writes it. */
#include <math.h>
#include "adam.h"

void adam_ref(size_t count, double lr, long step, const double *g, double *m,
              double *v, double *w)
{
    for (size_t i = 0; i < count; i++) {
        m[i] = ADAM_BETA1 * m[i] + (1.0 - ADAM_BETA1) * g[i];
        v[i] = ADAM_BETA2 * v[i] + (1.0 - ADAM_BETA2) * g[i] * g[i];
        const double m_hat = m[i] / (1.0 - pow(ADAM_BETA1, (double)step));
        const double v_hat = v[i] / (1.0 - pow(ADAM_BETA2, (double)step));
        w[i] -= lr * m_hat / (sqrt(v_hat) + ADAM_EPS);
    }
}
