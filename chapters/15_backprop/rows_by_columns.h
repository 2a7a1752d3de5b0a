/* rows_by_columns.h -- the launch that most small kernels of a network share:
 * a (rows, cols) matrix, one thread per element.
 *
 * x walks the columns, the contiguous index: neighbouring threads touch
 * neighbouring floats.  For .cu files only.
 */
#ifndef ROWS_BY_COLUMNS_H
#define ROWS_BY_COLUMNS_H

#include "common/check.h"

enum { BLOCK_COLS = 32, BLOCK_ROWS = 16, GRID_ROWS_MAX = 65535 };

/* The grid that covers the matrix; refuses what a grid cannot hold. */
static inline dim3 rows_by_columns_grid(const char *kernel, long long rows,
                                        long long cols)
{
    const long long grid_rows = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    if (rows < 1 || cols < 1 || grid_rows > GRID_ROWS_MAX) {
        die(EXIT_USAGE, "%s: a %lld x %lld matrix; rows can be 1 to %d", kernel,
            rows, cols, GRID_ROWS_MAX * BLOCK_ROWS);
    }
    return dim3((unsigned)((cols + BLOCK_COLS - 1) / BLOCK_COLS),
                (unsigned)grid_rows);
}

#endif
