/* test_matmul.c -- the oracle of the matrix multiplies, and the program around
 * them.
 *
 * The kernels here are C functions: on the soft GPU device memory is memory,
 * so they can play a kernel.  Each wrong one makes a mistake that real kernels
 * make, and the harness has to notice every one of them.
 */
#include "child.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/matmul_chapter.h"
#include "common/matmul_ref.h"
#include "common/report.h"
#include "common/rng.h"

/* ---- the oracle ----------------------------------------------------------*/

static void the_reference_agrees_with_paper(void **state)
{
    (void)state;
    // Rows of A lie 4 apart, those of B 3: what is between does not count.
    const float A[] = {1, -2, 3, NAN, 4, 5, -6, NAN};
    const float B[] = {1, 2, NAN, 3, 4, NAN, -5, 6, NAN};
    double C[4];
    double scale[4];
    matmul_ref(2, 2, 3, A, 4, B, 3, C, scale);
    const double want[] = {-20, 12, 49, -8};
    const double size[] = {22, 28, 49, 64};
    assert_memory_equal(C, want, sizeof want);
    assert_memory_equal(scale, size, sizeof size);
    memset(C, 0, sizeof C);
    matmul_ref(2, 2, 3, A, 4, B, 3, C, NULL);
    assert_memory_equal(C, want, sizeof want);
}

static void the_oracle_judges_every_row_of_small_products(void **state)
{
    (void)state;
    const float A[] = {1, 2, 3, 4};
    const float B[] = {1, 0, 0, 1};
    MatmulOracle oracle = matmul_oracle(2, 2, 2, A, B);
    assert_int_equal(oracle.step, 1);
    assert_int_equal(oracle.rows, 2);
    for (int i = -1; i < 4; i++) {
        float C[] = {1, 2, 3, 4};
        if (i >= 0) {
            C[i] = NAN;
        }
        const Comparison c = matmul_judge(&oracle, C, true);
        assert_int_equal(compare_ok(&c), i < 0);
        assert_int_equal(c.first_bad, i < 0 ? 0 : i);
    }
    matmul_oracle_free(&oracle);
}

static void the_oracle_judges_some_rows_of_large_products(void **state)
{
    (void)state;
    enum { M = 1026, N = 1024, K = 1024 }; // just above 2^30 steps
    float *A = host_alloc(M * K, sizeof *A);
    float *B = host_alloc(K * N, sizeof *B);
    float *C = host_alloc(M * N, sizeof *C);
    Rng rng = rng_seed(1);
    rng_fill_integers(&rng, A, M * K, 8);
    for (int i = 0; i < N; i++) {
        B[i * N + i] = 1.0f; // the unit matrix: C = A
    }
    MatmulOracle oracle = matmul_oracle(M, N, K, A, B);
    assert_int_equal(oracle.step, 2);
    assert_int_equal(oracle.first, 1);
    assert_int_equal(oracle.rows, M / 2);

    memcpy(C, A, M * N * sizeof *C);
    Comparison c = matmul_judge(&oracle, C, true);
    assert_true(compare_ok(&c));

    // Wrong in the last row, which is always judged.
    C[M * N - 1] += 1.0f;
    c = matmul_judge(&oracle, C, true);
    assert_int_equal(c.bad, 1);
    assert_int_equal(c.first_bad, M * N - 1);

    // Never written in a row that is not judged.
    memcpy(C, A, M * N * sizeof *C);
    C[2 * N + 5] = NAN;
    c = matmul_judge(&oracle, C, true);
    assert_int_equal(c.bad, 1);
    assert_int_equal(c.first_bad, 2 * N + 5);
    assert_true(isinf(c.max_rel_err));

    matmul_oracle_free(&oracle);
    free(A);
    free(B);
    free(C);
}

/* ---- kernels, right and wrong --------------------------------------------*/

static float dot(int N, int K, const float *A, const float *B, int row, int col)
{
    float sum = 0.0f;
    for (int k = 0; k < K; k++) {
        sum += A[row * K + k] * B[k * N + col];
    }
    return sum;
}

static void right(int M, int N, int K, const float *A, const float *B, float *C)
{
    for (int i = 0; i < M * N; i++) {
        C[i] = dot(N, K, A, B, i / N, i % N);
    }
}

static void skips_last(int M, int N, int K, const float *A, const float *B,
                       float *C)
{
    for (int i = 0; i < M * N - 1; i++) {
        C[i] = dot(N, K, A, B, i / N, i % N);
    }
}

