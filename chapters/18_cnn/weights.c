/* weights.c -- saving and loading, with nothing taken on trust. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/check.h"
#include "common/draft.h"
#include "weights.h"

enum { VERSION = 1, HASH_BYTES = 8 };
static const char magic[8] = {'C', 'K', 'B', 'K', 'W', 'G', 'T', 'S'};

/* What stands before the floats: it depends on the network alone, so that a
 * file fits if and only if its head is the one we would write. */
typedef struct {
    char magic[8];
    uint32_t version, layers;
    uint32_t dims[NETWORK_LAYERS_MAX][2];
} Head;

static Head head_of(const Network *net)
{
    Head head = {.version = VERSION, .layers = (uint32_t)net->count};
    memcpy(head.magic, magic, sizeof magic);
    for (int i = 0; i < net->count; i++) {
        const Layer *l = &net->layers[i];
        if (l->weights > 0) {
            head.dims[i][0] = (uint32_t)l->fan_in;
            head.dims[i][1] = (uint32_t)l->units;
        }
    }
    return head;
}

static size_t head_bytes(const Network *net)
{
    return offsetof(Head, dims) + (size_t)net->count * sizeof(uint32_t[2]);
}

/* FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), continued from `hash`. */
static uint64_t fnv1a(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ p[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static uint64_t hash_of(const Head *head, size_t bytes, const float *params,
                        size_t count)
{
    const uint64_t start = UINT64_C(0xCBF29CE484222325);
    return fnv1a(fnv1a(start, head, bytes), params, count * sizeof *params);
}

void weights_save(const Network *net, const char *path)
{
    const Head head = head_of(net);
    const size_t bytes = head_bytes(net);
    float *params = host_alloc(net->params, sizeof *params);
    network_get_params(net, params);
    const uint64_t hash = hash_of(&head, bytes, params, net->params);

    Draft draft = draft_open(path);
    fwrite(&head, 1, bytes, draft.file);
    fwrite(params, sizeof *params, net->params, draft.file);
    fwrite(&hash, sizeof hash, 1, draft.file);
    draft_commit(&draft); // also looks for an error of the lines above
    free(params);
}

/* Is the file's head ours?  Otherwise says what it is. */
static bool head_fits(const Head *found, size_t got, const Head *ours,
                      size_t bytes, const Network *net, char *error)
{
    const char *why = NULL;
    if (got < offsetof(Head, layers) ||
        memcmp(found->magic, magic, sizeof magic) != 0) {
        why = "is not a weights file of this book";
    } else if (found->version != VERSION) {
        snprintf(error, WEIGHTS_ERROR_LENGTH,
                 "is a weights file of version %u; this program reads %d",
                 found->version, VERSION);
        return false;
    } else if (got < bytes) {
        why = "is truncated";
    } else if (memcmp(found, ours, bytes) != 0) {
        snprintf(error, WEIGHTS_ERROR_LENGTH,
                 "holds the weights of another network than %s", net->name);
        return false;
    }
    if (why != NULL) {
        snprintf(error, WEIGHTS_ERROR_LENGTH, "%s", why);
    }
    return why == NULL;
}

static bool read_params(FILE *file, const Network *net, float *params,
                        char *error)
{
    Head found = {0};
    const Head ours = head_of(net);
    const size_t bytes = head_bytes(net);
    const size_t got = fread(&found, 1, bytes, file);
    if (!head_fits(&found, got, &ours, bytes, net, error)) {
        return false;
    }
    uint64_t hash = 0;
    const char *why = NULL;
    if (fread(params, sizeof *params, net->params, file) != net->params ||
        fread(&hash, sizeof hash, 1, file) != 1) {
        why = "is truncated";
    } else if (fgetc(file) != EOF) {
        why = "is longer than its network";
    } else if (hash != hash_of(&ours, bytes, params, net->params)) {
        why = "is damaged: its checksum does not match";
    }
    if (why != NULL) {
        snprintf(error, WEIGHTS_ERROR_LENGTH, "%s", why);
    }
    return why == NULL;
}

bool weights_load(Network *net, const char *path,
                  char error[WEIGHTS_ERROR_LENGTH])
{
    char why[WEIGHTS_ERROR_LENGTH];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        snprintf(error, WEIGHTS_ERROR_LENGTH, "cannot read '%s': %s", path,
                 strerror(errno));
        return false;
    }
    float *params = host_alloc(net->params, sizeof *params);
    const bool fine = read_params(file, net, params, why);
    if (fine) {
        network_set_params(net, params);
    } else {
        snprintf(error, WEIGHTS_ERROR_LENGTH, "'%.200s' %.250s", path, why);
    }
    free(params);
    fclose(file);
    return fine;
}
