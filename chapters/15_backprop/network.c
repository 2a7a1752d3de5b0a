/* network.c -- the engine: plans memory, then walks the layers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "common/check.h"
#include "common/rng.h"
#include "adam.h"
#include "column_sum.h"
#include "network.h"

/* ---- the plan ------------------------------------------------------------*/

size_t shape_size(Shape s)
{
    return (size_t)s.height * (size_t)s.width * (size_t)s.channels;
}

size_t network_plan(const NetworkSpec *spec, int batch,
                    Layer layers[NETWORK_LAYERS_MAX])
{
    if (spec->count < 1 || spec->count > NETWORK_LAYERS_MAX) {
        die(EXIT_USAGE, "%s: %d layers; there can be 1 to %d", spec->name,
            spec->count, NETWORK_LAYERS_MAX);
    }
    size_t params = 0;
    Shape shape = spec->input;
    for (int i = 0; i < spec->count; i++) {
        char error[256];
        layers[i] = spec->layers[i];
        layers[i].in = shape;
        if (!layers[i].ops->plan(&layers[i], batch, error, sizeof error)) {
            die(EXIT_USAGE, "%s, layer %d (%s): %s", spec->name, i + 1,
                layers[i].ops->name, error);
        }
        shape = layers[i].out;
        params += layers[i].weights + layers[i].biases;
    }
    return params;
}

/* Hands out `count` floats of an arena whose first *used are taken.  Pieces
 * start at multiples of 256 bytes, as those of cudaMalloc do. */
static size_t arena_take(size_t *used, size_t count)
{
    const size_t at = *used;
    *used += (count + 63) / 64 * 64;
    return at;
}

