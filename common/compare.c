/* compare.c -- comparisons that NaN cannot pass. */
#include "common/compare.h"

#include <math.h>
#include <stdio.h>

static const double EPS = 0x1p-24; // largest relative rounding error of float

/* Takes one element into account. */
static void compare_element(Comparison *c, double got, double want,
                            double tolerance, double scale)
{
    double abs_err = fabs(got - want);
    if (isnan(abs_err)) {
        abs_err = INFINITY;
    }
    // An error of 0 is 0 whatever it is measured against.
    double rel_err = abs_err > 0.0 ? abs_err / fabs(scale) : 0.0;
    if (isnan(rel_err)) {
        rel_err = INFINITY;
    }

    // A tolerance that is infinite or NaN comes from a broken reference; it
    // would let everything pass, so nothing does.
    if (!(abs_err <= tolerance && tolerance < INFINITY)) {
        if (c->bad == 0) {
            c->first_bad = c->count;
            c->want = want;
            c->got = got;
        }
        c->bad++;
    }
    c->max_abs_err = fmax(c->max_abs_err, abs_err);
    c->max_rel_err = fmax(c->max_rel_err, rel_err);
    c->count++;
}

Comparison compare_exact(const float *got, const double *want, size_t count)
{
    Comparison c = {0};
    for (size_t i = 0; i < count; i++) {
        compare_element(&c, got[i], want[i], 0.0, want[i]);
    }
    return c;
}

Comparison compare_scaled(const float *got, const double *want,
                          const double *scale, size_t count, double factor)
{
    Comparison c = {0};
    for (size_t i = 0; i < count; i++) {
        compare_element(&c, got[i], want[i], factor * EPS * scale[i], scale[i]);
    }
    return c;
}

Comparison compare_close(const float *got, const double *want, size_t count,
                         double abs_tol, double rel_tol)
{
    Comparison c = {0};
    for (size_t i = 0; i < count; i++) {
        compare_element(&c, got[i], want[i], abs_tol + rel_tol * fabs(want[i]),
                        want[i]);
    }
    return c;
}

bool compare_ok(const Comparison *c)
{
    return c->count > 0 && c->bad == 0;
}

void compare_explain(const Comparison *c, const char *name, size_t cols)
{
    if (c->count == 0) {
        fprintf(stderr, "%s: nothing was compared\n", name);
        return;
    }
    if (c->bad == 0) {
        return;
    }
    const size_t width = cols > 0 ? cols : c->count;
    fprintf(stderr,
            "%s: %zu of %zu elements are wrong, the first at row %zu, column "
            "%zu: expected %.9g, got %.9g\n",
            name, c->bad, c->count, c->first_bad / width, c->first_bad % width,
            c->want, c->got);
}
