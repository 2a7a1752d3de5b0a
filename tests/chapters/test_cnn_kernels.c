/* test_cnn_kernels.c -- max-pooling, col2im, gathering a batch: exact, on
 * ragged shapes, between guard bands; and the worked example. */
#include "tests/common/child.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/compare.h"
#include "common/device_buffer.h"
#include "common/rng.h"
#include "col2im.h"
#include "gather.h"
#include "max_pool.h"

static void expect_exact(const DeviceBuffer *buffer, const double *want,
                         const char *name, size_t cols)
{
    float *got = host_alloc(buffer->count, sizeof *got);
    device_buffer_download(buffer, got);
    const Comparison c = compare_exact(got, want, buffer->count);
    compare_explain(&c, name, cols);
    assert_true(compare_ok(&c));
    assert_true(device_buffer_intact(buffer, name));
    free(got);
}

/* ---- max-pooling ---------------------------------------------------------*/

static size_t at(int n, int h, int w, int c, int H, int W, int C)
{
    return (((size_t)n * (size_t)H + (size_t)h) * (size_t)W + (size_t)w) *
               (size_t)C +
           (size_t)c;
}

static void pool_ref(const PoolShape *s, const float *X, const float *dY,
                     double *Y, double *dX)
{
    memset(dX, 0, sizeof *dX * (size_t)(s->N * s->IH) * (size_t)(s->IW * s->C));
    for (int n = 0; n < s->N; n++) {
        for (int oh = 0; oh < s->OH; oh++) {
            for (int ow = 0; ow < s->OW; ow++) {
                for (int c = 0; c < s->C; c++) {
                    const int top = oh * s->stride;
                    const int left = ow * s->stride;
                    size_t winner = at(n, top, left, c, s->IH, s->IW, s->C);
                    for (int i = 0; i < s->window; i++) {
                        for (int j = 0; j < s->window; j++) {
                            const size_t x =
                                at(n, top + i, left + j, c, s->IH, s->IW, s->C);
                            winner = X[x] > X[winner] ? x : winner;
                        }
                    }
                    const size_t y = at(n, oh, ow, c, s->OH, s->OW, s->C);
                    Y[y] = X[winner];
                    dX[winner] += dY[y];
                }
            }
        }
    }
}

static void check_pool(PoolShape s, int limit)
{
    assert_true(pool_shape(&s));
    const size_t in = (size_t)(s.N * s.IH) * (size_t)(s.IW * s.C);
    const size_t out = (size_t)(s.N * s.OH) * (size_t)(s.OW * s.C);
    Rng rng = rng_seed(in + out);
    float *X = host_alloc(in, sizeof *X);
    float *dY = host_alloc(out, sizeof *dY);
    double *Y_ref = host_alloc(out, sizeof *Y_ref);
    double *dX_ref = host_alloc(in, sizeof *dX_ref);
    rng_fill_integers(&rng, X, in, limit); // a small limit makes ties
    rng_fill_integers(&rng, dY, out, 100);
    pool_ref(&s, X, dY, Y_ref, dX_ref);

    DeviceBuffer X_dev = device_buffer_from(X, in);
    DeviceBuffer dY_dev = device_buffer_from(dY, out);
    DeviceBuffer Y_dev = device_buffer(out);
    DeviceBuffer winner_dev = device_buffer(out);
    DeviceBuffer dX_dev = device_buffer(in);
    int *winner = (int *)(void *)winner_dev.data;
    max_pool(&s, X_dev.data, Y_dev.data, winner);
    max_pool_backward(&s, dY_dev.data, winner, dX_dev.data);
    expect_exact(&Y_dev, Y_ref, "Y", (size_t)s.C);
    expect_exact(&dX_dev, dX_ref, "dX", (size_t)s.C);
    assert_true(device_buffer_intact(&winner_dev, "winner"));

    device_buffer_free(&X_dev);
    device_buffer_free(&dY_dev);
    device_buffer_free(&Y_dev);
    device_buffer_free(&winner_dev);
    device_buffer_free(&dX_dev);
    free(X);
    free(dY);
    free(Y_ref);
    free(dX_ref);
}

static void pools_of_every_geometry(void **state)
{
    (void)state;
    static const int sizes[][4] = {
        {1, 3, 3, 1},    {2, 4, 4, 2},  {3, 5, 7, 31}, {2, 11, 11, 64},
        {1, 26, 26, 32}, {2, 6, 9, 33}, {5, 3, 10, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int window = 2; window <= 3; window++) {
            for (int stride = 1; stride <= window; stride++) {
                const PoolShape s = {.N = sizes[i][0],
                                     .IH = sizes[i][1],
                                     .IW = sizes[i][2],
                                     .C = sizes[i][3],
                                     .window = window,
                                     .stride = stride};
                check_pool(s, 2);
                check_pool(s, 1000);
            }
        }
    }
}

