/* gemm_check.c -- a wrong number stops here, with a sentence, and not in a
 * kernel, with a fault. */
#include "gemm_check.h"

#include <limits.h>

#include "common/check.h"

static void check_dimension(const char *who, const char *what, int size)
{
    if (size < 1 || size > GEMM_MOST) {
        die(EXIT_USAGE, "%s: %s is %d; it can be 1 to %d", who, what, size,
            GEMM_MOST);
    }
}

static void check_ld(const char *who, const char *what, int ld, int row)
{
    if (ld < row) {
        die(EXIT_USAGE, "%s: %s is %d; a row has %d elements", who, what, ld,
            row);
    }
}

void gemm_check(const Gemm *g, const char *who)
{
    check_dimension(who, "M", g->M);
    check_dimension(who, "N", g->N);
    check_dimension(who, "K", g->K);
    check_ld(who, "lda", g->lda, g->op_a == GEMM_N ? g->K : g->M);
    check_ld(who, "ldb", g->ldb, g->op_b == GEMM_N ? g->N : g->K);
    check_ld(who, "ldc", g->ldc, g->N);
    if (g->batch < 1 || g->batch > 65535) {
        die(EXIT_USAGE, "%s: batch is %d; it can be 1 to 65535", who, g->batch);
    }
}

unsigned gemm_tiles(const Gemm *g, int bm, int bn)
{
    const long long tiles_m = (g->M + bm - 1) / bm;
    const long long tiles_n = (g->N + bn - 1) / bn;
    if (tiles_m * tiles_n > INT_MAX) {
        die(EXIT_USAGE,
            "a result of %d x %d has %lld tiles of %d x %d; "
            "a grid can have %d",
            g->M, g->N, tiles_m * tiles_n, bm, bn, INT_MAX);
    }
    return (unsigned)(tiles_m * tiles_n);
}
