/* matmul_chapter.c -- verify, time, verify again, for any matrix multiply. */
#include "common/matmul_chapter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bench.h"
#include "common/check.h"
#include "common/compare.h"
#include "common/device_buffer.h"
#include "common/matmul_ref.h"
#include "common/report.h"
#include "common/rng.h"

enum { MOST_VARIANTS = 16, MOST_COPIES = 64, QUICK_REPS = 5 };

/* ---- which shapes --------------------------------------------------------*/

int matmul_shapes(const MatmulSizes *sizes, bool quick,
                  MatmulShape shapes[MATMUL_SHAPES])
{
    const int first = sizes->m ? sizes->m : sizes->n ? sizes->n : sizes->k;
    if (first && sizes->sizes) {
        die(EXIT_USAGE, "give either --sizes or -m -n -k, not both");
    }
    if (first) {
        shapes[0] = (MatmulShape){sizes->m ? sizes->m : first,
                                  sizes->n ? sizes->n : first,
                                  sizes->k ? sizes->k : first};
        return 1;
    }

    const char *list = sizes->sizes;
    if (list == NULL) {
        list = quick ? "33,64,128"
               : strcmp(report_backend(), "cpu") == 0
                   ? "64,128,256,512"
                   : "64,128,256,512,1024,2048,4096";
    }
    int edges[MATMUL_SHAPES];
    const int count =
        args_int_list("--sizes", list, 1, MATMUL_MOST, edges, MATMUL_SHAPES);
    for (int i = 0; i < count; i++) {
        shapes[i] = (MatmulShape){edges[i], edges[i], edges[i]};
    }
    return count;
}

/* ---- one shape: inputs, reference, device buffers ------------------------*/

typedef struct {
    int M, N, K;
    float *A, *B, *C; /* on the host                 */
    bool exact;       /* A and B hold small integers */
    MatmulOracle oracle;
    DeviceBuffer A_dev, B_dev, C_dev;
} Problem;

static Problem problem_open(int M, int N, int K)
{
    const size_t m = (size_t)M;
    const size_t n = (size_t)N;
    const size_t k = (size_t)K;
    Problem p = {.M = M, .N = N, .K = K};
    p.A = host_alloc(m * k, sizeof(float));
    p.B = host_alloc(k * n, sizeof(float));
    p.C = host_alloc(m * n, sizeof(float));
    p.A_dev = device_buffer(m * k);
    p.B_dev = device_buffer(k * n);
    p.C_dev = device_buffer(m * n);
    return p;
}

static void problem_close(Problem *p)
{
    free(p->A);
    free(p->B);
    free(p->C);
    matmul_oracle_free(&p->oracle);
    device_buffer_free(&p->A_dev);
    device_buffer_free(&p->B_dev);
    device_buffer_free(&p->C_dev);
}

/* Inputs from `rng`, their reference, and both on their way to the device. */
static void problem_fill(Problem *p, Rng *rng, bool exact)
{
    p->exact = exact;
    if (exact) {
        // K products of up to limit^2 must stay below 2^24, where every whole
        // number is a float: then no order of summing rounds anything.
        const int limit = (int)fmin(16.0, sqrt((0x1p24 - 1.0) / p->K));
        rng_fill_integers(rng, p->A, p->A_dev.count, limit);
        rng_fill_integers(rng, p->B, p->B_dev.count, limit);
    } else {
        rng_fill(rng, p->A, p->A_dev.count, -1.0, 1.0);
        rng_fill(rng, p->B, p->B_dev.count, -1.0, 1.0);
    }
    matmul_oracle_free(&p->oracle);
    p->oracle = matmul_oracle(p->M, p->N, p->K, p->A, p->B);
    device_buffer_upload(&p->A_dev, p->A);
    device_buffer_upload(&p->B_dev, p->B);
}

/* Runs `fn` once and judges what it wrote, and where. */
static bool problem_check(Problem *p, const char *name, MatmulFn fn,
                          double *max_rel_err)
{
    char title[128];
    snprintf(title, sizeof title, "%s %dx%dx%d %s", name, p->M, p->N, p->K,
             p->exact ? "integers" : "reals");

    device_buffer_poison(&p->C_dev);
    fn(p->M, p->N, p->K, p->A_dev.data, p->B_dev.data, p->C_dev.data);
    CUDA_CHECK(cudaDeviceSynchronize());
    device_buffer_download(&p->C_dev, p->C);
    const Comparison c = matmul_judge(&p->oracle, p->C, p->exact);
    compare_explain(&c, title, (size_t)p->N);
    bool right = compare_ok(&c);

    right = device_buffer_intact(&p->A_dev, "A") && right;
    right = device_buffer_intact(&p->B_dev, "B") && right;
    right = device_buffer_intact(&p->C_dev, "C") && right;
    if (max_rel_err) {
        *max_rel_err = c.max_rel_err;
    }
    return right;
}

int matmul_verify(const char *name, MatmulFn fn, int M, int N, int K,
                  unsigned long long seed, double *max_rel_err)
{
    Rng rng = rng_seed(seed);
    Problem p = problem_open(M, N, K);
    problem_fill(&p, &rng, true);
    bool right = problem_check(&p, name, fn, NULL);
    problem_fill(&p, &rng, false);
    right = problem_check(&p, name, fn, max_rel_err) && right;
    problem_close(&p);
    return right;
}

