/* A kernel for main.cu. */
__global__ void scale(int *data, int factor)
{
    __shared__ int s[32];
    s[threadIdx.x] = data[threadIdx.x];
    __syncthreads();
    data[threadIdx.x] = factor * s[threadIdx.x];
}
