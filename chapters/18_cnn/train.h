/* train.h -- training on labelled images that live on the device. */
#ifndef TRAIN_H
#define TRAIN_H

#include <stdio.h>
#include "common/dataset.h"
#include "network.h"

/* The images of a Dataset on the device, as bytes, and room for one batch. */
typedef struct {
    int count;
    size_t size;         /* bytes per image                         */
    uint8_t *images_dev; /* [count][size]                           */
    uint8_t *labels_dev; /* [count]                                 */
    uint32_t *order_dev; /* in which the images are taken           */
    float *X_dev;        /* (batch, size), scaled to [0, 1]         */
    int *y_dev;          /* (batch)                                 */
} ImageSet;

/* The first `limit` images (0: all), in file order, for batches of `batch`. */
ImageSet image_set_create(const Dataset *data, int limit, int batch);
void image_set_free(ImageSet *set);

/* Shuffles the order. */
void image_set_shuffle(ImageSet *set, uint64_t seed);

/* Images first ... first+batch-1 of the order into X_dev and y_dev. */
void image_set_batch(ImageSet *set, int first, int batch);

typedef struct {
    int epochs;
    double lr;
    uint64_t seed;    /* of the shuffling                                */
    FILE *log;        /* gets a line per epoch; NULL: none               */
    const char *save; /* weights are saved here after each epoch, or NULL */
} TrainOptions;

/* Mean loss of the whole set and the share of its images told right. */
typedef struct {
    double loss, accuracy;
} Evaluation;
Evaluation evaluate(Network *net, ImageSet *set);

/* Trains; after each epoch validates on `test`, prints, logs and saves.
 * Ctrl-C ends it after the current step, with the weights saved.  False, with
 * the number of the step, at a loss that is not finite. */
bool train(Network *net, ImageSet *images, ImageSet *test,
           const TrainOptions *options);

/* Prints the losses of the first `count` steps on stdout, one a line, %.9g,
 * the images in file order.  False if one of them is not finite. */
bool train_losses(Network *net, ImageSet *images, int count, double lr);

#endif
