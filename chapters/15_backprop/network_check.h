/* network_check.h -- is back-propagation right?  Two judges in a row.
 *
 * The kernels are compared with the network in double (network_ref.h), and the
 * gradients of that network with central differences, which take nothing but
 * the loss.
 */
#ifndef NETWORK_CHECK_H
#define NETWORK_CHECK_H

#include "network.h"

/* Forward pass, loss and every gradient on the device against the double
 * reference: random weights, biases, inputs and labels from `seed`.  Values
 * may be off by a small multiple of float's rounding, relative to the largest
 * of their tensor; *max_rel_err (may be NULL) gets the worst.  What is wrong
 * is said on stderr. */
bool network_check_device(const NetworkSpec *spec, GemmFn gemm, int batch,
                          uint64_t seed, double *max_rel_err);

/* The reference's gradient by every single parameter against central
 * differences.  Two forward passes per parameter: for small networks. */
bool network_check_reference(const NetworkSpec *spec, int batch, uint64_t seed,
                             double *max_rel_err);

#endif
