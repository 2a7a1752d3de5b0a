/* device_buffer.c -- guard bands and poison around device memory.
 *
 *     base                data                          data + count
 *     | GUARD words       | the payload, NaN at first   | GUARD words |
 */
#include "common/device_buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"

enum { GUARD = 1024 }; // words; 4 KiB keep the payload 256-byte aligned

/* The words of a guard band are NaNs, so that a kernel which reads them cannot
 * get a right result; *signalling* NaNs, because arithmetic never produces
 * them: one that is read, summed and written back is no longer the same.  They
 * differ from buffer to buffer, so that not even a plain copy from one band to
 * another goes unnoticed. */
static void guard_pattern(const DeviceBuffer *buffer, uint32_t *words)
{
    const uint32_t start = (uint32_t)((uintptr_t)buffer->base >> 8);
    for (uint32_t i = 0; i < GUARD; i++) {
        words[i] = UINT32_C(0x7FA00000) | ((start + i) & 0x1FFFFF);
    }
}

DeviceBuffer device_buffer(size_t count)
{
    const size_t most = SIZE_MAX / sizeof(float) - 2 * GUARD;
    DeviceBuffer buffer = {.count = count};
    if (count < 1 || count > most ||
        cudaMalloc(&buffer.base, (count + 2 * GUARD) * sizeof(float)) !=
            cudaSuccess) {
        die(EXIT_SYSTEM, "no room on the device for %zu floats", count);
    }
    buffer.data = (float *)buffer.base + GUARD;

    uint32_t words[GUARD];
    guard_pattern(&buffer, words);
    CUDA_CHECK(
        cudaMemcpy(buffer.base, words, sizeof words, cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemcpy(buffer.data + count, words, sizeof words,
                          cudaMemcpyHostToDevice));
    device_buffer_poison(&buffer);
    return buffer;
}

DeviceBuffer device_buffer_from(const float *host, size_t count)
{
    DeviceBuffer buffer = device_buffer(count);
    device_buffer_upload(&buffer, host);
    return buffer;
}

void device_buffer_poison(DeviceBuffer *buffer)
{
    // A float whose bits are all ones is a NaN.
    CUDA_CHECK(cudaMemset(buffer->data, 0xFF, buffer->count * sizeof(float)));
}

void device_buffer_upload(DeviceBuffer *buffer, const float *host)
{
    CUDA_CHECK(cudaMemcpy(buffer->data, host, buffer->count * sizeof(float),
                          cudaMemcpyHostToDevice));
}

void device_buffer_download(const DeviceBuffer *buffer, float *host)
{
    CUDA_CHECK(cudaMemcpy(host, buffer->data, buffer->count * sizeof(float),
                          cudaMemcpyDeviceToHost));
}

bool device_buffer_intact(const DeviceBuffer *buffer, const char *name)
{
    uint32_t expected[GUARD];
    uint32_t found[GUARD];
    guard_pattern(buffer, expected);

    CUDA_CHECK(
        cudaMemcpy(found, buffer->base, sizeof found, cudaMemcpyDeviceToHost));
    const bool before = memcmp(found, expected, sizeof found) == 0;
    if (!before) {
        fprintf(stderr, "%s: something wrote before the buffer\n", name);
    }
    CUDA_CHECK(cudaMemcpy(found, buffer->data + buffer->count, sizeof found,
                          cudaMemcpyDeviceToHost));
    const bool after = memcmp(found, expected, sizeof found) == 0;
    if (!after) {
        fprintf(stderr, "%s: something wrote past the end of the buffer\n",
                name);
    }
    return before && after;
}

void device_buffer_free(DeviceBuffer *buffer)
{
    CUDA_CHECK(cudaFree(buffer->base)); // NULL is fine
    *buffer = (DeviceBuffer){0};
}
