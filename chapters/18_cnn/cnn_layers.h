/* cnn_layers.h -- the two layers that a convolutional network adds. */
#ifndef CNN_LAYERS_H
#define CNN_LAYERS_H

#include "network.h"

/* Convolution: window x window filters, `units` of them, stride and pad, then
 * bias and activation.  W is conv.h's (KH*KW*IC, OC). */
extern const LayerOps conv_layer;

/* Max-pooling: windows of window x window, a window apart unless stride says
 * otherwise. */
extern const LayerOps pool_layer;

/* Their oracles, straight from the definition, without im2col. */
void conv_forward_ref(const Layer *l, const PassRef *p);
void conv_backward_ref(const Layer *l, const PassRef *p);
void pool_forward_ref(const Layer *l, const PassRef *p);
void pool_backward_ref(const Layer *l, const PassRef *p);

#endif
