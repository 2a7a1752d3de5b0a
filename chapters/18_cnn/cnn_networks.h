/* cnn_networks.h -- the networks of chapter 18. */
#ifndef CNN_NETWORKS_H
#define CNN_NETWORKS_H

#include "network.h"

/* 28x28 grey images, ten classes; 93,322 parameters. */
extern const NetworkSpec mnist_cnn;

/* The same kinds of layers with 141 parameters, padding, a stride and an odd
 * rest at the pool's edge: for central differences. */
extern const NetworkSpec small_cnn;

#endif
