/* test_rng.c -- the generator is SplitMix64, and what is drawn stays in range.
 */
#include "child.h"

#include "common/rng.h"

/* The values of the reference implementation (S. Vigna, splitmix64.c) for the
 * seed 1234567. */
static void follows_the_reference(void **state)
{
    (void)state;
    const uint64_t expected[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    Rng rng = rng_seed(1234567);
    for (int i = 0; i < 5; i++) {
        assert_true(rng_next(&rng) == expected[i]);
    }
}

static void equal_seeds_equal_streams(void **state)
{
    (void)state;
    Rng a = rng_seed(7);
    Rng b = rng_seed(7);
    Rng c = rng_seed(8);
    int same = 0;
    for (int i = 0; i < 100; i++) {
        const uint64_t x = rng_next(&a);
        assert_true(x == rng_next(&b));
        same += x == rng_next(&c);
    }
    assert_int_equal(same, 0);
}

static void uniform_is_the_documented_formula(void **state)
{
    (void)state;
    Rng rng = rng_seed(3);
    Rng raw = rng_seed(3);
    for (int i = 0; i < 1000; i++) {
        const double unit = (double)(rng_next(&raw) >> 40) / 16777216.0;
        assert_true(rng_uniform(&rng, -1.0, 1.0) == (float)(-1.0 + 2.0 * unit));
    }
}

static void uniform_fills_its_range(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    static float x[COUNT];
    Rng rng = rng_seed(1);
    double sum = 0.0;
    int low = 0;
    rng_fill(&rng, x, COUNT, -2.0, 6.0);
    for (int i = 0; i < COUNT; i++) {
        assert_true(x[i] >= -2.0f && x[i] < 6.0f);
        sum += x[i];
        low += x[i] < 0.0f;
    }
    // Mean 2 and a quarter below 0, each within five standard deviations.
    assert_true(sum / COUNT > 1.96 && sum / COUNT < 2.04);
    assert_true(low > COUNT / 4 - 700 && low < COUNT / 4 + 700);
}

static void below_reaches_every_value(void **state)
{
    (void)state;
    int seen[10] = {0};
    Rng rng = rng_seed(2);
    for (int i = 0; i < 10000; i++) {
        const uint32_t value = rng_below(&rng, 10);
        assert_true(value < 10);
        seen[value]++;
    }
    for (int i = 0; i < 10; i++) {
        assert_true(seen[i] > 850 && seen[i] < 1150);
    }
    assert_int_equal(rng_below(&rng, 1), 0);
    assert_true(rng_below(&rng, UINT32_MAX) < UINT32_MAX);
}

static void integers_are_whole_and_limited(void **state)
{
    (void)state;
    float x[1000];
    bool seen[7] = {false};
    Rng rng = rng_seed(5);
    rng_fill_integers(&rng, x, 1000, 3);
    for (int i = 0; i < 1000; i++) {
        assert_true(x[i] >= -3.0f && x[i] <= 3.0f);
        assert_true(x[i] == (float)(int)x[i]);
        seen[(int)x[i] + 3] = true;
    }
    for (int i = 0; i < 7; i++) {
        assert_true(seen[i]);
    }
}

static void permutation_has_everything_once(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    uint32_t order[COUNT];
    bool seen[COUNT] = {false};
    int in_place = 0;
    Rng rng = rng_seed(9);
    rng_permutation(&rng, order, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(order[i] < COUNT && !seen[order[i]]);
        seen[order[i]] = true;
        in_place += order[i] == i;
    }
    assert_true(in_place < 10);

    order[0] = 42;
    rng_permutation(&rng, order, 0); // touches nothing
    assert_int_equal(order[0], 42);
    rng_permutation(&rng, order, 1);
    assert_int_equal(order[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_reference),
        cmocka_unit_test(equal_seeds_equal_streams),
        cmocka_unit_test(uniform_is_the_documented_formula),
        cmocka_unit_test(uniform_fills_its_range),
        cmocka_unit_test(below_reaches_every_value),
        cmocka_unit_test(integers_are_whole_and_limited),
        cmocka_unit_test(permutation_has_everything_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
