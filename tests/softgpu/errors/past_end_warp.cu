// The same in a kernel whose threads wait for their warps.
// EXPECT: Invalid memory access
// EXPECT: at sum in
// EXPECT: past_end_warp.cu:@load
// EXPECT: by thread (0,4,0) in block (0,0,0)
// EXPECT: after the nearest allocation
__global__ void sum(int *out, const int *in)
{
    int v = in[threadIdx.y * 256 + threadIdx.x]; // @load
    for (int d = 16; d > 0; d /= 2) {
        v += __shfl_down_sync(0xffffffff, v, d);
    }
    if (threadIdx.x == 0) {
        out[threadIdx.y] = v;
    }
}

int main(void)
{
    int *in, *out;
    cudaMalloc(&out, 32 * sizeof(int));
    cudaMalloc(&in, 1024 * sizeof(int));
    sum<<<1, dim3(32, 5)>>>(out, in);
    return cudaDeviceSynchronize();
}
