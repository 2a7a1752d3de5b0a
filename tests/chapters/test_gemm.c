/* test_gemm.c -- the networks' GEMM: transposes, leading dimensions, batches,
 * and what lies between the rows.
 *
 * The gaps between rows of A and B hold NaN, so a kernel that uses one of them
 * spoils its result; those of C hold a known number that must survive. */
#include "tests/common/child.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/check.h"
#include "common/compare.h"
#include "common/device_buffer.h"
#include "common/matmul_ref.h"
#include "common/rng.h"
#include "gemm.h"

static const float GAP = -77777.0f;

typedef struct {
    int M, N, K;
    GemmOp op_a, op_b;
    int pad;    /* floats between the end of a row and the next        */
    int gap;    /* floats between one batch and the next               */
    int offset; /* floats before the first one: 1 spoils the alignment */
    int batch;
    bool shared_b; /* every batch multiplies with the same B              */
} Case;

/* A matrix as it is stored: rows ld apart, batches a stride apart. */
typedef struct {
    size_t rows, cols, ld, stride, offset, count;
    float *host;
    DeviceBuffer device;
} Stored;

static Stored stored(size_t rows, size_t cols, const Case *c, int batch)
{
    Stored s = {.rows = rows, .cols = cols};
    s.ld = cols + (size_t)c->pad;
    s.stride = rows * s.ld + (size_t)c->gap;
    s.offset = (size_t)c->offset;
    s.count = s.offset + (size_t)batch * s.stride;
    s.host = host_alloc(s.count, sizeof(float));
    s.device = device_buffer(s.count);
    return s;
}

static void stored_free(Stored *s)
{
    free(s->host);
    device_buffer_free(&s->device);
}

static float *at(const Stored *s, int batch, size_t row, size_t col)
{
    return s->host + s->offset + (size_t)batch * s->stride + row * s->ld + col;
}

/* NaN everywhere, and random values where the matrix is. */
static void stored_fill(Stored *s, int batch, Rng *rng, bool exact)
{
    for (size_t i = 0; i < s->count; i++) {
        s->host[i] = NAN;
    }
    for (int b = 0; b < batch; b++) {
        for (size_t row = 0; row < s->rows; row++) {
            if (exact) {
                rng_fill_integers(rng, at(s, b, row, 0), s->cols, 16);
            } else {
                rng_fill(rng, at(s, b, row, 0), s->cols, -1.0, 1.0);
            }
        }
    }
    device_buffer_upload(&s->device, s->host);
}

/* op(S) of one batch as a dense (rows, cols) matrix. */
static float *dense(const Stored *s, int batch, GemmOp op)
{
    const size_t rows = op == GEMM_N ? s->rows : s->cols;
    const size_t cols = op == GEMM_N ? s->cols : s->rows;
    float *d = host_alloc(rows * cols, sizeof(float));
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            d[i * cols + j] =
                op == GEMM_N ? *at(s, batch, i, j) : *at(s, batch, j, i);
        }
    }
    return d;
}

static bool in_matrix(const Stored *s, int batch, size_t i)
{
    if (i < s->offset) {
        return false;
    }
    const size_t in_batch = (i - s->offset) % s->stride;
    return (i - s->offset) / s->stride < (size_t)batch &&
           in_batch / s->ld < s->rows && in_batch % s->ld < s->cols;
}

