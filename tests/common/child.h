/* child.h -- run a function that may exit, in a process of its own.
 *
 * Much of the harness ends the program: a test of it looks at the exit code and
 * at what was said.  Includes everything that a cmocka test needs.
 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct {
    int code; /* exit code; 128 + signal if a signal ended it */
    char out[8192];
    char err[8192];
} Child;

/* Runs fn(context) in a child process; returning from fn is exit code 0. */
Child run_child(void (*fn)(void *context), void *context);

/* Ended with `code`, and said exactly one line on stderr, which contains
 * `word`. */
void assert_one_sentence(const Child *child, int code, const char *word);

/* Exits with 77 where no device is; for main() of a test that needs one. */
void skip_without_device(void);

/* A fresh directory, removed with all its files at the end of the program. */
const char *scratch_directory(void);

/* "DIRECTORY/name" in it; the string lives until the next call but seven. */
const char *scratch_path(const char *name);

#endif
