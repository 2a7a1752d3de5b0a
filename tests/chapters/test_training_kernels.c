/* test_training_kernels.c -- bias and activation, column sums, losses, Adam:
 * each against its reference in double, on ragged shapes, between guard
 * bands. */
#include "tests/common/child.h"

#include <math.h>
#include <stdlib.h>

#include "common/check.h"
#include "common/compare.h"
#include "common/device_buffer.h"
#include "common/rng.h"
#include "adam.h"
#include "bias_activation.h"
#include "column_sum.h"
#include "loss.h"

/* Host copies of a tensor, as float and as double. */
typedef struct {
    size_t count;
    float *x;
    double *ref;
} Tensor;

static Tensor tensor(size_t count)
{
    return (Tensor){count, host_alloc(count, sizeof(float)),
                    host_alloc(count, sizeof(double))};
}

static void tensor_free(Tensor *t)
{
    free(t->x);
    free(t->ref);
}

static void widen(Tensor *t)
{
    for (size_t i = 0; i < t->count; i++) {
        t->ref[i] = t->x[i];
    }
}

static Tensor reals(Rng *rng, size_t count, double lo, double hi)
{
    Tensor t = tensor(count);
    rng_fill(rng, t.x, count, lo, hi);
    widen(&t);
    return t;
}

static Tensor integers(Rng *rng, size_t count)
{
    Tensor t = tensor(count);
    rng_fill_integers(rng, t.x, count, 8);
    widen(&t);
    return t;
}

/* What the device has must be t's reference, exactly or closely. */
static void expect(const DeviceBuffer *buffer, const Tensor *t, double rel,
                   const char *name, size_t cols)
{
    float *got = host_alloc(t->count, sizeof *got);
    device_buffer_download(buffer, got);
    const Comparison c = rel > 0.0
                             ? compare_close(got, t->ref, t->count, rel, rel)
                             : compare_exact(got, t->ref, t->count);
    compare_explain(&c, name, cols);
    assert_true(compare_ok(&c));
    assert_true(device_buffer_intact(buffer, name));
    free(got);
}

/* ---- bias and activation -------------------------------------------------*/

static const int shapes[][2] = {{1, 1},    {1, 2},   {2, 1},   {15, 31},
                                {16, 32},  {17, 33}, {33, 65}, {257, 10},
                                {1000, 1}, {1, 1000}};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void check_activation(Activation f, int rows, int cols, bool exact)
{
    Rng rng = rng_seed((uint64_t)(rows * 1000 + cols));
    const size_t count = (size_t)rows * (size_t)cols;
    Tensor Y = exact ? integers(&rng, count) : reals(&rng, count, -4, 4);
    Tensor b =
        exact ? integers(&rng, (size_t)cols) : reals(&rng, (size_t)cols, -4, 4);
    Tensor dY = exact ? integers(&rng, count) : reals(&rng, count, -1, 1);
    DeviceBuffer Y_dev = device_buffer_from(Y.x, count);
    DeviceBuffer b_dev = device_buffer_from(b.x, (size_t)cols);
    DeviceBuffer dY_dev = device_buffer_from(dY.x, count);
    const double rel = exact ? 0.0 : 1e-6;

    double margin = INFINITY;
    bias_activation(f, rows, cols, b_dev.data, Y_dev.data);
    bias_activation_ref(f, rows, cols, b.ref, Y.ref, &margin);
    expect(&Y_dev, &Y, rel, "Y", (size_t)cols);

    activation_backward(f, count, Y_dev.data, dY_dev.data);
    activation_backward_ref(f, count, Y.ref, dY.ref);
    expect(&dY_dev, &dY, rel, "dY", (size_t)cols);
    expect(&Y_dev, &Y, rel, "Y after", (size_t)cols);

    device_buffer_free(&Y_dev);
    device_buffer_free(&b_dev);
    device_buffer_free(&dY_dev);
    tensor_free(&Y);
    tensor_free(&b);
    tensor_free(&dY);
}

static void activations_on_ragged_shapes(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        // With integers sums are exact, and some land on ReLU's kink.
        check_activation(LINEAR, shapes[i][0], shapes[i][1], true);
        check_activation(RELU, shapes[i][0], shapes[i][1], true);
        check_activation(RELU, shapes[i][0], shapes[i][1], false);
        check_activation(SIGMOID, shapes[i][0], shapes[i][1], false);
    }
}

static void relu_does_not_hide_nan(void **state)
{
    (void)state;
    const float in[3] = {NAN, -1.0f, 2.0f};
    const float zero[3] = {0.0f, 0.0f, 0.0f};
    float out[3];
    DeviceBuffer Y = device_buffer_from(in, 3);
    DeviceBuffer b = device_buffer_from(zero, 3);
    bias_activation(RELU, 1, 3, b.data, Y.data);
    device_buffer_download(&Y, out);
    assert_true(isnan(out[0]));
    assert_true(out[1] == 0.0f && out[2] == 2.0f);
    device_buffer_free(&Y);
    device_buffer_free(&b);
}

static void too_many_rows(void *context)
{
    (void)context;
    bias_activation(RELU, 1048561, 1, NULL, NULL);
}

