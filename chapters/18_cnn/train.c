/* train.c -- epochs, batches, validation, and how to stop. */
#define _POSIX_C_SOURCE 200809L /* sigaction */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include "common/bench.h"
#include "common/check.h"
#include "common/draft.h"
#include "common/progress.h"
#include "common/rng.h"
#include "gather.h"
#include "train.h"
#include "weights.h"

/* ---- images --------------------------------------------------------------*/

static void *device_copy(const void *host, size_t bytes)
{
    void *copy = NULL;
    CUDA_CHECK(cudaMalloc(&copy, bytes));
    CUDA_CHECK(cudaMemcpy(copy, host, bytes, cudaMemcpyHostToDevice));
    return copy;
}

ImageSet image_set_create(const Dataset *data, int limit, int batch)
{
    const int count = limit > 0 && limit < data->count ? limit : data->count;
    const size_t size =
        (size_t)data->height * (size_t)data->width * (size_t)data->channels;
    ImageSet set = {.count = count, .size = size};
    set.images_dev = device_copy(data->pixels, (size_t)count * size);
    set.labels_dev = device_copy(data->labels, (size_t)count);

    uint32_t *order = host_alloc((size_t)count, sizeof *order);
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        order[i] = i;
    }
    set.order_dev = device_copy(order, (size_t)count * sizeof *order);
    free(order);

    const size_t examples = (size_t)batch;
    CUDA_CHECK(
        cudaMalloc((void **)&set.X_dev, examples * size * sizeof(float)));
    CUDA_CHECK(cudaMalloc((void **)&set.y_dev, examples * sizeof(int)));
    return set;
}

void image_set_free(ImageSet *set)
{
    CUDA_CHECK(cudaFree(set->images_dev));
    CUDA_CHECK(cudaFree(set->labels_dev));
    CUDA_CHECK(cudaFree(set->order_dev));
    CUDA_CHECK(cudaFree(set->X_dev));
    CUDA_CHECK(cudaFree(set->y_dev));
    *set = (ImageSet){0};
}

void image_sets_load(const char *where, const Network *net, int limit,
                     ImageSet *train_set, ImageSet *test_set)
{
    Dataset data[2];
    ImageSet *const sets[2] = {train_set, test_set};
    const Shape want = net->layers[0].in;
    dataset_load(where, &data[0], &data[1]);
    for (int i = 0; i < 2; i++) {
        const Dataset *d = &data[i];
        if (d->height != want.height || d->width != want.width ||
            d->channels != want.channels || d->classes > net->classes) {
            die(EXIT_USAGE,
                "the images of '%s' are %dx%dx%d in %d classes; %s takes "
                "%dx%dx%d in %d",
                where, d->height, d->width, d->channels, d->classes, net->name,
                want.height, want.width, want.channels, net->classes);
        }
        *sets[i] = image_set_create(d, limit, net->batch);
        dataset_free(&data[i]);
    }
}

void image_set_shuffle(ImageSet *set, uint64_t seed)
{
    const uint32_t count = (uint32_t)set->count;
    uint32_t *order = host_alloc(count, sizeof *order);
    Rng rng = rng_seed(seed);
    rng_permutation(&rng, order, count);
    CUDA_CHECK(cudaMemcpy(set->order_dev, order, count * sizeof *order,
                          cudaMemcpyHostToDevice));
    free(order);
}

