/* dataset.c -- IDX files, read with suspicion. */
#include "common/dataset.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/check.h"

const char *const fashion_mnist_names[10] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

static const char *const digit_names[10] = {"0", "1", "2", "3", "4",
                                            "5", "6", "7", "8", "9"};

/* Stores the sentence; returns false, so that a refusal is one line. */
PRINTF_LIKE(2, 3)
static bool refuse(char *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, DATASET_ERROR_LENGTH, format, arguments);
    va_end(arguments);
    return false;
}

/* Reads up to `size` bytes (gzread alone stops at 2 GiB); returns how many
 * there were, or -1 when the file cannot be read or its gzip data is broken. */
static long long read_bytes(gzFile file, uint8_t *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        const size_t rest = size - done;
        const unsigned step = rest < (1u << 30) ? (unsigned)rest : 1u << 30;
        const int got = gzread(file, bytes + done, step);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (long long)done;
}

/* Why the last gzread failed. */
static const char *why(gzFile file)
{
    int code = Z_OK;
    gzerror(file, &code);
    switch (code) {
    case Z_ERRNO:
        return strerror(errno);
    case Z_BUF_ERROR:
        return "its gzip data ends too early";
    case Z_MEM_ERROR:
        return "no memory";
    default:
        return "its gzip data is damaged";
    }
}

/* Was the end of the data the end of a whole gzip stream? */
static bool gzip_complete(gzFile file)
{
    int code = Z_OK;
    gzerror(file, &code);
    return code == Z_OK;
}

/* Reads an open IDX file of unsigned bytes with `dims` dimensions. */
static bool read_idx(gzFile file, const char *path, int dims, int size[],
                     uint8_t **bytes, char *error)
{
    uint8_t head[4];
    uint8_t word[4];
    long long got = read_bytes(file, head, sizeof head);
    if (got < 0) {
        return refuse(error, "'%s' cannot be read: %s", path, why(file));
    }
    if (got == 0) {
        return refuse(error, "'%s' is empty", path);
    }
    if (got < 4 || head[0] != 0 || head[1] != 0) {
        return refuse(error, "'%s' is not an IDX file", path);
    }
    if (head[2] != 0x08) {
        return refuse(error,
                      "'%s' holds elements of IDX type 0x%02x, not unsigned "
                      "bytes (0x08)",
                      path, head[2]);
    }
    if (head[3] != dims) {
        return refuse(error,
                      "'%s' has %d dimensions, where %s have %d: is it %s?",
                      path, head[3], dims == 1 ? "labels" : "images", dims,
                      head[3] == 1   ? "a file of labels"
                      : head[3] == 3 ? "a file of images"
                                     : "another kind of data");
    }

    uint64_t total = 1;
    for (int i = 0; i < dims; i++) {
        if (read_bytes(file, word, sizeof word) != sizeof word) {
            return refuse(error, "'%s' is truncated: it ends in its header",
                          path);
        }
        const uint32_t n = (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 |
                           (uint32_t)word[2] << 8 | word[3];
        // `total` is below 2^31 before and n below 2^32: no overflow.
        total *= n;
        if (n == 0) {
            return refuse(error, "'%s' has a dimension of 0", path);
        }
        if (total > INT32_MAX) {
            return refuse(error, "'%s' claims more than 2^31 elements", path);
        }
        size[i] = (int)n;
    }

    // One byte more is asked for than there should be: that finds a file that
    // is too long, and makes zlib look for the checksum behind the data.
    *bytes = malloc(total + 1);
    if (*bytes == NULL) {
        return refuse(error, "no memory for the %llu bytes of '%s'",
                      (unsigned long long)total, path);
    }
    got = read_bytes(file, *bytes, total + 1);
    if (got < 0 || (got == (long long)total && !gzip_complete(file))) {
        return refuse(error, "'%s' cannot be read: %s", path, why(file));
    }
    if (got < (long long)total) {
        return refuse(error,
                      "'%s' is truncated: its header promises %llu bytes, "
                      "there are %lld",
                      path, (unsigned long long)total, got);
    }
    if (got > (long long)total) {
        return refuse(error,
                      "'%s' is longer than the %llu bytes that its header "
                      "promises",
                      path, (unsigned long long)total);
    }
    return true;
}

static bool load_idx(const char *path, int dims, int size[], uint8_t **bytes,
                     char *error)
{
    gzFile file = gzopen(path, "rb"); // reads plain files as well
    if (file == NULL) {
        return refuse(error, "'%s' cannot be opened: %s", path,
                      strerror(errno));
    }
    const bool ok = read_idx(file, path, dims, size, bytes, error);
    gzclose(file);
    return ok;
}

static bool check_pair(const Dataset *d, int labels, const char *images_path,
                       const char *labels_path, char *error)
{
    if (labels != d->count) {
        return refuse(error, "'%s' has %d images, but '%s' has %d labels",
                      images_path, d->count, labels_path, labels);
    }
    for (int i = 0; i < d->count; i++) {
        if (d->labels[i] >= d->classes) {
            return refuse(error,
                          "'%s': label %d is %d, but the classes are 0 to %d",
                          labels_path, i, d->labels[i], d->classes - 1);
        }
    }
    return true;
}

bool dataset_load_idx(const char *images_path, const char *labels_path,
                      int classes, Dataset *out,
                      char error[DATASET_ERROR_LENGTH])
{
    Dataset d = {.channels = 1, .classes = classes, .names = digit_names};
    int images[3] = {0};
    int labels = 0;
    bool ok = load_idx(images_path, 3, images, &d.pixels, error) &&
              load_idx(labels_path, 1, &labels, &d.labels, error);
    if (ok) {
        d.count = images[0];
        d.height = images[1];
        d.width = images[2];
        ok = check_pair(&d, labels, images_path, labels_path, error);
    }
    if (!ok) {
        dataset_free(&d);
    }
    *out = d;
    return ok;
}

/* Is there directory/name or directory/name.gz?  Its path into `path`. */
static bool find_file(const char *directory, const char *name, char *path,
                      size_t size)
{
    const char *const endings[] = {"", ".gz"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, size, "%s/%s%s", directory, name, endings[i]);
        FILE *file = fopen(path, "rb");
        if (file) {
            fclose(file);
            return true;
        }
    }
    return false;
}

