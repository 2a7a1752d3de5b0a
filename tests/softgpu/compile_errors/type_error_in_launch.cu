// Arguments that do not fit the kernel, and the line of the launch.
// EXPECT: type_error_in_launch.cu:@launch
__global__ void kernel(float *out, int n)
{
    out[threadIdx.x] = n;
}

int main(void)
{
    int *numbers;
    cudaMalloc(&numbers, 128);
    kernel<<<1, 32>>>(numbers, 3); // @launch
}