/* Judges C after a run: every product, every gap. */
static bool judge(const Case *c, const Stored *A, const Stored *B, Stored *C,
                  bool exact, const char *name)
{
    const size_t M = (size_t)c->M;
    const size_t N = (size_t)c->N;
    bool right = true;
    double *want = host_alloc(M * N, sizeof(double));
    double *scale = host_alloc(M * N, sizeof(double));

    device_buffer_download(&C->device, C->host);
    for (int b = 0; b < c->batch; b++) {
        float *a_dense = dense(A, b, c->op_a);
        float *b_dense = dense(B, c->shared_b ? 0 : b, c->op_b);
        float *got = dense(C, b, GEMM_N);
        matmul_ref(c->M, c->N, c->K, a_dense, c->K, b_dense, c->N, want, scale);
        const Comparison result =
            exact ? compare_exact(got, want, M * N)
                  : compare_scaled(got, want, scale, M * N, c->K);
        compare_explain(&result, name, N);
        right = compare_ok(&result) && right;
        free(a_dense);
        free(b_dense);
        free(got);
    }
    for (size_t i = 0; i < C->count; i++) {
        if (!in_matrix(C, c->batch, i) && !(C->host[i] == GAP)) {
            print_error("%s: wrote between the rows of C, at %zu\n", name, i);
            right = false;
            break;
        }
    }
    free(want);
    free(scale);
    right = device_buffer_intact(&A->device, "A") && right;
    right = device_buffer_intact(&B->device, "B") && right;
    return device_buffer_intact(&C->device, "C") && right;
}

static void run_case(GemmFn gemm, const Case *c)
{
    const size_t M = (size_t)c->M;
    const size_t N = (size_t)c->N;
    const size_t K = (size_t)c->K;
    const int batches_b = c->shared_b ? 1 : c->batch;
    const bool a_n = c->op_a == GEMM_N;
    const bool b_n = c->op_b == GEMM_N;
    Stored A = stored(a_n ? M : K, a_n ? K : M, c, c->batch);
    Stored B = stored(b_n ? K : N, b_n ? N : K, c, batches_b);
    Stored C = stored(M, N, c, c->batch);
    Rng rng = rng_seed(M * 131 + N * 17 + K);

    for (int exact = 0; exact <= 1; exact++) {
        stored_fill(&A, c->batch, &rng, exact);
        stored_fill(&B, batches_b, &rng, exact);
        for (size_t i = 0; i < C.count; i++) {
            C.host[i] = in_matrix(&C, c->batch, i) ? NAN : GAP;
        }
        device_buffer_upload(&C.device, C.host);

        gemm(&(Gemm){.op_a = c->op_a,
                     .op_b = c->op_b,
                     .M = c->M,
                     .N = c->N,
                     .K = c->K,
                     .A = A.device.data + A.offset,
                     .lda = (int)A.ld,
                     .B = B.device.data + B.offset,
                     .ldb = (int)B.ld,
                     .C = C.device.data + C.offset,
                     .ldc = (int)C.ld,
                     .batch = c->batch,
                     .stride_a = (long long)A.stride,
                     .stride_b = c->shared_b ? 0 : (long long)B.stride,
                     .stride_c = (long long)C.stride});
        CUDA_CHECK(cudaDeviceSynchronize());

        char name[128];
        snprintf(name, sizeof name,
                 "%c%c %dx%dx%d pad %d gap %d offset %d batch %d",
                 a_n ? 'n' : 't', b_n ? 'n' : 't', c->M, c->N, c->K, c->pad,
                 c->gap, c->offset, c->batch);
        if (!judge(c, &A, &B, &C, exact, name)) {
            fail_msg("%s is wrong", name);
        }
    }
    stored_free(&A);
    stored_free(&B);
    stored_free(&C);
}

/* The implementation under test, as cmocka's prestate. */
typedef struct {
    const char *name;
    GemmFn run;
} Implementation;

/* Each way of storing, for shapes that take each of gemm_tiled's tiles. */
static void test_storage(void **state)
{
    const Implementation *gemm = *state;
    static const int shapes[][3] = {
        {1, 1, 1},    {64, 64, 64}, {65, 63, 17},  {130, 67, 33}, {129, 32, 9},
        {200, 10, 5}, {9, 70, 50},  {16, 32, 100}, {33, 16, 64},  {5, 7, 31}};
    // 3 makes rows of 17, 9, 5 ... aligned ones, whose last four floats lie
    // partly in the gap.
    static const int pads[] = {0, 3, 4};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (int ops = 0; ops < 4; ops++) {
            for (size_t p = 0; p < sizeof pads / sizeof pads[0]; p++) {
                const Case c = {.M = shapes[i][0],
                                .N = shapes[i][1],
                                .K = shapes[i][2],
                                .op_a = ops & 1 ? GEMM_T : GEMM_N,
                                .op_b = ops & 2 ? GEMM_T : GEMM_N,
                                .pad = pads[p],
                                .batch = 1};
                run_case(gemm->run, &c);
            }
        }
    }
}