static void what_a_grid_cannot_hold_is_refused(void **state)
{
    (void)state;
    const Child child = run_child(too_many_rows, NULL);
    assert_one_sentence(&child, EXIT_USAGE, "1048560");
}

/* ---- column sums ---------------------------------------------------------*/

static void check_column_sum(int rows, int cols)
{
    Rng rng = rng_seed((uint64_t)(rows * 31 + cols));
    const size_t count = (size_t)rows * (size_t)cols;
    Tensor X = integers(&rng, count); // sums stay below 2^24: exact
    Tensor sum = tensor((size_t)cols);
    for (size_t i = 0; i < count; i++) {
        sum.ref[i % (size_t)cols] += X.ref[i];
    }
    const size_t needed = column_sum_scratch(rows, cols);
    DeviceBuffer X_dev = device_buffer_from(X.x, count);
    DeviceBuffer scratch = device_buffer(needed > 0 ? needed : 1);
    DeviceBuffer sum_dev = device_buffer((size_t)cols);
    column_sum(rows, cols, X_dev.data, scratch.data, sum_dev.data);
    expect(&sum_dev, &sum, 0.0, "sum", (size_t)cols);
    assert_true(device_buffer_intact(&scratch, "scratch"));
    device_buffer_free(&X_dev);
    device_buffer_free(&scratch);
    device_buffer_free(&sum_dev);
    tensor_free(&X);
    tensor_free(&sum);
}

static void column_sums_at_every_level(void **state)
{
    (void)state;
    // Around CHUNK = 64 and its powers, where the number of levels changes.
    static const int rows[] = {1, 2, 63, 64, 65, 129, 4095, 4096, 4097};
    static const int cols[] = {1, 2, 10, 32, 33, 257};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < sizeof cols / sizeof cols[0]; j++) {
            check_column_sum(rows[i], cols[j]);
        }
    }
    check_column_sum(262144, 1);
    check_column_sum(262145, 3); // four levels
}

/* ---- losses --------------------------------------------------------------*/

static void check_loss(const Loss *loss, int batch, int classes, double range)
{
    Rng rng = rng_seed((uint64_t)(batch * 100 + classes));
    const size_t count = (size_t)batch * (size_t)classes;
    Tensor z = reals(&rng, count, -range, range);
    Tensor dz = tensor(count);
    int *labels = host_alloc((size_t)batch, sizeof *labels);
    double hits = 0.0;
    for (int n = 0; n < batch; n++) {
        const float *row = z.x + (size_t)n * (size_t)classes;
        labels[n] = (int)rng_below(&rng, classes == 1 ? 2 : (uint32_t)classes);
        int choice = classes == 1 ? row[0] > 0.0f : 0;
        for (int c = 1; c < classes; c++) {
            choice = row[c] > row[choice] ? c : choice;
        }
        hits += choice == labels[n];
    }
    const double want = loss->ref(batch, classes, z.ref, labels, dz.ref);

    int *labels_dev = NULL;
    const size_t bytes = (size_t)batch * sizeof *labels;
    CUDA_CHECK(cudaMalloc((void **)&labels_dev, bytes));
    CUDA_CHECK(cudaMemcpy(labels_dev, labels, bytes, cudaMemcpyHostToDevice));
    DeviceBuffer z_dev = device_buffer_from(z.x, count);
    DeviceBuffer dz_dev = device_buffer(count);
    DeviceBuffer stats_dev = device_buffer(2 * (size_t)batch);
    loss->run(batch, classes, z_dev.data, labels_dev, dz_dev.data,
              stats_dev.data);
    expect(&dz_dev, &dz, 2e-6 / batch, "dlogits", (size_t)classes);

    float *stats = host_alloc(2 * (size_t)batch, sizeof *stats);
    device_buffer_download(&stats_dev, stats);
    double mean = 0.0;
    double correct = 0.0;
    for (int n = 0; n < batch; n++) {
        mean += (double)stats[2 * n] / batch;
        correct += stats[2 * n + 1];
    }
    assert_true(fabs(mean - want) <= 2e-6 * fmax(1.0, fabs(want)));
    assert_true(correct == hits);
    assert_true(device_buffer_intact(&stats_dev, "stats"));

    CUDA_CHECK(cudaFree(labels_dev));
    device_buffer_free(&z_dev);
    device_buffer_free(&dz_dev);
    device_buffer_free(&stats_dev);
    free(stats);
    free(labels);
    tensor_free(&z);
    tensor_free(&dz);
}

static void losses_on_ragged_shapes(void **state)
{
    (void)state;
    static const int batches[] = {1, 2, 63, 64, 65, 200};
    static const int classes[] = {2, 3, 10, 33};
    // The second range lets expf overflow if nothing is done about it.
    static const double ranges[] = {3.0, 500.0};
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        for (size_t r = 0; r < 2; r++) {
            check_loss(&binary_cross_entropy_loss, batches[i], 1, ranges[r]);
            for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
                check_loss(&softmax_cross_entropy_loss, batches[i], classes[c],
                           ranges[r]);
            }
        }
    }
}