/* ---- timing --------------------------------------------------------------*/

/* Several copies of the working set, so that a run does not find in the L2
 * cache what the run before it left there. */
typedef struct {
    int M, N, K, count;
    DeviceBuffer A[MOST_COPIES], B[MOST_COPIES], C[MOST_COPIES];
} Copies;

typedef struct {
    MatmulFn run;
    const Copies *copies;
} Contender;

static void run_contender(void *context, int rep)
{
    const Contender *contender = context;
    const Copies *c = contender->copies;
    const int i = rep % c->count;
    contender->run(c->M, c->N, c->K, c->A[i].data, c->B[i].data, c->C[i].data);
}

static double problem_bytes(const Problem *p)
{
    const double floats =
        (double)p->M * p->K + (double)p->K * p->N + (double)p->M * p->N;
    return sizeof(float) * floats;
}

static void problem_time(const Problem *p, const MatmulVariant *const *variants,
                         int count, int reps, BenchTime *times)
{
    BenchFn fns[MOST_VARIANTS];
    Contender contenders[MOST_VARIANTS];
    void *contexts[MOST_VARIANTS];
    Copies copies = {.M = p->M, .N = p->N, .K = p->K};
    copies.count = bench_copies((size_t)problem_bytes(p));

    for (int i = 0; i < copies.count; i++) {
        copies.A[i] = device_buffer_from(p->A, p->A_dev.count);
        copies.B[i] = device_buffer_from(p->B, p->B_dev.count);
        copies.C[i] = device_buffer(p->C_dev.count);
    }
    for (int i = 0; i < count; i++) {
        contenders[i] = (Contender){variants[i]->run, &copies};
        fns[i] = run_contender;
        contexts[i] = &contenders[i];
    }
    bench_compare(fns, contexts, count, reps, times);
    for (int i = 0; i < copies.count; i++) {
        device_buffer_free(&copies.A[i]);
        device_buffer_free(&copies.B[i]);
        device_buffer_free(&copies.C[i]);
    }
}

/* ---- the program ---------------------------------------------------------*/

/* All variants on one shape: verify, only then time, verify again. */
static void run_shape(const MatmulShape *shape,
                      const MatmulVariant *const *variants, int count,
                      const CommonArgs *common, Report *report)
{
    Rng rng = rng_seed(common->seed);
    Problem p = problem_open(shape->M, shape->N, shape->K);
    BenchTime times[MOST_VARIANTS] = {0};
    bool right[MOST_VARIANTS];
    double errors[MOST_VARIANTS];
    char text[64];
    snprintf(text, sizeof text, "%dx%dx%d", p.M, p.N, p.K);

    problem_fill(&p, &rng, true);
    for (int i = 0; i < count; i++) {
        right[i] = problem_check(&p, variants[i]->name, variants[i]->run, NULL);
    }
    problem_fill(&p, &rng, false);
    bool all_right = true;
    for (int i = 0; i < count; i++) {
        right[i] = problem_check(&p, variants[i]->name, variants[i]->run,
                                 &errors[i]) &&
                   right[i];
        all_right = all_right && right[i];
    }

    // The speed of a wrong result is of no interest.
    if (all_right && !common->check_only) {
        const int reps = common->reps    ? common->reps
                         : common->quick ? QUICK_REPS
                                         : 0;
        problem_time(&p, variants, count, reps, times);
        for (int i = 0; i < count; i++) {
            right[i] = problem_check(&p, variants[i]->name, variants[i]->run,
                                     &errors[i]);
        }
    }

    for (int i = 0; i < count; i++) {
        report_add(report, &(ReportRow){
                               .variant = variants[i]->name,
                               .dtype = "fp32",
                               .shape = text,
                               .flops = 2.0 * p.M * p.N * p.K,
                               .bytes = problem_bytes(&p),
                               .time = times[i],
                               .max_rel_err = errors[i],
                               .verified = right[i],
                           });
    }
    problem_close(&p);
}

int matmul_chapter_main(const MatmulChapter *chapter, int argc, char **argv)
{
    CommonArgs common = COMMON_ARGS_DEFAULTS;
    MatmulSizes sizes = {0};
    const Arg table[] = {
        MATMUL_SIZES_ROWS(sizes), COMMON_ARGS_ROWS(common), {.name = NULL}};
    args_parse(argc, argv, chapter->about, table);

    const char *names[MOST_VARIANTS];
    int known = 0;
    while (known < MOST_VARIANTS && chapter->variants[known].name) {
        names[known] = chapter->variants[known].name;
        known++;
    }
    if (common.list) {
        for (int i = 0; i < known; i++) {
            puts(names[i]);
        }
        return EXIT_SUCCESS;
    }

    bool selected[MOST_VARIANTS];
    const MatmulVariant *variants[MOST_VARIANTS];
    int count = 0;
    args_select(common.variant, names, known, selected);
    for (int i = 0; i < known; i++) {
        if (selected[i]) {
            variants[count++] = &chapter->variants[i];
        }
    }
    MatmulShape shapes[MATMUL_SHAPES];
    const int shape_count = matmul_shapes(&sizes, common.quick, shapes);

    require_device();
    Report *report = report_open(chapter->name, common.csv);
    for (int i = 0; i < shape_count; i++) {
        run_shape(&shapes[i], variants, count, &common, report);
    }
    return report_close(report);
}