/* A matrix need not start where an allocation does. */
static void test_unaligned_start(void **state)
{
    const Implementation *gemm = *state;
    for (int ops = 0; ops < 4; ops++) {
        const Case c = {.M = 72,
                        .N = 68,
                        .K = 36,
                        .op_a = ops & 1 ? GEMM_T : GEMM_N,
                        .op_b = ops & 2 ? GEMM_T : GEMM_N,
                        .offset = 1,
                        .batch = 1};
        run_case(gemm->run, &c);
    }
}

static void test_batches(void **state)
{
    const Implementation *gemm = *state;
    static const int gaps[] = {0, 1, 4}; // 1 spoils the alignment
    for (int ops = 0; ops < 4; ops++) {
        for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
            for (int shared = 0; shared <= 1; shared++) {
                const Case c = {.M = 20,
                                .N = 36,
                                .K = 12,
                                .op_a = ops & 1 ? GEMM_T : GEMM_N,
                                .op_b = ops & 2 ? GEMM_T : GEMM_N,
                                .pad = 4 * shared,
                                .gap = gaps[i],
                                .batch = 5,
                                .shared_b = shared};
                run_case(gemm->run, &c);
            }
        }
    }
}

/* More rows of tiles than a grid's y has room for. */
static void test_very_tall(void **state)
{
    const Implementation *gemm = *state;
    const Case c = {.M = 65536 * 64 + 3, .N = 1, .K = 2, .batch = 1};
    run_case(gemm->run, &c);
}

/* ---- refusals ------------------------------------------------------------*/

typedef struct {
    GemmFn run;
    Gemm g;
} Call;

static void call(void *context)
{
    const Call *c = context;
    c->run(&c->g);
}

static void test_refusals(void **state)
{
    const Implementation *gemm = *state;
    const Gemm good = {
        .M = 4, .N = 5, .K = 6, .lda = 6, .ldb = 5, .ldc = 5, .batch = 1};
    Call c = {gemm->run, good};
    const struct {
        const char *word;
        int *field;
        int value;
    } refusals[] = {
        {"M is 0", &c.g.M, 0},
        {"N is -1", &c.g.N, -1},
        {"K is 1073741825", &c.g.K, GEMM_MOST + 1},
        {"lda is 5", &c.g.lda, 5},
        {"ldb is 4", &c.g.ldb, 4},
        {"ldc is 4", &c.g.ldc, 4},
        {"batch is 0", &c.g.batch, 0},
        {"batch is 65536", &c.g.batch, 65536},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        c.g = good;
        *refusals[i].field = refusals[i].value;
        const Child child = run_child(call, &c);
        assert_one_sentence(&child, EXIT_USAGE, refusals[i].word);
    }

    // The row that counts is the one that is stored.
    c.g = good;
    c.g.op_a = GEMM_T;
    c.g.lda = 3;
    const Child child = run_child(call, &c);
    assert_one_sentence(&child, EXIT_USAGE, "lda is 3; a row has 4");
}

int main(void)
{
    skip_without_device();
    static Implementation implementations[] = {
        {"gemm_naive", gemm_naive},
        {"gemm_tiled", gemm_tiled},
    };
    int failed = 0;
    for (int i = 0; i < 2; i++) {
        Implementation *gemm = &implementations[i];
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(test_storage, gemm),
            cmocka_unit_test_prestate(test_unaligned_start, gemm),
            cmocka_unit_test_prestate(test_batches, gemm),
            cmocka_unit_test_prestate(test_very_tall, gemm),
            cmocka_unit_test_prestate(test_refusals, gemm),
        };
        failed += cmocka_run_group_tests_name(gemm->name, tests, NULL, NULL);
    }
    return failed != 0;
}
