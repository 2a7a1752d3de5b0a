// A fault in a kernel that needs nearly all of the shared memory.
// EXPECT: Invalid memory access
// EXPECT: at kernel in
// EXPECT: fault_with_shared.cu:@store
// EXPECT: by thread (31,0,0) in block (1,0,0)
__global__ void kernel(float *out, float *nowhere)
{
    __shared__ float s[10 * 1024];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    float *p = blockIdx.x == 1 && s[31 - threadIdx.x] == 0 ? nowhere : out;
    p[threadIdx.x] = s[31 - threadIdx.x]; // @store
}

int main(void)
{
    float *out;
    cudaMalloc(&out, 4096);
    kernel<<<2, 32>>>(out, nullptr);
    return cudaDeviceSynchronize();
}
