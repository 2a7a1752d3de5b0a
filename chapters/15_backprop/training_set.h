/* training_set.h -- chapter 15's examples on the device, and learning them. */
#ifndef TRAINING_SET_H
#define TRAINING_SET_H

#include <stdint.h>
#include <stdio.h>
#include "toy_networks.h"

typedef struct {
    int examples;
    size_t inputs;   /* floats per example                              */
    float *X_dev;    /* (examples, inputs)                              */
    int *labels_dev; /* (examples)                                      */
} TrainingSet;

/* Draws the network's data from `seed`. */
TrainingSet training_set_create(const ToyNetwork *toy, uint64_t seed);
void training_set_free(TrainingSet *set);

/* Prints the losses of the first `count` steps on stdout, one a line, %.9g,
 * going round the examples in order.  False if one of them is not finite. */
bool training_losses(Network *net, const TrainingSet *set, int count,
                     double lr);

/* Trains for `epochs`, the examples in order, the last batch as small as it
 * comes.  Prints loss and accuracy of each epoch on stdout and appends
 * net,epoch,train_loss,train_accuracy to `log` (may be NULL).  Stops with
 * false, and a sentence, at a loss that is not finite. */
bool training_run(Network *net, const TrainingSet *set, int epochs, double lr,
                  FILE *log);

#endif
