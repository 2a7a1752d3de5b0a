/* network_variants.h -- one network on each of the chosen matrix multiplies.
 *
 * The networks differ in nothing but the GEMM they call, so that a training
 * step shows what a better multiply is worth.  The chapters that train use
 * this for verifying, timing and reporting.
 */
#ifndef NETWORK_VARIANTS_H
#define NETWORK_VARIANTS_H

#include "common/bench.h"
#include "common/report.h"
#include "network.h"

enum { GEMM_VARIANTS = 2 };

/* "naive", "tiled": for args_select and --list. */
extern const char *const gemm_variant_names[GEMM_VARIANTS];

typedef struct {
    const NetworkSpec *spec;
    int count;
    const char *names[GEMM_VARIANTS];
    Network nets[GEMM_VARIANTS];
    bool verified[GEMM_VARIANTS];
    double max_rel_err[GEMM_VARIANTS];
    BenchTime times[GEMM_VARIANTS];
} NetworkVariants;

/* A network for every selected variant, all with the weights of `seed`. */
NetworkVariants network_variants_create(const NetworkSpec *spec, int batch,
                                        const bool selected[GEMM_VARIANTS],
                                        uint64_t seed);
void network_variants_free(NetworkVariants *v);

/* The one that learns: on the last, the best, of the chosen multiplies. */
Network *network_variants_learner(NetworkVariants *v);

/* network_check_device for each, on inputs of its own; whether all are right.
 * A variant that has failed once stays failed. */
bool network_variants_verify(NetworkVariants *v, int batch, uint64_t seed);

/* Times a training step of each; they take turns. */
void network_variants_bench(NetworkVariants *v, int batch, const float *X_dev,
                            const int *labels_dev, int reps);

/* One row per variant. */
void network_variants_report(const NetworkVariants *v, int batch,
                             Report *report);

/* The arithmetic of a step: its matrix multiplies, forward, by weight and,
 * except in the first layer, by input; a multiply-add counts as two. */
double network_step_flops(const Network *net, int batch);

/* Times each layer alone, forward and backward, on the data that a step has
 * left, and writes a CSV of layer,kind,pass,ms.  A file that cannot be written
 * ends the program with EXIT_SYSTEM. */
void network_breakdown(Network *net, int batch, const float *X_dev,
                       const char *csv);

#endif
