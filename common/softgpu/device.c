/* device.c -- the one device: what it is, streams and events.
 *
 * A launch is complete when it returns.  A stream therefore has nothing to
 * wait for, and an event is a reading of the clock.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "internal.h"

/* ---- properties
 * --------------------------------------------------------------- */

/* "model name : AMD EPYC" and "cpu MHz : 3700.0" from /proc/cpuinfo. */
static void read_cpuinfo(char *model, size_t room, double *mhz)
{
    snprintf(model, room, "this CPU");
    *mhz = 0;
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) {
        return;
    }
    char line[512];
    bool named = false;
    while (fgets(line, sizeof line, file) != NULL) {
        char *colon = strchr(line, ':');
        if (colon == NULL) {
            continue;
        }
        if (!named && strncmp(line, "model name", 10) == 0) {
            colon[strcspn(colon, "\n")] = '\0';
            snprintf(model, room, "%s", colon + 2);
            named = true;
        } else if (*mhz == 0 && strncmp(line, "cpu MHz", 7) == 0) {
            *mhz = strtod(colon + 1, NULL);
        }
    }
    fclose(file);
}

static int core_count(void)
{
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) {
        return CPU_COUNT(&cpus);
    }
    return 1;
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *p, int device)
{
    if (p == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    if (device != 0) {
        return softgpu_error(cudaErrorInvalidDevice);
    }
    memset(p, 0, sizeof *p);
    char model[128];
    double mhz;
    read_cpuinfo(model, sizeof model, &mhz);
    snprintf(p->name, sizeof p->name, "Soft GPU on %s", model);
    size_t available;
    cudaMemGetInfo(&available, &p->totalGlobalMem);
    const long l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
    p->sharedMemPerBlock = SOFTGPU_MAX_SHARED;
    p->sharedMemPerBlockOptin = SOFTGPU_MAX_SHARED;
    p->sharedMemPerMultiprocessor = SOFTGPU_MAX_SHARED;
    p->regsPerBlock = 65536;
    p->regsPerMultiprocessor = 65536;
    p->warpSize = SOFTGPU_WARP;
    p->memPitch = 0x7fffffff;
    p->maxThreadsPerBlock = SOFTGPU_MAX_THREADS;
    p->maxThreadsDim[0] = p->maxThreadsDim[1] = SOFTGPU_MAX_THREADS;
    p->maxThreadsDim[2] = 64;
    p->maxGridSize[0] = 0x7fffffff;
    p->maxGridSize[1] = p->maxGridSize[2] = 65535;
    p->totalConstMem = 65536;
    p->major = 8;
    p->minor = 0;
    p->multiProcessorCount = core_count();
    p->integrated = 1;
    p->canMapHostMemory = 1;
    p->l2CacheSize = l2 > 0 ? (int)l2 : 0;
    p->maxThreadsPerMultiProcessor = SOFTGPU_MAX_THREADS;
    p->maxBlocksPerMultiProcessor = 1;
    p->managedMemory = 1;
    p->unifiedAddressing = 1;
    p->clockRate = (int)(mhz * 1000);
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attr, int device)
{
    struct cudaDeviceProp p;
    if (value == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    const cudaError_t error = cudaGetDeviceProperties(&p, device);
    if (error != cudaSuccess) {
        return error;
    }
    switch (attr) {
    case cudaDevAttrMaxThreadsPerBlock:
        *value = p.maxThreadsPerBlock;
        break;
    case cudaDevAttrMaxBlockDimX:
    case cudaDevAttrMaxBlockDimY:
    case cudaDevAttrMaxBlockDimZ:
        *value = p.maxThreadsDim[attr - cudaDevAttrMaxBlockDimX];
        break;
    case cudaDevAttrMaxGridDimX:
    case cudaDevAttrMaxGridDimY:
    case cudaDevAttrMaxGridDimZ:
        *value = p.maxGridSize[attr - cudaDevAttrMaxGridDimX];
        break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
        *value = (int)p.sharedMemPerBlock;
        break;
    case cudaDevAttrTotalConstantMemory:
        *value = (int)p.totalConstMem;
        break;
    case cudaDevAttrWarpSize:
        *value = p.warpSize;
        break;
    case cudaDevAttrMaxRegistersPerBlock:
    case cudaDevAttrMaxRegistersPerMultiprocessor:
        *value = p.regsPerBlock;
        break;
    case cudaDevAttrClockRate:
        *value = p.clockRate;
        break;
    case cudaDevAttrMultiProcessorCount:
        *value = p.multiProcessorCount;
        break;
    case cudaDevAttrIntegrated:
        *value = p.integrated;
        break;
    case cudaDevAttrConcurrentKernels:
    case cudaDevAttrMemoryClockRate:
    case cudaDevAttrGlobalMemoryBusWidth:
        *value = 0;
        break;
    case cudaDevAttrL2CacheSize:
        *value = p.l2CacheSize;
        break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
        *value = p.maxThreadsPerMultiProcessor;
        break;
    case cudaDevAttrComputeCapabilityMajor:
        *value = p.major;
        break;
    case cudaDevAttrComputeCapabilityMinor:
        *value = p.minor;
        break;
    case cudaDevAttrManagedMemory:
        *value = p.managedMemory;
        break;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
        *value = p.maxBlocksPerMultiProcessor;
        break;
    default:
        return softgpu_error(cudaErrorInvalidValue);
    }
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    if (count == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *count = 1;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int *device)
{
    if (device == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device)
{
    return softgpu_error(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceSynchronize(void)
{
    return cudaSuccess;
}

cudaError_t cudaDeviceReset(void)
{
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version)
{
    if (version == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    return cudaDriverGetVersion(version);
}

/* ---- streams
 * ---------------------------------------------------------------------- */

struct CUstream_st {
    unsigned int flags;
};

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags)
{
    if (stream == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *stream = malloc(sizeof **stream);
    if (*stream == NULL) {
        return softgpu_error(cudaErrorMemoryAllocation);
    }
    (*stream)->flags = flags;
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    if (stream == NULL) {
        return softgpu_error(cudaErrorInvalidResourceHandle);
    }
    free(stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    (void)stream;
    return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    (void)stream;
    return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned int flags)
{
    (void)stream, (void)flags;
    return softgpu_error(event != NULL ? cudaSuccess
                                       : cudaErrorInvalidResourceHandle);
}

/* ---- events
 * ------------------------------------------------------------------------ */

struct CUevent_st {
    struct timespec time;
    bool recorded, timing;
};

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags)
{
    if (event == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    *event = calloc(1, sizeof **event);
    if (*event == NULL) {
        return softgpu_error(cudaErrorMemoryAllocation);
    }
    (*event)->timing = !(flags & cudaEventDisableTiming);
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    if (event == NULL) {
        return softgpu_error(cudaErrorInvalidResourceHandle);
    }
    free(event);
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    (void)stream;
    if (event == NULL) {
        return softgpu_error(cudaErrorInvalidResourceHandle);
    }
    clock_gettime(CLOCK_MONOTONIC, &event->time);
    event->recorded = true;
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    return softgpu_error(event != NULL ? cudaSuccess
                                       : cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventQuery(cudaEvent_t event)
{
    return cudaEventSynchronize(event);
}

cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t end)
{
    if (ms == NULL) {
        return softgpu_error(cudaErrorInvalidValue);
    }
    if (start == NULL || end == NULL || !start->recorded || !end->recorded ||
        !start->timing || !end->timing) {
        return softgpu_error(cudaErrorInvalidResourceHandle);
    }
    *ms = (float)((double)(end->time.tv_sec - start->time.tv_sec) * 1e3 +
                  (double)(end->time.tv_nsec - start->time.tv_nsec) * 1e-6);
    return cudaSuccess;
}
