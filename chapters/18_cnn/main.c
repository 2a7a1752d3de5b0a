/* Chapter 18 -- the program: a convolutional network, verified, trained on
 * real images, timed. */
#include <stdio.h>
#include <stdlib.h>
#include "common/args.h"
#include "common/check.h"
#include "common/draft.h"
#include "common/report.h"
#include "cnn_networks.h"
#include "network_check.h"
#include "network_variants.h"
#include "train.h"
#include "weights.h"

typedef struct {
    const char *net, *data, *log, *save, *load, *breakdown;
    int epochs, batch, losses, limit;
    double lr;
    bool selected[GEMM_VARIANTS];
    CommonArgs common;
} Options;

/* Training set and test set on the device; they have to fit the network. */
static void load_images(const Options *o, ImageSet *train_set,
                        ImageSet *test_set)
{
    Dataset train_data;
    Dataset test_data;
    dataset_load(o->data, &train_data, &test_data);
    const Dataset *both[2] = {&train_data, &test_data};
    for (int i = 0; i < 2; i++) {
        const Shape s = {both[i]->height, both[i]->width, both[i]->channels};
        if (s.height != mnist_cnn.input.height ||
            s.width != mnist_cnn.input.width ||
            s.channels != mnist_cnn.input.channels || both[i]->classes > 10) {
            die(EXIT_USAGE,
                "the images of '%s' are %dx%dx%d in %d classes; %s takes "
                "28x28x1 in 10",
                o->data, s.height, s.width, s.channels, both[i]->classes,
                mnist_cnn.name);
        }
    }
    *train_set = image_set_create(&train_data, o->limit, o->batch);
    *test_set = image_set_create(&test_data, o->limit, o->batch);
    dataset_free(&train_data);
    dataset_free(&test_data);
}

/* Trains; without epochs, tells how good the weights are. */
static bool learn(Network *net, ImageSet *train_set, ImageSet *test_set,
                  const Options *o)
{
    TrainOptions options = {.epochs = o->epochs,
                            .lr = o->lr,
                            .seed = o->common.seed + 2,
                            .save = o->save};
    if (o->epochs == 0) {
        const Evaluation val = evaluate(net, test_set);
        printf("validation loss %.4f  accuracy %.4f\n", val.loss, val.accuracy);
        return true;
    }
    Draft log = {0};
    if (o->log != NULL) {
        log = draft_open(o->log);
        fprintf(log.file, "epoch,train_loss,val_loss,val_accuracy,seconds,"
                          "images_per_s\n");
        options.log = log.file;
    }
    if (o->save != NULL) {
        Draft probe = draft_open(o->save); // refused now, not after hours
        draft_abandon(&probe);
    }
    const bool right = train(net, train_set, test_set, &options);
    if (o->log != NULL) {
        draft_commit(&log);
    }
    return right;
}

/* Everything that needs images; false for a wrong result. */
static bool work(NetworkVariants *v, const Options *o)
{
    Network *net = network_variants_learner(v);
    char error[WEIGHTS_ERROR_LENGTH];
    if (o->load != NULL && !weights_load(net, o->load, error)) {
        die(EXIT_USAGE, "%s", error);
    }
    ImageSet train_set;
    ImageSet test_set;
    load_images(o, &train_set, &test_set);

    bool right;
    if (o->losses > 0) {
        right = train_losses(net, &train_set, o->losses, o->lr);
    } else {
        network_print(net);
        right = learn(net, &train_set, &test_set, o);
        const int reps =
            o->common.quick && !o->common.reps ? 3 : o->common.reps;
        const int batch =
            o->batch < train_set.count ? o->batch : train_set.count;
        image_set_batch(&train_set, 0, batch);
        network_variants_bench(v, batch, train_set.X_dev, train_set.y_dev,
                               reps);
        if (o->breakdown != NULL) {
            network_breakdown(net, batch, train_set.X_dev, o->breakdown);
        }
    }
    image_set_free(&train_set);
    image_set_free(&test_set);
    return right;
}

int main(int argc, char **argv)
{
    Options o = {.net = "mnist-cnn",
                 .data = "fashion-mnist",
                 .epochs = 1,
                 .batch = 64,
                 .lr = 1e-3,
                 .common = COMMON_ARGS_DEFAULTS};
    const Arg table[] = {
        {"--net", ARG_STRING, &o.net, 0, 0, "NAME", "mnist-cnn"},
        {"--data", ARG_STRING, &o.data, 0, 0, "NAME|DIR",
         "fashion-mnist, or a directory with IDX files"},
        {"--epochs", ARG_INT, &o.epochs, 0, 1e6, "N",
         "epochs (0: only validate)"},
        {"--batch", ARG_INT, &o.batch, 1, 1024, "N", "images a step"},
        {"--lr", ARG_REAL, &o.lr, 0, 10, "X", "learning rate"},
        {"--limit", ARG_INT, &o.limit, 0, 1e9, "N",
         "use the first N images of each set (0: all)"},
        {"--losses", ARG_INT, &o.losses, 0, 1e6, "N",
         "only print the losses of N steps"},
        {"--log", ARG_STRING, &o.log, 0, 0, "FILE", "training curve as CSV"},
        {"--breakdown", ARG_STRING, &o.breakdown, 0, 0, "FILE",
         "time of each layer as CSV"},
        {"--save", ARG_STRING, &o.save, 0, 0, "FILE", "write the weights"},
        {"--load", ARG_STRING, &o.load, 0, 0, "FILE",
         "start from these weights"},
        COMMON_ARGS_ROWS(o.common),
        {.name = NULL}};
    args_parse(argc, argv,
               "Chapter 18: a convolutional network on real images, forward, "
               "backward and\nAdam in our own kernels.",
               table);
    args_select(o.common.variant, gemm_variant_names, GEMM_VARIANTS,
                o.selected);
    bool net[1];
    args_select(o.net, &mnist_cnn.name, 1, net);
    if (o.common.list) {
        for (int i = 0; i < GEMM_VARIANTS; i++) {
            puts(gemm_variant_names[i]);
        }
        return EXIT_SUCCESS;
    }
    if (o.common.quick && o.limit == 0) {
        o.limit = 2048;
    }

    require_device();
    NetworkVariants v =
        network_variants_create(&mnist_cnn, o.batch, o.selected, o.common.seed);
    if (o.losses > 0) {
        const bool finite = work(&v, &o);
        network_variants_free(&v);
        return finite ? EXIT_VERIFIED : EXIT_WRONG;
    }
    Report *report = report_open("18_cnn", o.common.csv);
    // Gradients first: a network with a wrong one still learns something.
    bool right = network_check_reference(&small_cnn, 3, o.common.seed, NULL);
    right &= network_variants_verify(&v, 3, o.common.seed);
    if (right && !o.common.check_only) {
        right = work(&v, &o);
        right &= network_variants_verify(&v, 2, o.common.seed + 1);
    }
    network_variants_report(&v, o.batch, report);
    network_variants_free(&v);
    const int verdict = report_close(report);
    return right ? verdict : EXIT_WRONG;
}
