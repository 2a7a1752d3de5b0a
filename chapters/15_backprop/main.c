/* Chapter 15 -- the program: two small networks, verified, trained, timed. */
#include <stdio.h>
#include <stdlib.h>
#include "common/args.h"
#include "common/check.h"
#include "common/draft.h"
#include "common/report.h"
#include "network_check.h"
#include "network_variants.h"
#include "training_set.h"

typedef struct {
    const char *net, *log;
    int epochs, batch, losses; /* 0: as the network has it; none */
    double lr;                 /* 0: as the network has it       */
    bool selected[GEMM_VARIANTS];
    CommonArgs common;
} Options;

/* The settings of one network that the command line does not override. */
static ToyNetwork configured(const ToyNetwork *toy, const Options *o)
{
    ToyNetwork t = *toy;
    t.epochs = o->common.quick ? t.epochs / 10 : t.epochs;
    t.epochs = o->epochs > 0 ? o->epochs : t.epochs;
    t.batch = o->batch > 0 ? o->batch : t.batch;
    t.lr = o->lr > 0.0 ? o->lr : t.lr;
    return t;
}

// ANCHOR: run
/* Gradients first: a network with a wrong one still learns something, and
 * nobody would notice. */
static bool run_network(const ToyNetwork *toy, const Options *o, Report *report,
                        FILE *log)
{
    const uint64_t seed = o->common.seed;
    const int reps = o->common.quick && !o->common.reps ? 5 : o->common.reps;
    NetworkVariants v =
        network_variants_create(&toy->spec, toy->batch, o->selected, seed);
    Network *learner = network_variants_learner(&v);

    bool right = network_check_reference(&toy->small, 5, seed, NULL);
    right &= network_variants_verify(&v, 33, seed);

    if (right && !o->common.check_only) {
        TrainingSet set = training_set_create(toy, seed + 1);
        network_print(learner);
        right = training_run(learner, &set, toy->epochs, toy->lr, log);
        network_variants_bench(&v, toy->batch, set.X_dev, set.labels_dev, reps);
        right &= network_variants_verify(&v, 2, seed + 2);
        training_set_free(&set);
    }
    network_variants_report(&v, toy->batch, report);
    network_variants_free(&v);
    return right;
}
// ANCHOR_END: run

/* --losses: nothing but the first steps, for comparison with others. */
static bool print_losses(const ToyNetwork *toy, const Options *o)
{
    NetworkVariants v = network_variants_create(&toy->spec, toy->batch,
                                                o->selected, o->common.seed);
    TrainingSet set = training_set_create(toy, o->common.seed + 1);
    const bool finite =
        training_losses(network_variants_learner(&v), &set, o->losses, toy->lr);
    training_set_free(&set);
    network_variants_free(&v);
    return finite;
}

int main(int argc, char **argv)
{
    Options o = {.net = "all", .common = COMMON_ARGS_DEFAULTS};
    const Arg table[] = {
        {"--net", ARG_STRING, &o.net, 0, 0, "NAME", "mlp, binary or all"},
        {"--epochs", ARG_INT, &o.epochs, 0, 1e6, "N",
         "epochs (0: mlp 100, binary 10)"},
        {"--batch", ARG_INT, &o.batch, 0, 4096, "N",
         "examples a step (0: 64, binary 32)"},
        {"--lr", ARG_REAL, &o.lr, 0, 10, "X", "learning rate (0: 0.001)"},
        {"--losses", ARG_INT, &o.losses, 0, 1e6, "N",
         "only print the losses of N steps"},
        {"--log", ARG_STRING, &o.log, 0, 0, "FILE", "training curves as CSV"},
        COMMON_ARGS_ROWS(o.common),
        {.name = NULL}};
    args_parse(argc, argv,
               "Chapter 15: back-propagation by hand. Two small networks, "
               "their gradients\nchecked, then trained with our own kernels.",
               table);
    args_select(o.common.variant, gemm_variant_names, GEMM_VARIANTS,
                o.selected);
    const char *names[TOY_NETWORKS];
    bool wanted[TOY_NETWORKS];
    for (int i = 0; i < TOY_NETWORKS; i++) {
        names[i] = toy_networks[i].spec.name;
    }
    args_select(o.net, names, TOY_NETWORKS, wanted);
    if (o.common.list) {
        for (int i = 0; i < GEMM_VARIANTS; i++) {
            puts(gemm_variant_names[i]);
        }
        return EXIT_SUCCESS;
    }
    if (o.losses > 0 && wanted[0] && wanted[1]) {
        die(EXIT_USAGE, "--losses is about one network; name it with --net");
    }

    require_device();
    if (o.losses > 0) {
        const ToyNetwork toy = configured(&toy_networks[wanted[0] ? 0 : 1], &o);
        return print_losses(&toy, &o) ? EXIT_VERIFIED : EXIT_WRONG;
    }
    Report *report = report_open("15_backprop", o.common.csv);
    Draft log = {0};
    if (o.log != NULL) {
        log = draft_open(o.log);
        fprintf(log.file, "net,epoch,train_loss,train_accuracy\n");
    }
    bool right = true;
    for (int i = 0; i < TOY_NETWORKS; i++) {
        if (wanted[i]) {
            const ToyNetwork toy = configured(&toy_networks[i], &o);
            right &= run_network(&toy, &o, report, log.file);
        }
    }
    if (o.log != NULL) {
        draft_commit(&log);
    }
    const int verdict = report_close(report);
    return right ? verdict : EXIT_WRONG;
}
