/* A header with device code, a kernel, and a C interface. */
#ifndef SOURCE_TEXT_CUH
#define SOURCE_TEXT_CUH

extern "C" {
int launched_by_c(int n);
void launch_sevens(int *out, int n);
}

namespace helper {
__device__ __forceinline__ int triple(int x)
{
    return 3 * x;
}
__device__ inline int mirrored(const int *s)
{
    return s[blockDim.x - 1 - threadIdx.x];
}
} // namespace helper

static __global__ void from_header(int *out, int x)
{
    __shared__ int s[64];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = helper::triple(x) + helper::mirrored(s);
}

#endif
