// A local array that is larger than the stack, touched far from its end.
// EXPECT: Stack overflow
// EXPECT: at kernel
// EXPECT: by thread (0,0,0) in block (0,0,0)
// EXPECT: SOFTGPU_STACK_KB
__global__ void kernel(int *data, int n)
{
    __syncwarp();
    volatile int big[1000000];
    for (int i = 0; i < n; i++) {
        big[i] = i;
    }
    __syncwarp();
    data[threadIdx.x] = big[n - 1 - threadIdx.x];
}

int main(void)
{
    int *data;
    cudaMalloc(&data, 4096);
    kernel<<<1, 32>>>(data, 100);
    return cudaDeviceSynchronize();
}
