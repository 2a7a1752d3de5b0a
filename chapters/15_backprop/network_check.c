/* network_check.c -- kernels against double, double against differences. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "common/check.h"
#include "common/compare.h"
#include "common/device_buffer.h"
#include "common/rng.h"
#include "network_check.h"
#include "network_ref.h"

/* ReLU and max-pooling have kinks.  Where an input lies closer to one than
 * rounding (or than h) can move it, both sides may be right and yet differ; so
 * such inputs are not used, and others are drawn. */
#define DEVICE_MARGIN 2e-6
#define DIFFERENCE_MARGIN 1e-4
#define DIFFERENCE_H 1e-6

/* Allowed errors, relative to the largest element of a tensor: in units of
 * 2^-24 on the device, plainly for the differences. */
#define DEVICE_FACTOR 256.0
#define DIFFERENCE_TOLERANCE 1e-6

enum { DRAWS_MAX = 1000 };

/* A reference network with everything it needs. */
typedef struct {
    NetworkRef ref;
    float *params, *X; /* as the device gets them */
    double *X_ref;
    int *labels;
    size_t inputs;
    double loss;
} Trial;

static void trial_free(Trial *t)
{
    network_ref_free(&t->ref);
    free(t->params);
    free(t->X);
    free(t->X_ref);
    free(t->labels);
}

static Trial trial_create(const NetworkSpec *spec, int batch)
{
    Trial t = {.ref = network_ref_create(spec, batch),
               .inputs = (size_t)batch * shape_size(spec->input)};
    t.params = host_alloc(t.ref.params, sizeof *t.params);
    t.X = host_alloc(t.inputs, sizeof *t.X);
    t.X_ref = host_alloc(t.inputs, sizeof *t.X_ref);
    t.labels = host_alloc((size_t)batch, sizeof *t.labels);
    return t;
}

/* Draws everything and runs the reference; false if no draw stayed clear of
 * all kinks. */
static bool trial_draw(Trial *t, uint64_t seed, double margin)
{
    const uint32_t classes = t->ref.classes == 1 ? 2 : (uint32_t)t->ref.classes;
    Rng rng = rng_seed(seed);
    for (int draw = 0; draw < DRAWS_MAX; draw++) {
        network_draw_params(t->ref.layers, t->ref.count, rng_next(&rng),
                            t->params);
        // Zero biases would hide a forgotten one.
        float *b = t->params;
        for (int i = 0; i < t->ref.count; i++) {
            b += t->ref.layers[i].weights;
            rng_fill(&rng, b, t->ref.layers[i].biases, -0.1, 0.1);
            b += t->ref.layers[i].biases;
        }
        rng_fill(&rng, t->X, t->inputs, -1.0, 1.0);
        for (size_t i = 0; i < t->inputs; i++) {
            t->X_ref[i] = t->X[i];
        }
        for (int n = 0; n < t->ref.batch; n++) {
            t->labels[n] = (int)rng_below(&rng, classes);
        }
        network_ref_set_params(&t->ref, t->params);
        t->loss = network_ref_forward(&t->ref, t->X_ref, t->labels);
        if (t->ref.margin > margin) {
            network_ref_backward(&t->ref, t->X_ref, t->labels);
            return true;
        }
    }
    fprintf(stderr, "no inputs out of %d draws stay clear of all kinks\n",
            DRAWS_MAX);
    return false;
}

/* ---- the device against the reference ------------------------------------*/

/* Every element within DEVICE_FACTOR roundings of the tensor's largest. */
static bool tensor_right(const char *name, const float *got, const double *want,
                         size_t count, size_t cols, double *worst)
{
    double *scale = host_alloc(count, sizeof *scale);
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(want[i]));
    }
    for (size_t i = 0; i < count; i++) {
        scale[i] = largest;
    }
    const Comparison c = compare_scaled(got, want, scale, count, DEVICE_FACTOR);
    if (!compare_ok(&c)) {
        compare_explain(&c, name, cols);
    }
    *worst = fmax(*worst, c.max_rel_err);
    free(scale);
    return compare_ok(&c);
}

