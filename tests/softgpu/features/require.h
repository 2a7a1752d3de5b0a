/* require.h -- how the tests of this folder check themselves. */
#ifndef REQUIRE_H
#define REQUIRE_H

#include <cuda_runtime.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program with status 1 and a printf-like sentence if not so. */
#define REQUIRE(condition, ...)                                                \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                    \
            fprintf(stderr, __VA_ARGS__);                                      \
            fprintf(stderr, "\n");                                             \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

#define CUDA(call)                                                             \
    do {                                                                       \
        const cudaError_t error_ = (call);                                     \
        REQUIRE(error_ == cudaSuccess, "%s: %s", #call,                        \
                cudaGetErrorString(error_));                                   \
    } while (0)

/* A launch went well. */
#define LAUNCHED()                                                             \
    do {                                                                       \
        CUDA(cudaGetLastError());                                              \
        CUDA(cudaDeviceSynchronize());                                         \
    } while (0)

#define ZEROS(pointer, count)                                                  \
    do {                                                                       \
        CUDA(cudaMalloc((void **)&(pointer), (count) * sizeof *(pointer)));    \
        CUDA(cudaMemset((pointer), 0, (count) * sizeof *(pointer)));           \
    } while (0)

#define TO_DEVICE(to, from, count)                                             \
    CUDA(cudaMemcpy((to), (from), (count) * sizeof *(from),                    \
                    cudaMemcpyHostToDevice))

#define TO_HOST(to, from, count)                                               \
    CUDA(cudaMemcpy((to), (from), (count) * sizeof *(to),                      \
                    cudaMemcpyDeviceToHost))

#endif
