// EXPECT: Invalid memory access
// EXPECT: at store in
// EXPECT: null_pointer.cu:@store
// EXPECT: by thread (5,0,0) in block (2,0,0)
// EXPECT: null
__global__ void store(int *data)
{
    if (blockIdx.x == 2 && threadIdx.x == 5) {
        data[3] = 1; // @store
    }
}

int main(void)
{
    store<<<4, 32>>>(nullptr);
    return cudaDeviceSynchronize();
}
