// A semicolon is missing; the kernel's braces are fine.
// EXPECT: syntax_error.cu:
// EXPECT: error
__global__ void kernel(int *out)
{
    out[0] = 1
    __syncthreads();
}

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
