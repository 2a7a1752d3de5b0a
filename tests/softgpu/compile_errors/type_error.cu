// EXPECT: type_error.cu:@bad
// EXPECT: error
__global__ void kernel(int *out)
{
    __shared__ int s[32];
    s[threadIdx.x] = 1;
    __syncthreads();
    int *p = s[threadIdx.x]; // @bad
    out[threadIdx.x] = *p;
}

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
