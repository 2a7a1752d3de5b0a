// The mask names lanes that are elsewhere.
// EXPECT: Deadlock
// EXPECT: at kernel in
// EXPECT: warp_missing_lane.cu:@shuffle
// EXPECT: by thread (0,0,0) in block (0,0,0)
// EXPECT: mask 0xffffffff, missing lanes 0xffff0000
__global__ void kernel(int *data)
{
    int v = threadIdx.x;
    if (threadIdx.x < 16) {
        v = __shfl_down_sync(0xffffffff, v, 1); // @shuffle
    } else {
        __syncthreads();
    }
    data[threadIdx.x] = v;
}

int main(void)
{
    int *data;
    cudaMalloc(&data, 4096);
    kernel<<<1, 32>>>(data);
    return cudaDeviceSynchronize();
}
