/* loss.h -- how wrong is the network, and in which direction?
 *
 * A loss turns the network's last outputs, the logits, into one number, and
 * its gradient by each logit.  Both come from one kernel, because the gradient
 * needs what the loss has just computed.
 *
 *     stats (batch, 2): for each example its loss, and 1 if the network's
 *     choice is the label, else 0.  Their column sums give mean loss and
 *     accuracy.
 *     dlogits (batch, classes): the gradient of the batch's mean loss.
 */
#ifndef LOSS_H
#define LOSS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Softmax and cross-entropy: p = softmax(logits), loss = -log p[label],
 * gradient = (p - onehot(label)) / batch.  labels in 0 ... classes-1.  The
 * choice is the largest logit, the first of equals. */
void softmax_cross_entropy(int batch, int classes, const float *logits,
                           const int *labels, float *dlogits, float *stats);

/* Sigmoid and binary cross-entropy on one logit z: p = sigmoid(z), loss =
 * -y log p - (1-y) log(1-p), gradient = (p - y) / batch.  labels 0 or 1;
 * classes must be 1.  The choice is 1 where z > 0. */
void binary_cross_entropy(int batch, int classes, const float *logits,
                          const int *labels, float *dlogits, float *stats);

/* The same on the host, in double; returns the mean loss.  dlogits may be
 * NULL. */
double softmax_cross_entropy_ref(int batch, int classes, const double *logits,
                                 const int *labels, double *dlogits);
double binary_cross_entropy_ref(int batch, int classes, const double *logits,
                                const int *labels, double *dlogits);

/* A loss as a network holds it. */
typedef struct {
    const char *name;
    void (*run)(int batch, int classes, const float *logits, const int *labels,
                float *dlogits, float *stats);
    double (*ref)(int batch, int classes, const double *logits,
                  const int *labels, double *dlogits);
} Loss;

extern const Loss softmax_cross_entropy_loss;
extern const Loss binary_cross_entropy_loss;

#ifdef __cplusplus
}
#endif
#endif
