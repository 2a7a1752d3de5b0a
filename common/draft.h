/* draft.h -- files that are complete or not there.
 *
 * A result is written beside its final place, under NAME.tmp, and renamed when
 * it is complete and on the disk.  A crash, a full disk or Ctrl-C then never
 * costs the file of an earlier run.
 */
#ifndef COMMON_DRAFT_H
#define COMMON_DRAFT_H

#include <stdio.h>

enum { DRAFT_PATH = 4096 };

typedef struct {
    FILE *file;             /* to be written to                       */
    char path[DRAFT_PATH];  /* where the result belongs               */
    char draft[DRAFT_PATH]; /* where it is written; "" = in its place,
                               because that is a device or a pipe     */
} Draft;

/* Opens a draft of `path`.  A place that cannot be written ends the program
 * with EXIT_SYSTEM and a sentence. */
Draft draft_open(const char *path);

/* Finishes: on the disk, and only then under its name.  On failure the draft
 * is removed, and the program ends with EXIT_SYSTEM and a sentence. */
void draft_commit(Draft *draft);

/* Ends the program as draft_commit does on failure. */
_Noreturn void draft_failed(const Draft *draft);

/* Removes the draft; the file of that name stays as it was. */
void draft_abandon(Draft *draft);

#endif
