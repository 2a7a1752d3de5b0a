/* test_network.c -- the networks as a whole: their sizes, their gradients, and
 * that the checks of gradients catch what they are there for. */
#include "tests/common/child.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "cnn_layers.h"
#include "cnn_networks.h"
#include "dense.h"
#include "network_check.h"
#include "toy_networks.h"
#include "training_set.h"

static const GemmFn gemms[] = {gemm_naive, gemm_tiled};

static void numbers_of_parameters(void **state)
{
    (void)state;
    Layer layers[NETWORK_LAYERS_MAX];
    assert_int_equal(network_plan(&mnist_cnn, 64, layers), 93322);
    assert_int_equal(shape_size(layers[4].out), 576);
    assert_int_equal(network_plan(&toy_networks[0].spec, 64, layers), 8906);
    assert_int_equal(network_plan(&toy_networks[1].spec, 32, layers), 101);
}

static void pool_larger_than_its_image(void *context)
{
    (void)context;
    static const Layer layers[] = {{.ops = &pool_layer, .window = 3}};
    const NetworkSpec spec = {
        "odd", {2, 2, 1}, layers, 1, &softmax_cross_entropy_loss};
    Layer plan[NETWORK_LAYERS_MAX];
    network_plan(&spec, 1, plan);
}

static void layers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const Child child = run_child(pool_larger_than_its_image, NULL);
    assert_one_sentence(&child, EXIT_USAGE, "layer 1 (max-pool)");
}

/* ---- gradients -----------------------------------------------------------*/

static void references_agree_with_differences(void **state)
{
    (void)state;
    const NetworkSpec *const specs[] = {&toy_networks[0].small,
                                        &toy_networks[1].small, &small_cnn};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            double error = NAN;
            assert_true(network_check_reference(specs[i], 4, seed, &error));
            assert_true(error > 0.0 && error < 1e-6);
        }
    }
}

static void device_agrees_with_references(void **state)
{
    (void)state;
    const NetworkSpec *const specs[] = {&toy_networks[0].spec,
                                        &toy_networks[1].spec,
                                        &toy_networks[0].small,
                                        &toy_networks[1].small,
                                        &small_cnn,
                                        &mnist_cnn};
    static const int batches[] = {1, 2, 5, 17};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
            for (size_t g = 0; g < 2; g++) {
                // The CNN's reference takes its time.
                if (specs[i] != &mnist_cnn || batches[b] <= 5) {
                    assert_true(network_check_device(specs[i], gemms[g],
                                                     batches[b], 11 + b, NULL));
                }
            }
        }
    }
}

/* ---- wrong networks have to be noticed -----------------------------------*/

/* gemm_tiled, and then something is wrong with the last element. */
static int fault;

static void faulty_gemm(const Gemm *g)
{
    gemm_tiled(g);
    float *last = g->C + (size_t)(g->M - 1) * (size_t)g->ldc + (g->N - 1);
    float value;
    CUDA_CHECK(cudaMemcpy(&value, last, sizeof value, cudaMemcpyDeviceToHost));
    const bool transposed = g->op_a == GEMM_T || g->op_b == GEMM_T;
    if (fault == 1) {
        value += 0.01f; // everywhere
    } else if (fault == 2 && transposed) {
        value += 0.01f; // backward only
    } else if (fault == 3 && transposed) {
        value = NAN;
    }
    CUDA_CHECK(cudaMemcpy(last, &value, sizeof value, cudaMemcpyHostToDevice));
}

static void device_check_notices_faults(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const NetworkSpec *spec = i == 0 ? &toy_networks[0].spec : &small_cnn;
        fault = 0;
        assert_true(network_check_device(spec, faulty_gemm, 5, 1, NULL));
        for (fault = 1; fault <= 3; fault++) {
            assert_false(network_check_device(spec, faulty_gemm, 5, 1, NULL));
        }
    }
}

static void forgets_bias_gradient(const Layer *l, const PassRef *p)
{
    dense_backward_ref(l, p);
    p->db[0] = 0.0;
}

static void slightly_wrong_weight(const Layer *l, const PassRef *p)
{
    conv_backward_ref(l, p);
    p->dW[l->weights - 1] *= 1.001;
}

static void wrong_input_gradient(const Layer *l, const PassRef *p)
{
    pool_backward_ref(l, p);
    p->dX[0] += 0.01;
}

static void reference_check_notices_faults(void **state)
{
    (void)state;
    void (*const faults[])(const Layer *, const PassRef *) = {
        forgets_bias_gradient, slightly_wrong_weight, wrong_input_gradient};
    const int where[] = {4, 2, 3}; /* dense, conv, pool of small_cnn */
    for (int i = 0; i < 3; i++) {
        Layer layers[NETWORK_LAYERS_MAX];
        memcpy(layers, small_cnn.layers,
               (size_t)small_cnn.count * sizeof layers[0]);
        LayerOps ops = *layers[where[i]].ops;
        NetworkSpec spec = small_cnn;
        spec.layers = layers;
        layers[where[i]].ops = &ops;
        assert_true(network_check_reference(&spec, 4, 1, NULL));
        ops.backward_ref = faults[i];
        assert_false(network_check_reference(&spec, 4, 1, NULL));
    }
}

/* ---- training ------------------------------------------------------------*/

static void training_learns_and_repeats_itself(void **state)
{
    (void)state;
    const ToyNetwork *toy = &toy_networks[0];
    TrainingSet set = training_set_create(toy, 2);
    float *params[2];
    double first = NAN;
    double last = NAN;
    for (int run = 0; run < 2; run++) {
        // 60 does not divide 2048: the last batch of an epoch is smaller.
        Network net = network_create(&toy->spec, 60, gemm_tiled);
        network_init(&net, 1);
        for (int epoch = 0; epoch < 4; epoch++) {
            for (int at = 0; at < set.examples; at += 60) {
                const int rest = set.examples - at;
                const StepResult step =
                    network_step(&net, rest < 60 ? rest : 60,
                                 set.X_dev + (size_t)at * set.inputs,
                                 set.labels_dev + at, 1e-3);
                first = epoch == 0 && at == 0 ? step.loss : first;
                last = step.loss;
            }
        }
        params[run] = host_alloc(net.params, sizeof(float));
        network_get_params(&net, params[run]);
        network_free(&net);
    }
    assert_true(first > 2.0 && last < 1.5);
    assert_memory_equal(params[0], params[1], 8906 * sizeof(float));
    free(params[0]);
    free(params[1]);
    training_set_free(&set);
}

static void a_loss_that_is_not_finite_stops_training(void **state)
{
    (void)state;
    const ToyNetwork *toy = &toy_networks[1];
    TrainingSet set = training_set_create(toy, 2);
    Network net = network_create(&toy->spec, 32, gemm_tiled);
    float *params = host_alloc(net.params, sizeof *params);
    params[3] = NAN;
    network_set_params(&net, params);
    assert_false(training_run(&net, &set, 1, 1e-3, NULL));
    assert_int_equal(net.steps, 1);
    free(params);
    network_free(&net);
    training_set_free(&set);
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_that_do_not_fit_are_refused), // forks: first
        cmocka_unit_test(numbers_of_parameters),
        cmocka_unit_test(references_agree_with_differences),
        cmocka_unit_test(device_agrees_with_references),
        cmocka_unit_test(device_check_notices_faults),
        cmocka_unit_test(reference_check_notices_faults),
        cmocka_unit_test(training_learns_and_repeats_itself),
        cmocka_unit_test(a_loss_that_is_not_finite_stops_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
