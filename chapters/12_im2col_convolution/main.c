/* Chapter 12 -- the three convolutions of mnist-cnn: direct, and as im2col and
 * a matrix multiply, with chapter 01's kernel and with chapter 05's. */
#include <stdio.h>
#include <stdlib.h>

#include "common/args.h"
#include "common/bench.h"
#include "common/check.h"
#include "common/report.h"
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

enum { VARIANTS = 3, LAYERS = 3, BATCHES = 3, QUICK_REPS = 5 };
static const char *const names[VARIANTS] = {"direct", "im2col_naive",
                                            "im2col_tiled"};
static const ConvFn convs[VARIANTS] = {direct, im2col_naive, im2col_tiled};

/* mnist-cnn: what lies between these layers are poolings that halve. */
static const char *const layer_names[LAYERS] = {"conv1", "conv2", "conv3"};
static const ConvShape layers[LAYERS] = {
    {.IC = 1, .IH = 28, .IW = 28, .OC = 32, .KH = 3, .KW = 3, .stride = 1},
    {.IC = 32, .IH = 13, .IW = 13, .OC = 64, .KH = 3, .KW = 3, .stride = 1},
    {.IC = 64, .IH = 5, .IW = 5, .OC = 64, .KH = 3, .KW = 3, .stride = 1},
};

/* What is timed.  Unlike a multiply's, these buffers stay the same from run to
 * run: in a network, too, a layer finds its input where the layer before it
 * has just left it, in the cache. */
typedef struct {
    ConvFn fn;
    const ConvProblem *problem;
} Run;

static void run(void *context, int rep)
{
    const Run *r = context;
    const ConvProblem *p = r->problem;
    (void)rep;
    r->fn(&p->shape, p->X_dev.data, p->W_dev.data, p->cols_dev.data,
          p->Y_dev.data);
}

/* One layer at one batch size: verify, only then time, verify again. */
static void convolve(int layer, const ConvShape *s, const bool *selected,
                     const CommonArgs *common, Report *report)
{
    Rng rng = rng_seed(common->seed);
    ConvProblem p = conv_problem(s);
    bool right[VARIANTS];
    double errors[VARIANTS];
    BenchTime times[VARIANTS] = {0};
    bool all_right = true;

    conv_problem_fill(&p, &rng, true);
    for (int v = 0; v < VARIANTS; v++) {
        right[v] =
            !selected[v] || conv_problem_check(&p, names[v], convs[v], NULL);
    }
    conv_problem_fill(&p, &rng, false);
    for (int v = 0; v < VARIANTS; v++) {
        if (selected[v]) {
            right[v] = conv_problem_check(&p, names[v], convs[v], &errors[v]) &&
                       right[v];
        }
        all_right = all_right && right[v];
    }

    if (all_right && !common->check_only) {
        BenchFn fns[VARIANTS];
        void *contexts[VARIANTS];
        Run runs[VARIANTS];
        BenchTime measured[VARIANTS];
        int count = 0;
        for (int v = 0; v < VARIANTS; v++) {
            if (selected[v]) {
                runs[count] = (Run){convs[v], &p};
                fns[count] = run;
                contexts[count] = &runs[count];
                count++;
            }
        }
        const int reps =
            common->quick && !common->reps ? QUICK_REPS : common->reps;
        bench_compare(fns, contexts, count, reps, measured);
        for (int v = 0, i = 0; v < VARIANTS; v++) {
            if (selected[v]) {
                times[v] = measured[i++];
                right[v] =
                    conv_problem_check(&p, names[v], convs[v], &errors[v]);
            }
        }
    }

    char text[64];
    snprintf(text, sizeof text, "%s_b%d", layer_names[layer], s->N);
    const double outputs = (double)p.Y_dev.count;
    const double floats = (double)p.X_dev.count + (double)p.W_dev.count +
                          outputs; // what has to be moved, without cols
    for (int v = 0; v < VARIANTS; v++) {
        if (selected[v]) {
            report_add(report, &(ReportRow){.variant = names[v],
                                            .dtype = "fp32",
                                            .shape = text,
                                            .flops = 2.0 * outputs *
                                                     (double)conv_cols_width(s),
                                            .bytes = sizeof(float) * floats,
                                            .time = times[v],
                                            .max_rel_err = errors[v],
                                            .verified = right[v]});
        }
    }
    conv_problem_free(&p);
}

/* What im2col costs in memory, beside what the layer needs anyway. */
static void print_memory(int layer, const ConvShape *s)
{
    const double kib = sizeof(float) / 1024.0;
    const double X = kib * s->N * s->IH * s->IW * s->IC;
    const double Y = kib * s->N * s->OH * s->OW * s->OC;
    const double cols =
        kib * (double)conv_cols_rows(s) * (double)conv_cols_width(s);
    printf("%s_b%-8d %9.1f %9.1f %9.1f KiB  cols is %.1f x the input\n",
           layer_names[layer], s->N, X, Y, cols, cols / X);
}

int main(int argc, char **argv)
{
    CommonArgs common = COMMON_ARGS_DEFAULTS;
    int batch = 0;
    const char *layer_list = "all";
    const Arg table[] = {
        {"-b", ARG_INT, &batch, 1, 65536, "N",
         "images in a batch (default: 1, 8 and 64; 4 if --quick)"},
        {"--layer", ARG_STRING, &layer_list, 0, 0, "A,B",
         "these layers only: conv1, conv2, conv3 (default: all)"},
        COMMON_ARGS_ROWS(common),
        {.name = NULL}};
    args_parse(argc, argv,
               "Chapter 12: convolution as im2col and matrix multiply.", table);

    bool selected[VARIANTS];
    bool wanted[LAYERS];
    args_select(common.variant, names, VARIANTS, selected);
    args_select(layer_list, layer_names, LAYERS, wanted);
    if (common.list) {
        for (int v = 0; v < VARIANTS; v++) {
            puts(names[v]);
        }
        return EXIT_SUCCESS;
    }

    int batches[BATCHES] = {1, 8, 64};
    int count = BATCHES;
    if (batch || common.quick) {
        batches[0] = batch ? batch : 4;
        count = 1;
    }

    ConvShape shapes[LAYERS][BATCHES];
    for (int l = 0; l < LAYERS; l++) {
        for (int b = 0; b < count; b++) {
            char error[CONV_ERROR_LENGTH];
            shapes[l][b] = layers[l];
            shapes[l][b].N = batches[b];
            if (!conv_shape(&shapes[l][b], error)) {
                die(EXIT_USAGE, "%s: %s", layer_names[l], error);
            }
        }
    }

    require_device();
    Report *report = report_open("12_im2col_convolution", common.csv);
    for (int l = 0; l < LAYERS; l++) {
        for (int b = 0; wanted[l] && b < count; b++) {
            convolve(l, &shapes[l][b], selected, &common, report);
        }
    }
    const int verdict = report_close(report);

    printf("\n%-14s %9s %9s %9s\n", "memory", "X", "Y", "cols");
    for (int l = 0; l < LAYERS; l++) {
        for (int b = 0; wanted[l] && b < count; b++) {
            print_memory(l, &shapes[l][b]);
        }
    }
    return verdict;
}
