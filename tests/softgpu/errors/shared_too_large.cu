// 48 KiB is all there is.
// EXPECT: Kernel greedy uses too much shared memory
// EXPECT: 'second', 49152 are allowed
__global__ void greedy(float *out)
{
    __shared__ float first[8 * 1024];
    __shared__ float second[8 * 1024];
    first[threadIdx.x] = second[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = first[31 - threadIdx.x] + second[threadIdx.x];
}

int main(void)
{
    float *out;
    cudaMalloc(&out, 4096);
    greedy<<<1, 32>>>(out);
    return cudaDeviceSynchronize();
}
