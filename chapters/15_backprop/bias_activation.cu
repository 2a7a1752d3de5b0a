/* Chapter 15 -- bias_activation: Y = f(Y + b), and its gradient.
 *
 * IDEA      Adding a bias and applying f touches every element of Y once, so
 *           the cost is the trip to memory: do both on the same trip.
 *
 * SHAPES    Y (rows, cols)   b (cols)   float, row-major
 * LAUNCH    forward   block (32, 16), one thread per element, x = column
 *           backward  blocks of 256, one thread per element
 * GLOBAL    forward   rows*cols read and written
 *           backward  2*rows*cols read, rows*cols written
 * NEXT      the multiply that made Y had each element in a register: an
 *           epilogue there would save this trip altogether (chapter 14)
 */
#include "common/check.h"
#include "bias_activation.h"
#include "rows_by_columns.h"

#define BLOCK 256

__global__ void bias_kernel(int rows, int cols, const float *b, float *Y)
{
    const int row = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int col = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (row < rows && col < cols) {
        Y[(size_t)row * cols + col] += b[col];
    }
}

// ANCHOR: forward
__global__ void bias_relu_kernel(int rows, int cols, const float *b, float *Y)
{
    const int row = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int col = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (row < rows && col < cols) {
        // BEGIN SOLUTION
        // Written so that NaN stays NaN: fmaxf(z, 0) would turn it into 0
        // and hide that training has gone wrong.
        const float z = Y[(size_t)row * cols + col] + b[col];
        Y[(size_t)row * cols + col] = z < 0.0f ? 0.0f : z;
        // END SOLUTION
    }
}
// ANCHOR_END: forward

__global__ void bias_sigmoid_kernel(int rows, int cols, const float *b,
                                    float *Y)
{
    const int row = blockIdx.y * BLOCK_ROWS + threadIdx.y;
    const int col = blockIdx.x * BLOCK_COLS + threadIdx.x;
    if (row < rows && col < cols) {
        const float z = Y[(size_t)row * cols + col] + b[col];
        Y[(size_t)row * cols + col] = 1.0f / (1.0f + expf(-z));
    }
}

// ANCHOR: backward
__global__ void relu_backward_kernel(size_t count, const float *Y, float *dY)
{
    const size_t i = (size_t)blockIdx.x * BLOCK + threadIdx.x;
    if (i < count) {
        // BEGIN SOLUTION
        dY[i] = Y[i] > 0.0f ? dY[i] : 0.0f;
        // END SOLUTION
    }
}
// ANCHOR_END: backward

__global__ void sigmoid_backward_kernel(size_t count, const float *Y, float *dY)
{
    const size_t i = (size_t)blockIdx.x * BLOCK + threadIdx.x;
    if (i < count) {
        dY[i] *= Y[i] * (1.0f - Y[i]);
    }
}

extern "C" void bias_activation(Activation f, int rows, int cols,
                                const float *b, float *Y)
{
    const dim3 grid = rows_by_columns_grid("bias_activation", rows, cols);
    const dim3 block(BLOCK_COLS, BLOCK_ROWS);
    switch (f) {
    case LINEAR:
        bias_kernel<<<grid, block>>>(rows, cols, b, Y);
        break;
    case RELU:
        bias_relu_kernel<<<grid, block>>>(rows, cols, b, Y);
        break;
    case SIGMOID:
        bias_sigmoid_kernel<<<grid, block>>>(rows, cols, b, Y);
        break;
    }
    CUDA_CHECK_LAUNCH();
}

extern "C" void activation_backward(Activation f, size_t count, const float *Y,
                                    float *dY)
{
    const unsigned grid = (unsigned)((count + BLOCK - 1) / BLOCK);
    switch (f) {
    case LINEAR:
        return; // f' = 1
    case RELU:
        relu_backward_kernel<<<grid, BLOCK>>>(count, Y, dY);
        break;
    case SIGMOID:
        sigmoid_backward_kernel<<<grid, BLOCK>>>(count, Y, dY);
        break;
    }
    CUDA_CHECK_LAUNCH();
}
