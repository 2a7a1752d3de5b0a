/* test_weights.c -- weights come back as they were saved, or not at all. */
#include "tests/common/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "cnn_networks.h"
#include "toy_networks.h"
#include "weights.h"

static Network small;
static unsigned char bytes[4096]; // of a good file
static size_t length;

static void write_file(const char *path, const void *data, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    small = network_create(&small_cnn, 1, gemm_tiled);
    network_init(&small, 42);
    weights_save(&small, scratch_path("good"));
    FILE *file = fopen(scratch_path("good"), "rb");
    length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) {
        fclose(file);
    }
    return length > 0 && length < sizeof bytes ? 0 : -1;
}

static void weights_come_back(void **state)
{
    (void)state;
    char error[WEIGHTS_ERROR_LENGTH] = "";
    Network other = network_create(&small_cnn, 1, gemm_tiled);
    float *want = host_alloc(small.params, sizeof *want);
    float *got = host_alloc(small.params, sizeof *got);
    network_get_params(&small, want);
    assert_true(weights_load(&other, scratch_path("good"), error));
    network_get_params(&other, got);
    assert_memory_equal(got, want, small.params * sizeof *want);
    free(want);
    free(got);
    network_free(&other);
}

/* `count` bytes of data must be refused with `word`, the network untouched. */
static void expect_refused(Network *net, const void *data, size_t count,
                           const char *word)
{
    char error[WEIGHTS_ERROR_LENGTH] = "";
    float *before = host_alloc(net->params, sizeof *before);
    float *after = host_alloc(net->params, sizeof *after);
    network_get_params(net, before);
    write_file(scratch_path("bad"), data, count);
    assert_false(weights_load(net, scratch_path("bad"), error));
    if (strstr(error, word) == NULL || strchr(error, '\n') != NULL) {
        fail_msg("expected \"%s\", got \"%s\"", word, error);
    }
    network_get_params(net, after);
    assert_memory_equal(after, before, net->params * sizeof *before);
    free(before);
    free(after);
}

static void truncated_files_are_refused(void **state)
{
    (void)state;
    for (size_t count = 12; count < length; count++) {
        expect_refused(&small, bytes, count, "truncated");
    }
    expect_refused(&small, bytes, 0, "not a weights file");
    expect_refused(&small, bytes, 8, "not a weights file");
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    unsigned char bad[sizeof bytes];
    // Every byte of the numbers and of the checksum.
    for (size_t i = 16 + 8 * (size_t)small.count; i < length; i++) {
        memcpy(bad, bytes, length);
        bad[i] ^= 0x10;
        expect_refused(&small, bad, length, "damaged");
    }
    memcpy(bad, bytes, length);
    bad[length] = 0;
    expect_refused(&small, bad, length + 1, "longer");
    bad[8] = 2;
    expect_refused(&small, bad, length, "version 2");
    bad[0] = 'X';
    expect_refused(&small, bad, length, "not a weights file");
}

static void foreign_weights_are_refused(void **state)
{
    (void)state;
    Network mlp = network_create(&toy_networks[0].spec, 1, gemm_tiled);
    expect_refused(&mlp, bytes, length, "another network than mlp");
    network_free(&mlp);

    // The same numbers of layers and weights in other shapes.
    unsigned char bad[sizeof bytes];
    memcpy(bad, bytes, length);
    const unsigned char dim = bad[16];
    bad[16] = bad[20];
    bad[20] = dim;
    expect_refused(&small, bad, length, "another network");
}

static void missing_files_are_refused(void **state)
{
    (void)state;
    char error[WEIGHTS_ERROR_LENGTH] = "";
    assert_false(weights_load(&small, scratch_path("none"), error));
    assert_non_null(strstr(error, "cannot read"));
    assert_false(weights_load(&small, scratch_directory(), error));
}

int main(void)
{
    skip_without_device();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_come_back),
        cmocka_unit_test(truncated_files_are_refused),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(foreign_weights_are_refused),
        cmocka_unit_test(missing_files_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
