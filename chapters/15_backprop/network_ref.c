/* network_ref.c -- the engine of network.c once more, in double. */
#include <math.h>
#include <stdlib.h>
#include "common/check.h"
#include "network_ref.h"

NetworkRef network_ref_create(const NetworkSpec *spec, int batch)
{
    NetworkRef net = {.count = spec->count, .batch = batch, .loss = spec->loss};
    net.params = network_plan(spec, batch, net.layers);
    net.classes = (int)shape_size(net.layers[net.count - 1].out);
    net.w = host_alloc(net.params, sizeof *net.w);
    net.g = host_alloc(net.params, sizeof *net.g);
    net.output = host_alloc((size_t)net.count, sizeof *net.output);
    size_t most = 0;
    for (int i = 0; i < net.count; i++) {
        const size_t size = (size_t)batch * shape_size(net.layers[i].out);
        net.output[i] = host_alloc(size, sizeof *net.output[i]);
        most = size > most ? size : most;
    }
    for (int i = 0; i < 2; i++) {
        net.dy[i] = host_alloc(most, sizeof *net.dy[i]);
    }
    return net;
}

void network_ref_free(NetworkRef *net)
{
    for (int i = 0; i < net->count; i++) {
        free(net->output[i]);
    }
    free(net->output);
    free(net->dy[0]);
    free(net->dy[1]);
    free(net->w);
    free(net->g);
    *net = (NetworkRef){0};
}

void network_ref_set_params(NetworkRef *net, const float *params)
{
    for (size_t i = 0; i < net->params; i++) {
        net->w[i] = params[i];
    }
}

/* What layer i sees; its parameters start at `at` of the packed order. */
static PassRef pass_of(NetworkRef *net, int i, size_t at, const double *X)
{
    const size_t bias_at = at + net->layers[i].weights;
    return (PassRef){
        .batch = net->batch,
        .W = net->w + at,
        .b = net->w + bias_at,
        .X = i == 0 ? X : net->output[i - 1],
        .Y = net->output[i],
        .dY = net->dy[i % 2],
        .dX = i == 0 ? NULL : net->dy[(i + 1) % 2],
        .dW = net->g + at,
        .db = net->g + bias_at,
        .margin = &net->margin,
    };
}

double network_ref_forward(NetworkRef *net, const double *X, const int *labels)
{
    net->margin = INFINITY;
    size_t at = 0;
    for (int i = 0; i < net->count; i++) {
        const PassRef pass = pass_of(net, i, at, X);
        net->layers[i].ops->forward_ref(&net->layers[i], &pass);
        at += net->layers[i].weights + net->layers[i].biases;
    }
    return net->loss->ref(net->batch, net->classes, net->output[net->count - 1],
                          labels, NULL);
}

void network_ref_backward(NetworkRef *net, const double *X, const int *labels)
{
    const int last = net->count - 1;
    net->loss->ref(net->batch, net->classes, net->output[last], labels,
                   net->dy[last % 2]);
    size_t at = net->params;
    for (int i = last; i >= 0; i--) {
        at -= net->layers[i].weights + net->layers[i].biases;
        const PassRef pass = pass_of(net, i, at, X);
        net->layers[i].ops->backward_ref(&net->layers[i], &pass);
    }
}

double network_ref_difference(NetworkRef *net, const double *X,
                              const int *labels, size_t i, double h)
{
    const double w = net->w[i];
    net->w[i] = w + h;
    const double above = network_ref_forward(net, X, labels);
    net->w[i] = w - h;
    const double below = network_ref_forward(net, X, labels);
    net->w[i] = w;
    return (above - below) / (2.0 * h);
}
