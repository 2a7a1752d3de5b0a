/* typed_api.h -- the runtime API's C++ overloads: typed pointers, symbols. */
#ifndef SOFTGPU_TYPED_API_H
#define SOFTGPU_TYPED_API_H

#include "../cuda_runtime_api.h"
#include "engine.h"

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

/* A __constant__ or __device__ variable is an ordinary global here, which the
 * engine learns to know when the host first asks for it. */
template <class T>
inline cudaError_t cudaGetSymbolAddress(void **pointer, const T &symbol)
{
    *pointer = (void *)&symbol;
    return softgpu_symbol(&symbol, sizeof symbol);
}

template <class T>
inline cudaError_t cudaGetSymbolSize(size_t *size, const T &symbol)
{
    *size = sizeof symbol;
    return softgpu_symbol(&symbol, sizeof symbol);
}

template <class T>
inline cudaError_t
cudaMemcpyToSymbol(const T &symbol, const void *from, size_t size,
                   size_t offset = 0,
                   cudaMemcpyKind kind = cudaMemcpyHostToDevice)
{
    if (offset > sizeof symbol || size > sizeof symbol - offset) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    const cudaError_t error = softgpu_symbol(&symbol, sizeof symbol);
    return error != cudaSuccess
               ? error
               : cudaMemcpy((char *)&symbol + offset, from, size, kind);
}

template <class T>
inline cudaError_t
cudaMemcpyFromSymbol(void *to, const T &symbol, size_t size, size_t offset = 0,
                     cudaMemcpyKind kind = cudaMemcpyDeviceToHost)
{
    if (offset > sizeof symbol || size > sizeof symbol - offset) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    const cudaError_t error = softgpu_symbol(&symbol, sizeof symbol);
    return error != cudaSuccess
               ? error
               : cudaMemcpy(to, (const char *)&symbol + offset, size, kind);
}

template <class T>
inline cudaError_t cudaMemcpyToSymbolAsync(const T &symbol, const void *from,
                                           size_t size, size_t offset,
                                           cudaMemcpyKind kind,
                                           cudaStream_t = nullptr)
{
    return cudaMemcpyToSymbol(symbol, from, size, offset, kind);
}

template <class T>
inline cudaError_t
cudaMemcpyFromSymbolAsync(void *to, const T &symbol, size_t size, size_t offset,
                          cudaMemcpyKind kind, cudaStream_t = nullptr)
{
    return cudaMemcpyFromSymbol(to, symbol, size, offset, kind);
}

#endif
