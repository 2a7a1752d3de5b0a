// EXPECT: missing_parenthesis.cu:@call
// EXPECT: error: this bracket is not closed
__global__ void kernel(int *out)
{
    out[threadIdx.x] = max(out[0], 3; // @call
}

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
