/* network_bench.h -- how long does a training step take, and where? */
#ifndef NETWORK_BENCH_H
#define NETWORK_BENCH_H

#include "common/bench.h"
#include "network.h"

/* Times network_step on `count` networks that take turns; out[count]. */
void network_bench(Network *nets, int count, int batch, const float *X_dev,
                   const int *labels_dev, int reps, BenchTime *out);

/* Multiply-adds count as two; a step's matrix multiplies are what is counted:
 * forward, weight gradient, and input gradient except in the first layer. */
double network_step_flops(const Network *net, int batch);

/* Times each layer alone, forward and backward, on the data that a step has
 * left, and writes "layer,kind,pass,ms" lines to a CSV; false if it cannot be
 * written. */
bool network_breakdown(Network *net, int batch, const float *X_dev,
                       const char *csv);

#endif
