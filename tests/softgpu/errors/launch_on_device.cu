// EXPECT: Kernel parent launches kernel child
// EXPECT: does not support launches from device code
__global__ void child(int *data)
{
    data[threadIdx.x] = 1;
}

__global__ void parent(int *data)
{
    if (threadIdx.x == 0) {
        child<<<1, 32>>>(data);
    }
}

int main(void)
{
    int *data;
    cudaMalloc(&data, 4096);
    parent<<<1, 32>>>(data);
    return cudaDeviceSynchronize();
}
