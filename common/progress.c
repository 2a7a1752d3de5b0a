/* progress.c -- one line on the terminal, redrawn in place. */
#define _POSIX_C_SOURCE 200809L /* isatty */
#include "common/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bench.h"

enum { BAR = 20, LINE = 79 };

Progress progress_start(const char *label, const char *unit, long total)
{
    const char *terminal = getenv("TERM");
    const bool dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;
    Progress progress = {.label = label, .unit = unit, .total = total};
    progress.started = bench_now();
    progress.visible = total > 0 && !dumb && isatty(STDERR_FILENO);
    return progress;
}

void progress_update(Progress *progress, long done, const char *note)
{
    const double now = bench_now();
    if (!progress->visible || now - progress->drawn < 0.1) {
        return;
    }
    progress->drawn = now;

    const double elapsed = now - progress->started;
    double fraction = (double)done / (double)progress->total;
    fraction = fraction < 0.0 ? 0.0 : fraction > 1.0 ? 1.0 : fraction;

    char bar[BAR + 1];
    for (int i = 0; i < BAR; i++) {
        bar[i] = i < (int)(fraction * BAR) ? '#' : '.';
    }
    bar[BAR] = '\0';

    // Nothing done yet says nothing about the time left.
    char rate[64] = "";
    if (done > 0 && elapsed > 0.0) {
        const int left = (int)(elapsed * (1.0 - fraction) / fraction + 0.5);
        snprintf(rate, sizeof rate, " %.0f %s/s, %d:%02d left",
                 (double)done / elapsed, progress->unit, left / 60, left % 60);
    }

    // Cut at the width of a terminal: a line that wraps cannot be redrawn.
    char line[LINE + 1];
    snprintf(line, sizeof line, "%s [%s] %3.0f%%%s%s%s", progress->label, bar,
             100.0 * fraction, rate, note ? "  " : "", note ? note : "");
    fprintf(stderr, "\r%-*s", LINE, line);
    fflush(stderr);
}

void progress_finish(Progress *progress)
{
    if (progress->visible && progress->drawn > 0.0) {
        fprintf(stderr, "\r%*s\r", LINE, "");
        fflush(stderr);
    }
    progress->visible = false;
}