void image_set_batch(ImageSet *set, int first, int batch)
{
    gather(batch, (int)set->size, set->order_dev + first, set->images_dev,
           set->labels_dev, set->X_dev, set->y_dev);
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

/* ---- stopping ------------------------------------------------------------*/

static volatile sig_atomic_t stop_requested;

static void request_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

/* The first Ctrl-C asks; a second one, handled as usual, ends the program. */
static void catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = request_stop,
                               .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
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

/* ---- training ------------------------------------------------------------*/

// ANCHOR: evaluate
Evaluation evaluate(Network *net, ImageSet *set)
{
    double loss = 0.0;
    long correct = 0;
    for (int first = 0; first < set->count; first += net->batch) {
        const int batch = min_int(net->batch, set->count - first);
        image_set_batch(set, first, batch);
        network_forward(net, batch, set->X_dev);
        const StepResult result = network_loss(net, batch, set->y_dev);
        loss += result.loss * batch;
        correct += result.correct;
    }
    return (Evaluation){loss / set->count, (double)correct / set->count};
}
// ANCHOR_END: evaluate

/* One epoch, over which the learning rate goes in a straight line from lr[0] to
 * lr[1]; *loss gets the mean over its images.  False at a loss that is not
 * finite. */
static bool train_epoch(Network *net, ImageSet *set, const char *label,
                        const double lr[2], double *loss)
{
    Progress bar = progress_start(label, "images", set->count);
    double sum = 0.0;
    int done = 0;
    while (done < set->count && !stop_requested) {
        const int batch = min_int(net->batch, set->count - done);
        image_set_batch(set, done, batch);
        const double lr_now = lr[0] + (lr[1] - lr[0]) * done / set->count;
        const StepResult step =
            network_step(net, batch, set->X_dev, set->y_dev, lr_now);
        if (!finite_loss(net, step.loss)) {
            return false;
        }
        sum += step.loss * batch;
        done += batch;

        char note[32];
        snprintf(note, sizeof note, "loss %.4f", sum / done);
        progress_update(&bar, done, note);
    }
    progress_finish(&bar);
    *loss = sum / (done > 0 ? done : 1);
    return true;
}

/* What is printed, logged and saved after an epoch. */
static void finish_epoch(Network *net, ImageSet *test, FILE *log, int epoch,
                         const char *label, double loss, double seconds,
                         double rate)
{
    const Evaluation val = evaluate(net, test);
    printf("%-11s train loss %.4f  validation loss %.4f  accuracy %.4f  "
           "%.1f s  %.0f images/s\n",
           label, loss, val.loss, val.accuracy, seconds, rate);
    fflush(stdout);
    if (log != NULL) {
        fprintf(log, "%d,%.6f,%.6f,%.6f,%.3f,%.1f\n", epoch, loss, val.loss,
                val.accuracy, seconds, rate);
    }
}

// ANCHOR: train
static TrainResult train_epochs(Network *net, ImageSet *images, ImageSet *test,
                                const TrainOptions *options, FILE *log)
{
    Rng seeds = rng_seed(options->seed);
    for (int epoch = 1; epoch <= options->epochs; epoch++) {
        char label[32];
        snprintf(label, sizeof label, "epoch %d/%d", epoch, options->epochs);
        image_set_shuffle(images, rng_next(&seeds));

        const double slope = (options->lr_end - options->lr) / options->epochs;
        const double lr[2] = {options->lr + slope * (epoch - 1),
                              options->lr + slope * epoch};
        double loss;
        const double started = bench_now();
        if (!train_epoch(net, images, label, lr, &loss)) {
            return TRAIN_DIVERGED;
        }
        const double seconds = bench_now() - started;
        if (options->save != NULL) {
            weights_save(net, options->save);
        }
        if (stop_requested) {
            return TRAIN_STOPPED;
        }
        finish_epoch(net, test, log, epoch, label, loss, seconds,
                     images->count / seconds);
    }
    return TRAIN_DONE;
}
// ANCHOR_END: train

TrainResult train(Network *net, ImageSet *images, ImageSet *test,
                  const TrainOptions *options)
{
    Draft log = {0};
    if (options->save != NULL) {
        // Refused now, and not after hours of training.
        Draft probe = draft_open(options->save);
        draft_abandon(&probe);
    }
    if (options->log != NULL) {
        log = draft_open(options->log);
        fprintf(log.file, "epoch,train_loss,val_loss,val_accuracy,seconds,"
                          "images_per_s\n");
    }
    catch_interrupt();
    const TrainResult result =
        train_epochs(net, images, test, options, log.file);
    if (result == TRAIN_STOPPED) {
        fprintf(stderr, "stopped after step %ld%s%s\n", net->steps,
                options->save != NULL ? "; the weights are in " : "",
                options->save != NULL ? options->save : "");
    }
    if (options->log != NULL) {
        draft_commit(&log);
    }
    return result;
}

TrainResult train_losses(Network *net, ImageSet *images, int count, double lr)
{
    int first = 0;
    for (int i = 0; i < count; i++) {
        const int batch = min_int(net->batch, images->count - first);
        image_set_batch(images, first, batch);
        const StepResult step =
            network_step(net, batch, images->X_dev, images->y_dev, lr);
        printf("%.9g\n", step.loss);
        if (!finite_loss(net, step.loss)) {
            return TRAIN_DIVERGED;
        }
        first = (first + batch) % images->count;
    }
    return TRAIN_DONE;
}
