/* conv_measure.c -- the flow of every chapter's program, for convolutions. */
#include "conv_measure.h"

#include <stdio.h>

#include "common/bench.h"

enum { QUICK_REPS = 5 };

/* What is timed.  Unlike a multiply's, these buffers stay the same from run to
 * run: in a network, too, a layer finds its input where the layer before it
 * has just left it, in the cache. */
typedef struct {
    ConvFn fn;
    const ConvProblem *problem;
} Run;

static void run(void *context, int rep)
{
    const Run *r = context;
    const ConvProblem *p = r->problem;
    (void)rep;
    r->fn(&p->shape, p->X_dev.data, p->W_dev.data, p->cols_dev.data,
          p->Y_dev.data);
}

static void report_variant(const char *name, const ConvProblem *p,
                           ReportRow row, Report *report)
{
    char text[64];
    snprintf(text, sizeof text, "%s_b%d", name, p->shape.N);
    const double outputs = (double)p->Y_dev.count;
    const double floats =
        (double)p->X_dev.count + (double)p->W_dev.count + outputs;
    row.dtype = "fp32";
    row.shape = text;
    row.flops = 2.0 * outputs * (double)conv_cols_width(&p->shape);
    row.bytes = sizeof(float) * floats; // cols does not have to be
    report_add(report, &row);
}

void conv_measure(const char *name, const ConvShape *shape,
                  const ConvVariant *variants, const bool *selected, int count,
                  const CommonArgs *common, Report *report)
{
    const ConvVariant *chosen[CONV_MOST_VARIANTS];
    Run runs[CONV_MOST_VARIANTS];
    BenchFn fns[CONV_MOST_VARIANTS];
    void *contexts[CONV_MOST_VARIANTS];
    BenchTime times[CONV_MOST_VARIANTS] = {0};
    double errors[CONV_MOST_VARIANTS];
    bool right[CONV_MOST_VARIANTS];
    bool all_right = true;
    int n = 0;

    ConvProblem p = conv_problem(shape);
    for (int v = 0; v < count; v++) {
        if (selected[v]) {
            chosen[n] = &variants[v];
            runs[n] = (Run){variants[v].run, &p};
            contexts[n] = &runs[n];
            fns[n++] = run;
        }
    }

    Rng rng = rng_seed(common->seed);
    conv_problem_fill(&p, &rng, true);
    for (int i = 0; i < n; i++) {
        right[i] = conv_problem_check(&p, chosen[i]->name, runs[i].fn, NULL);
    }
    conv_problem_fill(&p, &rng, false);
    for (int i = 0; i < n; i++) {
        right[i] =
            conv_problem_check(&p, chosen[i]->name, runs[i].fn, &errors[i]) &&
            right[i];
        all_right = all_right && right[i];
    }

    // The speed of a wrong result is of no interest.
    if (all_right && !common->check_only) {
        const int reps =
            common->quick && !common->reps ? QUICK_REPS : common->reps;
        bench_compare(fns, contexts, n, reps, times);
        for (int i = 0; i < n; i++) {
            right[i] =
                conv_problem_check(&p, chosen[i]->name, runs[i].fn, &errors[i]);
        }
    }

    for (int i = 0; i < n; i++) {
        report_variant(name, &p,
                       (ReportRow){.variant = chosen[i]->name,
                                   .time = times[i],
                                   .max_rel_err = errors[i],
                                   .verified = right[i]},
                       report);
    }
    conv_problem_free(&p);
}
