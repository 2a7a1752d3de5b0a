/* test_dataset.c -- IDX files: good ones are read, every bad one is refused
 * with a sentence. */
#define _DEFAULT_SOURCE /* setenv, truncate */
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "common/check.h"
#include "common/dataset.h"

/* ---- making files --------------------------------------------------------*/

static void write_plain(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void write_gz(const char *path, const uint8_t *bytes, size_t size)
{
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(file), Z_OK);
}

typedef struct {
    uint8_t bytes[40000];
    size_t size;
} Bytes;

/* An IDX file of `type`: its dimensions, then the bytes 0, 1, 2, ... mod 10,
 * `count` of them. */
static Bytes idx(int type, int dims, const uint32_t *size, size_t count)
{
    Bytes b = {.bytes = {0, 0, (uint8_t)type, (uint8_t)dims}, .size = 4};
    for (int i = 0; i < dims; i++) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            b.bytes[b.size++] = (uint8_t)(size[i] >> shift);
        }
    }
    for (size_t i = 0; i < count; i++) {
        b.bytes[b.size++] = (uint8_t)(i % 10);
    }
    return b;
}

static Bytes images(uint32_t n, uint32_t height, uint32_t width, size_t count)
{
    return idx(0x08, 3, (uint32_t[]){n, height, width}, count);
}

static Bytes labels(uint32_t n, size_t count)
{
    return idx(0x08, 1, &n, count);
}

static const char *save(const char *name, Bytes b)
{
    const char *path = scratch_path(name);
    write_plain(path, b.bytes, b.size);
    return path;
}

/* ---- reading a pair ------------------------------------------------------*/

static void assert_is_the_pair(const Dataset *d)
{
    assert_int_equal(d->count, 6);
    assert_int_equal(d->height, 3);
    assert_int_equal(d->width, 4);
    assert_int_equal(d->channels, 1);
    assert_int_equal(d->classes, 10);
    for (int i = 0; i < 6 * 3 * 4; i++) {
        assert_int_equal(d->pixels[i], i % 10);
    }
    for (int i = 0; i < 6; i++) {
        assert_int_equal(d->labels[i], i);
    }
}

static void plain_and_gzipped_are_read(void **state)
{
    (void)state;
    const Bytes x = images(6, 3, 4, 72);
    const Bytes y = labels(6, 6);
    const char *x_gz = scratch_path("x.gz");
    write_gz(x_gz, x.bytes, x.size);
    const char *const x_paths[] = {save("x", x), x_gz};
    const char *y_path = save("y", y);

    for (int i = 0; i < 2; i++) {
        Dataset d;
        char error[DATASET_ERROR_LENGTH];
        assert_true(dataset_load_idx(x_paths[i], y_path, 10, &d, error));
        assert_string_equal(error, "");
        assert_is_the_pair(&d);
        dataset_free(&d);
        assert_null(d.pixels);
        dataset_free(&d); // a cleared one is fine
    }
}

static void assert_refused(const char *x, const char *y, const char *word)
{
    Dataset d;
    char error[DATASET_ERROR_LENGTH];
    assert_false(dataset_load_idx(x, y, 10, &d, error));
    if (strstr(error, word) == NULL || strchr(error, '\n')) {
        fail_msg("expected one line with \"%s\", got: %s", word, error);
    }
    assert_null(d.pixels);
    assert_null(d.labels);
}

static void bad_images_are_refused(void **state)
{
    (void)state;
    const char *y = save("y", labels(6, 6));
    const Bytes empty = {.size = 0};
    const Bytes text = {.bytes = "hello, world", .size = 12};
    const Bytes three = {.size = 3};
    Bytes half_header = images(6, 3, 4, 0);
    half_header.size = 10;

    assert_refused("/does/not/exist", y, "cannot be opened: No such file");
    assert_refused(scratch_directory(), y, "cannot be read: Is a directory");
    assert_refused(save("bad", empty), y, "is empty");
    assert_refused(save("bad", text), y, "not an IDX file");
    assert_refused(save("bad", three), y, "not an IDX file");
    assert_refused(save("bad", half_header), y, "ends in its header");
    assert_refused(save("bad", labels(6, 6)), y, "is it a file of labels?");
    assert_refused(save("bad", images(6, 3, 4, 71)), y,
                   "promises 72 bytes, there are 71");
    assert_refused(save("bad", images(6, 3, 4, 0)), y, "truncated");
    assert_refused(save("bad", images(6, 3, 4, 73)), y, "longer than the 72");
    assert_refused(save("bad", images(0, 3, 4, 0)), y, "dimension of 0");
    assert_refused(save("bad", images(6, 3, 0, 0)), y, "dimension of 0");

    // Products that overflow 32 or 64 bits, one of them to exactly 0.
    const uint32_t most = UINT32_MAX;
    assert_refused(save("bad", images(6, most, most, 0)), y, "more than 2^31");
    assert_refused(save("bad", images(most, 1, 1, 0)), y, "more than 2^31");
    assert_refused(save("bad", images(1u << 31, 1u << 31, 4, 0)), y,
                   "more than 2^31");
    assert_refused(save("bad", images(1u << 16, 1u << 16, 1, 0)), y,
                   "more than 2^31");

    // Floats (0x0D) where bytes are expected; four dimensions.
    assert_refused(save("bad", idx(0x0D, 3, (uint32_t[]){6, 3, 4}, 288)), y,
                   "type 0x0d");
    assert_refused(save("bad", idx(0x08, 4, (uint32_t[]){6, 3, 4, 1}, 72)), y,
                   "has 4 dimensions");
    assert_refused(save("bad", idx(0x08, 0, NULL, 0)), y, "has 0 dimensions");
}

