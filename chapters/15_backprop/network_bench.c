/* network_bench.c -- training steps and single layers under the clock. */
#include <stdio.h>
#include "common/check.h"
#include "network_bench.h"

typedef struct {
    Network *net;
    int batch;
    const float *X_dev;
    const int *labels_dev;
} Step;

static void run_step(void *context, int rep)
{
    (void)rep;
    const Step *s = context;
    // A learning rate of 0: all the work, and the weights stay what they are.
    network_step(s->net, s->batch, s->X_dev, s->labels_dev, 0.0);
}

void network_bench(Network *nets, int count, int batch, const float *X_dev,
                   const int *labels_dev, int reps, BenchTime *out)
{
    enum { CONTENDERS_MAX = 8 };
    Step steps[CONTENDERS_MAX];
    BenchFn fns[CONTENDERS_MAX];
    void *contexts[CONTENDERS_MAX];
    for (int i = 0; i < count && i < CONTENDERS_MAX; i++) {
        steps[i] = (Step){&nets[i], batch, X_dev, labels_dev};
        fns[i] = run_step;
        contexts[i] = &steps[i];
    }
    bench_compare(fns, contexts, count, reps, out);
}

double network_step_flops(const Network *net, int batch)
{
    double flops = 0.0;
    for (int i = 0; i < net->count; i++) {
        const Layer *l = &net->layers[i];
        const double outputs = (double)shape_size(l->out) * batch;
        flops += 2.0 * outputs * l->fan_in * (i == 0 ? 2 : 3);
    }
    return flops;
}

/* ---- layer by layer ------------------------------------------------------*/

typedef struct {
    const Layer *layer;
    Pass pass;
} Alone;

static void run_forward(void *context, int rep)
{
    (void)rep;
    const Alone *a = context;
    a->layer->ops->forward(a->layer, &a->pass);
}

static void run_backward(void *context, int rep)
{
    (void)rep;
    const Alone *a = context;
    a->layer->ops->backward(a->layer, &a->pass);
}

bool network_breakdown(Network *net, int batch, const float *X_dev,
                       const char *csv)
{
    FILE *file = fopen(csv, "w");
    if (file == NULL) {
        return false;
    }
    fprintf(file, "layer,kind,pass,ms\n");
    for (int i = 0; i < net->count; i++) {
        Alone alone = {&net->layers[i], network_pass(net, i, batch, X_dev)};
        const char *kind = alone.layer->ops->name;
        const BenchTime forward = bench_run(run_forward, &alone, 5);
        const BenchTime backward = bench_run(run_backward, &alone, 5);
        fprintf(file, "%d,%s,forward,%.4f\n", i + 1, kind, forward.ms_median);
        fprintf(file, "%d,%s,backward,%.4f\n", i + 1, kind, backward.ms_median);
    }
    const bool written = ferror(file) == 0;
    return (fclose(file) == 0) && written;
}
