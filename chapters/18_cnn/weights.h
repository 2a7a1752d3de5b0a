/* weights.h -- a network's weights in a file.
 *
 *     8 bytes   magic "CKBKWGTS"
 *     uint32    version, 1
 *     uint32    number of layers
 *     uint32[2] per layer: rows and columns of its W, 0 0 where it has none
 *     float[]   per layer: W, then b (as many as W has columns)
 *     uint64    FNV-1a hash of everything before
 *
 * in the byte order of the machine (little-endian on all that CUDA knows;
 * elsewhere the version does not match, and the file is refused).
 */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include "network.h"

enum { WEIGHTS_ERROR_LENGTH = 512 };

/* Writes beside `path` and renames (common/draft.h): what fails ends the
 * program with EXIT_SYSTEM, and the file of before is still there. */
void weights_save(const Network *net, const char *path);

/* Reads them back.  False, with one sentence in `error` and the network as it
 * was, for a file that is missing, of another kind, of another network,
 * truncated, too long or damaged. */
bool weights_load(Network *net, const char *path,
                  char error[WEIGHTS_ERROR_LENGTH]);

#endif
