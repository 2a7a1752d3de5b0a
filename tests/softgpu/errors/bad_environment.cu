// EXPECT: SOFTGPU_STACK_KB is 'many'; it has to be a number from 16 to
#include <stdlib.h>

__global__ void kernel(void)
{
    __syncwarp();
}

int main(void)
{
    setenv("SOFTGPU_STACK_KB", "many", 1);
    kernel<<<1, 32>>>();
    return cudaDeviceSynchronize();
}
