/* typed_api.h -- the runtime API's C++ overloads: typed pointers, symbols. */
#ifndef SOFTGPU_TYPED_API_H
#define SOFTGPU_TYPED_API_H

#include "../cuda_runtime_api.h"

template <class T>
inline cudaError_t cudaMalloc(T **pointer, size_t size)
{
    return ::cudaMalloc(reinterpret_cast<void **>(pointer), size);
}

template <class T>
inline cudaError_t cudaMallocHost(T **pointer, size_t size)
{
    return ::cudaMallocHost(reinterpret_cast<void **>(pointer), size);
}

template <class T>
inline cudaError_t cudaHostAlloc(T **pointer, size_t size, unsigned int flags)
{
    return ::cudaHostAlloc(reinterpret_cast<void **>(pointer), size, flags);
}

template <class T>
inline cudaError_t cudaMallocManaged(T **pointer, size_t size,
                                     unsigned int flags = cudaMemAttachGlobal)
{
    return ::cudaMallocManaged(reinterpret_cast<void **>(pointer), size, flags);
}

/* A __constant__ or __device__ variable is an ordinary global here. */
template <class T>
inline cudaError_t cudaMemcpyToSymbol(T &symbol, const void *from, size_t size,
                                      size_t offset = 0,
                                      cudaMemcpyKind = cudaMemcpyHostToDevice)
{
    if (offset > sizeof(symbol) || size > sizeof(symbol) - offset) {
        return cudaErrorInvalidValue;
    }
    __builtin_memcpy((char *)&symbol + offset, from, size);
    return cudaSuccess;
}

template <class T>
inline cudaError_t cudaMemcpyFromSymbol(void *to, const T &symbol, size_t size,
                                        size_t offset = 0,
                                        cudaMemcpyKind = cudaMemcpyDeviceToHost)
{
    if (offset > sizeof(symbol) || size > sizeof(symbol) - offset) {
        return cudaErrorInvalidValue;
    }
    __builtin_memcpy(to, (const char *)&symbol + offset, size);
    return cudaSuccess;
}

#endif
