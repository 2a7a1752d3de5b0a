/* bench.h -- how long does a launch take?
 *
 * Warm-up until two runs in a row agree, then at least `reps` timed runs
 * between device events; the median is the result, minimum and maximum say
 * how far to trust it.  Set-up and verification stay outside.
 */
#ifndef COMMON_BENCH_H
#define COMMON_BENCH_H

#include <stddef.h>

typedef struct {
    double ms_min, ms_median, ms_max;
    int reps;
} BenchTime;

/* What is timed: `rep` counts the calls, so that the function can take turns
 * among several copies of its buffers (see bench_copies). */
typedef void (*BenchFn)(void *context, int rep);

/* Times fn.  reps = 0: at least 20 repetitions or 1 second, whichever is
 * reached last, but never longer than 10 s. */
BenchTime bench_run(BenchFn fn, void *context, int reps);

/* Contenders interleaved: one repetition of each in turn, so that a change of
 * clocks or a noisy neighbour meets all of them.  out[count]. */
void bench_compare(const BenchFn *fns, void *const *contexts, int count,
                   int reps, BenchTime *out);

/* How many copies of a working set of `bytes` reach past the device's L2
 * cache, so that rotating among them measures memory: 1 ... 64. */
int bench_copies(size_t bytes);

/* Seconds on a monotonic clock. */
double bench_now(void);

/* Median, min and max of times[count] (milliseconds; gets sorted). */
BenchTime bench_summary(double *times, int count);

#endif
