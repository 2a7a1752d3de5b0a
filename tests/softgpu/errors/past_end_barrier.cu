// The same in a kernel with a barrier, for a read.
// EXPECT: Invalid memory access
// EXPECT: at shift in
// EXPECT: past_end_barrier.cu:@load
// EXPECT: by thread (255,0,0) in block (3,0,0)
// EXPECT: 1 bytes after the nearest allocation
// EXPECT: of size 4096 bytes
__global__ void shift(int *out, const int *in)
{
    __shared__ int s[256];
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    s[threadIdx.x] = in[i + 1]; // @load
    __syncthreads();
    out[i] = s[255 - threadIdx.x];
}

int main(void)
{
    const int n = 1024;
    int *in, *out;
    cudaMalloc(&out, n * sizeof(int));
    cudaMalloc(&in, n * sizeof(int));
    shift<<<n / 256, 256>>>(out, in);
    return cudaDeviceSynchronize();
}
