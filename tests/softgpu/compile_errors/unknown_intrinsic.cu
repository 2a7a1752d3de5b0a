// EXPECT: unknown_intrinsic.cu:@call
// EXPECT: __no_such_intrinsic
__global__ void kernel(float *out)
{
    out[threadIdx.x] = __no_such_intrinsic(1.0f); // @call
}

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
