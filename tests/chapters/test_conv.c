/* test_conv.c -- the worked example, and convolutions of every geometry, with
 * each of chapter 12's kernels. */
#include "tests/common/child.h"

#include <string.h>

#include "common/check.h"
#include "common/device_buffer.h"
#include "conv_problem.h"

static void direct(const ConvShape *s, const float *X, const float *W,
                   float *cols, float *Y)
{
    (void)cols;
    conv_direct(s, X, W, Y);
}

static void im2col_naive(const ConvShape *s, const float *X, const float *W,
                         float *cols, float *Y)
{
    conv_im2col(s, gemm_naive, X, W, cols, Y);
}

static void im2col_tiled(const ConvShape *s, const float *X, const float *W,
                         float *cols, float *Y)
{
    conv_im2col(s, gemm_tiled, X, W, cols, Y);
}

static const struct {
    const char *name;
    ConvFn run;
} convs[] = {
    {"direct", direct},
    {"im2col_naive", im2col_naive},
    {"im2col_tiled", im2col_tiled},
};
enum { CONVS = sizeof convs / sizeof convs[0] };

static void expect_shape(ConvShape *s, int OH, int OW)
{
    char error[CONV_ERROR_LENGTH] = "";
    if (!conv_shape(s, error)) {
        fail_msg("refused: %s", error);
    }
    assert_int_equal(s->OH, OH);
    assert_int_equal(s->OW, OW);
}

/* ---- the worked example: numbers that can be checked by hand -------------*/

static const float example[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1}; // X and W

static void check_example(int pad, const double *want, int edge)
{
    ConvShape s = {.N = 1,
                   .IC = 1,
                   .IH = 3,
                   .IW = 3,
                   .OC = 1,
                   .KH = 3,
                   .KW = 3,
                   .stride = 1,
                   .pad = pad};
    expect_shape(&s, edge, edge);
    const size_t outputs = (size_t)(edge * edge);

    double reference[9];
    conv_ref(&s, example, example, reference, NULL);
    for (size_t i = 0; i < outputs; i++) {
        assert_true(reference[i] == want[i]);
    }

    DeviceBuffer X = device_buffer_from(example, 9);
    DeviceBuffer W = device_buffer_from(example, 9);
    DeviceBuffer cols = device_buffer(outputs * 9);
    DeviceBuffer Y = device_buffer(outputs);
    for (int v = 0; v < CONVS; v++) {
        float got[9];
        device_buffer_poison(&Y);
        convs[v].run(&s, X.data, W.data, cols.data, Y.data);
        device_buffer_download(&Y, got);
        for (size_t i = 0; i < outputs; i++) {
            assert_true(got[i] == (float)want[i]);
        }
    }
    device_buffer_free(&X);
    device_buffer_free(&W);
    device_buffer_free(&cols);
    device_buffer_free(&Y);
}

static void test_worked_example(void **state)
{
    (void)state;
    check_example(0, (const double[]){36}, 1);
    check_example(1, (const double[]){16, 24, 16, 24, 36, 24, 16, 24, 16}, 3);
}

/* im2col itself: rows are positions of the filter, columns (kh,kw,ic). */
static void test_im2col_layout(void **state)
{
    (void)state;
    ConvShape s = {.N = 1,
                   .IC = 2,
                   .IH = 2,
                   .IW = 2,
                   .OC = 1,
                   .KH = 2,
                   .KW = 2,
                   .stride = 2,
                   .pad = 1};
    expect_shape(&s, 2, 2);
    const float X[8] = {1, 10, 2, 20, 3, 30, 4, 40};
    const float want[4 * 8] = {
        0, 0,  0, 0,  0, 0,  1, 10, // only the lower right corner lies inside
        0, 0,  0, 0,  2, 20, 0, 0,  //
        0, 0,  3, 30, 0, 0,  0, 0,  //
        4, 40, 0, 0,  0, 0,  0, 0,
    };
    float got[4 * 8];
    DeviceBuffer X_dev = device_buffer_from(X, 8);
    DeviceBuffer cols = device_buffer(4 * 8);
    im2col(&s, X_dev.data, cols.data);
    device_buffer_download(&cols, got);
    assert_memory_equal(got, want, sizeof want);
    assert_true(device_buffer_intact(&cols, "cols"));
    device_buffer_free(&X_dev);
    device_buffer_free(&cols);
}

