/* test_matmul.c -- every matrix multiply of chapters 01 to 05 on the shapes
 * where kernels go wrong: smaller than a tile, one off a tile's edge, prime,
 * long and thin. */
#include "tests/common/child.h"

#include "common/matmul_chapter.h"
#include "gemm.h"
#include "matmul_naive.h"
#include "matmul_register.h"
#include "matmul_tiled.h"

static Gemm dense(int M, int N, int K, const float *A, const float *B, float *C)
{
    return (Gemm){.op_a = GEMM_N,
                  .op_b = GEMM_N,
                  .M = M,
                  .N = N,
                  .K = K,
                  .A = A,
                  .lda = K,
                  .B = B,
                  .ldb = N,
                  .C = C,
                  .ldc = N,
                  .batch = 1};
}

static void dense_gemm_naive(int M, int N, int K, const float *A,
                             const float *B, float *C)
{
    const Gemm g = dense(M, N, K, A, B, C);
    gemm_naive(&g);
}

static void dense_gemm_tiled(int M, int N, int K, const float *A,
                             const float *B, float *C)
{
    const Gemm g = dense(M, N, K, A, B, C);
    gemm_tiled(&g);
}

static void verify(const MatmulVariant *variant, int M, int N, int K)
{
    const unsigned long long seed = (unsigned long long)M * 1000003 +
                                    (unsigned long long)N * 1009 +
                                    (unsigned long long)K;
    if (!matmul_verify(variant->name, variant->run, M, N, K, seed, NULL)) {
        fail_msg("%s is wrong for M=%d N=%d K=%d", variant->name, M, N, K);
    }
}

/* Every combination of sizes below, at, and one past the edges of tiles. */
static void test_every_small_shape(void **state)
{
    static const int sizes[] = {1, 2, 17, 32, 65};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    for (int m = 0; m < COUNT; m++) {
        for (int n = 0; n < COUNT; n++) {
            for (int k = 0; k < COUNT; k++) {
                verify(*state, sizes[m], sizes[n], sizes[k]);
            }
        }
    }
}

/* T-1, T, T+1 and 2T+1 for every tile edge T that a kernel uses. */
static void test_edges_of_tiles(void **state)
{
    static const int edges[] = {8, 16, 32, 64, 128};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        const int T = edges[i];
        verify(*state, T - 1, T, T + 1);
        verify(*state, T, T + 1, T - 1);
        verify(*state, T + 1, T - 1, T);
        verify(*state, T, T, T);
        verify(*state, 2 * T + 1, T, 2 * T);
        verify(*state, T, 2 * T + 1, 2 * T - 1);
    }
}

/* Shapes of layers, primes, and the extremes of being long and thin. */
static void test_long_and_prime_shapes(void **state)
{
    static const int shapes[][3] = {
        {127, 131, 137}, {676, 32, 9}, {9, 32, 676},   {64, 10, 64},
        {128, 64, 192},  {1, 1, 997},  {997, 1, 1},    {1, 997, 1},
        {3, 5, 1201},    {601, 3, 5},  {192, 128, 64}, {64, 128, 20}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        verify(*state, shapes[i][0], shapes[i][1], shapes[i][2]);
    }
}

int main(void)
{
    skip_without_device();
    static MatmulVariant variants[] = {
        {"naive", matmul_naive},
        {"tiled", matmul_tiled},
        {"register_1d", matmul_register_1d},
        {"register_2d", matmul_register_2d},
        {"vectorized", matmul_vectorized},
        {"gemm_naive", dense_gemm_naive},
        {"gemm_tiled", dense_gemm_tiled},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        MatmulVariant *v = &variants[i];
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(test_every_small_shape, v),
            cmocka_unit_test_prestate(test_edges_of_tiles, v),
            cmocka_unit_test_prestate(test_long_and_prime_shapes, v),
        };
        failed += cmocka_run_group_tests_name(v->name, tests, NULL, NULL);
    }
    return failed != 0;
}
