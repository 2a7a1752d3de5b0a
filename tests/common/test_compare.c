/* test_compare.c -- what must not pass does not pass. */
#include "child.h"

#include <math.h>

#include "common/compare.h"

static void equal_values_pass(void **state)
{
    (void)state;
    const float got[] = {1.0f, -2.0f, 0.0f, -0.0f};
    const double want[] = {1.0, -2.0, 0.0, 0.0};
    const double scale[] = {1.0, 2.0, 0.0, 0.0};
    const Comparison exact = compare_exact(got, want, 4);
    const Comparison scaled = compare_scaled(got, want, scale, 4, 1.0);
    const Comparison close = compare_close(got, want, 4, 0.0, 0.0);
    assert_true(compare_ok(&exact));
    assert_true(compare_ok(&scaled));
    assert_true(compare_ok(&close));
    assert_int_equal(exact.count, 4);
    assert_true(exact.max_abs_err == 0.0 && exact.max_rel_err == 0.0);
    assert_true(scaled.max_rel_err == 0.0);
}

/* One pair of values through all three comparisons; all must refuse it, with
 * however generous a tolerance. */
static void assert_never_passes(float got, double want)
{
    const double scale = fabs(want);
    const Comparison exact = compare_exact(&got, &want, 1);
    const Comparison scaled = compare_scaled(&got, &want, &scale, 1, 1e30);
    const Comparison close = compare_close(&got, &want, 1, 1e30, 1e30);
    const Comparison *const all[] = {&exact, &scaled, &close};
    for (int i = 0; i < 3; i++) {
        assert_false(compare_ok(all[i]));
        assert_int_equal(all[i]->bad, 1);
        assert_true(isinf(all[i]->max_abs_err));
        assert_true(isinf(all[i]->max_rel_err));
    }
}

static void nan_and_infinity_never_pass(void **state)
{
    (void)state;
    assert_never_passes(NAN, 1.0);
    assert_never_passes(NAN, 0.0);
    assert_never_passes(1.0f, NAN);
    assert_never_passes(NAN, NAN);
    assert_never_passes(INFINITY, 1.0);
    assert_never_passes(-INFINITY, 1.0);
    assert_never_passes(1.0f, INFINITY);
    assert_never_passes(INFINITY, INFINITY);
    assert_never_passes(INFINITY, -INFINITY);
}

static void a_broken_tolerance_lets_nothing_pass(void **state)
{
    (void)state;
    const float got = 1.0f;
    const double want = 1.0;
    const double scales[] = {NAN, INFINITY, -1.0};
    for (int i = 0; i < 3; i++) {
        const Comparison c = compare_scaled(&got, &want, &scales[i], 1, 1.0);
        assert_false(compare_ok(&c));
    }
    const double scale = 1.0;
    const Comparison scaled = compare_scaled(&got, &want, &scale, 1, NAN);
    const Comparison close = compare_close(&got, &want, 1, NAN, 0.0);
    assert_false(compare_ok(&scaled));
    assert_false(compare_ok(&close));
}

static void comparing_nothing_is_no_success(void **state)
{
    (void)state;
    const Comparison c = compare_exact(NULL, NULL, 0);
    assert_int_equal(c.bad, 0);
    assert_false(compare_ok(&c));
}

static void the_scaled_bound_is_where_it_should_be(void **state)
{
    (void)state;
    // factor * eps * scale = 4 * 2^-24 * 2 = 2^-21
    const double want = 1.0;
    const double scale = 2.0;
    const float at = 1.0f + 0x1p-21f;
    const float above = 1.0f + 0x1.4p-21f;
    const float below = 1.0f - 0x1.4p-21f;
    const Comparison c_at = compare_scaled(&at, &want, &scale, 1, 4.0);
    const Comparison c_above = compare_scaled(&above, &want, &scale, 1, 4.0);
    const Comparison c_below = compare_scaled(&below, &want, &scale, 1, 4.0);
    assert_true(compare_ok(&c_at));
    assert_false(compare_ok(&c_above));
    assert_false(compare_ok(&c_below));
    assert_true(c_at.max_abs_err == 0x1p-21);
    assert_true(c_at.max_rel_err == 0x1p-22); // relative to the scale
}

static void close_adds_both_tolerances(void **state)
{
    (void)state;
    const double want = -8.0;
    const float at = -9.0f; // 0.5 + 0.0625 * 8 = 1
    const float above = -9.001f;
    const Comparison c_at = compare_close(&at, &want, 1, 0.5, 0.0625);
    const Comparison c_above = compare_close(&above, &want, 1, 0.5, 0.0625);
    assert_true(compare_ok(&c_at));
    assert_false(compare_ok(&c_above));
    assert_true(c_at.max_rel_err == 0.125);
}

static void any_error_is_too_much_for_exact(void **state)
{
    (void)state;
    const float got = 0x1.000002p0f; // the float after 1
    const double want = 1.0;
    const Comparison c = compare_exact(&got, &want, 1);
    assert_false(compare_ok(&c));
}

static void an_error_where_zero_is_expected_is_infinitely_large(void **state)
{
    (void)state;
    const float got = 1e-30f;
    const double want = 0.0;
    const Comparison c = compare_close(&got, &want, 1, 1.0, 0.0);
    assert_true(compare_ok(&c));
    assert_true(isinf(c.max_rel_err));
}

static void the_first_bad_element_is_remembered(void **state)
{
    (void)state;
    const float got[] = {0.0f, 1.0f, 5.0f, 3.0f, NAN, 7.0f};
    const double want[] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    const Comparison c = compare_exact(got, want, 6);
    assert_int_equal(c.count, 6);
    assert_int_equal(c.bad, 3);
    assert_int_equal(c.first_bad, 2);
    assert_true(c.want == 2.0 && c.got == 5.0);
}

static void explain(void *context)
{
    compare_explain(context, "C", 2);
}

static void the_explanation_is_one_sentence(void **state)
{
    (void)state;
    const float got[] = {0.0f, 1.0f, 2.0f, NAN, 4.0f, 9.5f};
    const double want[] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    Comparison c = compare_exact(got, want, 6);
    Child child = run_child(explain, &c);
    assert_one_sentence(&child, 0, "2 of 6");
    assert_one_sentence(&child, 0, "row 1, column 1: expected 3, got nan");

    c = compare_exact(got, want, 0);
    child = run_child(explain, &c);
    assert_one_sentence(&child, 0, "nothing");

    c = compare_exact(got, want, 3); // nothing wrong, nothing said
    child = run_child(explain, &c);
    assert_string_equal(child.err, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values_pass),
        cmocka_unit_test(nan_and_infinity_never_pass),
        cmocka_unit_test(a_broken_tolerance_lets_nothing_pass),
        cmocka_unit_test(comparing_nothing_is_no_success),
        cmocka_unit_test(the_scaled_bound_is_where_it_should_be),
        cmocka_unit_test(close_adds_both_tolerances),
        cmocka_unit_test(any_error_is_too_much_for_exact),
        cmocka_unit_test(an_error_where_zero_is_expected_is_infinitely_large),
        cmocka_unit_test(the_first_bad_element_is_remembered),
        cmocka_unit_test(the_explanation_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
