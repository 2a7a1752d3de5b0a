/* matmul_chapter.h -- the program that every matrix-multiply chapter after
 * the first one is: the same flow as chapter 01's main.c, over a table of
 * variants and a list of shapes.
 */
#ifndef COMMON_MATMUL_CHAPTER_H
#define COMMON_MATMUL_CHAPTER_H

#include "common/args.h"

/* C (M,N) = A (M,K) * B (K,N), device pointers, dense and row-major. */
typedef void (*MatmulFn)(int M, int N, int K, const float *A, const float *B,
                         float *C);

typedef struct {
    const char *name;
    MatmulFn run;
} MatmulVariant;

typedef struct {
    const char *name;              /* "03_tiled_matmul"                    */
    const char *about;             /* first lines of --help                */
    const MatmulVariant *variants; /* naive first; a NULL name ends it     */
} MatmulChapter;

/* Parses the command line (-m -n -k for one shape, --sizes 64,127,256 for a
 * list of square ones, and the common options), verifies every variant on
 * every shape with exact integers and then with reals, times, verifies again,
 * reports.  Returns the exit code. */
int matmul_chapter_main(const MatmulChapter *chapter, int argc, char **argv);

/* One verification, for tests: runs `fn` on shape M,N,K with inputs from
 * `seed`, small integers and reals, poisoned output and guarded buffers, and
 * compares with matmul_ref.  Returns 1 if right; says on stderr what is wrong
 * otherwise.  *max_rel_err (may be NULL) gets the error of the reals. */
int matmul_verify(const char *name, MatmulFn fn, int M, int N, int K,
                  unsigned long long seed, double *max_rel_err);

/* ---- which shapes: the part that chapter 01 shares -----------------------*/

enum { MATMUL_MOST = 16384, MATMUL_SHAPES = 64 };

typedef struct {
    int M, N, K;
} MatmulShape;

typedef struct {
    int m, n, k;       /* 0: not given */
    const char *sizes; /* NULL: not given */
} MatmulSizes;

// clang-format off
/* The table rows for a MatmulSizes named `s`. */
#define MATMUL_SIZES_ROWS(s)                                                   \
    {"-m", ARG_INT, &(s).m, 1, MATMUL_MOST, "M", "rows of A and C"},           \
    {"-n", ARG_INT, &(s).n, 1, MATMUL_MOST, "N", "columns of B and C"},        \
    {"-k", ARG_INT, &(s).k, 1, MATMUL_MOST, "K", "columns of A, rows of B"},   \
    {"--sizes", ARG_STRING, &(s).sizes, 0, 0, "N,N",                           \
     "square shapes, instead of -m -n -k"}
// clang-format on

/* The shapes asked for: the one of -m -n -k (those not given are as the first
 * one given), the list, or the usual ones of the backend.  Fills shapes[] and
 * returns how many. */
int matmul_shapes(const MatmulSizes *sizes, bool quick,
                  MatmulShape shapes[MATMUL_SHAPES]);

#endif
