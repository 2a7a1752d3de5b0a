/* args.c -- command lines, described by a table. */
#include "common/args.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

/* The range of a row, as a person writes it: "1 to 16384". */
static const char *range_text(const Arg *arg, char *text, size_t size)
{
    const char *format = arg->kind == ARG_INT ? "%.0f to %.0f" : "%g to %g";
    snprintf(text, size, format, arg->min, arg->max);
    return text;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* strtol and its kin accept leading blanks, nothing at all, and rubbish after
 * the number; a user who typed those meant something else. */
static bool looks_like_number(const char *text, bool may_be_negative)
{
    if (may_be_negative && *text == '-') {
        text++;
    }
    return is_digit(*text) || (*text == '.' && is_digit(text[1]));
}

static int parse_int(const char *name, const char *text, const Arg *arg)
{
    char range[64];
    char *end = NULL;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (!looks_like_number(text, true) || *end != '\0') {
        die(EXIT_USAGE, "%s: '%s' is not a whole number; allowed is %s", name,
            text, range_text(arg, range, sizeof range));
    }
    if (errno == ERANGE || (double)value < arg->min ||
        (double)value > arg->max) {
        die(EXIT_USAGE, "%s: %s is out of range; allowed is %s", name, text,
            range_text(arg, range, sizeof range));
    }
    return (int)value;
}

static uint64_t parse_seed(const char *name, const char *text)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (!looks_like_number(text, false) || *end != '\0' || errno == ERANGE) {
        die(EXIT_USAGE,
            "%s: '%s' is not a seed; allowed is a whole number from 0 to %llu",
            name, text, (unsigned long long)UINT64_MAX);
    }
    return value;
}

static double parse_real(const char *name, const char *text, const Arg *arg)
{
    char range[64];
    char *end = NULL;
    const double value = strtod(text, &end);
    if (!looks_like_number(text, true) || *end != '\0') {
        die(EXIT_USAGE, "%s: '%s' is not a number; allowed is %s", name, text,
            range_text(arg, range, sizeof range));
    }
    if (!(value >= arg->min && value <= arg->max)) {
        die(EXIT_USAGE, "%s: %s is out of range; allowed is %s", name, text,
            range_text(arg, range, sizeof range));
    }
    return value;
}

static void set_value(const Arg *arg, const char *text)
{
    switch (arg->kind) {
    case ARG_FLAG:
        *(bool *)arg->value = true;
        break;
    case ARG_INT:
        *(int *)arg->value = parse_int(arg->name, text, arg);
        break;
    case ARG_SEED:
        *(uint64_t *)arg->value = parse_seed(arg->name, text);
        break;
    case ARG_REAL:
        *(double *)arg->value = parse_real(arg->name, text, arg);
        break;
    case ARG_STRING:
        if (*text == '\0') {
            die(EXIT_USAGE, "%s: the value is empty; expected is %s", arg->name,
                arg->what);
        }
        *(const char **)arg->value = text;
        break;
    }
}

/* The row of an option, given as "--name" or "--name=value"; or NULL. */
static const Arg *find_row(const Arg *table, const char *word)
{
    const size_t length = strcspn(word, "=");
    for (const Arg *arg = table; arg->name; arg++) {
        if (strlen(arg->name) == length &&
            strncmp(arg->name, word, length) == 0) {
            return arg;
        }
    }
    return NULL;
}

static void print_default(const Arg *arg)
{
    switch (arg->kind) {
    case ARG_FLAG:
        break;
    case ARG_INT:
        if (*(int *)arg->value != 0) {
            printf(" (default %d)", *(int *)arg->value);
        }
        break;
    case ARG_SEED:
        printf(" (default %llu)", (unsigned long long)*(uint64_t *)arg->value);
        break;
    case ARG_REAL:
        printf(" (default %g)", *(double *)arg->value);
        break;
    case ARG_STRING:
        if (*(const char **)arg->value) {
            printf(" (default %s)", *(const char **)arg->value);
        }
        break;
    }
}

static void print_help(const char *about, const Arg *table)
{
    printf("%s\n\nOptions:\n", about);
    for (const Arg *arg = table; arg->name; arg++) {
        char left[32];
        char range[64];
        snprintf(left, sizeof left, "%s %s", arg->name,
                 arg->what ? arg->what : "");
        printf("  %-18s %s", left, arg->help);
        if (arg->kind == ARG_INT || arg->kind == ARG_REAL) {
            printf(", %s", range_text(arg, range, sizeof range));
        }
        print_default(arg);
        putchar('\n');
    }
    printf("  %-18s %s\n", "--help", "this text");
    if (fflush(stdout) != 0) {
        die(EXIT_SYSTEM, "cannot write to standard output: %s",
            strerror(errno));
    }
}

void args_parse(int argc, char **argv, const char *about, const Arg *table)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            print_help(about, table);
            exit(EXIT_SUCCESS);
        }
        const Arg *arg = find_row(table, word);
        if (arg == NULL) {
            die(EXIT_USAGE, "unknown %s '%s'; --help lists what is allowed",
                word[0] == '-' ? "option" : "argument", word);
        }

        const char *equals = strchr(word, '=');
        if (arg->kind == ARG_FLAG) {
            if (equals) {
                die(EXIT_USAGE, "%s takes no value", arg->name);
            }
            set_value(arg, NULL);
        } else if (equals) {
            set_value(arg, equals + 1);
        } else if (i + 1 == argc || find_row(table, argv[i + 1])) {
            // "--csv --quick": a forgotten value, not a file named --quick.
            die(EXIT_USAGE, "%s needs a value: %s %s", arg->name, arg->name,
                arg->what);
        } else {
            set_value(arg, argv[++i]);
        }
    }
}

/* The next item of a comma-separated list, copied into item[size]; advances
 * *list, to NULL after the last one.  An item that does not fit is cut, which
 * no valid one is. */
static void next_item(const char **list, char *item, size_t size)
{
    const size_t length = strcspn(*list, ",");
    snprintf(item, size, "%.*s", (int)(length < size ? length : size - 1),
             *list);
    *list = (*list)[length] == ',' ? *list + length + 1 : NULL;
}

int args_int_list(const char *name, const char *list, int min, int max,
                  int *values, int capacity)
{
    const Arg range = {.kind = ARG_INT, .min = min, .max = max};
    int count = 0;
    while (list) {
        char item[32];
        next_item(&list, item, sizeof item);
        if (count == capacity) {
            die(EXIT_USAGE, "%s: more than %d numbers in the list", name,
                capacity);
        }
        values[count++] = parse_int(name, item, &range);
    }
    return count;
}

void args_select(const char *wanted, const char *const *names, int count,
                 bool *selected)
{
    const bool all = strcmp(wanted, "all") == 0;
    for (int i = 0; i < count; i++) {
        selected[i] = all;
    }
    while (!all && wanted) {
        char item[64];
        next_item(&wanted, item, sizeof item);
        int i = 0;
        while (i < count && strcmp(names[i], item) != 0) {
            i++;
        }
        if (i == count) {
            char known[512] = "";
            for (int j = 0; j < count; j++) {
                const size_t used = strlen(known);
                snprintf(known + used, sizeof known - used, "%s, ", names[j]);
            }
            die(EXIT_USAGE, "no variant is named '%s'; allowed are %sand all",
                item, known);
        }
        selected[i] = true;
    }
}
