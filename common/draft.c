/* draft.c -- written beside, synced, renamed. */
#define _DEFAULT_SOURCE /* realpath, fsync */
#include "common/draft.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.h"

_Noreturn void draft_failed(const Draft *draft)
{
    const int error = errno;
    if (draft->draft[0] != '\0') {
        unlink(draft->draft); // half a file is worth nothing
    }
    die(EXIT_SYSTEM, "cannot write '%s': %s", draft->path, strerror(error));
}

Draft draft_open(const char *path)
{
    Draft draft = {0};
    // A full disk or a size limit shall be an error of write(), not a signal.
    signal(SIGXFSZ, SIG_IGN);

    // Where the name is a link, the file it leads to is replaced.
    char *real = realpath(path, NULL);
    snprintf(draft.path, sizeof draft.path, "%s", real ? real : path);
    free(real);

    struct stat status;
    if (strcmp(path, "/dev/stdout") == 0) {
        // Opened by name it would cut off a file that stdout was sent to.
        draft.file = fdopen(dup(STDOUT_FILENO), "w");
    } else if (stat(draft.path, &status) == 0 && !S_ISREG(status.st_mode)) {
        // A device or a pipe cannot be replaced, only written to; a directory
        // says so itself.
        draft.file = fopen(draft.path, "w");
    } else {
        const int length =
            snprintf(draft.draft, sizeof draft.draft, "%s.tmp", draft.path);
        if (length < 0 || (size_t)length >= sizeof draft.draft) {
            errno = ENAMETOOLONG;
        } else {
            draft.file = fopen(draft.draft, "w");
        }
    }
    if (draft.file == NULL) {
        draft.draft[0] = '\0'; // nothing of ours to remove
        draft_failed(&draft);
    }
    return draft;
}

void draft_commit(Draft *draft)
{
    const bool in_place = draft->draft[0] == '\0';
    if (fflush(draft->file) != 0 || ferror(draft->file) ||
        (!in_place && fsync(fileno(draft->file)) != 0)) {
        draft_failed(draft);
    }
    if (fclose(draft->file) != 0 ||
        (!in_place && rename(draft->draft, draft->path) != 0)) {
        draft_failed(draft);
    }
    draft->file = NULL;
}

void draft_abandon(Draft *draft)
{
    fclose(draft->file);
    if (draft->draft[0] != '\0') {
        unlink(draft->draft);
    }
    draft->file = NULL;
}
