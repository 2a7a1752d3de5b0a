// No guard: the threads behind the end write behind the end.  The kernel has
// no barrier and runs as a loop.
// EXPECT: Invalid memory access
// EXPECT: at saxpy in
// EXPECT: past_end_loop.cu:@store
// EXPECT: by thread (0,0,0) in block (4,0,0)
// EXPECT: 1 bytes after the nearest allocation
// EXPECT: of size 4096 bytes
__global__ void saxpy(int n, float a, const float *x, float *y)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) {
        y[i] = a * x[i % n] + 1; // @store
    }
}

int main(void)
{
    const int n = 1024;
    float *x, *y;
    cudaMalloc(&x, n * sizeof(float));
    cudaMalloc(&y, n * sizeof(float));
    saxpy<<<5, 256>>>(n, 2, x, y);
    return cudaDeviceSynchronize();
}
