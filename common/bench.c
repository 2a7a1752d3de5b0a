/* bench.c -- warm up, time between events, take the median. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "common/bench.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "common/check.h"

enum {
    LEAST_REPS = 20,   // of a measurement whose length we choose,
    MOST_REPS = 50000, // which lasts at least LEAST_SECONDS and ends after
    MOST_WARM_UPS = 10 // MOST_SECONDS even if it had fewer repetitions
};
static const double LEAST_SECONDS = 1.0, MOST_SECONDS = 10.0;

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Milliseconds of one call.  The events are recorded on the device, so the
 * time between them is the kernel's, not that of the host that waits. */
static double time_once(BenchFn fn, void *context, int rep, cudaEvent_t start,
                        cudaEvent_t stop)
{
    float ms = 0.0f;
    CUDA_CHECK(cudaEventRecord(start, 0));
    fn(context, rep);
    CUDA_CHECK(cudaEventRecord(stop, 0));
    CUDA_CHECK(cudaEventSynchronize(stop));
    CUDA_CHECK(cudaEventElapsedTime(&ms, start, stop));
    return ms;
}

/* Runs fn until two runs in a row agree within 5%: clocks are up by then,
 * caches filled, code loaded. */
static void warm_up(BenchFn fn, void *context, cudaEvent_t start,
                    cudaEvent_t stop)
{
    const double began = bench_now();
    double before = time_once(fn, context, 0, start, stop);
    for (int i = 1; i < MOST_WARM_UPS; i++) {
        const double ms = time_once(fn, context, i, start, stop);
        if (fabs(ms - before) <= 0.05 * before ||
            bench_now() - began > LEAST_SECONDS) {
            return;
        }
        before = ms;
    }
}

/* Is the measurement over, after `done` rounds of `count` contenders? */
static int enough(int done, int reps, double seconds, int count)
{
    if (reps > 0) {
        return done >= reps;
    }
    return done >= MOST_REPS || seconds >= count * MOST_SECONDS ||
           (done >= LEAST_REPS && seconds >= count * LEAST_SECONDS);
}

void bench_compare(const BenchFn *fns, void *const *contexts, int count,
                   int reps, BenchTime *out)
{
    const int capacity = reps > 0 ? reps : MOST_REPS;
    double *times = host_alloc((size_t)count * (size_t)capacity, sizeof *times);
    cudaEvent_t start;
    cudaEvent_t stop;
    CUDA_CHECK(cudaEventCreate(&start));
    CUDA_CHECK(cudaEventCreate(&stop));

    for (int i = 0; i < count; i++) {
        warm_up(fns[i], contexts[i], start, stop);
    }

    int done = 0;
    const double began = bench_now();
    do {
        for (int i = 0; i < count; i++) {
            times[(size_t)i * (size_t)capacity + (size_t)done] =
                time_once(fns[i], contexts[i], done, start, stop);
        }
        done++;
    } while (!enough(done, reps, bench_now() - began, count));

    for (int i = 0; i < count; i++) {
        out[i] = bench_summary(times + (size_t)i * (size_t)capacity, done);
    }
    CUDA_CHECK(cudaEventDestroy(start));
    CUDA_CHECK(cudaEventDestroy(stop));
    free(times);
}

BenchTime bench_run(BenchFn fn, void *context, int reps)
{
    BenchTime time;
    bench_compare(&fn, &context, 1, reps, &time);
    return time;
}

int bench_copies(size_t bytes)
{
    int device = 0;
    int l2 = 0;
    CUDA_CHECK(cudaGetDevice(&device));
    CUDA_CHECK(cudaDeviceGetAttribute(&l2, cudaDevAttrL2CacheSize, device));

    // Twice the cache: by the time a copy's turn comes again, it is gone.
    const size_t past = 2 * (size_t)(l2 > 0 ? l2 : 0);
    const size_t copies = bytes > 0 ? (past + bytes - 1) / bytes : 1;
    return copies < 1 ? 1 : copies > 64 ? 64 : (int)copies;
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

BenchTime bench_summary(double *times, int count)
{
    if (count < 1) {
        return (BenchTime){0};
    }
    qsort(times, (size_t)count, sizeof *times, ascending);
    return (BenchTime){
        .ms_min = times[0],
        .ms_median = 0.5 * (times[(count - 1) / 2] + times[count / 2]),
        .ms_max = times[count - 1],
        .reps = count,
    };
}
