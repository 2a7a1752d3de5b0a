/* progress.h -- a bar with rate and time left, for work that takes a while.
 * Draws on stderr, and only where stderr is a terminal. */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>

typedef struct {
    const char *label;
    const char *unit; /* what is counted: "images" */
    long total;
    double started, drawn; /* seconds */
    bool visible;
} Progress;

Progress progress_start(const char *label, const char *unit, long total);

/* Redraws at most ten times a second.  `note` (may be NULL) stands at the end
 * of the line: "loss 0.41". */
void progress_update(Progress *progress, long done, const char *note);

/* Clears the line, so that the next output starts on a clean one. */
void progress_finish(Progress *progress);

#endif
