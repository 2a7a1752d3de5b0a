// EXPECT: missing_brackets.cu:@launch
// EXPECT: error: expected >>>(arguments) after <<<
__global__ void kernel(int *out)
{
    out[threadIdx.x] = 1;
}

int main(void)
{
    int *out;
    cudaMalloc(&out, 128);
    kernel<<<1, 32(out); // @launch
}
