// Far behind the end of shared memory.
// EXPECT: Invalid memory access
// EXPECT: at kernel in
// EXPECT: shared_overrun.cu:@store
// EXPECT: by thread (0,0,0) in block (0,0,0)
__global__ void kernel(float *out, int step)
{
    __shared__ float s[1024];
    s[threadIdx.x * step + 12 * 1024] = 1; // @store
    __syncthreads();
    out[threadIdx.x] = s[threadIdx.x];
}

int main(void)
{
    float *out;
    cudaMalloc(&out, 4096);
    kernel<<<1, 32>>>(out, 1);
    return cudaDeviceSynchronize();
}
