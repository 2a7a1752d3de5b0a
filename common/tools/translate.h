/* translate.h -- from preprocessed CUDA to C++ for the soft GPU.
 *
 * What changes, and nothing else:
 *   kernel<<<grid, block>>>(args)    a call of softgpu::launch
 *   __global__ functions             get the hidden parameter `_sg`
 *   __device__ functions             likewise, if they use their coordinates
 *   threadIdx, __syncthreads(), …    use the hidden parameter
 *   __shared__ variables             references into the block's shared memory
 *   __device__, __launch_bounds__, … vanish
 * Lines stay lines, so errors and debuggers point at the .cu file.
 */
#ifndef TOOLS_TRANSLATE_H
#define TOOLS_TRANSLATE_H

#include <stdbool.h>
#include <stdio.h>

/* Writes the translation of `source` (preprocessor output with line markers,
 * NUL-terminated) to `out`.  With `pieces`, kernels with barriers get a second
 * version made of loops where that is possible (fission.c).  Returns 0; or 1
 * after a message on stderr that names file and line of what cannot be
 * translated. */
int translate(const char *source, bool pieces, FILE *out);

#endif
