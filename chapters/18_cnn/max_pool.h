/* max_pool.h -- max-pooling and its gradient.
 *
 * Each channel of the image is looked at through windows; of each window the
 * largest value goes on.  The gradient goes back to where that value came
 * from.  Among equals the first in row-major order wins, as in PyTorch.
 */
#ifndef MAX_POOL_H
#define MAX_POOL_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int N, IH, IW, C;   /* input  [N, IH, IW, C]                             */
    int window, stride; /* the same in both directions; no padding           */
    int OH, OW;         /* output [N, OH, OW, C]: pool_shape() sets them     */
} PoolShape;

/* Sets OH = (IH - window) / stride + 1 and OW alike.  False unless the window
 * is 2 or 3 and fits, and 1 <= stride <= window. */
bool pool_shape(PoolShape *s);

/* Y[n,oh,ow,c] = the largest X in the window at (oh*stride, ow*stride), and
 * winner[...] = its place there, row * window + column.  Device pointers that
 * do not overlap.  N*IH*IW <= 1,048,560, or the program ends with EXIT_USAGE.
 * Where a window holds a NaN, Y is NaN. */
void max_pool(const PoolShape *s, const float *X, float *Y, int *winner);

/* dX[n,ih,iw,c] = the sum of dY over the windows that this element has won;
 * every element of dX is written. */
void max_pool_backward(const PoolShape *s, const float *dY, const int *winner,
                       float *dX);

#ifdef __cplusplus
}
#endif
#endif
