/* training_set.c -- the training loop, as plain as it can be. */
#include <math.h>
#include <stdlib.h>
#include "common/check.h"
#include "common/progress.h"
#include "training_set.h"

TrainingSet training_set_create(const ToyNetwork *toy, uint64_t seed)
{
    TrainingSet set = {.examples = toy->examples,
                       .inputs = shape_size(toy->spec.input)};
    const size_t count = (size_t)set.examples;
    float *X = host_alloc(count * set.inputs, sizeof *X);
    int *labels = host_alloc(count, sizeof *labels);
    toy->draw(seed, set.examples, X, labels);

    const size_t X_bytes = count * set.inputs * sizeof *X;
    const size_t label_bytes = count * sizeof *labels;
    CUDA_CHECK(cudaMalloc((void **)&set.X_dev, X_bytes));
    CUDA_CHECK(cudaMalloc((void **)&set.labels_dev, label_bytes));
    CUDA_CHECK(cudaMemcpy(set.X_dev, X, X_bytes, cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemcpy(set.labels_dev, labels, label_bytes,
                          cudaMemcpyHostToDevice));
    free(X);
    free(labels);
    return set;
}

void training_set_free(TrainingSet *set)
{
    CUDA_CHECK(cudaFree(set->X_dev));
    CUDA_CHECK(cudaFree(set->labels_dev));
    *set = (TrainingSet){0};
}

/* Trains on the batch that starts at example `first`. */
static StepResult step_at(Network *net, const TrainingSet *set, int first,
                          int batch, double lr)
{
    return network_step(net, batch, set->X_dev + (size_t)first * set->inputs,
                        set->labels_dev + first, lr);
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static bool finite_loss(const Network *net, double loss)
{
    if (!isfinite(loss)) {
        fprintf(stderr, "%s: the loss of step %ld is %g; training stops\n",
                net->name, net->steps, loss);
        return false;
    }
    return true;
}

bool training_losses(Network *net, const TrainingSet *set, int count, double lr)
{
    int first = 0;
    for (int i = 0; i < count; i++) {
        const int batch = min_int(net->batch, set->examples - first);
        const StepResult step = step_at(net, set, first, batch, lr);
        printf("%.9g\n", step.loss);
        if (!finite_loss(net, step.loss)) {
            return false;
        }
        first = (first + batch) % set->examples;
    }
    return true;
}

// ANCHOR: train
bool training_run(Network *net, const TrainingSet *set, int epochs, double lr,
                  FILE *log)
{
    Progress bar =
        progress_start(net->name, "examples", (long)epochs * set->examples);
    for (int epoch = 1; epoch <= epochs; epoch++) {
        double loss = 0.0;
        int correct = 0;
        for (int first = 0; first < set->examples; first += net->batch) {
            const int batch = min_int(net->batch, set->examples - first);
            const StepResult step = step_at(net, set, first, batch, lr);
            if (!finite_loss(net, step.loss)) {
                return false;
            }
            loss += step.loss * batch;
            correct += step.correct;
            progress_update(&bar, (long)(epoch - 1) * set->examples + first,
                            NULL);
        }
        loss /= set->examples;
        const double accuracy = (double)correct / set->examples;
        progress_finish(&bar);
        printf("%s epoch %3d  loss %.6f  accuracy %.4f\n", net->name, epoch,
               loss, accuracy);
        if (log != NULL) {
            fprintf(log, "%s,%d,%.9g,%.6f\n", net->name, epoch, loss, accuracy);
        }
    }
    return true;
}
// ANCHOR_END: train
