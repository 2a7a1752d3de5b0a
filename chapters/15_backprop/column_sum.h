/* column_sum.h -- sums the columns of a matrix, in the same order every time.
 *
 * The bias gradient is such a sum, and so is the end of every computation
 * that was cut into slices.
 */
#ifndef COLUMN_SUM_H
#define COLUMN_SUM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Floats of scratch that column_sum(rows, cols) needs; may be 0. */
size_t column_sum_scratch(int rows, int cols);

/* sum[col] = X[0][col] + ... + X[rows-1][col].  X (rows, cols), sum (cols) and
 * scratch are device pointers that do not overlap; rows, cols >= 1. */
void column_sum(int rows, int cols, const float *X, float *scratch, float *sum);

#ifdef __cplusplus
}
#endif
#endif
