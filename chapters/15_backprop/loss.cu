/* Chapter 15 -- losses fused with their gradients.
 *
 * IDEA      softmax, log and the gradient of both share their exponentials
 *           and their sum.  In one kernel the gradient is almost free:
 *           d(-log p[label])/dlogit[c] = p[c] - (c == label).
 *
 * SHAPES    logits, dlogits (batch, classes)   labels (batch)   stats (batch,2)
 * LAUNCH    blocks of 64, one thread per example
 * GLOBAL    3*batch*classes read (from cache after the first), batch*classes
 *           written
 * NEXT      a thread walks a whole row, so neighbours are `classes` floats
 *           apart; with thousands of classes a block per row wins (chapter 10)
 */
#include "common/check.h"
#include "loss.h"

#define BLOCK 64

// ANCHOR: softmax
__global__ void softmax_cross_entropy_kernel(int batch, int classes,
                                             const float *logits,
                                             const int *labels, float *dlogits,
                                             float *stats)
{
    const int n = blockIdx.x * BLOCK + threadIdx.x;
    if (n >= batch) {
        return;
    }
    const float *z = logits + (size_t)n * classes;
    float *dz = dlogits + (size_t)n * classes;
    const int label = labels[n];

    // BEGIN SOLUTION
    int choice = 0;
    for (int c = 1; c < classes; c++) {
        if (z[c] > z[choice]) {
            choice = c;
        }
    }

    // softmax(z) = softmax(z - max): the exponents are then <= 0, and expf
    // cannot overflow.
    const float max = z[choice];
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) {
        sum += expf(z[c] - max);
    }

    for (int c = 0; c < classes; c++) {
        const float p = expf(z[c] - max) / sum;
        dz[c] = (p - (c == label ? 1.0f : 0.0f)) / batch;
    }
    // -log(e^(z-max) / sum), without the detour through a tiny p.
    stats[2 * n] = logf(sum) - (z[label] - max);
    stats[2 * n + 1] = choice == label ? 1.0f : 0.0f;
    // END SOLUTION
}
// ANCHOR_END: softmax

__global__ void binary_cross_entropy_kernel(int batch, const float *logits,
                                            const int *labels, float *dlogits,
                                            float *stats)
{
    const int n = blockIdx.x * BLOCK + threadIdx.x;
    if (n >= batch) {
        return;
    }
    const float z = logits[n];
    const float y = (float)labels[n];
    dlogits[n] = (1.0f / (1.0f + expf(-z)) - y) / batch;

    // max(z,0) - z y + log(1 + e^-|z|): the same value as with log(sigmoid),
    // but nothing overflows and nothing cancels.
    stats[2 * n] = (z < 0.0f ? 0.0f : z) - z * y + log1pf(expf(-fabsf(z)));
    stats[2 * n + 1] = (z > 0.0f) == (y > 0.5f) ? 1.0f : 0.0f;
}

extern "C" void softmax_cross_entropy(int batch, int classes,
                                      const float *logits, const int *labels,
                                      float *dlogits, float *stats)
{
    const int grid = (batch + BLOCK - 1) / BLOCK;
    softmax_cross_entropy_kernel<<<grid, BLOCK>>>(batch, classes, logits,
                                                  labels, dlogits, stats);
    CUDA_CHECK_LAUNCH();
}

extern "C" void binary_cross_entropy(int batch, int classes,
                                     const float *logits, const int *labels,
                                     float *dlogits, float *stats)
{
    if (classes != 1) {
        die(EXIT_USAGE, "binary cross-entropy takes one logit, not %d",
            classes);
    }
    const int grid = (batch + BLOCK - 1) / BLOCK;
    binary_cross_entropy_kernel<<<grid, BLOCK>>>(batch, logits, labels, dlogits,
                                                 stats);
    CUDA_CHECK_LAUNCH();
}
