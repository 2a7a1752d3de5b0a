/* gemm_check.h -- may this multiplication be launched at all? */
#ifndef GEMM_CHECK_H
#define GEMM_CHECK_H

#include "gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the program with EXIT_USAGE and a sentence when a number in *g breaks
 * the contract of gemm.h; `who` is the function that was called. */
void gemm_check(const Gemm *g, const char *who);

/* The number of blocks that cover C with tiles of bm x bn; ends the program
 * likewise when a grid cannot have so many. */
unsigned gemm_tiles(const Gemm *g, int bm, int bn);

#ifdef __cplusplus
}
#endif
#endif
