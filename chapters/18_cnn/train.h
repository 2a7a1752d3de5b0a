/* train.h -- training on labelled images that live on the device. */
#ifndef TRAIN_H
#define TRAIN_H

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

/* Training and test set from `where` (see dataset_load); images that the
 * network cannot take end the program with EXIT_USAGE. */
void image_sets_load(const char *where, const Network *net, int limit,
                     ImageSet *train, ImageSet *test);

/* Mean loss of the whole set, and the share of its images told right. */
typedef struct {
    double loss, accuracy;
} Evaluation;
Evaluation evaluate(Network *net, ImageSet *set);

typedef struct {
    int epochs;
    double lr, lr_end; /* learning rate of the first and of the last step;
                          between them it follows a straight line */
    uint64_t seed;     /* of the shuffling                             */
    const char *log;   /* CSV with a line per epoch; NULL: none        */
    const char *save;  /* weights, written after each epoch; NULL: not */
} TrainOptions;

typedef enum {
    TRAIN_DONE,
    TRAIN_STOPPED,  /* by Ctrl-C                     */
    TRAIN_DIVERGED, /* a loss was not finite         */
} TrainResult;

/* Trains; after each epoch validates on `test`, prints, logs and saves.
 * Ctrl-C ends it after the current step, with the weights saved.  A file that
 * cannot be written ends the program with EXIT_SYSTEM, before the first step
 * if that can be known. */
TrainResult train(Network *net, ImageSet *images, ImageSet *test,
                  const TrainOptions *options);

/* Prints the losses of the first `count` steps on stdout, one a line, %.9g,
 * the images in file order. */
TrainResult train_losses(Network *net, ImageSet *images, int count, double lr);

#endif