static void pools_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const PoolShape fine = {
        .N = 1, .IH = 4, .IW = 4, .C = 1, .window = 2, .stride = 2};
    PoolShape s = fine;
    assert_true(pool_shape(&s));
    assert_int_equal(s.OH, 2);
    s = fine, s.IH = 1;
    assert_false(pool_shape(&s));
    s = fine, s.IW = 1;
    assert_false(pool_shape(&s));
    s = fine, s.window = 4;
    assert_false(pool_shape(&s));
    s = fine, s.window = 1;
    assert_false(pool_shape(&s));
    s = fine, s.stride = 3;
    assert_false(pool_shape(&s));
    s = fine, s.stride = 0;
    assert_false(pool_shape(&s));
}

static void pooling_does_not_hide_nan(void **state)
{
    (void)state;
    const float X[4] = {1, NAN, 3, 2};
    float Y;
    PoolShape s = {.N = 1, .IH = 2, .IW = 2, .C = 1, .window = 2, .stride = 2};
    assert_true(pool_shape(&s));
    DeviceBuffer X_dev = device_buffer_from(X, 4);
    DeviceBuffer Y_dev = device_buffer(1);
    DeviceBuffer winner_dev = device_buffer(1);
    max_pool(&s, X_dev.data, Y_dev.data, (int *)(void *)winner_dev.data);
    device_buffer_download(&Y_dev, &Y);
    assert_true(isnan(Y));
    device_buffer_free(&X_dev);
    device_buffer_free(&Y_dev);
    device_buffer_free(&winner_dev);
}

/* The worked example: the same-size convolution of chapter 12, after ReLU, in
 * windows of 2x2 with stride 1. */
static void worked_example(void **state)
{
    (void)state;
    const float X[9] = {16, 24, 16, 24, 36, 24, 16, 24, 16};
    const double want[4] = {36, 36, 36, 36};
    // All four windows have the same winner, the centre.
    const float dY[4] = {1, 2, 3, 4};
    const double want_dX[9] = {0, 0, 0, 0, 10, 0, 0, 0, 0};
    PoolShape s = {.N = 1, .IH = 3, .IW = 3, .C = 1, .window = 2, .stride = 1};
    assert_true(pool_shape(&s));
    DeviceBuffer X_dev = device_buffer_from(X, 9);
    DeviceBuffer Y_dev = device_buffer(4);
    DeviceBuffer winner_dev = device_buffer(4);
    DeviceBuffer dY_dev = device_buffer_from(dY, 4);
    DeviceBuffer dX_dev = device_buffer(9);
    int *winner = (int *)(void *)winner_dev.data;
    max_pool(&s, X_dev.data, Y_dev.data, winner);
    expect_exact(&Y_dev, want, "Y", 2);
    max_pool_backward(&s, dY_dev.data, winner, dX_dev.data);
    expect_exact(&dX_dev, want_dX, "dX", 3);
    device_buffer_free(&X_dev);
    device_buffer_free(&Y_dev);
    device_buffer_free(&winner_dev);
    device_buffer_free(&dY_dev);
    device_buffer_free(&dX_dev);
}

/* ---- col2im --------------------------------------------------------------*/

static void check_col2im(ConvShape s)
{
    char error[CONV_ERROR_LENGTH];
    assert_true(conv_shape(&s, error));
    const size_t in = (size_t)(s.N * s.IH) * (size_t)(s.IW * s.IC);
    const size_t count = conv_cols_rows(&s) * conv_cols_width(&s);
    float *dcols = host_alloc(count, sizeof *dcols);
    double *want = host_alloc(in, sizeof *want);
    Rng rng = rng_seed(count);
    rng_fill_integers(&rng, dcols, count, 100);

    // Scatter, in the order in which im2col lays the columns out.
    const float *d = dcols;
    for (int n = 0; n < s.N; n++) {
        for (int p = 0; p < s.OH * s.OW; p++) {
            for (int k = 0; k < s.KH * s.KW; k++) {
                const int ih = p / s.OW * s.stride - s.pad + k / s.KW;
                const int iw = p % s.OW * s.stride - s.pad + k % s.KW;
                for (int ic = 0; ic < s.IC; ic++, d++) {
                    if (ih >= 0 && ih < s.IH && iw >= 0 && iw < s.IW) {
                        want[at(n, ih, iw, ic, s.IH, s.IW, s.IC)] += *d;
                    }
                }
            }
        }
    }
    DeviceBuffer dcols_dev = device_buffer_from(dcols, count);
    DeviceBuffer dX_dev = device_buffer(in);
    col2im(&s, dcols_dev.data, dX_dev.data);
    expect_exact(&dX_dev, want, "dX", (size_t)s.IC);
    device_buffer_free(&dcols_dev);
    device_buffer_free(&dX_dev);
    free(dcols);
    free(want);
}

