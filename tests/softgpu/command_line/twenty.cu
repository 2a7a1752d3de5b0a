/* Needs C++20 and the OpenMP of -Xcompiler; exits 0 when it got both. */
#include <omp.h>

template <typename T>
concept Small = sizeof(T) <= 4;

template <Small T>
__global__ void fill(T *out)
{
    out[threadIdx.x] = 1;
}

int main()
{
    int *out, sum = 0;
    cudaMalloc(&out, 128);
    fill<<<1, 32>>>(out);
#pragma omp parallel for reduction(+ : sum)
    for (int i = 0; i < 32; i++) {
        sum += out[i];
    }
    return sum != 32 || omp_get_max_threads() < 1;
}