static void bad_labels_are_refused(void **state)
{
    (void)state;
    const char *x = save("x", images(6, 3, 4, 72));
    Bytes eleven = labels(6, 6);
    eleven.bytes[8 + 4] = 10;

    assert_refused(x, "/does/not/exist", "cannot be opened");
    assert_refused(x, x, "is it a file of images?");
    assert_refused(x, save("y", labels(5, 5)), "6 images");
    assert_refused(x, save("y", labels(5, 5)), "5 labels");
    assert_refused(x, save("y", labels(7, 7)), "7 labels");
    assert_refused(x, save("y", labels(6, 5)), "truncated");
    assert_refused(x, save("y", eleven), "label 4 is 10");
}

/* Every shorter version of a .gz, and a few with a flipped bit. */
static void damaged_gzip_is_refused(void **state)
{
    (void)state;
    const Bytes x = images(6, 60, 100, 36000);
    const char *y = save("y", labels(6, 6));
    const char *path = scratch_path("damaged.gz");
    write_gz(path, x.bytes, x.size);
    uint8_t gz[512];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(gz, 1, sizeof gz, file);
    fclose(file);

    for (size_t length = 0; length < size; length++) {
        write_plain(path, gz, length);
        assert_refused(path, y, "'");
    }
    write_plain(path, gz, size - 1); // all the data, half a checksum
    assert_refused(path, y, "ends too early");

    gz[size - 8] ^= 1; // the checksum itself
    write_plain(path, gz, size);
    assert_refused(path, y, "gzip data is damaged");
}

/* ---- a whole data set ----------------------------------------------------*/

static const char *const files[] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"};

static void make_data_set(uint32_t test_height, uint32_t test_width)
{
    const Bytes test_images =
        images(2, test_height, test_width, 2 * test_height * test_width);
    save(files[0], images(6, 3, 4, 72));
    save(files[1], labels(6, 6));
    write_gz(scratch_path(files[2]), test_images.bytes, test_images.size);
    save(files[3], labels(2, 2));
}

static void load(void *context)
{
    Dataset train;
    Dataset test;
    dataset_load(context, &train, &test);
    printf("%d+%d %dx%d %s", train.count, test.count, train.height, train.width,
           test.names[1]);
    dataset_free(&train);
    dataset_free(&test);
}

static void a_directory_is_read(void **state)
{
    (void)state;
    make_data_set(3, 4);
    const Child child = run_child(load, (void *)(uintptr_t)scratch_directory());
    assert_int_equal(child.code, 0);
    assert_string_equal(child.err, "");
    assert_string_equal(child.out, "6+2 3x4 1");
}

static void a_bad_directory_is_refused(void **state)
{
    (void)state;
    void *directory = (void *)(uintptr_t)scratch_directory();
    make_data_set(3, 5);
    Child child = run_child(load, directory);
    assert_one_sentence(&child, EXIT_USAGE, "do not belong together");
    make_data_set(2, 4);
    child = run_child(load, directory);
    assert_one_sentence(&child, EXIT_USAGE, "do not belong together");

    for (int i = 0; i < 4; i++) {
        make_data_set(3, 4);
        unlink(scratch_path(files[i]));
        char name[64];
        snprintf(name, sizeof name, "%.*s.gz", (int)strcspn(files[i], "."),
                 files[i]);
        child = run_child(load, directory);
        assert_one_sentence(&child, EXIT_USAGE, name);
    }

    make_data_set(3, 4);
    save(files[0], labels(6, 6)); // two files swapped
    save(files[1], images(6, 3, 4, 72));
    child = run_child(load, directory);
    assert_one_sentence(&child, EXIT_USAGE, "is it a file of labels?");

    child = run_child(load, "/does/not/exist");
    assert_one_sentence(&child, EXIT_USAGE, "/does/not/exist");
    child = run_child(load, "");
    assert_one_sentence(&child, EXIT_USAGE, "");
}

static void the_place_of_the_data_can_be_chosen(void **state)
{
    (void)state;
    make_data_set(3, 4);
    setenv("COOKBOOK_DATA", scratch_directory(), 1);
    Child child = run_child(load, "fashion-mnist");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "6+2 3x4 Trouser");

    setenv("COOKBOOK_DATA", "/does/not/exist", 1);
    child = run_child(load, "fashion-mnist");
    assert_one_sentence(&child, EXIT_USAGE, "./cookbook data fashion-mnist");
    assert_one_sentence(&child, EXIT_USAGE,
                        "sudo apt-get install dataset-fashion-mnist");
    unsetenv("COOKBOOK_DATA");
}

static void the_real_data_set(void **state)
{
    (void)state;
    const char *const place = "/usr/share/datasets/fashion-mnist";
    if (access(place, R_OK) != 0) {
        print_message("%s is not there\n", place);
        skip();
    }
    Dataset train;
    Dataset test;
    int per_class[10] = {0};
    dataset_load(place, &train, &test);
    assert_int_equal(train.count, 60000);
    assert_int_equal(test.count, 10000);
    assert_int_equal(train.height, 28);
    assert_int_equal(train.width, 28);
    for (int i = 0; i < train.count; i++) {
        per_class[train.labels[i]]++;
    }
    for (int i = 0; i < 10; i++) {
        assert_int_equal(per_class[i], 6000);
    }
    assert_int_equal(train.labels[0], 9); // an ankle boot
    dataset_free(&train);
    dataset_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_gzipped_are_read),
        cmocka_unit_test(bad_images_are_refused),
        cmocka_unit_test(bad_labels_are_refused),
        cmocka_unit_test(damaged_gzip_is_refused),
        cmocka_unit_test(a_directory_is_read),
        cmocka_unit_test(a_bad_directory_is_refused),
        cmocka_unit_test(the_place_of_the_data_can_be_chosen),
        cmocka_unit_test(the_real_data_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
