// EXPECT: Integer division by zero
// EXPECT: at divide in
// EXPECT: division_by_zero.cu:@divide
// EXPECT: by thread (9,0,0) in block (0,0,0)
__global__ void divide(int *out, const int *by)
{
    out[threadIdx.x] = 100 / by[threadIdx.x]; // @divide
}

int main(void)
{
    int *out, *by, h[32];
    for (int i = 0; i < 32; i++) {
        h[i] = 9 - i;
    }
    cudaMalloc(&out, sizeof h);
    cudaMalloc(&by, sizeof h);
    cudaMemcpy(by, h, sizeof h, cudaMemcpyHostToDevice);
    divide<<<1, 32>>>(out, by);
    return cudaDeviceSynchronize();
}
