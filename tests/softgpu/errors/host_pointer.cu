// The program forgot that the host's small numbers are no addresses.
// EXPECT: Invalid memory access
// EXPECT: at touch in
// EXPECT: host_pointer.cu:@store
// EXPECT: by thread (0,0,0) in block (0,0,0)
__global__ void touch(float **data)
{
    *data[threadIdx.x] = 1; // @store
}

int main(void)
{
    float **data;
    cudaMalloc(&data, 4096);
    cudaMemset(data, 0x3f, 4096); /* no addresses in there */
    touch<<<1, 1>>>(data);
    return cudaDeviceSynchronize();
}
