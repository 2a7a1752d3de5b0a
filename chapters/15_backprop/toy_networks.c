/* toy_networks.c -- mlp and binary: layers, data, settings. */
#include <math.h>
#include "common/rng.h"
#include "dense.h"
#include "toy_networks.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

// ANCHOR: layers
static const Layer mlp[] = {
    {.ops = &dense_layer, .units = 64, .activation = RELU},
    {.ops = &dense_layer, .units = 10},
};

static const Layer binary[] = {
    {.ops = &dense_layer, .units = 10, .activation = RELU},
    {.ops = &dense_layer, .units = 1}, /* its sigmoid is part of the loss */
};
// ANCHOR_END: layers

/* A sigmoid among them too, so that its gradient is checked. */
static const Layer small_mlp[] = {
    {.ops = &dense_layer, .units = 6, .activation = RELU},
    {.ops = &dense_layer, .units = 5, .activation = SIGMOID},
    {.ops = &dense_layer, .units = 4},
};

static const Layer small_binary[] = {
    {.ops = &dense_layer, .units = 4, .activation = RELU},
    {.ops = &dense_layer, .units = 1},
};

enum { MLP_INPUTS = 128, MLP_CLASSES = 10, BINARY_INPUTS = 8 };

static void draw_mlp(uint64_t seed, int examples, float *X, int *labels)
{
    Rng rng = rng_seed(seed);
    float centres[MLP_CLASSES * MLP_INPUTS];
    rng_fill(&rng, centres, COUNT(centres), -0.25, 0.25);
    for (int n = 0; n < examples; n++) {
        labels[n] = (int)rng_below(&rng, MLP_CLASSES);
        const float *centre = centres + (size_t)labels[n] * MLP_INPUTS;
        for (int i = 0; i < MLP_INPUTS; i++) {
            *X++ = centre[i] + rng_uniform(&rng, -1.0, 1.0);
        }
    }
}

static void draw_binary(uint64_t seed, int examples, float *X, int *labels)
{
    Rng rng = rng_seed(seed);
    for (int n = 0; n < examples; n++) {
        rng_fill(&rng, X, BINARY_INPUTS, -1.0, 1.0);
        labels[n] = fabsf(X[0] + X[1] + X[2] + X[3]) < 1.0f;
        X += BINARY_INPUTS;
    }
}

const ToyNetwork toy_networks[TOY_NETWORKS] = {
    {
        .spec = {"mlp",
                 {1, 1, MLP_INPUTS},
                 mlp,
                 COUNT(mlp),
                 &softmax_cross_entropy_loss},
        .small = {"small mlp",
                  {1, 1, 7},
                  small_mlp,
                  COUNT(small_mlp),
                  &softmax_cross_entropy_loss},
        .examples = 2048,
        .epochs = 100,
        .batch = 64,
        .lr = 1e-3,
        .draw = draw_mlp,
    },
    {
        .spec = {"binary",
                 {1, 1, BINARY_INPUTS},
                 binary,
                 COUNT(binary),
                 &binary_cross_entropy_loss},
        .small = {"small binary",
                  {1, 1, 5},
                  small_binary,
                  COUNT(small_binary),
                  &binary_cross_entropy_loss},
        .examples = 4096,
        .epochs = 10,
        .batch = 32,
        .lr = 1e-3,
        .draw = draw_binary,
    },
};
