// In a function for host and device, called through an operator.
// EXPECT: assertion_both.cu:@assert
// EXPECT: block: [0,0,0], thread: [3,1,0]
// EXPECT: Assertion `i < 7` failed.
#include <assert.h>

struct Array {
    int *data;
    __host__ __device__ int &operator[](int i) const
    {
        assert(i < 7); // @assert
        return data[i];
    }
};

__global__ void fill(Array a)
{
    a[threadIdx.y * 4 + threadIdx.x] = 1;
}

int main(void)
{
    int h[7];
    Array on_host = {h}, on_device;
    on_host[6] = 0;
    cudaMalloc(&on_device.data, sizeof h);
    fill<<<1, dim3(4, 2)>>>(on_device);
    return cudaDeviceSynchronize();
}
