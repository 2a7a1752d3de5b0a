/* toy_networks.h -- the two networks of chapter 15 and the data they learn.
 *
 * The data are drawn from a seed, so that every machine (and every language
 * that knows rng.h) has the same.
 */
#ifndef TOY_NETWORKS_H
#define TOY_NETWORKS_H

#include "network.h"

typedef struct {
    NetworkSpec spec;
    NetworkSpec small; /* the same kinds of layers, for central differences */
    int examples, epochs, batch;
    double lr;
    /* X[examples][inputs], labels[examples] */
    void (*draw)(uint64_t seed, int examples, float *X, int *labels);
} ToyNetwork;

enum { TOY_NETWORKS = 2 };

/* mlp: which of ten centres is a noisy point of 128 dimensions nearest to?
 * binary: is |x0 + x1 + x2 + x3| < 1?  No plane separates these. */
extern const ToyNetwork toy_networks[TOY_NETWORKS];

#endif