/* ---- geometries ----------------------------------------------------------*/

static void test_geometries(void **state)
{
    (void)state;
    // N IC IH IW  OC KH KW  stride pad  =>  OH OW
    static const int table[][11] = {
        {1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1},       // the smallest
        {1, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1},       // nearly all padding
        {2, 3, 5, 7, 4, 3, 3, 1, 0, 3, 5},       // not square
        {2, 3, 5, 7, 4, 3, 3, 1, 1, 5, 7},       // "same"
        {2, 3, 5, 7, 4, 1, 1, 1, 0, 5, 7},       // 1x1: a GEMM already
        {2, 3, 5, 7, 4, 5, 7, 1, 0, 1, 1},       // as large as the input
        {1, 2, 9, 8, 3, 3, 2, 2, 0, 4, 4},       // stride, filter not square
        {1, 2, 9, 8, 3, 2, 3, 3, 1, 4, 3},       // a rest that no step reaches
        {1, 2, 4, 4, 3, 2, 2, 5, 0, 1, 1},       // stride beyond the input
        {1, 1, 3, 3, 2, 2, 2, 1, 3, 8, 8},       // padding beyond the filter
        {3, 17, 6, 5, 33, 3, 3, 1, 1, 6, 5},     // primes
        {2, 40, 4, 4, 70, 3, 3, 1, 0, 2, 2},     // more columns than a block
        {4, 1, 28, 28, 32, 3, 3, 1, 0, 26, 26},  // conv1 of mnist-cnn
        {2, 32, 13, 13, 64, 3, 3, 1, 0, 11, 11}, // conv2
        {5, 64, 5, 5, 64, 3, 3, 1, 0, 3, 3},     // conv3
        {2, 3, 32, 32, 32, 3, 3, 1, 1, 32, 32},  // cifar10-cnn's first
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const int *t = table[i];
        ConvShape s = {.N = t[0],
                       .IC = t[1],
                       .IH = t[2],
                       .IW = t[3],
                       .OC = t[4],
                       .KH = t[5],
                       .KW = t[6],
                       .stride = t[7],
                       .pad = t[8]};
        expect_shape(&s, t[9], t[10]);
        for (int v = 0; v < CONVS; v++) {
            if (!conv_verify(convs[v].name, convs[v].run, &s, i + 1)) {
                fail_msg("%s is wrong for geometry %zu", convs[v].name, i);
            }
        }
    }
}

static void test_refused_geometries(void **state)
{
    (void)state;
    const ConvShape good = {.N = 2,
                            .IC = 3,
                            .IH = 8,
                            .IW = 8,
                            .OC = 4,
                            .KH = 3,
                            .KW = 3,
                            .stride = 1};
    ConvShape s = good;
    const struct {
        const char *word;
        int *field;
        int value;
    } refusals[] = {
        {"batch N is 0", &s.N, 0},
        {"input channels IC is -1", &s.IC, -1},
        {"input height IH is 0", &s.IH, 0},
        {"input width IW is 1048577", &s.IW, (1 << 20) + 1},
        {"output channels OC is 0", &s.OC, 0},
        {"filter height KH is 0", &s.KH, 0},
        {"filter width KW is -2147483648", &s.KW, INT32_MIN},
        {"stride is 0", &s.stride, 0},
        {"padding is -1", &s.pad, -1},
        {"filter of 9x3 does not fit", &s.KH, 9},
        {"filter of 3x9 does not fit", &s.KW, 9},
    };
    char error[CONV_ERROR_LENGTH];
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        s = good;
        *refusals[i].field = refusals[i].value;
        strcpy(error, "no sentence");
        assert_false(conv_shape(&s, error));
        if (strstr(error, refusals[i].word) == NULL) {
            fail_msg("expected \"%s\", got: %s", refusals[i].word, error);
        }
    }

    // Each number in range, their product not.
    s = good;
    s.N = s.IH = s.IW = 1 << 20;
    assert_false(conv_shape(&s, error));
    assert_non_null(strstr(error, "too large"));
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_im2col_layout),
        cmocka_unit_test(test_geometries),
        cmocka_unit_test(test_refused_geometries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
