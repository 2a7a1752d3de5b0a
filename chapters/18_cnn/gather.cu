/* Chapter 18 -- gather: the next batch, without a copy from the host.
 *
 * IDEA      The whole data set lies on the device as bytes, a quarter of the
 *           size of floats.  Shuffling is then a permutation of indices, and
 *           a batch is gathered and scaled to [0, 1] on the way.
 *
 * SHAPES    images [count, size] bytes -> X (batch, size) floats
 * LAUNCH    block (32, 16): x = pixel, y = image of the batch
 * GLOBAL    batch*size bytes read, batch*size floats written
 */
#include "common/check.h"
#include "rows_by_columns.h"
#include "gather.h"

// ANCHOR: kernel
__global__ void gather_kernel(int batch, int size, const uint32_t *order,
                              const uint8_t *images, const uint8_t *labels,
                              float *X, int *y)
{
    const int n = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int i = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (n >= batch || i >= size) {
        return;
    }
    const size_t from = order[n];
    X[(size_t)n * size + i] = (float)images[from * size + i] / 255.0f;
    if (i == 0) {
        y[n] = labels[from];
    }
}
// ANCHOR_END: kernel

extern "C" void gather(int batch, int size, const uint32_t *order,
                       const uint8_t *images, const uint8_t *labels, float *X,
                       int *y)
{
    const dim3 grid = rows_by_columns_grid("gather", batch, size);
    gather_kernel<<<grid, dim3(BLOCK_COLS, BLOCK_ROWS)>>>(batch, size, order,
                                                          images, labels, X, y);
    CUDA_CHECK_LAUNCH();
}
