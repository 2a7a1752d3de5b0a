/* gather.h -- picks a batch out of the images on the device. */
#ifndef GATHER_H
#define GATHER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X[n] = images[order[n]] / 255 and y[n] = labels[order[n]] for n < batch, 1 <=
 * batch <= 1,048,560; an image is `size` bytes.  All device pointers. */
void gather(int batch, int size, const uint32_t *order, const uint8_t *images,
            const uint8_t *labels, float *X, int *y);

#ifdef __cplusplus
}
#endif
#endif
