// Half of the block waits at one barrier, half at another.
// EXPECT: Barrier error detected. Divergent thread(s) in block.
// EXPECT: at kernel in
// EXPECT: barrier_other.cu:@first
// EXPECT: by thread (0,0,0) in block (0,0,0)
// EXPECT: thread (64,0,0) waits at another barrier
// EXPECT: barrier_other.cu:@second
__global__ void kernel(int *data)
{
    if (threadIdx.x < 64) {
        data[threadIdx.x] = 1;
        __syncthreads(); // @first
    } else {
        __syncthreads(); // @second
        data[threadIdx.x] = 2;
    }
}

int main(void)
{
    int *data;
    cudaMalloc(&data, 128 * sizeof(int));
    kernel<<<1, 128>>>(data);
    return cudaDeviceSynchronize();
}
