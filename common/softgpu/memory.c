/* memory.c -- device memory, which is host memory with fences around it.
 *
 * Every allocation has pages of its own between two that may not be touched,
 * and ends (up to the 256-byte alignment that CUDA promises) right before the
 * second: a kernel that runs past the end faults at once, at no cost to those
 * that do not.  Fresh pages are zero.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "internal.h"

enum { ALIGNMENT = 256 };

typedef struct {
    uintptr_t start; /* what the user got               */
    size_t size;     /* what the user asked for         */
    void *pages;     /* the mapping, fences included; NULL: a variable */
    size_t mapped;
    bool host; /* pinned: not to be cudaFree()d   */
} Allocation;

/* Sorted by address. */
static Allocation *allocations;
static size_t count, capacity, bytes_used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Index of the last allocation that starts at or before `address`, or
 * `count`. */
static size_t find(uintptr_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (allocations[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? count : low - 1;
}

bool memory_nearest(const void *pointer, uintptr_t *start, size_t *size)
{
    const uintptr_t address = (uintptr_t)pointer;
    if (pthread_mutex_trylock(&lock) != 0) {
        return false; /* we are in a signal handler; better not to wait */
    }
    const Allocation *best = NULL;
    const size_t below = find(address);
    const size_t above = below == count ? 0 : below + 1;
    if (below < count) {
        best = &allocations[below];
    }
    if (above < count &&
        (best == NULL || allocations[above].start - address <
                             address - (best->start + best->size))) {
        best = &allocations[above];
    }
    if (best != NULL) {
        *start = best->start;
        *size = best->size;
    }
    pthread_mutex_unlock(&lock);
    return best != NULL;
}

static size_t physical_memory(void)
{
    return (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

static bool make_room(void)
{
    if (count < capacity) {
        return true;
    }
    const size_t more = capacity == 0 ? 64 : 2 * capacity;
    Allocation *grown = realloc(allocations, more * sizeof *grown);
    if (grown != NULL) {
        allocations = grown;
        capacity = more;
    }
    return grown != NULL;
}

/* There must be room. */
static void insert(Allocation allocation)
{
    const size_t before = find(allocation.start);
    const size_t at = before == count ? 0 : before + 1;
    memmove(allocations + at + 1, allocations + at,
            (count - at) * sizeof *allocations);
    allocations[at] = allocation;
    count++;
}

static cudaError_t allocate(void **pointer, size_t size, bool host)
{
    if (pointer == NULL) {
        return cudaErrorInvalidValue;
    }
    *pointer = NULL;
    if (size == 0) {
        return cudaSuccess;
    }
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    pthread_mutex_lock(&lock);
    cudaError_t error = cudaErrorMemoryAllocation;
    if (size > physical_memory() || bytes_used > physical_memory() - size ||
        !make_room()) {
        goto out;
    }
    const size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const size_t body = (rounded + page - 1) / page * page;
    char *pages = mmap(NULL, body + 2 * page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        goto out;
    }
    mprotect(pages, page, PROT_NONE);
    mprotect(pages + page + body, page, PROT_NONE);
    char *start = pages + page + body - rounded;
    insert((Allocation){(uintptr_t)start, size, pages, body + 2 * page, host});
    bytes_used += size;
    *pointer = start;
    error = cudaSuccess;
out:
    pthread_mutex_unlock(&lock);
    return error;
}

static cudaError_t release(void *pointer, bool host)
{
    if (pointer == NULL) {
        return cudaSuccess;
    }
    cudaError_t error = cudaErrorInvalidValue;
    pthread_mutex_lock(&lock);
    const size_t at = find((uintptr_t)pointer);
    if (at < count && allocations[at].start == (uintptr_t)pointer &&
        allocations[at].host == host && allocations[at].pages != NULL) {
        munmap(allocations[at].pages, allocations[at].mapped);
        bytes_used -= allocations[at].size;
        memmove(allocations + at, allocations + at + 1,
                (count - at - 1) * sizeof *allocations);
        count--;
        error = cudaSuccess;
    }
    pthread_mutex_unlock(&lock);
    return error;
}

cudaError_t softgpu_symbol(const void *symbol, size_t size)
{
    cudaError_t error = cudaSuccess;
    pthread_mutex_lock(&lock);
    const size_t at = find((uintptr_t)symbol);
    if (at == count || allocations[at].start != (uintptr_t)symbol) {
        if (make_room()) {
            insert((Allocation){.start = (uintptr_t)symbol, .size = size});
        } else {
            error = cudaErrorMemoryAllocation;
        }
    }
    pthread_mutex_unlock(&lock);
    return softgpu_error(error);
}

cudaError_t cudaMalloc(void **pointer, size_t size)
{
    return softgpu_error(allocate(pointer, size, false));
}

cudaError_t cudaFree(void *pointer)
{
    return softgpu_error(release(pointer, false));
}

cudaError_t cudaMallocHost(void **pointer, size_t size)
{
    return softgpu_error(allocate(pointer, size, true));
}

cudaError_t cudaHostAlloc(void **pointer, size_t size, unsigned int flags)
{
    (void)flags;
    return softgpu_error(allocate(pointer, size, true));
}

cudaError_t cudaFreeHost(void *pointer)
{
    return softgpu_error(release(pointer, true));
}

cudaError_t cudaMallocManaged(void **pointer, size_t size, unsigned int flags)
{
    (void)flags;
    return softgpu_error(allocate(pointer, size, false));
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    if (available == NULL || total == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *total = physical_memory();
    *available = *total - bytes_used;
    return cudaSuccess;
}

/* Do `size` bytes from `pointer` lie in one allocation? */
static bool on_device(const void *pointer, size_t size)
{
    const uintptr_t address = (uintptr_t)pointer;
    pthread_mutex_lock(&lock);
    const size_t at = find(address);
    const bool inside =
        at < count && size <= allocations[at].size &&
        address - allocations[at].start <= allocations[at].size - size;
    pthread_mutex_unlock(&lock);
    return inside;
}

static cudaError_t check_copy(const void *to, const void *from, size_t size,
                              cudaMemcpyKind kind)
{
    switch (kind) {
    case cudaMemcpyHostToHost:
    case cudaMemcpyDefault:
        return to != NULL && from != NULL ? cudaSuccess : cudaErrorInvalidValue;
    case cudaMemcpyHostToDevice:
        return on_device(to, size) && from != NULL ? cudaSuccess
                                                   : cudaErrorInvalidValue;
    case cudaMemcpyDeviceToHost:
        return on_device(from, size) && to != NULL ? cudaSuccess
                                                   : cudaErrorInvalidValue;
    case cudaMemcpyDeviceToDevice:
        return on_device(to, size) && on_device(from, size)
                   ? cudaSuccess
                   : cudaErrorInvalidValue;
    default:
        return cudaErrorInvalidMemcpyDirection;
    }
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t size,
                       cudaMemcpyKind kind)
{
    if (size == 0) {
        return cudaSuccess;
    }
    const cudaError_t error = check_copy(to, from, size, kind);
    if (error == cudaSuccess) {
        memmove(to, from, size);
    }
    return softgpu_error(error);
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t size,
                            cudaMemcpyKind kind, cudaStream_t stream)
{
    (void)stream;
    return cudaMemcpy(to, from, size, kind);
}

cudaError_t cudaMemcpy2D(void *to, size_t to_pitch, const void *from,
                         size_t from_pitch, size_t width, size_t height,
                         cudaMemcpyKind kind)
{
    if (width > to_pitch || width > from_pitch) {
        return softgpu_error(cudaErrorInvalidPitchValue);
    }
    for (size_t row = 0; row < height && width > 0; row++) {
        const cudaError_t error =
            cudaMemcpy((char *)to + row * to_pitch,
                       (const char *)from + row * from_pitch, width, kind);
        if (error != cudaSuccess) {
            return error;
        }
    }
    return cudaSuccess;
}

cudaError_t cudaMemset(void *to, int value, size_t size)
{
    if (size > 0) {
        if (!on_device(to, size)) {
            return softgpu_error(cudaErrorInvalidValue);
        }
        memset(to, value, size);
    }
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void *to, int value, size_t size,
                            cudaStream_t stream)
{
    (void)stream;
    return cudaMemset(to, value, size);
}
