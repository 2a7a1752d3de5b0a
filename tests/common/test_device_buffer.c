/* test_device_buffer.c -- poison and guard bands notice what they should. */
#include "child.h"

#include <math.h>
#include <stdlib.h>

#include "common/check.h"
#include "common/device_buffer.h"

static void a_fresh_buffer_is_all_nan(void **state)
{
    (void)state;
    float host[1001] = {0};
    DeviceBuffer b = device_buffer(1001);
    assert_int_equal((uintptr_t)b.data % 256, 0);
    assert_int_equal(b.count, 1001);
    device_buffer_download(&b, host);
    for (int i = 0; i < 1001; i++) {
        assert_true(isnan(host[i]));
    }
    assert_true(device_buffer_intact(&b, "b"));
    device_buffer_free(&b);
    assert_null(b.data);
    device_buffer_free(&b);
}

static void data_goes_there_and_back(void **state)
{
    (void)state;
    float there[777];
    float back[777] = {0};
    for (int i = 0; i < 777; i++) {
        there[i] = (float)i;
    }
    DeviceBuffer b = device_buffer_from(there, 777);
    device_buffer_download(&b, back);
    assert_memory_equal(there, back, sizeof there);
    device_buffer_poison(&b);
    device_buffer_download(&b, back);
    assert_true(isnan(back[0]) && isnan(back[776]));
    device_buffer_upload(&b, there);
    device_buffer_download(&b, back);
    assert_memory_equal(there, back, sizeof there);
    assert_true(device_buffer_intact(&b, "b"));
    device_buffer_free(&b);
}

typedef struct {
    ptrdiff_t offset; /* in floats, from the payload's beginning */
    int byte;
} Write;

static void write_outside(void *context)
{
    const Write *write = context;
    DeviceBuffer b = device_buffer(100);
    CUDA_CHECK(cudaMemset(b.data + write->offset, write->byte, sizeof(float)));
    if (!device_buffer_intact(&b, "C")) {
        exit(EXIT_WRONG);
    }
}

static void a_write_next_to_the_payload_is_seen(void **state)
{
    (void)state;
    // Next to it, some way off, with zeros, and with the poison itself.
    const Write before[] = {{-1, 0}, {-1, 0xFF}, {-1000, 0}, {-1, 0x7F}};
    const Write after[] = {{100, 0}, {100, 0xFF}, {1100, 0}, {100, 0x7F}};
    const Write inside[] = {{0, 0}, {99, 0}};
    for (int i = 0; i < 4; i++) {
        Child child = run_child(write_outside, (void *)(uintptr_t)&before[i]);
        assert_one_sentence(&child, EXIT_WRONG, "C: something wrote before");
        child = run_child(write_outside, (void *)(uintptr_t)&after[i]);
        assert_one_sentence(&child, EXIT_WRONG, "C: something wrote past");
    }
    for (int i = 0; i < 2; i++) {
        Child child = run_child(write_outside, (void *)(uintptr_t)&inside[i]);
        assert_int_equal(child.code, 0);
    }
}

/* A copy kernel without a bounds check copies guard band to guard band. */
static void copy_too_much(void *context)
{
    (void)context;
    DeviceBuffer a = device_buffer(100);
    DeviceBuffer b = device_buffer(100);
    CUDA_CHECK(cudaMemcpy(b.data, a.data, 101 * sizeof(float),
                          cudaMemcpyDeviceToDevice));
    if (!device_buffer_intact(&b, "b")) {
        exit(EXIT_WRONG);
    }
}

static void even_a_copied_guard_band_is_seen(void **state)
{
    (void)state;
    const Child child = run_child(copy_too_much, NULL);
    assert_one_sentence(&child, EXIT_WRONG, "b: something wrote past");
}

static void guard_bands_read_as_nan(void **state)
{
    (void)state;
    float outside[2] = {0};
    DeviceBuffer b = device_buffer(100);
    CUDA_CHECK(cudaMemcpy(&outside[0], b.data - 1, sizeof(float),
                          cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaMemcpy(&outside[1], b.data + 100, sizeof(float),
                          cudaMemcpyDeviceToHost));
    assert_true(isnan(outside[0]) && isnan(outside[1]));
    device_buffer_free(&b);
}

static void ask_for(void *context)
{
    DeviceBuffer b = device_buffer(*(size_t *)context);
    device_buffer_free(&b);
}

static void impossible_sizes_end_the_program(void **state)
{
    (void)state;
    size_t sizes[] = {0, SIZE_MAX, SIZE_MAX / 4, SIZE_MAX / 4 - 1,
                      (size_t)1 << 50};
    for (int i = 0; i < 5; i++) {
        const Child child = run_child(ask_for, &sizes[i]);
        assert_one_sentence(&child, EXIT_SYSTEM, "no room on the device");
    }
}

int main(void)
{
    skip_without_device();
    // The tests with children first: a CUDA context does not survive fork().
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_next_to_the_payload_is_seen),
        cmocka_unit_test(even_a_copied_guard_band_is_seen),
        cmocka_unit_test(impossible_sizes_end_the_program),
        cmocka_unit_test(a_fresh_buffer_is_all_nan),
        cmocka_unit_test(data_goes_there_and_back),
        cmocka_unit_test(guard_bands_read_as_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
