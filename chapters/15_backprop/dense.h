/* dense.h -- the dense layer: Y = f(X W + b), X (batch, in), W (in, units).
 * An input of several dimensions counts as one: flattening costs nothing. */
#ifndef DENSE_H
#define DENSE_H

#include "network.h"

extern const LayerOps dense_layer;

/* Its oracle. */
void dense_forward_ref(const Layer *l, const PassRef *p);
void dense_backward_ref(const Layer *l, const PassRef *p);

#endif
