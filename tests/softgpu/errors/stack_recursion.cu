// Recursion without an end.
// EXPECT: Stack overflow
// EXPECT: at kernel in
// EXPECT: stack_recursion.cu:
// EXPECT: by thread (7,0,0) in block (1,0,0)
// EXPECT: SOFTGPU_STACK_KB
__device__ __noinline__ int down(volatile int *data, int n)
{
    volatile int here[16];
    here[n & 15] = n;
    return down(data, n + 1) + here[n & 15] + *data;
}

__global__ void kernel(int *data)
{
    if (blockIdx.x == 1 && threadIdx.x == 7) {
        *data = down(data, 0);
    }
}

int main(void)
{
    int *data;
    cudaMalloc(&data, 4096);
    kernel<<<2, 32>>>(data);
    return cudaDeviceSynchronize();
}
