/* Chapter 01 -- the program: C = A * B on a device, and back.
 *
 * Every program of this book does the same things in the same order: inputs
 * from a fixed seed, a reference, copy in, run once, verify, only then time,
 * verify again, report.  This one writes every step out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/args.h"
#include "common/bench.h"
#include "common/check.h"
#include "common/matmul_chapter.h"
#include "common/matmul_ref.h"
#include "common/report.h"
#include "common/rng.h"
#include "matmul_naive.h"

/* What the timer needs in order to launch the kernel. */
typedef struct {
    int M, N, K;
    const float *A_dev, *B_dev;
    float *C_dev;
} Launch;

static void launch(void *context, int rep)
{
    const Launch *l = context;
    (void)rep;
    matmul_naive(l->M, l->N, l->K, l->A_dev, l->B_dev, l->C_dev);
}

// ANCHOR: round_trip
/* One shape, from the inputs to its row in the table. */
static void multiply(int M, int N, int K, const CommonArgs *common,
                     Report *report)
{
    const size_t A_bytes = (size_t)M * (size_t)K * sizeof(float);
    const size_t B_bytes = (size_t)K * (size_t)N * sizeof(float);
    const size_t C_bytes = (size_t)M * (size_t)N * sizeof(float);

    // Inputs in the host's memory, the same in every run, and what the result
    // has to be: three loops in double.
    float *A = host_alloc(1, A_bytes);
    float *B = host_alloc(1, B_bytes);
    float *C = host_alloc(1, C_bytes);
    Rng rng = rng_seed(common->seed);
    rng_fill(&rng, A, A_bytes / sizeof(float), -1.0, 1.0);
    rng_fill(&rng, B, B_bytes / sizeof(float), -1.0, 1.0);
    MatmulOracle oracle = matmul_oracle(M, N, K, A, B);

    // Memory on the device.  These pointers mean nothing to the host; the
    // suffix _dev says so wherever they appear.
    float *A_dev = NULL;
    float *B_dev = NULL;
    float *C_dev = NULL;
    CUDA_CHECK(cudaMalloc((void **)&A_dev, A_bytes));
    CUDA_CHECK(cudaMalloc((void **)&B_dev, B_bytes));
    CUDA_CHECK(cudaMalloc((void **)&C_dev, C_bytes));

    // Copy in.  C starts as NaN (all bits one), so that an element which the
    // kernel forgets cannot look right.
    CUDA_CHECK(cudaMemcpy(A_dev, A, A_bytes, cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemcpy(B_dev, B, B_bytes, cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemset(C_dev, 0xFF, C_bytes));

    // Run once, copy the result out (which waits for the kernel), verify.
    Launch context = {M, N, K, A_dev, B_dev, C_dev};
    launch(&context, 0);
    CUDA_CHECK(cudaMemcpy(C, C_dev, C_bytes, cudaMemcpyDeviceToHost));
    Comparison result = matmul_judge(&oracle, C, false);

    // Only a right kernel is worth timing; and what was timed must be right.
    BenchTime time = {0};
    if (compare_ok(&result) && !common->check_only) {
        const int reps = common->quick && !common->reps ? 5 : common->reps;
        time = bench_run(launch, &context, reps);
        CUDA_CHECK(cudaMemcpy(C, C_dev, C_bytes, cudaMemcpyDeviceToHost));
        result = matmul_judge(&oracle, C, false);
    }
    compare_explain(&result, "matmul_naive", (size_t)N);

    char shape[64];
    snprintf(shape, sizeof shape, "%dx%dx%d", M, N, K);
    report_add(report,
               &(ReportRow){.variant = "naive",
                            .dtype = "fp32",
                            .shape = shape,
                            .flops = 2.0 * M * N * K,
                            .bytes = (double)(A_bytes + B_bytes + C_bytes),
                            .time = time,
                            .max_rel_err = result.max_rel_err,
                            .verified = compare_ok(&result)});

    CUDA_CHECK(cudaFree(A_dev));
    CUDA_CHECK(cudaFree(B_dev));
    CUDA_CHECK(cudaFree(C_dev));
    matmul_oracle_free(&oracle);
    free(A);
    free(B);
    free(C);
}
// ANCHOR_END: round_trip

int main(int argc, char **argv)
{
    CommonArgs common = COMMON_ARGS_DEFAULTS;
    MatmulSizes sizes = {0};
    const Arg table[] = {
        MATMUL_SIZES_ROWS(sizes), COMMON_ARGS_ROWS(common), {.name = NULL}};
    args_parse(argc, argv,
               "Chapter 01: C = A * B, one thread per element of C.", table);

    const char *const variants[] = {"naive"};
    bool selected[1];
    args_select(common.variant, variants, 1, selected);
    if (common.list) {
        puts(variants[0]);
        return EXIT_SUCCESS;
    }
    MatmulShape shapes[MATMUL_SHAPES];
    const int count = matmul_shapes(&sizes, common.quick, shapes);

    require_device();
    Report *report = report_open("01_naive_matmul", common.csv);
    for (int i = 0; i < count; i++) {
        multiply(shapes[i].M, shapes[i].N, shapes[i].K, &common, report);
    }
    return report_close(report);
}
