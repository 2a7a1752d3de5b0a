/* Adds up what its parts give; the expected sum is the program's argument. */
#include <stdio.h>
#include <stdlib.h>
#include "shift.h"

#ifndef FACTOR
#define FACTOR 1
#endif

extern "C" int from_c(int x);
extern __global__ void scale(int *data, int factor);

int main(int argc, char **argv)
{
    int *data, h[32];
    cudaMalloc(&data, sizeof h);
    for (int i = 0; i < 32; i++) {
        h[i] = i;
    }
    cudaMemcpy(data, h, sizeof h, cudaMemcpyHostToDevice);
    scale<<<1, 32>>>(data, FACTOR);
    cudaMemcpy(h, data, sizeof h, cudaMemcpyDeviceToHost);
    const int got = h[31] + SHIFT + from_c(1);
    const int wanted = argc > 1 ? atoi(argv[1]) : -1;
    if (got != wanted) {
        fprintf(stderr, "%d, not %d\n", got, wanted);
    }
    return got != wanted;
}
