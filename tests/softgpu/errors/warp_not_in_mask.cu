// EXPECT: lane 8 is not in the mask 0x000000ff
// EXPECT: at kernel in
// EXPECT: warp_not_in_mask.cu:@ballot
// EXPECT: by thread (8,1,0) in block (0,0,0)
__global__ void kernel(unsigned int *data)
{
    data[threadIdx.x] =
        __ballot_sync(threadIdx.y ? 0xff : 0xffffffff, // @ballot
                      threadIdx.x > 2);
}

int main(void)
{
    unsigned int *data;
    cudaMalloc(&data, 4096);
    kernel<<<1, dim3(32, 2)>>>(data);
    return cudaDeviceSynchronize();
}
