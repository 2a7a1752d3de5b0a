/* test_bench.c -- repetitions are counted, ordered and summed up as promised.
 */
#define _DEFAULT_SOURCE /* usleep */
#include "child.h"

#include <unistd.h>

#include "common/bench.h"

static void the_median_is_in_the_middle(void **state)
{
    (void)state;
    double odd[] = {5.0, 1.0, 9.0};
    double even[] = {4.0, 8.0, 1.0, 2.0};
    double one[] = {7.0};
    BenchTime t = bench_summary(odd, 3);
    assert_true(t.ms_min == 1.0 && t.ms_median == 5.0 && t.ms_max == 9.0);
    assert_int_equal(t.reps, 3);
    t = bench_summary(even, 4);
    assert_true(t.ms_min == 1.0 && t.ms_median == 3.0 && t.ms_max == 8.0);
    t = bench_summary(one, 1);
    assert_true(t.ms_min == 7.0 && t.ms_median == 7.0 && t.ms_max == 7.0);
    t = bench_summary(one, 0);
    assert_int_equal(t.reps, 0);
}

static void the_clock_runs_forward(void **state)
{
    (void)state;
    const double before = bench_now();
    usleep(20000);
    const double passed = bench_now() - before;
    assert_true(passed >= 0.02 && passed < 5.0);
}

enum { MOST_CALLS = 100000 };
static int calls;
static char log_of_calls[MOST_CALLS];

typedef struct {
    char name;
    unsigned microseconds;
    int last_rep;
} Work;

static void work(void *context, int rep)
{
    Work *w = context;
    w->last_rep = rep;
    if (calls < MOST_CALLS) {
        log_of_calls[calls++] = w->name;
    }
    if (w->microseconds) {
        usleep(w->microseconds);
    }
}

static void as_many_repetitions_as_asked_for(void **state)
{
    (void)state;
    Work w = {'a', 2000, -1};
    calls = 0;
    const BenchTime t = bench_run(work, &w, 7);
    assert_int_equal(t.reps, 7);
    assert_int_equal(w.last_rep, 6);
    assert_true(calls >= 7 + 2); // warm-up: two runs at least
    assert_true(t.ms_min >= 1.9 && t.ms_min <= t.ms_median &&
                t.ms_median <= t.ms_max && t.ms_median < 100.0);
}

static void left_alone_it_takes_twenty_and_a_second(void **state)
{
    (void)state;
    Work slow = {'a', 60000, 0}; // 20 of them take longer than a second
    Work quick = {'b', 1000, 0}; // a second holds more than 20 of them
    const BenchTime t = bench_run(work, &slow, 0);
    assert_int_equal(t.reps, 20);
    const double before = bench_now();
    const BenchTime u = bench_run(work, &quick, 0);
    const double passed = bench_now() - before;
    assert_true(u.reps > 20);
    assert_true(passed >= 1.0 && passed < 4.0);
}

static void contenders_take_turns(void **state)
{
    (void)state;
    Work a = {'a', 0, 0};
    Work b = {'b', 0, 0};
    const BenchFn fns[] = {work, work};
    void *const contexts[] = {&a, &b};
    BenchTime t[2];
    calls = 0;
    bench_compare(fns, contexts, 2, 5, t);
    assert_int_equal(t[0].reps, 5);
    assert_int_equal(t[1].reps, 5);
    assert_memory_equal(log_of_calls + calls - 10, "ababababab", 10);
}

static void copies_are_limited(void **state)
{
    (void)state;
    assert_int_equal(bench_copies(SIZE_MAX / 4), 1);
    assert_in_range(bench_copies(1), 1, 64);
    assert_in_range(bench_copies(0), 1, 64);
    assert_true(bench_copies(1 << 20) >= bench_copies(1 << 24));
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_in_the_middle),
        cmocka_unit_test(the_clock_runs_forward),
        cmocka_unit_test(as_many_repetitions_as_asked_for),
        cmocka_unit_test(left_alone_it_takes_twenty_and_a_second),
        cmocka_unit_test(contenders_take_turns),
        cmocka_unit_test(copies_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
