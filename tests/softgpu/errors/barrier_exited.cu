// Threads that return early miss the barrier of the others.
// EXPECT: Barrier error detected. Divergent thread(s) in block.
// EXPECT: at scale in
// EXPECT: barrier_exited.cu:@barrier
// EXPECT: by thread (0,0,0) in block (
// EXPECT: thread (20,0,0) has returned
__global__ void scale(float *data, int n)
{
    const int i = threadIdx.x;
    if (i >= n) {
        return;
    }
    data[i] *= 2;
    __syncthreads(); // @barrier
    data[i] += data[n - 1 - i];
}

int main(void)
{
    float *data;
    cudaMalloc(&data, 32 * sizeof(float));
    scale<<<3, 32>>>(data, 20);
    return cudaDeviceSynchronize();
}