static void a_nan_logit_is_a_nan_loss(void **state)
{
    (void)state;
    const float z[6] = {1, NAN, 2, 1, 2, 3};
    const int labels[2] = {0, 2};
    float stats[4];
    int *labels_dev = NULL;
    CUDA_CHECK(cudaMalloc((void **)&labels_dev, sizeof labels));
    CUDA_CHECK(
        cudaMemcpy(labels_dev, labels, sizeof labels, cudaMemcpyHostToDevice));
    DeviceBuffer z_dev = device_buffer_from(z, 6);
    DeviceBuffer dz_dev = device_buffer(6);
    DeviceBuffer stats_dev = device_buffer(4);
    softmax_cross_entropy(2, 3, z_dev.data, labels_dev, dz_dev.data,
                          stats_dev.data);
    device_buffer_download(&stats_dev, stats);
    assert_true(isnan(stats[0]));
    assert_true(isfinite(stats[2]));
    CUDA_CHECK(cudaFree(labels_dev));
    device_buffer_free(&z_dev);
    device_buffer_free(&dz_dev);
    device_buffer_free(&stats_dev);
}

static void of_equal_logits_the_first_is_chosen(void **state)
{
    (void)state;
    const float z[6] = {1, 5, 5, 5, 5, 1};
    const int labels[2] = {1, 1};
    float stats[4];
    int *labels_dev = NULL;
    CUDA_CHECK(cudaMalloc((void **)&labels_dev, sizeof labels));
    CUDA_CHECK(
        cudaMemcpy(labels_dev, labels, sizeof labels, cudaMemcpyHostToDevice));
    DeviceBuffer z_dev = device_buffer_from(z, 6);
    DeviceBuffer dz_dev = device_buffer(6);
    DeviceBuffer stats_dev = device_buffer(4);
    softmax_cross_entropy(2, 3, z_dev.data, labels_dev, dz_dev.data,
                          stats_dev.data);
    device_buffer_download(&stats_dev, stats);
    assert_true(stats[1] == 1.0f); // 1 of {1, 2}
    assert_true(stats[3] == 0.0f); // 0 of {0, 1}
    CUDA_CHECK(cudaFree(labels_dev));
    device_buffer_free(&z_dev);
    device_buffer_free(&dz_dev);
    device_buffer_free(&stats_dev);
}

/* ---- Adam ----------------------------------------------------------------*/

static void check_adam(size_t count)
{
    Rng rng = rng_seed(count);
    Tensor g = reals(&rng, count, -1, 1);
    g.x[0] = 1e-9f; // as small as eps: eps must be outside the root
    widen(&g);
    // From zero, so that the weights are the sum of the updates, and an error
    // of an update cannot hide behind a large weight.
    Tensor w = tensor(count);
    Tensor m = tensor(count);
    Tensor v = tensor(count);
    DeviceBuffer g_dev = device_buffer_from(g.x, count);
    DeviceBuffer w_dev = device_buffer_from(w.x, count);
    DeviceBuffer m_dev = device_buffer_from(m.x, count);
    DeviceBuffer v_dev = device_buffer_from(v.x, count);
    const double lr = 1e-3;
    for (long step = 1; step <= 10; step++) {
        // A gradient that changes, so that both means have something to do.
        for (size_t i = 0; i < count; i++) {
            g.x[i] = i == 0 ? g.x[i] : g.x[i] * 0.7f + (i % 3 ? 0.1f : -0.2f);
        }
        widen(&g);
        device_buffer_upload(&g_dev, g.x);
        adam(count, lr, step, g_dev.data, m_dev.data, v_dev.data, w_dev.data);
        adam_ref(count, lr, step, g.ref, m.ref, v.ref, w.ref);

        float *got = host_alloc(count, sizeof *got);
        device_buffer_download(&w_dev, got);
        // 2e-6 of the learning rate: 1 - beta2 computed in float is 2e-5 off.
        const Comparison c =
            compare_close(got, w.ref, count, 2e-6 * lr * (double)step, 0.0);
        compare_explain(&c, "w", count);
        assert_true(compare_ok(&c));
        free(got);
    }
    assert_true(device_buffer_intact(&w_dev, "w"));
    assert_true(device_buffer_intact(&m_dev, "m"));
    assert_true(device_buffer_intact(&v_dev, "v"));
    device_buffer_free(&g_dev);
    device_buffer_free(&w_dev);
    device_buffer_free(&m_dev);
    device_buffer_free(&v_dev);
    tensor_free(&g);
    tensor_free(&w);
    tensor_free(&m);
    tensor_free(&v);
}

static void adam_steps(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 255, 256, 257, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check_adam(counts[i]);
    }
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_grid_cannot_hold_is_refused), // forks: first
        cmocka_unit_test(activations_on_ragged_shapes),
        cmocka_unit_test(relu_does_not_hide_nan),
        cmocka_unit_test(column_sums_at_every_level),
        cmocka_unit_test(losses_on_ragged_shapes),
        cmocka_unit_test(a_nan_logit_is_a_nan_loss),
        cmocka_unit_test(of_equal_logits_the_first_is_chosen),
        cmocka_unit_test(adam_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
