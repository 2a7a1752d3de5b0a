/* dataset.h -- labelled images from IDX files (the MNIST format), plain or
 * gzipped.
 *
 * The format: two zero bytes, a type (0x08 = unsigned byte), the number of
 * dimensions, each dimension as a big-endian 32-bit number, then the bytes.
 * (Y. LeCun, C. Cortes, C. Burges, "The MNIST database".)
 */
#ifndef COMMON_DATASET_H
#define COMMON_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int count;                   /* images                                  */
    int height, width, channels; /* pixels as [count][height][width][ch]    */
    int classes;                 /* labels are in 0 ... classes-1           */
    uint8_t *pixels;
    uint8_t *labels;
    const char *const *names; /* of the classes                          */
} Dataset;

enum { DATASET_ERROR_LENGTH = 512 };

/* Reads one IDX pair.  Refuses, with one sentence in `error`, a file that is
 * missing, not IDX, of the wrong kind (labels where images are expected),
 * truncated, longer than its header says, larger than 2^31 elements, or a
 * pair whose counts differ; labels must be < classes.  False on refusal. */
bool dataset_load_idx(const char *images_path, const char *labels_path,
                      int classes, Dataset *out,
                      char error[DATASET_ERROR_LENGTH]);

/* Loads train and test set from `where`: the name "fashion-mnist" (looked for
 * in $COOKBOOK_DATA if that is set, else in build/data/fashion-mnist and where
 * Debian's dataset-fashion-mnist installs it) or a directory with the four IDX
 * files under their usual names, .gz or not. Anything wrong ends the program
 * with EXIT_USAGE, one sentence, and, where data is missing, the line that gets
 * it. */
void dataset_load(const char *where, Dataset *train, Dataset *test);

void dataset_free(Dataset *dataset);

/* The names of the ten classes of Fashion-MNIST. */
extern const char *const fashion_mnist_names[10];

#endif
