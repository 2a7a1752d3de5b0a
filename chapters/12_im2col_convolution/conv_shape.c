/* conv_shape.c -- which convolutions exist, and how large they are. */
#include "conv.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/check.h"

/* Above this a size is surely a mistake, and below it sums of sizes fit into
 * an int. */
enum { MOST = 1 << 20 };

static bool PRINTF_LIKE(2, 3)
    refuse(char error[CONV_ERROR_LENGTH], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error, CONV_ERROR_LENGTH, format, args);
    va_end(args);
    return false;
}

bool conv_shape(ConvShape *s, char error[CONV_ERROR_LENGTH])
{
    const struct {
        const char *name;
        int value, min;
    } sizes[] = {
        {"the batch N", s->N, 1},
        {"the number of input channels IC", s->IC, 1},
        {"the input height IH", s->IH, 1},
        {"the input width IW", s->IW, 1},
        {"the number of output channels OC", s->OC, 1},
        {"the filter height KH", s->KH, 1},
        {"the filter width KW", s->KW, 1},
        {"the stride", s->stride, 1},
        {"the padding", s->pad, 0},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i].value < sizes[i].min || sizes[i].value > MOST) {
            return refuse(error, "%s is %d; it can be %d to %d", sizes[i].name,
                          sizes[i].value, sizes[i].min, MOST);
        }
    }

    const int height = s->IH + 2 * s->pad;
    const int width = s->IW + 2 * s->pad;
    if (s->KH > height || s->KW > width) {
        return refuse(error,
                      "a filter of %dx%d does not fit into an input of %dx%d "
                      "with padding %d",
                      s->KH, s->KW, s->IH, s->IW, s->pad);
    }
    s->OH = (height - s->KH) / s->stride + 1;
    s->OW = (width - s->KW) / s->stride + 1;

    // The dimensions of the multiplication must suit the GEMM, a line of the
    // input must be counted in ints, and memory must be imaginable.  A double
    // holds products that an int would not.
    const double rows = (double)s->N * s->OH * s->OW;
    const double depth = (double)s->KH * s->KW * s->IC;
    const double line = ((double)s->IW + 2.0 * s->pad) * s->IC;
    const double inputs = (double)s->N * s->IH * s->IW * s->IC;
    if (rows > GEMM_MOST || depth > GEMM_MOST || line > GEMM_MOST ||
        inputs > 0x1p40) {
        return refuse(error,
                      "a convolution with %.0f outputs per channel, %.0f "
                      "weights per filter and %.0f inputs is too large",
                      rows, depth, inputs);
    }
    return true;
}

size_t conv_cols_rows(const ConvShape *s)
{
    return (size_t)s->N * (size_t)s->OH * (size_t)s->OW;
}

size_t conv_cols_width(const ConvShape *s)
{
    return (size_t)s->KH * (size_t)s->KW * (size_t)s->IC;
}
