// EXPECT: missing_brace.cu:@brace
// EXPECT: error: this bracket is not closed
__global__ void kernel(int *out)
{ // @brace
    __shared__ int s[32];
    s[threadIdx.x] = 1;
    if (out[0]) {
        out[0] = 1;
}

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
