// EXPECT: Invalid memory access
// EXPECT: at touch in
// EXPECT: use_after_free.cu:@store
// EXPECT: by thread (0,0,0) in block (0,0,0)
__global__ void touch(float *data)
{
    data[threadIdx.x] = 1; // @store
}

int main(void)
{
    float *data;
    cudaMalloc(&data, 4096);
    touch<<<1, 32>>>(data);
    if (cudaGetLastError() != cudaSuccess || cudaFree(data) != cudaSuccess) {
        return 1;
    }
    touch<<<1, 32>>>(data);
    return cudaDeviceSynchronize();
}