static bool gradients_right(const Trial *t, const float *got, double *worst)
{
    bool right = true;
    size_t at = 0;
    for (int i = 0; i < t->ref.count; i++) {
        const Layer *l = &t->ref.layers[i];
        const size_t count[2] = {l->weights, l->biases};
        for (int bias = 0; bias < 2; bias++) {
            char name[64];
            snprintf(name, sizeof name, "layer %d (%s): %s", i + 1,
                     l->ops->name, bias ? "db" : "dW");
            if (count[bias] > 0 &&
                !tensor_right(name, got + at, t->ref.g + at, count[bias],
                              l->biases, worst)) {
                right = false;
            }
            at += count[bias];
        }
    }
    return right;
}

bool network_check_device(const NetworkSpec *spec, GemmFn gemm, int batch,
                          uint64_t seed, double *max_rel_err)
{
    Trial t = trial_create(spec, batch);
    bool right = trial_draw(&t, seed, DEVICE_MARGIN);
    double worst = 0.0;
    if (right) {
        // Planned for one example more than used, as in an epoch's last batch.
        Network net = network_create(spec, batch + 1, gemm);
        network_set_params(&net, t.params);
        DeviceBuffer X = device_buffer_from(t.X, t.inputs);
        void *labels_dev = NULL;
        const size_t label_bytes = (size_t)batch * sizeof *t.labels;
        CUDA_CHECK(cudaMalloc(&labels_dev, label_bytes));
        CUDA_CHECK(cudaMemcpy(labels_dev, t.labels, label_bytes,
                              cudaMemcpyHostToDevice));

        const size_t outputs = (size_t)batch * (size_t)t.ref.classes;
        float *logits = host_alloc(outputs, sizeof *logits);
        float *gradients = host_alloc(t.ref.params, sizeof *gradients);
        const float *logits_dev = network_forward(&net, batch, X.data);
        CUDA_CHECK(cudaMemcpy(logits, logits_dev, outputs * sizeof *logits,
                              cudaMemcpyDeviceToHost));
        const StepResult step = network_loss(&net, batch, labels_dev);
        network_backward(&net, batch, X.data);
        network_get_gradients(&net, gradients);

        const float loss = (float)step.loss;
        const double *want = t.ref.output[t.ref.count - 1];
        right = tensor_right("logits", logits, want, outputs,
                             (size_t)t.ref.classes, &worst);
        right &= tensor_right("loss", &loss, &t.loss, 1, 1, &worst);
        right &= gradients_right(&t, gradients, &worst);
        right &= device_buffer_intact(&X, "input");

        free(logits);
        free(gradients);
        CUDA_CHECK(cudaFree(labels_dev));
        device_buffer_free(&X);
        network_free(&net);
    }
    trial_free(&t);
    if (max_rel_err != NULL) {
        *max_rel_err = worst;
    }
    return right;
}

/* ---- the reference against central differences ---------------------------*/

// ANCHOR: differences
bool network_check_reference(const NetworkSpec *spec, int batch, uint64_t seed,
                             double *max_rel_err)
{
    Trial t = trial_create(spec, batch);
    bool right = trial_draw(&t, seed, DIFFERENCE_MARGIN);
    double worst = 0.0;
    for (size_t i = 0; right && i < t.ref.params; i++) {
        const double want =
            network_ref_difference(&t.ref, t.X_ref, t.labels, i, DIFFERENCE_H);
        // Relative to 1 where the gradient is small: the difference of two
        // losses near 1 is no better than that.
        const double error = fabs(t.ref.g[i] - want) / fmax(1.0, fabs(want));
        worst = fmax(worst, error);
        if (!(error <= DIFFERENCE_TOLERANCE)) {
            fprintf(stderr,
                    "%s: gradient by parameter %zu is %.9g, central "
                    "differences say %.9g\n",
                    spec->name, i, t.ref.g[i], want);
            right = false;
        }
    }
    trial_free(&t);
    if (max_rel_err != NULL) {
        *max_rel_err = worst;
    }
    return right;
}
// ANCHOR_END: differences
