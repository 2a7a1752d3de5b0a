// Kernels that launch_forms.cu declares and launches.
__global__ void add_elsewhere(int *sum, int amount)
{
    atomicAdd(sum, amount);
}

// One with a barrier, and shared memory of a name that the other file has too.
__global__ void sum_block_elsewhere(int *sum)
{
    __shared__ int partial[64];
    partial[threadIdx.x] = threadIdx.x;
    for (int half = 32; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            partial[threadIdx.x] += partial[threadIdx.x + half];
        }
    }
    if (threadIdx.x == 0) {
        atomicAdd(sum, partial[0]);
    }
}