static void col2im_of_every_geometry(void **state)
{
    (void)state;
    static const int sizes[][4] = {/* N IH IW IC */
                                   {1, 1, 1, 1},
                                   {1, 3, 3, 1},
                                   {2, 7, 5, 3},
                                   {2, 13, 13, 32},
                                   {1, 11, 17, 33}};
    static const int filters[][4] = {/* KH KW stride pad */
                                     {1, 1, 1, 0}, {3, 3, 1, 0}, {3, 3, 1, 1},
                                     {2, 3, 2, 1}, {3, 2, 3, 2}, {5, 5, 2, 4}};
    int tried = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t f = 0; f < sizeof filters / sizeof filters[0]; f++) {
            const ConvShape s = {.N = sizes[i][0],
                                 .IH = sizes[i][1],
                                 .IW = sizes[i][2],
                                 .IC = sizes[i][3],
                                 .OC = 1,
                                 .KH = filters[f][0],
                                 .KW = filters[f][1],
                                 .stride = filters[f][2],
                                 .pad = filters[f][3]};
            if (s.KH <= s.IH + 2 * s.pad && s.KW <= s.IW + 2 * s.pad) {
                check_col2im(s);
                tried++;
            }
        }
    }
    assert_true(tried > 25);
}

/* ---- gather --------------------------------------------------------------*/

static void *to_device(const void *host, size_t bytes)
{
    void *copy = NULL;
    CUDA_CHECK(cudaMalloc(&copy, bytes));
    CUDA_CHECK(cudaMemcpy(copy, host, bytes, cudaMemcpyHostToDevice));
    return copy;
}

static void gathers_what_the_order_says(void **state)
{
    (void)state;
    enum { COUNT = 50, SIZE = 35, MOST = 33 };
    Rng rng = rng_seed(7);
    uint8_t images[COUNT * SIZE];
    uint8_t labels[COUNT];
    uint32_t order[COUNT];
    for (size_t i = 0; i < sizeof images; i++) {
        images[i] = (uint8_t)rng_below(&rng, 256);
    }
    for (size_t i = 0; i < COUNT; i++) {
        labels[i] = (uint8_t)rng_below(&rng, 10);
    }
    rng_permutation(&rng, order, COUNT);
    uint8_t *images_dev = to_device(images, sizeof images);
    uint8_t *labels_dev = to_device(labels, sizeof labels);
    uint32_t *order_dev = to_device(order, sizeof order);

    static const int batches[] = {1, 16, 17, MOST};
    for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
        const size_t batch = (size_t)batches[b];
        DeviceBuffer X_dev = device_buffer(batch * SIZE);
        DeviceBuffer y_dev = device_buffer(batch);
        int *y = (int *)(void *)y_dev.data;
        gather((int)batch, SIZE, order_dev + 5, images_dev, labels_dev,
               X_dev.data, y);

        float got[MOST * SIZE];
        int got_y[MOST];
        device_buffer_download(&X_dev, got);
        CUDA_CHECK(
            cudaMemcpy(got_y, y, batch * sizeof *y, cudaMemcpyDeviceToHost));
        for (size_t i = 0; i < batch * SIZE; i++) {
            const size_t from = order[5 + i / SIZE];
            const double want = images[from * SIZE + i % SIZE] / 255.0;
            assert_true(fabs(got[i] - want) <= 1e-7);
            assert_int_equal(got_y[i / SIZE], labels[from]);
        }
        assert_true(device_buffer_intact(&X_dev, "X"));
        assert_true(device_buffer_intact(&y_dev, "y"));
        device_buffer_free(&X_dev);
        device_buffer_free(&y_dev);
    }
    CUDA_CHECK(cudaFree(images_dev));
    CUDA_CHECK(cudaFree(labels_dev));
    CUDA_CHECK(cudaFree(order_dev));
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_of_every_geometry),
        cmocka_unit_test(pools_that_do_not_fit_are_refused),
        cmocka_unit_test(pooling_does_not_hide_nan),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(col2im_of_every_geometry),
        cmocka_unit_test(gathers_what_the_order_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
