/* Chapter 12 -- the three convolutions of mnist-cnn: direct, and as im2col and
 * a matrix multiply, with chapter 01's kernel and with chapter 05's. */
#include <stdio.h>
#include <stdlib.h>

#include "common/args.h"
#include "common/check.h"
#include "common/report.h"
#include "conv_measure.h"

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

/* The straightforward one first. */
static const ConvVariant variants[] = {
    {"direct", direct},
    {"im2col_naive", im2col_naive},
    {"im2col_tiled", im2col_tiled},
};
enum { VARIANTS = sizeof variants / sizeof variants[0] };

/* mnist-cnn: what lies between these layers are poolings that halve. */
enum { LAYERS = 3, MOST_BATCHES = 3 };
static const char *const layer_names[LAYERS] = {"conv1", "conv2", "conv3"};
static const ConvShape layers[LAYERS] = {
    {.IC = 1, .IH = 28, .IW = 28, .OC = 32, .KH = 3, .KW = 3, .stride = 1},
    {.IC = 32, .IH = 13, .IW = 13, .OC = 64, .KH = 3, .KW = 3, .stride = 1},
    {.IC = 64, .IH = 5, .IW = 5, .OC = 64, .KH = 3, .KW = 3, .stride = 1},
};

/* What im2col costs in memory, beside what the layer needs anyway. */
static void print_memory(const char *name, const ConvShape *s)
{
    const double kib = sizeof(float) / 1024.0;
    const double X = kib * s->N * s->IH * s->IW * s->IC;
    const double Y = kib * s->N * s->OH * s->OW * s->OC;
    const double cols =
        kib * (double)conv_cols_rows(s) * (double)conv_cols_width(s);
    printf("%s_b%-8d %9.1f %9.1f %9.1f KiB  cols is %.1f x the input\n", name,
           s->N, X, Y, cols, cols / X);
}

int main(int argc, char **argv)
{
    CommonArgs common = COMMON_ARGS_DEFAULTS;
    int batch = 0;
    const char *layer_list = "all";
    const Arg table[] = {
        {"-b", ARG_INT, &batch, 1, 4096, "N",
         "images in a batch (default: 1, 8 and 64; 4 if --quick)"},
        {"--layer", ARG_STRING, &layer_list, 0, 0, "A,B",
         "these layers only: conv1, conv2, conv3 (default: all)"},
        COMMON_ARGS_ROWS(common),
        {.name = NULL}};
    args_parse(argc, argv,
               "Chapter 12: convolution as im2col and matrix multiply.", table);

    const char *names[VARIANTS];
    for (int v = 0; v < VARIANTS; v++) {
        names[v] = variants[v].name;
    }
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

    int batches[MOST_BATCHES] = {1, 8, 64};
    int count = MOST_BATCHES;
    if (batch || common.quick) {
        batches[0] = batch ? batch : 4;
        count = 1;
    }

    // Every shape is checked before the first one is measured.
    ConvShape shapes[LAYERS * MOST_BATCHES];
    const char *shape_names[LAYERS * MOST_BATCHES];
    int shape_count = 0;
    for (int i = 0; i < LAYERS * count; i++) {
        if (wanted[i / count]) {
            ConvShape *s = &shapes[shape_count];
            char error[CONV_ERROR_LENGTH];
            *s = layers[i / count];
            s->N = batches[i % count];
            if (!conv_shape(s, error)) {
                die(EXIT_USAGE, "%s: %s", layer_names[i / count], error);
            }
            shape_names[shape_count++] = layer_names[i / count];
        }
    }

    require_device();
    Report *report = report_open("12_im2col_convolution", common.csv);
    for (int i = 0; i < shape_count; i++) {
        conv_measure(shape_names[i], &shapes[i], variants, selected, VARIANTS,
                     &common, report);
    }
    const int verdict = report_close(report);

    printf("\n%-14s %9s %9s %9s\n", "memory", "X", "Y", "cols");
    for (int i = 0; i < shape_count; i++) {
        print_memory(shape_names[i], &shapes[i]);
    }
    return verdict;
}
