/* Chapter 15 -- adam: one step for every parameter of the network.
 *
 * IDEA      The parameters of all layers lie in one arena, and so do their
 *           gradients and Adam's two moments.  One launch updates the lot.
 *
 * SHAPES    w, g, m, v (count)   float
 * LAUNCH    blocks of 256, one thread per parameter
 * GLOBAL    4*count read, 3*count written, about 15 flops each: all memory
 */
#include <math.h>
#include "common/check.h"
#include "adam.h"

#define BLOCK 256

// ANCHOR: kernel
__global__ void adam_kernel(size_t count, float rate, float scale,
                            const float *g, float *m, float *v, float *w)
{
    const size_t i = (size_t)blockIdx.x * BLOCK + threadIdx.x;
    if (i >= count) {
        return;
    }
    // BEGIN SOLUTION
    // 1 - beta2 is rounded once, from double: 1.0f - 0.999f would be 5e-5 off,
    // because the float nearest to 0.999 is.
    const float mean =
        (float)ADAM_BETA1 * m[i] + (float)(1.0 - ADAM_BETA1) * g[i];
    const float square =
        (float)ADAM_BETA2 * v[i] + (float)(1.0 - ADAM_BETA2) * g[i] * g[i];
    m[i] = mean;
    v[i] = square;
    w[i] -= rate * mean / (sqrtf(square) * scale + (float)ADAM_EPS);
    // END SOLUTION
}
// ANCHOR_END: kernel

extern "C" void adam(size_t count, double lr, long step, const float *g,
                     float *m, float *v, float *w)
{
    // The corrections are the same for every parameter: once, in double, here.
    const double rate = lr / (1.0 - pow(ADAM_BETA1, (double)step));
    const double scale = 1.0 / sqrt(1.0 - pow(ADAM_BETA2, (double)step));
    adam_kernel<<<(unsigned)((count + BLOCK - 1) / BLOCK), BLOCK>>>(
        count, (float)rate, (float)scale, g, m, v, w);
    CUDA_CHECK_LAUNCH();
}
