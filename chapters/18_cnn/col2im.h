/* col2im.h -- the way back through im2col. */
#ifndef COL2IM_H
#define COL2IM_H

#include "conv.h"

#ifdef __cplusplus
extern "C" {
#endif

/* dX[n,ih,iw,ic] = the sum of dcols over all places where im2col has put that
 * element.  dX [N,IH,IW,IC], dcols as in conv.h; device pointers.  Every
 * element of dX is written.  N*IH*IW <= 1,048,560, or the program ends with
 * EXIT_USAGE. */
void col2im(const ConvShape *s, const float *dcols, float *dX);

#ifdef __cplusplus
}
#endif
#endif