static void no_guard(int M, int N, int K, const float *A, const float *B,
                     float *C)
{
    right(M, N, K, A, B, C);
    C[M * N] = dot(N, K, A, B, M, 0);
}

static void writes_zero_past_the_end(int M, int N, int K, const float *A,
                                     const float *B, float *C)
{
    right(M, N, K, A, B, C);
    C[M * N] = 0.0f;
}

static void adds_past_the_end(int M, int N, int K, const float *A,
                              const float *B, float *C)
{
    right(M, N, K, A, B, C);
    C[M * N] += 1.0f; // NaN before, NaN after
}

static void writes_into_A(int M, int N, int K, const float *A, const float *B,
                          float *C)
{
    right(M, N, K, A, B, C);
    ((float *)(uintptr_t)A)[M * K] = 0.0f;
}

static void reads_past_B(int M, int N, int K, const float *A, const float *B,
                         float *C)
{
    right(M, N, K, A, B, C);
    C[M * N - 1] += 0.0f * B[K * N];
}

static void transposed(int M, int N, int K, const float *A, const float *B,
                       float *C)
{
    for (int i = 0; i < M * N; i++) {
        C[(i % N) * M + i / N] = dot(N, K, A, B, i / N, i % N);
    }
}

static void forgets_last_k(int M, int N, int K, const float *A, const float *B,
                           float *C)
{
    for (int i = 0; i < M * N; i++) {
        const int row = i / N;
        C[i] = dot(N, K, A, B, row, i % N) -
               A[row * K + K - 1] * B[(K - 1) * N + i % N];
    }
}

/* The first 11 bits of the fraction, as tensor cores see a float (TF32). */
static float shortened(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= 0xFFFFE000;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void low_precision(int M, int N, int K, const float *A, const float *B,
                          float *C)
{
    for (int i = 0; i < M * N; i++) {
        float sum = 0.0f;
        for (int k = 0; k < K; k++) {
            sum += shortened(A[i / N * K + k]) * shortened(B[k * N + i % N]);
        }
        C[i] = sum;
    }
}

static void adds_to_what_was_there(int M, int N, int K, const float *A,
                                   const float *B, float *C)
{
    for (int i = 0; i < M * N; i++) {
        C[i] += dot(N, K, A, B, i / N, i % N);
    }
}

static void does_nothing(int M, int N, int K, const float *A, const float *B,
                         float *C)
{
    (void)M, (void)N, (void)K, (void)A, (void)B, (void)C;
}

typedef struct {
    MatmulFn fn;
    int M, N, K;
} Verification;

static void verify(void *context)
{
    const Verification *v = context;
    double error = NAN;
    const int ok = matmul_verify("kernel", v->fn, v->M, v->N, v->K, 1, &error);
    exit(ok && isfinite(error) ? EXIT_VERIFIED : EXIT_WRONG);
}

static void right_kernels_pass_on_every_shape(void **state)
{
    (void)state;
    const int edges[] = {1, 2, 7, 16, 33};
    for (int i = 0; i < 125; i++) {
        Verification v = {right, edges[i % 5], edges[i / 5 % 5], edges[i / 25]};
        const Child child = run_child(verify, &v);
        assert_string_equal(child.err, "");
        assert_int_equal(child.code, EXIT_VERIFIED);
    }
    Verification long_sum = {right, 3, 5, 16384};
    assert_int_equal(run_child(verify, &long_sum).code, EXIT_VERIFIED);
}

static void wrong_kernels_do_not_pass(void **state)
{
    (void)state;
    const MatmulFn wrong[] = {skips_last,       no_guard,
                              writes_into_A,    writes_zero_past_the_end,
                              reads_past_B,     transposed,
                              forgets_last_k,   low_precision,
                              does_nothing,     adds_to_what_was_there,
                              adds_past_the_end};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Verification v = {wrong[i], 17, 31, 23};
        const Child child = run_child(verify, &v);
        assert_int_equal(child.code, EXIT_WRONG);
        assert_non_null(strchr(child.err, '\n')); // and it says why
    }
}

/* ---- the program ---------------------------------------------------------*/

/* Wrong from its third call on: right when verified, wrong when timed. */
static void tires(int M, int N, int K, const float *A, const float *B, float *C)
{
    static int calls;
    right(M, N, K, A, B, C);
    if (++calls > 2) {
        C[0] += 1.0f;
    }
}

