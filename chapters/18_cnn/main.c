/* Chapter 18 -- the program: a convolutional network, verified, trained on
 * real images, timed. */
#include <stdio.h>
#include <stdlib.h>
#include "common/args.h"
#include "common/check.h"
#include "common/report.h"
#include "cnn_networks.h"
#include "network_check.h"
#include "network_variants.h"
#include "train.h"
#include "weights.h"

typedef struct {
    const char *net, *data, *log, *save, *load, *breakdown;
    int epochs, batch, losses, limit;
    double lr, lr_decay;
    bool selected[GEMM_VARIANTS];
    CommonArgs common;
} Options;

// ANCHOR: learn
/* Everything that needs images.  False for a result that is wrong. */
static bool learn(NetworkVariants *v, const Options *o)
{
    Network *net = network_variants_learner(v);
    char error[WEIGHTS_ERROR_LENGTH];
    if (o->load != NULL && !weights_load(net, o->load, error)) {
        die(EXIT_USAGE, "%s", error);
    }
    ImageSet images;
    ImageSet test;
    image_sets_load(o->data, net, o->limit, &images, &test);

    TrainResult result = TRAIN_DONE;
    if (o->losses > 0) {
        result = train_losses(net, &images, o->losses, o->lr);
    } else {
        network_print(net);
        if (o->epochs > 0) {
            const TrainOptions options = {.epochs = o->epochs,
                                          .lr = o->lr,
                                          .lr_end = o->lr * (1.0 - o->lr_decay),
                                          .seed = o->common.seed + 2,
                                          .log = o->log,
                                          .save = o->save};
            result = train(net, &images, &test, &options);
        } else {
            const Evaluation val = evaluate(net, &test);
            printf("validation loss %.4f  accuracy %.4f\n", val.loss,
                   val.accuracy);
        }
    }
    if (o->losses == 0 && result == TRAIN_DONE) {
        const bool few = o->common.quick && o->common.reps == 0;
        const int batch = o->batch < images.count ? o->batch : images.count;
        image_set_batch(&images, 0, batch);
        network_variants_bench(v, batch, images.X_dev, images.y_dev,
                               few ? 3 : o->common.reps);
        if (o->breakdown != NULL) {
            network_breakdown(net, batch, images.X_dev, o->breakdown);
        }
    }
    image_set_free(&images);
    image_set_free(&test);
    return result != TRAIN_DIVERGED;
}
// ANCHOR_END: learn

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
        {"--lr-decay", ARG_REAL, &o.lr_decay, 0, 1, "X",
         "share of it that is gone at the end"},
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
        const bool finite = learn(&v, &o);
        network_variants_free(&v);
        return finite ? EXIT_VERIFIED : EXIT_WRONG;
    }
    Report *report = report_open("18_cnn", o.common.csv);
    // Gradients first: a network with a wrong one still learns something.
    bool right = network_check_reference(&small_cnn, 3, o.common.seed, NULL);
    right &= network_variants_verify(&v, 3, o.common.seed);
    if (right && !o.common.check_only) {
        right = learn(&v, &o);
        right &= network_variants_verify(&v, 2, o.common.seed + 1);
    }
    network_variants_report(&v, o.batch, report);
    network_variants_free(&v);
    const int verdict = report_close(report);
    return right ? verdict : EXIT_WRONG;
}
