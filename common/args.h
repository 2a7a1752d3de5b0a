/* args.h -- command lines, described by a table.
 *
 * Each option is a row: its name, what it takes, where the value goes, what
 * is allowed, and its line of --help.  Everything else follows from the table:
 * parsing, range checks, error sentences, the help text.
 */
#ifndef COMMON_ARGS_H
#define COMMON_ARGS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    ARG_FLAG,   /* bool         --quick              */
    ARG_INT,    /* int          -m 128               */
    ARG_SEED,   /* uint64_t     --seed 42            */
    ARG_REAL,   /* double       --lr 0.001           */
    ARG_STRING, /* const char * --csv FILE           */
} ArgKind;

typedef struct {
    const char *name; /* "-m" or "--reps"; NULL ends the table             */
    ArgKind kind;
    void *value;      /* where the value goes; holds the default before    */
    double min, max;  /* allowed range of ARG_INT and ARG_REAL, inclusive  */
    const char *what; /* placeholder in --help: "FILE", "N"; NULL for flag */
    const char *help; /* one line                                          */
} Arg;

/* Parses argv by `table`; "--name=value" works as well as "--name value".
 * --help prints `about` and the table on stdout and exits with 0.  Anything
 * unknown, missing, not a number or out of range ends the program with
 * EXIT_USAGE and a sentence that says what is allowed. */
void args_parse(int argc, char **argv, const char *about, const Arg *table);

/* The options that every chapter program takes. */
typedef struct {
    bool list;           /* name the variants and exit                     */
    const char *variant; /* "all" or a comma-separated list                */
    int reps;            /* timed repetitions; 0: at least 20, or 1 second */
    uint64_t seed;
    const char *csv; /* results are also written here; NULL: nowhere   */
    bool check_only; /* verify, do not time                            */
    bool quick;      /* small sizes, few repetitions                   */
} CommonArgs;

// clang-format off
#define COMMON_ARGS_DEFAULTS { .variant = "all", .seed = 1 }

/* The table rows for a CommonArgs named `c`. */
#define COMMON_ARGS_ROWS(c)                                                    \
    {"--list", ARG_FLAG, &(c).list, 0, 0, NULL,                                \
     "name the variants and exit"},                                            \
    {"--variant", ARG_STRING, &(c).variant, 0, 0, "A,B",                       \
     "run these variants only"},                                               \
    {"--reps", ARG_INT, &(c).reps, 0, 1e6, "N",                                \
     "repetitions (0: at least 20, or 1 s)"},                                  \
    {"--seed", ARG_SEED, &(c).seed, 0, 0, "N",                                 \
     "seed of the inputs"},                                                    \
    {"--csv", ARG_STRING, &(c).csv, 0, 0, "FILE",                              \
     "also write the results to FILE"},                                        \
    {"--check-only", ARG_FLAG, &(c).check_only, 0, 0, NULL,                    \
     "verify, do not time"},                                                   \
    {"--quick", ARG_FLAG, &(c).quick, 0, 0, NULL,                              \
     "small sizes and few repetitions"}
// clang-format on

/* Which of the `count` variants does the list `wanted` ("all" or "a,b") name?
 * Fills selected[]; an unknown name ends the program with EXIT_USAGE and the
 * names that exist. */
void args_select(const char *wanted, const char *const *names, int count,
                 bool *selected);

/* The whole numbers of a comma-separated list, "64,127,256", into values[];
 * returns how many.  Anything that is no number or not in min ... max ends the
 * program with EXIT_USAGE; `name` is the option in that sentence. */
int args_int_list(const char *name, const char *list, int min, int max,
                  int *values, int capacity);

#endif
