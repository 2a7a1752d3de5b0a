// EXPECT: Trap
// EXPECT: trap.cu:@trap
// EXPECT: by thread (2,3,0) in block (0,0,1)
__device__ void give_up()
{
    __trap(); // @trap
}

__global__ void kernel(void)
{
    if (blockIdx.z == 1 && threadIdx.x == 2 && threadIdx.y == 3) {
        give_up();
    }
}

int main(void)
{
    kernel<<<dim3(1, 1, 2), dim3(4, 4)>>>();
    return cudaDeviceSynchronize();
}
