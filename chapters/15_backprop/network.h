/* network.h -- a neural network is an array of layers.
 *
 * Forward, each layer turns its input X into its output Y, the next layer's
 * input; the last output are the logits.  A loss says how wrong they are.
 * Backward, each layer is handed dY, the gradient of the loss by its output,
 * and works out the gradients by its weights and by its input, dX, which is
 * the dY of the layer before.  That is all of back-propagation.
 *
 *     static const Layer layers[] = {
 *         {.ops = &dense_layer, .units = 64, .activation = RELU},
 *         {.ops = &dense_layer, .units = 10},
 *     };
 *
 * Memory is planned before the first step: one device allocation for each of
 * parameters, gradients, Adam's moments and activations; nothing is allocated
 * inside a step.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bias_activation.h"
#include "gemm.h"
#include "loss.h"

/* One example, stored channel by channel at each pixel (NHWC).  A plain vector
 * of n numbers is 1 x 1 x n. */
typedef struct {
    int height, width, channels;
} Shape;

typedef struct Layer Layer;

/* What a layer works on in one pass, on the device.  Matrices are row-major.
 * Weighted layers hold W (fan_in, units) and b (units). */
typedef struct {
    int batch; /* examples in this pass                                  */
    GemmFn gemm;
    const float *W, *b, *X;
    float *Y;
    float *dY;      /* in: gradient by Y; the layer may overwrite it    */
    float *dX;      /* NULL where nobody asks: in the first layer       */
    float *dW, *db; /* overwritten, not added to                        */
    float *saved;   /* the layer's own, kept from forward to backward   */
    float *scratch; /* anybody's, for the length of one call            */
} Pass;

/* The same on the host in double; margin as in bias_activation_ref. */
typedef struct {
    int batch;
    const double *W, *b, *X;
    double *Y, *dY, *dX, *dW, *db;
    double *margin;
} PassRef;

/* A kind of layer: five functions. */
typedef struct {
    const char *name;
    /* Completes the layer from layer->in and the table's wishes; false, with a
     * sentence in `error`, when they do not fit together. */
    bool (*plan)(Layer *layer, int batch, char *error, size_t length);
    void (*forward)(const Layer *layer, const Pass *pass);
    void (*backward)(const Layer *layer, const Pass *pass);
    void (*forward_ref)(const Layer *layer, const PassRef *pass);
    void (*backward_ref)(const Layer *layer, const PassRef *pass);
} LayerOps;

struct Layer {
    /* The wishes of the network's table. */
    const LayerOps *ops;
    int units;  /* outputs of a dense layer, filters of a conv  */
    int window; /* height and width of a filter or pool         */
    int stride; /* 0: 1 for a filter, the window for a pool     */
    int pad;    /* zeros around the input                       */
    Activation activation;

    /* The plan. */
    Shape in, out;
    int fan_in;             /* weights that each output sums over           */
    size_t weights, biases; /* how many                                     */
    size_t saved, scratch;  /* floats, for a whole batch                    */
    size_t weights_at, biases_at, output_at, saved_at; /* in the arenas     */
};

enum { NETWORK_LAYERS_MAX = 16 };

/* A network as its chapter's table has it. */
typedef struct {
    const char *name;
    Shape input;
    const Layer *layers;
    int count;
    const Loss *loss;
} NetworkSpec;

typedef struct {
    const char *name;
    Layer layers[NETWORK_LAYERS_MAX];
    int count;
    const Loss *loss;
    GemmFn gemm;
    int batch;     /* the most examples in one pass                       */
    int classes;   /* length of the last output                           */
    size_t params; /* weights and biases                                  */
    long steps;    /* of Adam, so far                                     */

    size_t arena; /* floats of each of the next four, padding included  */
    float *w_dev; /* parameters                                         */
    float *g_dev; /* their gradients                                    */
    float *m_dev; /* Adam's moments: of the gradients,                  */
    float *v_dev; /* and of their squares                               */

    size_t floats;      /* of the activations' arena, which holds the rest: */
    float *act_dev;     /* each layer's output and saved                    */
    float *dy_dev[2];   /* gradients by outputs, taking turns               */
    float *scratch_dev; /* for the layers                                   */
    float *stats_dev;   /* per example, see loss.h                          */
    float *sums_dev;    /* of the columns of stats                          */
} Network;

/* The mean loss of a batch, and how many of its examples were right. */
typedef struct {
    double loss;
    int correct;
} StepResult;

/* Completes every layer's shape; the number of parameters.  A network that
 * does not fit together ends the program with EXIT_USAGE and a sentence. */
size_t network_plan(const NetworkSpec *spec, int batch,
                    Layer layers[NETWORK_LAYERS_MAX]);

/* Floats in one example of this shape. */
size_t shape_size(Shape shape);

/* Plans and allocates; parameters are 0 until set.  The rest of the memory is
 * NaN, so that what a kernel forgets to write is seen. */
Network network_create(const NetworkSpec *spec, int batch, GemmFn gemm);
void network_free(Network *net);

/* Bytes of device memory it holds, all of it from the start to the end. */
size_t network_bytes(const Network *net);

/* One line per layer on stdout, and the memory. */
void network_print(const Network *net);

/* Parameters on the host, packed: layer by layer W, then b. */
void network_set_params(Network *net, const float *params);
void network_get_params(const Network *net, float *params);
void network_get_gradients(const Network *net, float *gradients);

/* He's uniform initial weights, in +-sqrt(6 / fan_in), packed; biases 0.  Drawn
 * in the order of storage from rng_seed(seed).  (K. He, X. Zhang, S. Ren,
 * J. Sun, "Delving deep into rectifiers", ICCV 2015.) */
void network_draw_params(const Layer *layers, int count, uint64_t seed,
                         float *params);

/* The same, into a network; Adam starts afresh. */
void network_init(Network *net, uint64_t seed);

/* The logits (batch, classes) of X_dev (batch, input); 1 <= batch <= planned,
 * as everywhere below. */
float *network_forward(Network *net, int batch, const float *X_dev);

/* Loss of the logits that network_forward has just left, and its gradient. */
StepResult network_loss(Network *net, int batch, const int *labels_dev);

/* The gradients of all parameters, after the two above. */
void network_backward(Network *net, int batch, const float *X_dev);

/* One step of Adam with those gradients. */
void network_adam(Network *net, double lr);

/* The four in a row. */
StepResult network_step(Network *net, int batch, const float *X_dev,
                        const int *labels_dev, double lr);

/* What layer i sees in a pass: for benchmarks of single layers. */
Pass network_pass(const Network *net, int i, int batch, const float *X_dev);

#endif