static const char *const file_names[4] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

enum { PATH_LENGTH = 1024 };

static void load_directory(const char *directory, Dataset *train, Dataset *test)
{
    char paths[4][PATH_LENGTH];
    char error[DATASET_ERROR_LENGTH];
    for (int i = 0; i < 4; i++) {
        if (!find_file(directory, file_names[i], paths[i], PATH_LENGTH)) {
            die(EXIT_USAGE, "'%s' has no file %s or %s.gz that can be read",
                directory, file_names[i], file_names[i]);
        }
    }
    if (!dataset_load_idx(paths[0], paths[1], 10, train, error) ||
        !dataset_load_idx(paths[2], paths[3], 10, test, error)) {
        die(EXIT_USAGE, "%s", error);
    }
    if (train->height != test->height || train->width != test->width) {
        die(EXIT_USAGE,
            "'%s' has images of %dx%d pixels, but '%s' of %dx%d: they do not "
            "belong together",
            paths[0], train->width, train->height, paths[2], test->width,
            test->height);
    }
}

void dataset_load(const char *where, Dataset *train, Dataset *test)
{
    if (strcmp(where, "fashion-mnist") != 0) {
        load_directory(where, train, test);
        return;
    }

    // $COOKBOOK_DATA, where set, is meant to be the only place.
    const char *own = getenv("COOKBOOK_DATA");
    char places[2][PATH_LENGTH];
    snprintf(places[0], PATH_LENGTH, "%s/fashion-mnist",
             own ? own : "build/data");
    snprintf(places[1], PATH_LENGTH, "%s",
             own ? own : "/usr/share/datasets/fashion-mnist");

    for (int i = 0; i < 2; i++) {
        char file[PATH_LENGTH];
        if (find_file(places[i], file_names[0], file, sizeof file)) {
            load_directory(places[i], train, test);
            train->names = test->names = fashion_mnist_names;
            return;
        }
    }
    die(EXIT_USAGE,
        "Fashion-MNIST is neither in %s nor in %s; get it with "
        "./cookbook data fashion-mnist or "
        "sudo apt-get install dataset-fashion-mnist",
        places[0], places[1]);
}

void dataset_free(Dataset *dataset)
{
    free(dataset->pixels);
    free(dataset->labels);
    *dataset = (Dataset){0};
}
