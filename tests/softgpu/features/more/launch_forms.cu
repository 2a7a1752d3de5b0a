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

__shared__ double file_scope[1024];

__global__ void sum_file_scope_elsewhere(int *sum)
{
    __shared__ double behind[1024];
    file_scope[threadIdx.x] = 5;
    behind[threadIdx.x] = 2;
    __syncthreads();
    atomicAdd(sum, (int)(file_scope[1023 - threadIdx.x] + behind[threadIdx.x]));
}

static __global__ void of_each_file(int *sum)
{
    __shared__ double s[128];
    s[threadIdx.x] = 2;
    __syncthreads();
    atomicAdd(sum, (int)s[127 - threadIdx.x]);
}

void run_of_each_file_elsewhere(int *sum)
{
    of_each_file<<<1, 128>>>(sum);
}
