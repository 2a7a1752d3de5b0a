/* device_buffer.h -- device memory that notices what a kernel did to it.
 *
 * The payload of a fresh buffer is poisoned with NaN, so that an element which
 * a kernel forgets to write cannot look right.  Guard bands of a known pattern
 * lie before and after it, so that a write next to the payload is seen even
 * where the hardware lets it pass.
 */
#ifndef COMMON_DEVICE_BUFFER_H
#define COMMON_DEVICE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    float *data;  /* device pointer to the payload, 256-byte aligned */
    size_t count; /* floats                                          */
    void *base;   /* the allocation, guard bands included            */
} DeviceBuffer;

/* A poisoned buffer of `count` >= 1 floats; ends the program with EXIT_SYSTEM
 * when the device has no room. */
DeviceBuffer device_buffer(size_t count);

/* The same, filled from host memory. */
DeviceBuffer device_buffer_from(const float *host, size_t count);

/* NaN into every element of the payload. */
void device_buffer_poison(DeviceBuffer *buffer);

void device_buffer_upload(DeviceBuffer *buffer, const float *host);
void device_buffer_download(const DeviceBuffer *buffer, float *host);

/* Are both guard bands as they were?  Says which one is not on stderr. */
bool device_buffer_intact(const DeviceBuffer *buffer, const char *name);

/* Releases the memory and clears the struct; a cleared struct is fine. */
void device_buffer_free(DeviceBuffer *buffer);

#endif