static void program(void *context)
{
    char **argv = context;
    int argc = 0;
    while (argv[argc]) {
        argc++;
    }
    const MatmulVariant variants[] = {{"right", right},
                                      {"skips", skips_last},
                                      {"tires", tires},
                                      {NULL, NULL}};
    const MatmulChapter chapter = {"03_test", "A chapter.", variants};
    exit(matmul_chapter_main(&chapter, argc, argv));
}

#define RUN(...) run_child(program, (char *[]){"program", __VA_ARGS__, NULL})

static void a_right_variant_is_timed(void **state)
{
    (void)state;
    const Child child =
        RUN("--variant", "right", "--sizes", "9,16", "--reps=3");
    assert_int_equal(child.code, EXIT_VERIFIED);
    assert_string_equal(child.err, "");
    assert_non_null(strstr(child.out, "9x9x9"));
    assert_non_null(strstr(child.out, "16x16x16"));
    assert_non_null(strstr(child.out, "GFLOP/s"));
}

static void check_only_does_not_time(void **state)
{
    (void)state;
    const Child child =
        RUN("--variant=right", "-m", "3", "-n", "5", "-k", "7", "--check-only");
    assert_int_equal(child.code, EXIT_VERIFIED);
    assert_non_null(strstr(child.out, "3x5x7"));
    assert_null(strstr(child.out, "GFLOP/s"));
}

static void a_wrong_variant_is_not_timed(void **state)
{
    (void)state;
    const Child child = RUN("--variant", "right,skips", "-m", "9", "--reps=3");
    assert_int_equal(child.code, EXIT_WRONG);
    assert_non_null(strstr(child.out, " ok\n"));
    assert_non_null(strstr(child.out, " WRONG\n"));
    assert_null(strstr(child.out, "GFLOP/s"));
    assert_non_null(strstr(child.err, "skips 9x9x9 integers"));
}

static void verified_again_after_timing(void **state)
{
    (void)state;
    const Child child = RUN("--variant", "tires", "-m", "9", "--reps=3");
    assert_int_equal(child.code, EXIT_WRONG);
    assert_non_null(strstr(child.err, "tires 9x9x9 reals"));
}

static void variants_can_be_listed(void **state)
{
    (void)state;
    const Child child = RUN("--list");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "right\nskips\ntires\n");
}

static void bad_sizes_are_refused(void **state)
{
    (void)state;
    char *const bad[] = {"0", "-1", "16385", "x", "", "1e3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Child child = RUN("-m", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "1 to 16384");
        child = RUN("-k", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "1 to 16384");
        child = RUN("--sizes", bad[i]);
        assert_one_sentence(&child, EXIT_USAGE, "--sizes");
    }
    Child child = RUN("--sizes", "64", "-m", "64");
    assert_one_sentence(&child, EXIT_USAGE, "not both");
    child = RUN("--variant", "fastest");
    assert_one_sentence(&child, EXIT_USAGE, "right, skips, tires");
}

static void shapes_asked_for(void **state)
{
    (void)state;
    MatmulShape shapes[MATMUL_SHAPES];
    assert_int_equal(matmul_shapes(&(MatmulSizes){.n = 5}, false, shapes), 1);
    assert_true(shapes[0].M == 5 && shapes[0].N == 5 && shapes[0].K == 5);
    matmul_shapes(&(MatmulSizes){.m = 2, .k = 3}, true, shapes);
    assert_true(shapes[0].M == 2 && shapes[0].N == 2 && shapes[0].K == 3);
    assert_int_equal(matmul_shapes(&(MatmulSizes){0}, true, shapes), 3);
    assert_true(shapes[0].M == 33 && shapes[2].K == 128);
    assert_true(matmul_shapes(&(MatmulSizes){0}, false, shapes) >= 4);
}

int main(void)
{
    if (strcmp(report_backend(), "cpu") != 0) {
        fputs("host functions can play kernels on the soft GPU only\n", stderr);
        return EXIT_IMPOSSIBLE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_agrees_with_paper),
        cmocka_unit_test(the_oracle_judges_every_row_of_small_products),
        cmocka_unit_test(the_oracle_judges_some_rows_of_large_products),
        cmocka_unit_test(right_kernels_pass_on_every_shape),
        cmocka_unit_test(wrong_kernels_do_not_pass),
        cmocka_unit_test(a_right_variant_is_timed),
        cmocka_unit_test(check_only_does_not_time),
        cmocka_unit_test(a_wrong_variant_is_not_timed),
        cmocka_unit_test(verified_again_after_timing),
        cmocka_unit_test(variants_can_be_listed),
        cmocka_unit_test(bad_sizes_are_refused),
        cmocka_unit_test(shapes_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