static float *arena_alloc(size_t floats, int fill)
{
    void *arena = NULL;
    CUDA_CHECK(cudaMalloc(&arena, floats * sizeof(float)));
    CUDA_CHECK(cudaMemset(arena, fill, floats * sizeof(float)));
    return arena;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

Network network_create(const NetworkSpec *spec, int batch, GemmFn gemm)
{
    Network net = {.name = spec->name,
                   .count = spec->count,
                   .loss = spec->loss,
                   .gemm = gemm,
                   .batch = batch};
    net.params = network_plan(spec, batch, net.layers);
    net.classes = (int)shape_size(net.layers[net.count - 1].out);

    const size_t examples = (size_t)batch;
    size_t output = 0;
    size_t scratch = column_sum_scratch(batch, 2);
    for (int i = 0; i < net.count; i++) {
        Layer *layer = &net.layers[i];
        const size_t size = examples * shape_size(layer->out);
        layer->weights_at = arena_take(&net.arena, layer->weights);
        layer->biases_at = arena_take(&net.arena, layer->biases);
        layer->output_at = arena_take(&net.floats, size);
        layer->saved_at = arena_take(&net.floats, layer->saved);
        output = max_size(output, size);
        scratch = max_size(scratch, layer->scratch);
    }
    const size_t dy[2] = {arena_take(&net.floats, output),
                          arena_take(&net.floats, output)};
    const size_t scratch_at = arena_take(&net.floats, scratch);
    const size_t stats_at = arena_take(&net.floats, 2 * examples);
    const size_t sums_at = arena_take(&net.floats, 2);

    // 0xff in every byte of a float is a NaN.
    net.act_dev = arena_alloc(net.floats, 0xff);
    net.dy_dev[0] = net.act_dev + dy[0];
    net.dy_dev[1] = net.act_dev + dy[1];
    net.scratch_dev = net.act_dev + scratch_at;
    net.stats_dev = net.act_dev + stats_at;
    net.sums_dev = net.act_dev + sums_at;

    // Zeros here, because Adam also walks over the padding between tensors.
    net.w_dev = arena_alloc(net.arena, 0);
    net.g_dev = arena_alloc(net.arena, 0);
    net.m_dev = arena_alloc(net.arena, 0);
    net.v_dev = arena_alloc(net.arena, 0);
    return net;
}

void network_free(Network *net)
{
    CUDA_CHECK(cudaFree(net->act_dev));
    CUDA_CHECK(cudaFree(net->w_dev));
    CUDA_CHECK(cudaFree(net->g_dev));
    CUDA_CHECK(cudaFree(net->m_dev));
    CUDA_CHECK(cudaFree(net->v_dev));
    *net = (Network){0};
}

size_t network_bytes(const Network *net)
{
    return (4 * net->arena + net->floats) * sizeof(float);
}

void network_print(const Network *net)
{
    static const char *const activations[] = {"", "ReLU", "sigmoid"};
    printf("%s: %zu parameters, batches of %d, %.1f MiB on the device\n",
           net->name, net->params, net->batch,
           (double)network_bytes(net) / (1 << 20));
    for (int i = 0; i < net->count; i++) {
        const Layer *l = &net->layers[i];
        char in[48];
        char out[48];
        snprintf(in, sizeof in, "%dx%dx%d", l->in.height, l->in.width,
                 l->in.channels);
        snprintf(out, sizeof out, "%dx%dx%d", l->out.height, l->out.width,
                 l->out.channels);
        printf("  %-9s %-12s -> %-12s %8zu  %s\n", l->ops->name, in, out,
               l->weights + l->biases, activations[l->activation]);
    }
    printf("  %s\n", net->loss->name);
}

/* ---- parameters ----------------------------------------------------------*/

/* Copies between an arena and the packed order of the host, all layers. */
static void copy_tensors(const Network *net, float *arena_dev, float *host,
                         enum cudaMemcpyKind kind)
{
    for (int i = 0; i < net->count; i++) {
        const Layer *l = &net->layers[i];
        const size_t at[2] = {l->weights_at, l->biases_at};
        const size_t count[2] = {l->weights, l->biases};
        for (int t = 0; t < 2; t++) {
            float *device = arena_dev + at[t];
            const bool up = kind == cudaMemcpyHostToDevice;
            if (count[t] > 0) {
                CUDA_CHECK(cudaMemcpy(up ? device : host, up ? host : device,
                                      count[t] * sizeof(float), kind));
            }
            host += count[t];
        }
    }
}

void network_set_params(Network *net, const float *params)
{
    copy_tensors(net, net->w_dev, (float *)params, cudaMemcpyHostToDevice);
}

void network_get_params(const Network *net, float *params)
{
    copy_tensors(net, net->w_dev, params, cudaMemcpyDeviceToHost);
}

void network_get_gradients(const Network *net, float *gradients)
{
    copy_tensors(net, net->g_dev, gradients, cudaMemcpyDeviceToHost);
}

void network_draw_params(const Layer *layers, int count, uint64_t seed,
                         float *params)
{
    Rng rng = rng_seed(seed);
    for (int i = 0; i < count; i++) {
        const Layer *l = &layers[i];
        if (l->weights > 0) {
            const double bound = sqrt(6.0 / l->fan_in);
            rng_fill(&rng, params, l->weights, -bound, bound);
        }
        params += l->weights;
        for (size_t b = 0; b < l->biases; b++) {
            *params++ = 0.0f;
        }
    }
}

void network_init(Network *net, uint64_t seed)
{
    float *params = host_alloc(net->params, sizeof *params);
    network_draw_params(net->layers, net->count, seed, params);
    network_set_params(net, params);
    free(params);

    net->steps = 0;
    CUDA_CHECK(cudaMemset(net->m_dev, 0, net->arena * sizeof(float)));
    CUDA_CHECK(cudaMemset(net->v_dev, 0, net->arena * sizeof(float)));
}

/* ---- one step ------------------------------------------------------------*/

// ANCHOR: pass
Pass network_pass(const Network *net, int i, int batch, const float *X_dev)
{
    const Layer *l = &net->layers[i];
    return (Pass){
        .batch = batch,
        .gemm = net->gemm,
        .W = net->w_dev + l->weights_at,
        .b = net->w_dev + l->biases_at,
        .X = i == 0 ? X_dev : net->act_dev + net->layers[i - 1].output_at,
        .Y = net->act_dev + l->output_at,
        // Two buffers take turns: this layer's dX is the dY of the one before.
        .dY = net->dy_dev[i % 2],
        .dX = i == 0 ? NULL : net->dy_dev[(i + 1) % 2],
        .dW = net->g_dev + l->weights_at,
        .db = net->g_dev + l->biases_at,
        .saved = net->act_dev + l->saved_at,
        .scratch = net->scratch_dev,
    };
}
// ANCHOR_END: pass

float *network_forward(Network *net, int batch, const float *X_dev)
{
    if (batch < 1 || batch > net->batch) {
        die(EXIT_USAGE, "%s: a batch of %d; planned for 1 to %d", net->name,
            batch, net->batch);
    }
    for (int i = 0; i < net->count; i++) {
        const Pass pass = network_pass(net, i, batch, X_dev);
        net->layers[i].ops->forward(&net->layers[i], &pass);
    }
    return net->act_dev + net->layers[net->count - 1].output_at;
}

StepResult network_loss(Network *net, int batch, const int *labels_dev)
{
    const int last = net->count - 1;
    const float *logits = net->act_dev + net->layers[last].output_at;
    net->loss->run(batch, net->classes, logits, labels_dev,
                   net->dy_dev[last % 2], net->stats_dev);
    column_sum(batch, 2, net->stats_dev, net->scratch_dev, net->sums_dev);

    float sums[2];
    CUDA_CHECK(
        cudaMemcpy(sums, net->sums_dev, sizeof sums, cudaMemcpyDeviceToHost));
    return (StepResult){(double)sums[0] / batch, (int)sums[1]};
}

// ANCHOR: backward
void network_backward(Network *net, int batch, const float *X_dev)
{
    for (int i = net->count - 1; i >= 0; i--) {
        const Pass pass = network_pass(net, i, batch, X_dev);
        net->layers[i].ops->backward(&net->layers[i], &pass);
    }
}
// ANCHOR_END: backward

void network_adam(Network *net, double lr)
{
    net->steps++;
    adam(net->arena, lr, net->steps, net->g_dev, net->m_dev, net->v_dev,
         net->w_dev);
}

// ANCHOR: step
StepResult network_step(Network *net, int batch, const float *X_dev,
                        const int *labels_dev, double lr)
{
    network_forward(net, batch, X_dev);
    const StepResult result = network_loss(net, batch, labels_dev);
    network_backward(net, batch, X_dev);
    network_adam(net, lr);
    return result;
}
// ANCHOR_END: step
