// EXPECT: Invalid memory access
// EXPECT: at blur in
// EXPECT: before_start.cu:@load
// EXPECT: by thread (0,0,0) in block (0,0,0)
// EXPECT: 4 bytes before the nearest allocation
__device__ __noinline__ int left_of(const int *in, int i)
{
    return in[i - 1]; // @load
}

__global__ void blur(int *out, const int *in)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = left_of(in, i) + in[i];
}

int main(void)
{
    int *in, *out;
    cudaMalloc(&in, 4096);
    cudaMalloc(&out, 4096);
    blur<<<4, 256>>>(out, in);
    return cudaDeviceSynchronize();
}
