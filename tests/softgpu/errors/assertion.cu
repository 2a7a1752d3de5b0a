// EXPECT: assertion.cu:@assert
// EXPECT: check
// EXPECT: block: [1,0,0], thread: [3,0,0]
// EXPECT: Assertion `data[i] < 35` failed.
#include <assert.h>
#include <stdio.h>

__global__ void check(const int *data)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    assert(data[i] < 35); // @assert
}

int main(void)
{
    int *data, h[64];
    for (int i = 0; i < 64; i++) {
        h[i] = i == 35 ? 99 : 0;
    }
    cudaMalloc(&data, sizeof h);
    cudaMemcpy(data, h, sizeof h, cudaMemcpyHostToDevice);
    check<<<2, 32>>>(data);
    return cudaDeviceSynchronize();
}
