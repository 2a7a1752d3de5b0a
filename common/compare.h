/* compare.h -- is a result right?  Comparisons that NaN cannot pass.
 *
 * Every test here has the form !(error <= tolerance): a NaN makes the
 * comparison false and so counts as wrong.
 */
#ifndef COMMON_COMPARE_H
#define COMMON_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t count;       /* elements compared                               */
    size_t bad;         /* how many are outside their tolerance, or NaN    */
    size_t first_bad;   /* index of the first of them                      */
    double want, got;   /* its expected and found value                    */
    double max_abs_err; /* largest |got - want|; infinite if a NaN was met */
    double max_rel_err; /* largest |got - want| / |scale|, see below       */
} Comparison;

/* Every got[i] must equal want[i] exactly (integers held in floats). */
Comparison compare_exact(const float *got, const double *want, size_t count);

/* |got[i] - want[i]| <= factor * eps * scale[i], eps = 2^-24.
 *
 * For a sum of K products the classical bound is factor = K and scale =
 * sum |a||b| (N. Higham, "Accuracy and Stability of Numerical Algorithms",
 * section 3.1); the references here deliver that scale beside their result.
 * max_rel_err is relative to scale. */
Comparison compare_scaled(const float *got, const double *want,
                          const double *scale, size_t count, double factor);

/* |got[i] - want[i]| <= abs_tol + rel_tol * |want[i]|.  max_rel_err is
 * relative to |want|. */
Comparison compare_close(const float *got, const double *want, size_t count,
                         double abs_tol, double rel_tol);

/* No bad element, and at least one element compared. */
bool compare_ok(const Comparison *c);

/* One sentence on stderr: how many of how many, where the first one is as
 * (row, column) of a matrix with `cols` columns, expected and found value. */
void compare_explain(const Comparison *c, const char *name, size_t cols);

#endif
