/* network_ref.h -- the oracle: the same network, on the host, in double. */
#ifndef NETWORK_REF_H
#define NETWORK_REF_H

#include "network.h"

typedef struct {
    Layer layers[NETWORK_LAYERS_MAX];
    int count, batch, classes;
    const Loss *loss;
    size_t params;
    double *w, *g;   /* parameters and gradients, packed: W, b per layer    */
    double **output; /* of each layer                                       */
    double *dy[2];
    double margin; /* closest approach to a kink in the last forward pass */
} NetworkRef;

NetworkRef network_ref_create(const NetworkSpec *spec, int batch);
void network_ref_free(NetworkRef *net);

void network_ref_set_params(NetworkRef *net, const float *params);

/* The mean loss of the whole planned batch; sets margin and leaves the logits
 * in output[count - 1]. */
double network_ref_forward(NetworkRef *net, const double *X, const int *labels);

/* The gradients, after network_ref_forward. */
void network_ref_backward(NetworkRef *net, const double *X, const int *labels);

/* The derivative of the loss by parameter i, by central differences: (L(w+h) -
 * L(w-h)) / 2h.  Right to about h^2 and eps/h; it knows nothing of gradients,
 * which is what makes it a judge of them. */
double network_ref_difference(NetworkRef *net, const double *X,
                              const int *labels, size_t i, double h);

#endif
