/* cnn_networks.c -- mnist-cnn, and a small one for the gradient check. */
#include "cnn_layers.h"
#include "cnn_networks.h"
#include "dense.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

// ANCHOR: layers
static const Layer mnist_layers[] = {
    {.ops = &conv_layer, .units = 32, .window = 3, .activation = RELU},
    {.ops = &pool_layer, .window = 2},
    {.ops = &conv_layer, .units = 64, .window = 3, .activation = RELU},
    {.ops = &pool_layer, .window = 2},
    {.ops = &conv_layer, .units = 64, .window = 3, .activation = RELU},
    {.ops = &dense_layer, .units = 64, .activation = RELU},
    {.ops = &dense_layer, .units = 10},
};

const NetworkSpec mnist_cnn = {"mnist-cnn",
                               {28, 28, 1},
                               mnist_layers,
                               COUNT(mnist_layers),
                               &softmax_cross_entropy_loss};
// ANCHOR_END: layers

static const Layer small_layers[] = {
    {.ops = &conv_layer, .units = 3, .window = 3, .pad = 1, .activation = RELU},
    {.ops = &pool_layer, .window = 2},
    {.ops = &conv_layer,
     .units = 2,
     .window = 2,
     .stride = 2,
     .pad = 1,
     .activation = SIGMOID},
    {.ops = &pool_layer, .window = 2, .stride = 1},
    {.ops = &dense_layer, .units = 4, .activation = RELU},
    {.ops = &dense_layer, .units = 3},
};

const NetworkSpec small_cnn = {"small cnn",
                               {7, 9, 2},
                               small_layers,
                               COUNT(small_layers),
                               &softmax_cross_entropy_loss};
