// As on a machine with 64 cores: the stacks of all their threads would need
// more memory mappings than Linux gives a process.
// FLAGS: -O1
#include "require.h"

__global__ void kernel(int *out)
{
    __shared__ int s[1024];
    s[threadIdx.x] = __syncthreads_count(1);
    __syncthreads();
    atomicAdd(out, s[1023 - threadIdx.x] == 1024);
}

int main(void)
{
    int *out, got;
    setenv("SOFTGPU_WORKERS", "64", 1);
    ZEROS(out, 1);
    for (int i = 0; i < 3; i++) {
        kernel<<<500, 1024>>>(out);
    }
    LAUNCHED();
    TO_HOST(&got, out, 1);
    REQUIRE(got == 3 * 500 * 1024, "%d", got);
    return 0;
}
