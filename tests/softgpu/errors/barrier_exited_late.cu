// One thread leaves a loop of barriers a round too early.
// EXPECT: Barrier error detected. Divergent thread(s) in block.
// EXPECT: at rounds in
// EXPECT: barrier_exited_late.cu:@barrier
// EXPECT: by thread (0,0,0) in block (0,0,0)
// EXPECT: thread (1,2,3) has returned
__device__ void meet(void)
{
    __syncthreads(); // @barrier
}

__global__ void rounds(int n)
{
    if (threadIdx.x == 1 && threadIdx.y == 2 && threadIdx.z == 3) {
        n--;
    }
    for (int i = 0; i < n; i++) {
        meet();
    }
}

int main(void)
{
    rounds<<<1, dim3(4, 4, 4)>>>(10);
    return cudaDeviceSynchronize();
}
