/* Chapter 15 -- column_sum: add up the rows of a matrix, reproducibly.
 *
 * IDEA      A thread adds CHUNK rows of one column, which leaves a matrix with
 *           1/CHUNK of the rows; repeat until one row is left.  Unlike a sum
 *           by atomicAdd, the order of the additions never changes, so two
 *           runs of a training give the same weights to the last bit.
 *
 * SHAPES    X (rows, cols) -> (ceil(rows/CHUNK), cols) -> ... -> (1, cols)
 * LAUNCH    blocks of 256 over the elements of the result, columns fastest:
 *           neighbouring threads read neighbouring floats
 * FLOPS     rows*cols
 * GLOBAL    rows*cols read (+ 1/CHUNK of that, twice, for the later levels)
 * NEXT      the last levels have few threads: a reduction inside the block
 *           would need one launch less (chapter 09)
 */
#include "common/check.h"
#include "column_sum.h"

#define BLOCK 256
#define CHUNK 64

// ANCHOR: kernel
__global__ void column_sum_kernel(int rows, int cols, const float *X,
                                  float *partial)
{
    const size_t i = (size_t)blockIdx.x * BLOCK + threadIdx.x;
    const int chunk = (int)(i / cols);
    const int col = (int)(i % cols);
    const int first = chunk * CHUNK;
    if (first >= rows) {
        return;
    }
    // BEGIN SOLUTION
    const int end = min(first + CHUNK, rows);
    float sum = 0.0f;
    for (int row = first; row < end; row++) {
        sum += X[(size_t)row * cols + col];
    }
    partial[i] = sum;
    // END SOLUTION
}
// ANCHOR_END: kernel

static int chunks_of(int rows)
{
    return rows / CHUNK + (rows % CHUNK != 0);
}

extern "C" size_t column_sum_scratch(int rows, int cols)
{
    // The first level's result and the second's; the third's may overwrite
    // the first's, which is not needed any more.
    const int first = chunks_of(rows);
    return first == 1 ? 0 : ((size_t)first + chunks_of(first)) * cols;
}

// ANCHOR: launch
extern "C" void column_sum(int rows, int cols, const float *X, float *scratch,
                           float *sum)
{
    float *to = scratch;
    float *next = scratch + (size_t)chunks_of(rows) * cols;
    for (;;) {
        const int chunks = chunks_of(rows);
        if (chunks == 1) {
            to = sum;
        }
        const size_t count = (size_t)chunks * cols;
        column_sum_kernel<<<(unsigned)((count + BLOCK - 1) / BLOCK), BLOCK>>>(
            rows, cols, X, to);
        CUDA_CHECK_LAUNCH();
        if (chunks == 1) {
            return;
        }
        float *const done = to;
        X = done;
        rows = chunks;
        to = next;
        next = done;
    }
}
// ANCHOR_END: launch
