/* check.c -- ending a program with one clear sentence. */
#define _GNU_SOURCE /* program_invocation_short_name */
#include "common/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *program_name(void)
{
#if defined(__GLIBC__)
    return program_invocation_short_name;
#elif defined(__APPLE__) || defined(__FreeBSD__)
    return getprogname();
#else
    return "cookbook";
#endif
}

void die(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout); // what was printed before belongs before the sentence
    fprintf(stderr, "%s: ", program_name());
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(code);
}

void *host_alloc(size_t count, size_t size)
{
    // calloc, not malloc: it refuses a product that overflows.  It may return
    // NULL for nothing at all, hence the 1.
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        die(EXIT_SYSTEM, "no memory for %zu elements of %zu bytes", count,
            size);
    }
    return memory;
}

void check_cuda(cudaError_t status, const char *call, const char *file,
                int line)
{
    if (status != cudaSuccess) {
        die(EXIT_SYSTEM, "%s:%d: %s: %s (%s)", file, line, call,
            cudaGetErrorString(status), cudaGetErrorName(status));
    }
}

void require_device(void)
{
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess) {
        die(EXIT_IMPOSSIBLE, "no CUDA device to run on: %s",
            cudaGetErrorString(status));
    }
    if (count == 0) {
        die(EXIT_IMPOSSIBLE, "no CUDA device to run on");
    }
}
