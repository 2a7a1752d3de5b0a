/* network_variants.c -- training steps and single layers under the clock. */
#include <math.h>
#include <stdio.h>
#include "common/draft.h"
#include "network_check.h"
#include "network_variants.h"

const char *const gemm_variant_names[GEMM_VARIANTS] = {"naive", "tiled"};
static const GemmFn gemms[GEMM_VARIANTS] = {gemm_naive, gemm_tiled};

NetworkVariants network_variants_create(const NetworkSpec *spec, int batch,
                                        const bool selected[GEMM_VARIANTS],
                                        uint64_t seed)
{
    NetworkVariants v = {.spec = spec};
    for (int i = 0; i < GEMM_VARIANTS; i++) {
        if (selected[i]) {
            Network *net = &v.nets[v.count];
            *net = network_create(spec, batch, gemms[i]);
            network_init(net, seed);
            v.names[v.count] = gemm_variant_names[i];
            v.verified[v.count] = true;
            v.count++;
        }
    }
    return v;
}

void network_variants_free(NetworkVariants *v)
{
    for (int i = 0; i < v->count; i++) {
        network_free(&v->nets[i]);
    }
    v->count = 0;
}

Network *network_variants_learner(NetworkVariants *v)
{
    return &v->nets[v->count - 1];
}

bool network_variants_verify(NetworkVariants *v, int batch, uint64_t seed)
{
    bool right = true;
    for (int i = 0; i < v->count; i++) {
        double error = 0.0;
        if (!network_check_device(v->spec, v->nets[i].gemm, batch, seed,
                                  &error)) {
            fprintf(stderr, "%s on gemm_%s is wrong\n", v->spec->name,
                    v->names[i]);
            v->verified[i] = false;
        }
        v->max_rel_err[i] = fmax(v->max_rel_err[i], error);
        right = right && v->verified[i];
    }
    return right;
}

/* ---- training steps ------------------------------------------------------*/

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

void network_variants_bench(NetworkVariants *v, int batch, const float *X_dev,
                            const int *labels_dev, int reps)
{
    Step steps[GEMM_VARIANTS];
    BenchFn fns[GEMM_VARIANTS];
    void *contexts[GEMM_VARIANTS];
    for (int i = 0; i < v->count; i++) {
        steps[i] = (Step){&v->nets[i], batch, X_dev, labels_dev};
        fns[i] = run_step;
        contexts[i] = &steps[i];
    }
    bench_compare(fns, contexts, v->count, reps, v->times);
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

void network_variants_report(const NetworkVariants *v, int batch,
                             Report *report)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%s:b%d", v->spec->name, batch);
    for (int i = 0; i < v->count; i++) {
        report_add(report,
                   &(ReportRow){.variant = v->names[i],
                                .dtype = "fp32",
                                .shape = shape,
                                .flops = network_step_flops(&v->nets[i], batch),
                                .time = v->times[i],
                                .max_rel_err = v->max_rel_err[i],
                                .verified = v->verified[i]});
    }
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

void network_breakdown(Network *net, int batch, const float *X_dev,
                       const char *csv)
{
    Draft draft = draft_open(csv);
    fprintf(draft.file, "layer,kind,pass,ms\n");
    for (int i = 0; i < net->count; i++) {
        Alone alone = {&net->layers[i], network_pass(net, i, batch, X_dev)};
        const char *kind = alone.layer->ops->name;
        const BenchTime forward = bench_run(run_forward, &alone, 5);
        const BenchTime backward = bench_run(run_backward, &alone, 5);
        fprintf(draft.file, "%d,%s,forward,%.4f\n", i + 1, kind,
                forward.ms_median);
        fprintf(draft.file, "%d,%s,backward,%.4f\n", i + 1, kind,
                backward.ms_median);
    }
    draft_commit(&draft);
}
