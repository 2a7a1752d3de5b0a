/* C11 against the soft GPU's <cuda_runtime.h>. */
#include <cuda_runtime.h>
#include <stdlib.h>

void launch_sevens(int *out, int n);

int launched_by_c(int n)
{
    _Static_assert(sizeof(dim3) == 12, "dim3 in C");
    const dim3 block = {32, 1, 1};
    const float4 v = {.x = 1};
    struct cudaDeviceProp prop;
    int *restrict out, sum = 0;
    int *h = malloc((size_t)n * sizeof *h);
    if (h == NULL || cudaGetDeviceProperties(&prop, 0) != cudaSuccess ||
        cudaMalloc((void **)&out, (size_t)n * sizeof *h) != cudaSuccess) {
        return -1;
    }
    launch_sevens(out, n);
    if (cudaGetLastError() != cudaSuccess ||
        cudaMemcpy(h, out, (size_t)n * sizeof *h, cudaMemcpyDeviceToHost) !=
            cudaSuccess) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        sum += h[i];
    }
    cudaFree(out);
    free(h);
    return block.x == 32 && v.x == 1 ? sum : -1;
}
