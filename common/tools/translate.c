/* translate.c -- see translate.h.
 *
 * Four steps over one list of tokens: find the functions with CUDA's
 * execution-space words; find out which of them use their thread's
 * coordinates and which may have to wait; note the edits; write the text with
 * the edits applied.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "translate.h"
#include "translation.h"

static void *grow(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = *capacity == 0 ? 64 : 2 * *capacity;
    array = realloc(array, *capacity * size);
    if (array == NULL) {
        fputs("softcc: out of memory\n", stderr);
        exit(3);
    }
    return array;
}

/* A string built with printf; never NULL. */
char *format(const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    const int length = vsnprintf(NULL, 0, form, arguments);
    va_end(arguments);
    char *text = malloc((size_t)length + 1);
    if (text == NULL) {
        fputs("softcc: out of memory\n", stderr);
        exit(3);
    }
    va_start(arguments, form);
    vsnprintf(text, (size_t)length + 1, form, arguments);
    va_end(arguments);
    return text;
}

char *append(char *text, const char *more, size_t length)
{
    char *longer = format("%s%.*s", text, (int)length, more);
    free(text);
    return longer;
}

/* ---- errors
 * ------------------------------------------------------------------ */

/* Line of a token, from the line marker before it, and the file's name. */
static long place_of(const Translation *x, size_t token, const char **file,
                     int *length)
{
    size_t m = token;
    while (m > 0 && !(x->t[m].kind == TOKEN_DIRECTIVE &&
                      strchr("0123456789", x->t[m].text[2]) != NULL)) {
        m--;
    }
    *file = "input";
    *length = 5;
    if (x->t[m].kind != TOKEN_DIRECTIVE) {
        return 1;
    }
    long line = strtol(x->t[m].text + 2, NULL, 10);
    const char *quote = strchr(x->t[m].text, '"');
    if (quote != NULL) {
        *file = quote + 1;
        *length = (int)strcspn(*file, "\"");
    }
    for (const char *p = x->t[m].text + x->t[m].length + 1;
         p < x->t[token].text; p++) {
        line += *p == '\n';
    }
    return line;
}

static void complain(Translation *x, size_t token, const char *message)
{
    const char *file;
    int length;
    const long line = place_of(x, token, &file, &length);
    fprintf(stderr, "%.*s:%ld: error: %s\n", length, file, line, message);
    x->failed = true;
}

char *line_marker(const Translation *x, size_t i)
{
    const char *file;
    int length;
    const long line = place_of(x, i, &file, &length);
    return format("\n# %ld \"%.*s\"\n", line, length, file);
}

/* ---- walking over tokens
 * -------------------------------------------------------- */

bool is(const Translation *x, size_t i, const char *text)
{
    return i < x->count && token_is(&x->t[i], text);
}

bool is_any(const Translation *x, size_t i, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (is(x, i, *names)) {
            return true;
        }
    }
    return false;
}

/* Index of the bracket that closes the one at i; count when there is none. */
size_t closing(const Translation *x, size_t i)
{
    int depth = 0;
    for (; i < x->count; i++) {
        if (x->t[i].kind != TOKEN_PUNCT) {
            continue;
        }
        if (strchr("([{", *x->t[i].text) != NULL) {
            depth++;
        } else if (strchr(")]}", *x->t[i].text) != NULL && --depth == 0) {
            return i;
        }
    }
    return x->count;
}

/* Two < that touch are a shift; no template list begins so. */
static bool is_shift(const Translation *x, size_t i)
{
    return is(x, i, "<") && is(x, i + 1, "<") &&
           x->t[i].text + 1 == x->t[i + 1].text;
}

/* Index of the > that closes the < at i, or 0 if this is no template list. */
size_t closing_angle(const Translation *x, size_t i)
{
    int depth = 0;
    for (; i < x->count; i++) {
        if (x->t[i].kind != TOKEN_PUNCT) {
            continue;
        }
        switch (*x->t[i].text) {
        case '<':
            if (is_shift(x, i)) {
                i++;
                break;
            }
            depth++;
            break;
        case '>':
            if (x->t[i - 1].text + 1 == x->t[i].text && is(x, i - 1, "-")) {
                break; /* -> */
            }
            if (--depth == 0) {
                return i;
            }
            break;
        case '(':
        case '[':
        case '{':
            i = closing(x, i);
            break;
        case ')':
        case ']':
        case '}':
        case ';':
            return 0;
        default:
            break;
        }
    }
    return 0;
}

/* The < that belongs to the > at i, walking backwards; 0 if none. */
static size_t opening_angle(const Translation *x, size_t i)
{
    int angles = 0, brackets = 0;
    for (; i > 0; i--) {
        if (x->t[i].kind != TOKEN_PUNCT) {
            continue;
        }
        const char c = *x->t[i].text;
        if (strchr(")]}", c) != NULL) {
            brackets++;
        } else if (strchr("([{", c) != NULL) {
            if (--brackets < 0) {
                return 0;
            }
        } else if (brackets == 0 && c == '>') {
            angles++;
        } else if (brackets == 0 && c == '<' && is_shift(x, i - 1)) {
            i--;
        } else if (brackets == 0 && c == '<' && --angles == 0) {
            return i;
        } else if (brackets == 0 && c == ';') {
            return 0;
        }
    }
    return 0;
}

/* Source text from token a up to and including token b, on one line. */
char *text_of(const Translation *x, size_t a, size_t b)
{
    char *text = format("%s", "");
    for (size_t i = a; i <= b && i < x->count; i++) {
        if (x->t[i].kind == TOKEN_DIRECTIVE) {
            continue;
        }
        if (i > a && x->t[i - 1].text + x->t[i - 1].length != x->t[i].text) {
            text = append(text, " ", 1);
        }
        text = append(text, x->t[i].text, x->t[i].length);
    }
    return text;
}

/* The first token from i on that is no directive: line markers stand wherever
 * the preprocessor has skipped lines, inside of declarations as well. */
size_t past_directives(const Translation *x, size_t i)
{
    while (x->t[i].kind == TOKEN_DIRECTIVE) {
        i++;
    }
    return i;
}

/* First token of the declaration that token i belongs to. */
static size_t declaration_start(const Translation *x, size_t i)
{
    while (i > 0) {
        const Token *t = &x->t[i - 1];
        if (t->kind == TOKEN_PUNCT && t->length == 1 &&
            strchr(";{}:", *t->text) != NULL) {
            break;
        }
        i--;
    }
    return past_directives(x, i);
}

/* ---- edits
 * ---------------------------------------------------------------------- */

static void edit(Translation *x, size_t token, size_t length, char *text)
{
    if (x->erased[token] == ERASED ||
        (x->erased[token] == ERASED_FIRST && length > 0)) {
        free(text);
        return;
    }
    x->edits = grow(x->edits, &x->edit_capacity, x->edit_count, sizeof(Edit));
    x->edits[x->edit_count] = (Edit){token, length, text, x->edit_count};
    x->edit_count++;
}

/* A directive keeps its line for itself: what would stand before it goes
 * behind it. */
static void insert_text(Translation *x, size_t before, char *text)
{
    edit(x, past_directives(x, before), 0, text);
}

static void insert(Translation *x, size_t before, const char *text)
{
    insert_text(x, before, format("%s", text));
}

static void replace(Translation *x, size_t token, const char *text)
{
    edit(x, token, x->t[token].length, format("%s", text));
}

/* ---- step 1: functions
 * -------------------------------------------------------------- */

/* Words that are followed by parentheses without being a function's name. */
static const char *const with_arguments[] = {
    "__launch_bounds__", "__attribute__",
    "__align__",         "alignas",
    "decltype",          "noexcept",
    "explicit",          "__cluster_dims__",
    "__declspec",        NULL};

static void find_function(Translation *x, size_t word)
{
    Function f = {.start = declaration_start(x, word)};
    size_t i = f.start;
    if (is(x, i, "template")) {
        if (!is(x, i + 1, "<")) {
            f.special = true; /* explicit instantiation */
        } else {
            f.templ_open = i + 1;
            f.templ_close = closing_angle(x, i + 1);
            if (f.templ_close == 0) {
                return;
            }
            f.special = f.templ_close == f.templ_open + 1;
            i = f.templ_close + 1;
        }
    }
    bool operator_name = false;
    for (;; i++) {
        const Token *t = &x->t[i];
        if (t->kind == TOKEN_END) {
            return;
        }
        if (t->kind == TOKEN_NAME) {
            f.global = f.global || is(x, i, "__global__");
            f.device = f.device || is(x, i, "__device__");
            f.host = f.host || is(x, i, "__host__");
            if (is_any(x, i, with_arguments) && is(x, i + 1, "(")) {
                i = closing(x, i + 1);
            } else if (is(x, i, "operator")) {
                operator_name = true;
                if (is(x, i + 1, "(")) {
                    i += 2; /* operator() */
                }
                while (i + 1 < x->count && !is(x, i + 1, "(")) {
                    i++;
                }
            }
            continue;
        }
        if (t->kind != TOKEN_PUNCT) {
            continue;
        }
        if (*t->text == '(') {
            break;
        }
        if (*t->text == '<') {
            const size_t close = closing_angle(x, i);
            if (close == 0) {
                return;
            }
            i = close;
        } else if (strchr(";={[]", *t->text) != NULL) {
            return; /* a variable, a type, a lambda */
        }
    }
    if (!operator_name) {
        if (x->t[i - 1].kind == TOKEN_NAME && !is(x, i - 1, "__device__") &&
            !is(x, i - 1, "__host__")) {
            f.name = i - 1;
        } else if (is(x, i - 1, ">")) {
            const size_t open = opening_angle(x, i - 1);
            if (open == 0 || x->t[open - 1].kind != TOKEN_NAME) {
                return;
            }
            f.name = open - 1;
            f.special = true;
        } else {
            return; /* a lambda */
        }
        /* A constructor or destructor has nothing before its name that could
         * be a type; it keeps its parameters. */
        if (f.name == f.start || is(x, f.name - 1, "~") ||
            ((is(x, f.name - 1, "__device__") ||
              is(x, f.name - 1, "__host__")) &&
             !f.global)) {
            f.name = 0;
        }
    }
    f.open = i;
    f.close = closing(x, i);
    for (i = f.close + 1; i < x->count; i++) {
        if (is(x, i, "{")) {
            f.body = i;
            f.end = closing(x, i);
            break;
        }
        if (is(x, i, ";") || is(x, i, "=")) {
            break;
        }
        if (is(x, i, "(")) {
            i = closing(x, i);
        }
    }
    if (f.end == x->count) {
        return; /* the compiler will complain about the missing brace */
    }
    x->functions = grow(x->functions, &x->function_capacity, x->function_count,
                        sizeof(Function));
    x->functions[x->function_count++] = f;
}

static void find_functions(Translation *x)
{
    size_t last_start = (size_t)-1;
    for (size_t i = 0; i < x->count; i++) {
        if (x->t[i].user && x->t[i].kind == TOKEN_NAME &&
            (is(x, i, "__global__") || is(x, i, "__device__"))) {
            const size_t start = declaration_start(x, i);
            if (start != last_start) {
                last_start = start;
                find_function(x, i);
            }
        }
    }
    x->owner = malloc(x->count * sizeof *x->owner);
    x->erased = calloc(x->count, 1);
    if (x->owner == NULL || x->erased == NULL) {
        fputs("softcc: out of memory\n", stderr);
        exit(3);
    }
    for (size_t i = 0; i < x->count; i++) {
        x->owner[i] = -1;
    }
    /* Functions come in the order of their text, so an inner one (a method of
     * a local class) overwrites the outer one's mark. */
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *function = &x->functions[f];
        if (function->body != 0) {
            for (size_t i = function->close + 1; i <= function->end; i++) {
                x->owner[i] = (int)f;
            }
        }
    }
}

/* ---- step 2: who needs what
 * ------------------------------------------------------------ */

static const char *const coordinates[] = {"threadIdx", "blockIdx", "blockDim",
                                          "gridDim", NULL};

/* Functions of softgpu/device_functions.h that take the hidden parameter. */
static const char *const waiting_calls[] = {
    "__syncthreads",     "__syncthreads_count",
    "__syncthreads_or",  "__syncthreads_and",
    "__syncwarp",        "__shfl_sync",
    "__shfl_up_sync",    "__shfl_down_sync",
    "__shfl_xor_sync",   "__ballot_sync",
    "__any_sync",        "__all_sync",
    "__activemask",      "__match_any_sync",
    "__match_all_sync",  "__reduce_add_sync",
    "__reduce_min_sync", "__reduce_max_sync",
    "__reduce_and_sync", "__reduce_or_sync",
    "__reduce_xor_sync", NULL};
static const char *const plain_calls[] = {"__trap", "__assert_fail", NULL};

bool is_member(const Translation *x, size_t i)
{
    return i > 0 && (is(x, i - 1, ".") ||
                     (is(x, i - 1, ">") && i > 1 && is(x, i - 2, "-")));
}

/* Is the name at i called here: name(…) or name<…>(…)?  Gives the ( . */
static size_t call_parenthesis(const Translation *x, size_t i)
{
    if (is(x, i + 1, "(")) {
        return i + 1;
    }
    if (is(x, i + 1, "<") && !is(x, i + 2, "<")) {
        const size_t close = closing_angle(x, i + 1);
        if (close != 0 && is(x, close + 1, "(")) {
            return close + 1;
        }
    }
    return 0;
}

/* Is the name at i a declarator of a function that we found? */
static bool is_declarator(const Translation *x, size_t i)
{
    for (size_t f = 0; f < x->function_count; f++) {
        if (x->functions[f].name == i) {
            return true;
        }
    }
    return false;
}

bool same_name(const Translation *x, size_t a, size_t b)
{
    return x->t[a].length == x->t[b].length &&
           memcmp(x->t[a].text, x->t[b].text, x->t[a].length) == 0;
}

/* Does the name at k stand where a variable is declared: `int k`, `T *k =`? */
static bool declares_variable(const Translation *x, size_t k)
{
    static const char *const no_types[] = {"return", "else", "case", "goto",
                                           NULL};
    if (x->t[k - 1].kind == TOKEN_NAME) {
        return !is(x, k + 1, "(") && !is_any(x, k - 1, no_types);
    }
    return (is(x, k - 1, "*") || is(x, k - 1, "&")) &&
           x->t[k - 2].kind == TOKEN_NAME && is(x, k + 1, "=") &&
           !is(x, k + 2, "=");
}

/* Is the name at i that of a parameter or a local variable of the function
 * that i stands in; or, outside of device code, of any variable? */
static bool is_variable(const Translation *x, size_t i)
{
    const int owner = x->owner[i];
    const Function *f = owner < 0 ? NULL : &x->functions[owner];
    for (size_t k = f ? f->open : 1; k < (f ? f->end : x->count); k++) {
        if (x->t[k].kind == TOKEN_NAME && same_name(x, k, i) &&
            ((f != NULL && k < f->close) ||
             (x->owner[k] == owner && declares_variable(x, k)))) {
            return true;
        }
    }
    return false;
}

/* First function with the name at token i that is not a kernel; -1: none. */
int device_function(const Translation *x, size_t i)
{
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *function = &x->functions[f];
        if (function->name != 0 && !function->global &&
            same_name(x, function->name, i)) {
            const bool call = call_parenthesis(x, i) != 0;
            return call || !(is_member(x, i) || is_variable(x, i)) ? (int)f
                                                                   : -1;
        }
    }
    return -1;
}

/* Is a kernel of the name at i defined in this translation unit? */
static const Function *defined_kernel(const Translation *x, size_t i)
{
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *function = &x->functions[f];
        if (function->global && function->body != 0 &&
            same_name(x, function->name, i)) {
            return function;
        }
    }
    return NULL;
}

int file_shared(const Translation *x, size_t i)
{
    for (size_t s = 0; s < x->shared_count; s++) {
        if (same_name(x, x->shared[s].name, i)) {
            return x->owner[i] >= 0 && is_variable(x, i) ? -1 : (int)s;
        }
    }
    return -1;
}

bool may_wait(const Translation *x, size_t i)
{
    if (is_any(x, i, waiting_calls)) {
        return true;
    }
    const int f = device_function(x, i);
    return f >= 0 && (x->functions[f].waits || x->functions[f].self);
}

/* In a function that cannot get the hidden parameter, assert() finds out by
 * itself where it is: on the host as well. */
static bool is_assert_anywhere(const Translation *x, size_t i)
{
    return is(x, i, "__assert_fail") && x->functions[x->owner[i]].self;
}

static void direct_needs(Translation *x)
{
    for (size_t f = 0; f < x->function_count; f++) {
        Function *function = &x->functions[f];
        function->context = function->global;
        /* Called where no parameter can be added. */
        function->self =
            !function->global && (function->host || function->name == 0);
    }
    for (size_t i = 0; i < x->count; i++) {
        if (x->t[i].kind != TOKEN_NAME || !x->t[i].user || x->owner[i] < 0) {
            continue;
        }
        Function *f = &x->functions[x->owner[i]];
        if (is_any(x, i, waiting_calls)) {
            f->context = f->waits = true;
        } else if ((is_any(x, i, coordinates) && !is_member(x, i)) ||
                   (is_any(x, i, plain_calls) && !is_assert_anywhere(x, i)) ||
                   is(x, i, "__shared__") || file_shared(x, i) >= 0) {
            f->context = true;
        }
    }
    /* A device function whose name stands without a call has its address
     * taken; its type must stay as written. */
    for (size_t i = 0; i < x->count; i++) {
        if (x->t[i].kind != TOKEN_NAME || !x->t[i].user ||
            is_declarator(x, i)) {
            continue;
        }
        const int f = device_function(x, i);
        if (f >= 0 && call_parenthesis(x, i) == 0) {
            for (size_t g = 0; g < x->function_count; g++) {
                if (x->functions[g].name != 0 && !x->functions[g].global &&
                    same_name(x, x->functions[g].name, i)) {
                    x->functions[g].self = true;
                }
            }
        }
    }
}

/* Needs travel from a function to its callers, and to its namesakes (other
 * overloads, declarations), until nothing changes. */
static void spread_needs(Translation *x)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < x->count; i++) {
            if (x->t[i].kind != TOKEN_NAME || !x->t[i].user) {
                continue;
            }
            const bool declarator = is_declarator(x, i);
            if (!declarator && x->owner[i] < 0) {
                continue;
            }
            const int callee = device_function(x, i);
            if (callee < 0) {
                continue;
            }
            for (size_t g = (size_t)callee; g < x->function_count; g++) {
                const Function *from = &x->functions[g];
                if (from->name == 0 || from->global || !from->context ||
                    !same_name(x, from->name, i)) {
                    continue;
                }
                for (size_t to = 0; to < x->function_count; to++) {
                    Function *target = &x->functions[to];
                    const bool namesake = target->name != 0 &&
                                          !target->global &&
                                          same_name(x, target->name, i);
                    if (!namesake && (int)to != x->owner[i]) {
                        continue;
                    }
                    const bool waits = from->waits || from->self;
                    if (!target->context || (waits && !target->waits) ||
                        (namesake && from->self && !target->self)) {
                        target->context = true;
                        target->waits = target->waits || waits;
                        target->self = target->self || (namesake && from->self);
                        changed = true;
                    }
                }
            }
        }
    }
    /* An operator or constructor that needs its thread cannot be seen where
     * it is used, nor a function behind a pointer in a table. */
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *function = &x->functions[f];
        if (function->context && function->self) {
            x->all_wait = true;
        }
    }
}

/* ---- step 3: edits
 * ---------------------------------------------------------------------- */

/* "(void)" and "()" take no comma after an inserted first argument. */
static void add_first(Translation *x, size_t open, const char *what)
{
    const bool only_void = is(x, open + 1, "void") && is(x, open + 2, ")");
    if (only_void) {
        replace(x, open + 1, "");
    }
    const bool empty = only_void || is(x, open + 1, ")");
    insert_text(x, open + 1, format("%s%s", what, empty ? "" : ", "));
}

/* Takes out the text of tokens a ... b, leaving their line breaks. */
static void erase(Translation *x, size_t a, size_t b)
{
    for (size_t i = a; i <= b; i++) {
        if (x->t[i].kind != TOKEN_DIRECTIVE) {
            replace(x, i, "");
            x->erased[i] = i == a ? ERASED_FIRST : ERASED;
        }
    }
}

/* A __shared__ declaration whose word is at `word`:
 *     __shared__ float As[T][T], x;
 * becomes, for each declarator, a local type that carries its name and type,
 * and a reference into shared memory. */
static void edit_shared(Translation *x, size_t word)
{
    const size_t start = declaration_start(x, word);
    size_t end = word;
    while (end < x->count && !is(x, end, ";")) {
        if (is(x, end, "{") || is(x, end, "(") || is(x, end, "[")) {
            end = closing(x, end);
        } else {
            end++;
        }
    }
    if (end >= x->count) {
        return;
    }
    bool external = false;
    char *specifiers = format("%s", ""); /* type, without the declarators */
    size_t i = start;
    size_t id = 0; /* last name seen: the declarator's, once its end is met */
    /* The first declarator ends at one of [ , ; = ( at the top level. */
    for (; i < end; i++) {
        if (is(x, i, "<")) {
            const size_t close = closing_angle(x, i);
            i = close != 0 ? close : i;
        } else if (is(x, i, "{")) {
            i = closing(x, i);
        } else if (is_any(x, i, with_arguments) && is(x, i + 1, "(")) {
            i = closing(x, i + 1);
        } else if (is(x, i, "[") || is(x, i, ",") || is(x, i, "=") ||
                   is(x, i, "(")) {
            break;
        } else if (x->t[i].kind == TOKEN_NAME) {
            id = i;
        }
    }
    size_t type_end = id;
    while (type_end > start &&
           (is(x, type_end - 1, "*") || is(x, type_end - 1, "&"))) {
        type_end--;
    }
    for (size_t k = start; k < type_end; k++) {
        if (is(x, k, "extern")) {
            external = true;
        } else if (is(x, k, "__align__")) {
            specifiers = append(specifiers, "alignas", 7);
        } else if (!is(x, k, "__shared__") && !is(x, k, "static") &&
                   !is(x, k, "__device__") && x->t[k].kind != TOKEN_DIRECTIVE) {
            specifiers = append(specifiers, x->t[k].text, x->t[k].length);
            specifiers = append(specifiers, " ", 1);
        }
    }
    /* alignas may not stand in a typedef; the attribute may. */
    char *aligned = strstr(specifiers, "alignas");
    if (aligned != NULL) {
        char *rest = format("%s", aligned + 7);
        *aligned = '\0';
        char *close = strchr(rest, ')');
        if (close != NULL) {
            char *fixed =
                format("%s__attribute__((aligned%.*s)) %s", specifiers,
                       (int)(close - rest + 1), rest, close + 1);
            free(specifiers);
            specifiers = fixed;
        }
        free(rest);
    }

    char *out = format("%s", "");
    size_t a = type_end;
    while (a < end) {
        /* one declarator: tokens a ... b-1 */
        size_t b = a;
        size_t name = 0;
        while (b < end && !is(x, b, ",")) {
            if (name == 0 && x->t[b].kind == TOKEN_NAME) {
                name = b;
            }
            b = is(x, b, "[") || is(x, b, "(") || is(x, b, "{")
                    ? closing(x, b) + 1
                    : b + 1;
        }
        if (name == 0) {
            complain(x, word, "softcc cannot read this __shared__ declaration");
            break;
        }
        char *before = name > a ? text_of(x, a, name - 1) : format("%s", "");
        char *after =
            b > name + 1 ? text_of(x, name + 1, b - 1) : format("%s", "");
        char *id_text = text_of(x, name, name);
        const char *function = external ? "shared_dynamic" : "shared";
        char *tag = format(
            "struct _sgs_%s { static const char *name() { return \"%s\"; } "
            "typedef %s%s type%s; }; ",
            id_text, id_text, specifiers, before, after);
        char *reference =
            format("typename _sgs_%s::type &%s = ::softgpu::%s<_sgs_%s>(_sg); ",
                   id_text, id_text, function, id_text);
        if (x->owner[word] < 0) {
            /* At file scope: the type here, for this file alone, and the
             * reference in each function. */
            char *own = format("namespace { %s} ", tag);
            out = append(out, own, strlen(own));
            free(own);
            if (x->shared_count < sizeof x->shared / sizeof *x->shared) {
                x->shared[x->shared_count++] =
                    (FileShared){name, format("%s", reference)};
            }
        } else {
            out = append(out, tag, strlen(tag));
            out = append(out, reference, strlen(reference));
        }
        free(before);
        free(after);
        free(id_text);
        free(tag);
        free(reference);
        a = b + 1;
    }
    insert_text(x, start, out);
    erase(x, start, end);
    free(specifiers);
}

static const char *const vanishing[] = {"__device__",        "__host__",
                                        "__constant__",      "__managed__",
                                        "__grid_constant__", NULL};

/* Names that glibc owns; softgpu/math_functions.h has them as softgpu_…. */
static const char *const fast_math[] = {
    "__expf", "__exp10f", "__logf", "__log2f",   "__log10f", "__sinf",
    "__cosf", "__tanf",   "__powf", "__sincosf", NULL};

static void edit_words(Translation *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const Token *t = &x->t[i];
        if (!t->user) {
            continue;
        }
        if (t->kind != TOKEN_NAME) {
            continue;
        }
        if (is_any(x, i, vanishing)) {
            replace(x, i, "");
        } else if ((is(x, i, "__launch_bounds__") ||
                    is(x, i, "__cluster_dims__")) &&
                   is(x, i + 1, "(")) {
            erase(x, i, closing(x, i + 1));
        } else if (is(x, i, "__align__") && is(x, i + 1, "(")) {
            const size_t close = closing(x, i + 1);
            replace(x, i, "__attribute__((aligned");
            insert(x, close + 1, "))");
        } else if (is(x, i, "__forceinline__")) {
            replace(x, i, "inline __attribute__((always_inline))");
        } else if (is(x, i, "__noinline__") && !is(x, i - 1, "(")) {
            replace(x, i, "__attribute__((noinline))");
        } else if (is_any(x, i, fast_math) && !is_member(x, i)) {
            edit(x, i, t->length,
                 format("softgpu_%.*s", (int)t->length - 2, t->text + 2));
        }
    }
}

static void edit_function_head(Translation *x, const Function *f)
{
    if (f->global) {
        for (size_t i = f->start; i < f->open; i++) {
            if (is(x, i, "__global__")) {
                replace(x, i, "");
            }
        }
        return; /* kernels: edit_kernel */
    }
    if (!f->context) {
        return;
    }
    if (!f->self) {
        add_first(x, f->open, HIDDEN);
    } else if (f->body != 0) {
        replace(x, f->body, "{ " HIDDEN " = *softgpu_self(); ");
    }
}

/* The names of template or function parameters between two brackets, as
 * arguments: "T, N" or "n, x, y"; defaults are left out.  NULL when one has no
 * name.  `parameters` gets the text without defaults. */
static char *names_between(const Translation *x, size_t open, size_t close,
                           char **parameters)
{
    char *names = format("%s", "");
    char *texts = format("%s", "");
    size_t a = open + 1;
    while (a < close) {
        size_t b = a, name = 0, stop = 0;
        bool pack = false;
        for (; b < close && !is(x, b, ","); b++) {
            if (is(x, b, "=") && stop == 0) {
                stop = b;
            } else if (is(x, b, "(") && is(x, b + 1, "*") && stop == 0) {
                name = b + 2; /* type (*name)(…) */
                stop = closing(x, closing(x, b) + 1) + 1;
                b = stop - 1;
            } else if (is(x, b, "(") || is(x, b, "[") || is(x, b, "{")) {
                if (stop == 0 && is(x, b, "[")) {
                    b = closing(x, b);
                    continue;
                }
                b = closing(x, b);
            } else if (is(x, b, "<")) {
                const size_t angle = closing_angle(x, b);
                b = angle != 0 ? angle : b;
            } else if (is(x, b, ".")) {
                pack = true;
            } else if (x->t[b].kind == TOKEN_NAME && stop == 0) {
                name = b;
            }
        }
        const size_t last = stop != 0 ? stop : b;
        static const char *const types[] = {
            "int",   "unsigned", "float", "double",   "char",  "bool", "long",
            "short", "const",    "void",  "typename", "class", NULL};
        if (name == 0 || is_any(x, name, types) ||
            (name == a && b == a + 1 && !is(x, open, "<"))) {
            free(names);
            free(texts);
            return NULL;
        }
        names = append(names, *names ? ", " : "", *names ? 2 : 0);
        names = append(names, x->t[name].text, x->t[name].length);
        if (pack) {
            names = append(names, "...", 3);
        }
        char *one = text_of(x, a, last - 1);
        texts = append(texts, *texts ? ", " : "", *texts ? 2 : 0);
        texts = append(texts, one, strlen(one));
        free(one);
        a = b + 1;
    }
    *parameters = texts;
    return names;
}

/* A kernel becomes kernel_softgpu with the hidden parameter, inlined into the
 * launch, and, under its own name, a function that asks for its thread: for
 * pointers to kernels and launches from other files. */
static void edit_kernel(Translation *x, Function *f)
{
    char *name = text_of(x, f->name, f->name);
    /* What stands before the name, less the words that vanish. */
    char *prefix = format("%s", ""), *inline_prefix = format("%s", "");
    size_t head = f->templ_close != 0 ? f->templ_close + 1 : f->start;
    if (is(x, head, "extern") && x->t[head + 1].kind == TOKEN_LITERAL) {
        head += 2; /* extern "C" comes first */
    }
    bool is_inline = false;
    for (size_t i = f->start; i < f->name; i++) {
        if (i == head) {
            inline_prefix = append(inline_prefix, "inline ", 7);
        }
        if (is(x, i, "__global__") || is_any(x, i, vanishing) ||
            x->t[i].kind == TOKEN_DIRECTIVE) {
            continue;
        }
        if ((is(x, i, "__launch_bounds__") || is(x, i, "__cluster_dims__")) &&
            is(x, i + 1, "(")) {
            i = closing(x, i + 1);
            continue;
        }
        is_inline = is_inline || is(x, i, "inline");
        prefix = append(prefix, x->t[i].text, x->t[i].length);
        prefix = append(prefix, " ", 1);
        if (!is(x, i, "inline")) {
            inline_prefix = append(inline_prefix, x->t[i].text, x->t[i].length);
            inline_prefix = append(inline_prefix, " ", 1);
        }
    }
    const char *attribute = is_inline
                                ? "__attribute__((always_inline)) "
                                : "inline __attribute__((always_inline)) ";
    const bool instantiation =
        f->special && f->templ_open == 0 && is(x, f->start, "template");
    if (f->body == 0) {
        const Function *definition = defined_kernel(x, f->name);
        if (!instantiation && definition != NULL) {
            char *parameters = text_of(x, f->open + 1, f->close - 1);
            const bool empty =
                f->close == f->open + 1 || strcmp(parameters, "void") == 0;
            size_t after = f->close;
            while (after + 1 < x->count && !is(x, after, ";")) {
                after++;
            }
            insert_text(x, after + 1,
                        format(" %s%s" SUFFIX "(" HIDDEN "%s%s); ", prefix,
                               name, empty ? "" : ", ",
                               empty ? "" : parameters));
            if (definition->waits) {
                insert_text(x, after + 1,
                            format(" %s%s" SUFFIX
                                   "_block(const softgpu_ctx &_first%s%s); ",
                                   prefix, name, empty ? "" : ", ",
                                   empty ? "" : parameters));
            }
            free(parameters);
        }
    } else {
        insert(x, head, attribute);
        edit(x, f->name, x->t[f->name].length, format("%s" SUFFIX, name));
        add_first(x, f->open, HIDDEN);

        char *types = NULL, *parameters = NULL;
        char *values = names_between(x, f->open, f->close, &parameters);
        if (f->close == f->open + 1 ||
            (f->close == f->open + 2 && is(x, f->open + 1, "void"))) {
            free(values);
            values = format("%s", "");
            parameters = format("%s", "");
        }
        char *arguments = NULL;
        if (f->templ_open != 0 && !f->special) {
            arguments = names_between(x, f->templ_open, f->templ_close, &types);
        }
        if (values != NULL && !f->special &&
            (f->templ_open == 0 || arguments != NULL)) {
            char *declared = *values != '\0'
                                 ? text_of(x, f->open + 1, f->close - 1)
                                 : format("%s", "");
            f->block_head =
                format("%s%s" SUFFIX "_block(const softgpu_ctx &_first%s%s) ",
                       inline_prefix, name, *values ? ", " : "", declared);
            free(declared);
            insert_text(x, f->end + 1,
                        format(" %s%s(%s) { %s" SUFFIX
                               "%s%s%s(*softgpu_self()%s%s); } ",
                               prefix, name, parameters, name,
                               arguments ? "<" : "", arguments ? arguments : "",
                               arguments ? ">" : "", *values ? ", " : "",
                               values));
        }
        free(values);
        free(parameters);
        free(arguments);
        free(types);
    }
    free(inline_prefix);
    free(prefix);
    free(name);
}

/* Coordinates, barriers and calls inside a function that has _sg. */
static void edit_bodies(Translation *x)
{
    for (size_t i = 0; i < x->count; i++) {
        if (x->t[i].kind != TOKEN_NAME || !x->t[i].user || x->owner[i] < 0) {
            continue;
        }
        if (is_assert_anywhere(x, i)) {
            replace(x, i, "softgpu_assert_anywhere");
            continue;
        }
        if (!x->functions[x->owner[i]].context) {
            continue;
        }
        if (is_member(x, i)) {
            /* a method call may still need the parameter; a field does not */
            if (call_parenthesis(x, i) == 0) {
                continue;
            }
        } else if (is_any(x, i, coordinates)) {
            insert(x, i, "_sg.");
            continue;
        } else if (is_any(x, i, waiting_calls) || is_any(x, i, plain_calls)) {
            const size_t open = call_parenthesis(x, i);
            if (open != 0) {
                add_first(x, open, "_sg");
            }
            continue;
        }
        if (is_declarator(x, i)) {
            continue;
        }
        const int callee = device_function(x, i);
        const size_t open = callee >= 0 ? call_parenthesis(x, i) : 0;
        if (open != 0 && x->functions[callee].context &&
            !x->functions[callee].self) {
            add_first(x, open, "_sg");
        }
    }
    /* References to file-scope shared memory, where it is mentioned. */
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *function = &x->functions[f];
        for (size_t s = 0; s < x->shared_count && function->body != 0; s++) {
            for (size_t i = function->body; i < function->end; i++) {
                if (x->owner[i] == (int)f && x->t[i].kind == TOKEN_NAME &&
                    file_shared(x, i) == (int)s) {
                    insert(x, function->body + 1, x->shared[s].reference);
                    break;
                }
            }
        }
    }
}

/* ---- launches
 * --------------------------------------------------------------------------------
 */

/* Three < in a row, apart or not: nothing else in C++ looks like this. */
static bool is_triple(const Translation *x, size_t i, const char *c)
{
    return is(x, i, c) && is(x, i + 1, c) && is(x, i + 2, c);
}

/* First token of the expression that ends at `last` and is launched without
 * the name of a kernel: (*p), table[i], object->member, find("k"); or 0. */
static size_t expression_start(const Translation *x, size_t last)
{
    static const char *const statements[] = {"if",     "while", "for", "switch",
                                             "return", "else",  "do",  NULL};
    size_t i = last;
    while (is(x, i, "]") || is(x, i, ")")) {
        const bool subscript = is(x, i, "]");
        int depth = 0;
        do {
            if (x->t[i].kind == TOKEN_PUNCT) {
                depth += strchr(")]}", *x->t[i].text) != NULL;
                depth -= strchr("([{", *x->t[i].text) != NULL;
            }
        } while (depth > 0 && i-- > 0);
        const bool name =
            x->t[i - 1].kind == TOKEN_NAME && !is_any(x, i - 1, statements);
        if (!subscript && !name) {
            return i;
        }
        i--;
    }
    if (x->t[i].kind != TOKEN_NAME) {
        return 0;
    }
    if (is_member(x, i)) {
        return expression_start(x, is(x, i - 1, ".") ? i - 2 : i - 3);
    }
    while (is(x, i - 1, "::")) {
        i -= x->t[i - 2].kind == TOKEN_NAME ? 2 : 1;
    }
    return i;
}

static void edit_launch(Translation *x, size_t open)
{
    /* The end of the configuration: three > outside of any bracket. */
    size_t close = open + 3;
    while (close < x->count && !is_triple(x, close, ">")) {
        if (is(x, close, ";")) {
            close = x->count;
        } else if (is(x, close, "(") || is(x, close, "[") ||
                   is(x, close, "{")) {
            close = closing(x, close) + 1;
        } else {
            close++;
        }
    }
    if (close >= x->count || !is(x, close + 3, "(")) {
        complain(x, open, "expected >>>(arguments) after <<<");
        return;
    }
    /* The kernel: [ns::]name[<arguments>], or any other expression. */
    size_t last = open - 1, name = last;
    if (is(x, last, ">")) {
        const size_t angle = opening_angle(x, last);
        name = angle != 0 ? angle - 1 : last;
    }
    size_t first = name;
    const bool named = x->t[name].kind == TOKEN_NAME && !is_member(x, name);
    if (named) {
        while (first >= 2 && is(x, first - 1, "::")) {
            first -= x->t[first - 2].kind == TOKEN_NAME ? 2 : 1;
        }
        if (first > 0 && is(x, first - 1, "::")) {
            first--;
        }
    } else if ((first = expression_start(x, last)) == 0) {
        complain(x, open, "expected a kernel before <<<");
        return;
    }
    char *text = text_of(x, first, last);
    const Function *kernel = named ? defined_kernel(x, name) : NULL;
    if (kernel != NULL) {
        bool waits = x->all_wait, blocks = !x->all_wait;
        for (size_t f = 0; f < x->function_count; f++) {
            const Function *g = &x->functions[f];
            if (g->global && same_name(x, g->name, name)) {
                waits = waits || g->waits;
                blocks = blocks && (g->body == 0 || g->block_body != NULL);
            }
        }
        char *block = format("nullptr");
        if (blocks) {
            char *before = text_of(x, first, name);
            char *after =
                name < last ? text_of(x, name + 1, last) : format("%s", "");
            free(block);
            block = format("[](const softgpu_ctx &_first, const auto &..._a) "
                           "{ %s" SUFFIX "_block%s(_first, _a...); }",
                           before, after);
            free(before);
            free(after);
        }
        insert_text(x, first,
                    format("::softgpu::launch<::softgpu::%s>(\"%s\", %s, "
                           "[](" HIDDEN ", const auto &..._a) "
                           "__attribute__((always_inline)) { ",
                           waits ? blocks ? "PIECES" : "FIBERS" : "LOOP", text,
                           block));
        free(block);
        edit(x, name, x->t[name].length,
             format("%.*s" SUFFIX, (int)x->t[name].length, x->t[name].text));
        insert(x, open, "(_sg, _a...); }, ::softgpu::configure(");
    } else {
        insert_text(
            x, first,
            format("::softgpu::launch<::softgpu::FIBERS>(\"%s\", nullptr, "
                   "[_k = ",
                   text));
        insert(x, open,
               "](const softgpu_ctx &, const auto &..._a) { _k(_a...); }, "
               "::softgpu::configure(");
    }
    /* The launch copies its arguments, and a copy of NULL is an integer. */
    for (size_t i = close + 4; i < closing(x, close + 3); i++) {
        if (is(x, i, "__null")) {
            replace(x, i, "nullptr");
        }
    }
    for (int i = 0; i < 3; i++) {
        replace(x, open + (size_t)i, "");
        replace(x, close + (size_t)i, i == 0 ? "))" : "");
    }
    free(text);
}

/* ---- step 4: writing
 * ---------------------------------------------------------------------------
 */

static int compare_edits(const void *a, const void *b)
{
    const Edit *p = a, *q = b;
    if (p->token != q->token) {
        return p->token < q->token ? -1 : 1;
    }
    /* Insertions stand before the replaced token. */
    const bool p_insert = p->length == 0, q_insert = q->length == 0;
    if (p_insert != q_insert) {
        return p_insert ? -1 : 1;
    }
    return p->order < q->order ? -1 : 1;
}

static void sort_edits(Translation *x)
{
    if (x->edit_count > 0) {
        qsort(x->edits, x->edit_count, sizeof(Edit), compare_edits);
    }
}

/* The edits must be sorted. */
char *render(const Translation *x, size_t a, size_t b)
{
    char *text = format("%s", "");
    const char *at = x->t[a].text;
    const char *end = x->t[b - 1].text + x->t[b - 1].length;
    for (size_t i = 0; i < x->edit_count; i++) {
        const Edit *e = &x->edits[i];
        if (e->token < a || e->token >= b) {
            continue;
        }
        const char *place = x->t[e->token].text;
        if (place > at) {
            text = append(text, at, (size_t)(place - at));
            at = place;
        }
        text = append(text, e->text, strlen(e->text));
        if (place + e->length > at) {
            at = place + e->length;
        }
    }
    if (end > at) {
        text = append(text, at, (size_t)(end - at));
    }
    return text;
}

/* Kernels whose barriers can become ends of loops get a second version. */
static void edit_blocks(Translation *x)
{
    sort_edits(x);
    for (size_t f = 0; f < x->function_count; f++) {
        Function *g = &x->functions[f];
        if (g->block_head != NULL && g->waits && !x->all_wait) {
            g->block_body = fission(x, g);
        }
    }
    for (size_t f = 0; f < x->function_count; f++) {
        const Function *g = &x->functions[f];
        if (g->block_body != NULL) {
            char *marker = line_marker(x, g->end);
            edit(x, g->end, 1,
                 format("}\n%s%s%s", g->block_head, g->block_body, marker));
            free(marker);
        }
    }
}

static void write_text(Translation *x, const char *source, FILE *out)
{
    sort_edits(x);
    const char *at = source;
    for (size_t i = 0; i < x->edit_count; i++) {
        const Edit *e = &x->edits[i];
        const char *place = x->t[e->token].text;
        if (place > at) {
            fwrite(at, 1, (size_t)(place - at), out);
            at = place;
        }
        fputs(e->text, out);
        if (place + e->length > at) {
            at = place + e->length;
        }
    }
    fputs(at, out);
}

/* Does every bracket have its partner?  All else relies on it; and where one is
 * missing, we know better than the compiler where it was opened. */
static bool brackets_match(Translation *x)
{
    size_t *open = NULL, capacity = 0, depth = 0;
    for (size_t i = 0; i < x->count && !x->failed; i++) {
        if (x->t[i].kind != TOKEN_PUNCT) {
            continue;
        }
        if (strchr("([{", *x->t[i].text) != NULL) {
            open = grow(open, &capacity, depth, sizeof *open);
            open[depth++] = i;
        } else if (strchr(")]}", *x->t[i].text) != NULL) {
            const char *pair = *x->t[i].text == ')'   ? "("
                               : *x->t[i].text == ']' ? "["
                                                      : "{";
            if (depth == 0) {
                complain(x, i, "nothing is open that this bracket could close");
            } else if (!is(x, open[--depth], pair)) {
                complain(x, open[depth], "this bracket is not closed");
            }
        }
    }
    if (depth > 0 && !x->failed) {
        complain(x, open[depth - 1], "this bracket is not closed");
    }
    free(open);
    return !x->failed;
}

int translate(const char *source, bool pieces, FILE *out)
{
    Translation x = {0};
    x.t = lex(source, &x.count);
    if (x.t == NULL) {
        fputs("softcc: out of memory\n", stderr);
        return 1;
    }
    if (!brackets_match(&x)) {
        free(x.t);
        return 1;
    }
    find_functions(&x);
    for (size_t i = 0; i < x.count; i++) {
        if (x.t[i].user && is(&x, i, "__shared__")) {
            edit_shared(&x, i);
        }
    }
    direct_needs(&x);
    spread_needs(&x);
    edit_words(&x);
    for (size_t f = 0; f < x.function_count; f++) {
        edit_function_head(&x, &x.functions[f]);
        if (x.functions[f].global) {
            edit_kernel(&x, &x.functions[f]);
        }
    }
    edit_bodies(&x);
    if (pieces) {
        edit_blocks(&x);
    }
    for (size_t i = 1; i + 2 < x.count; i++) {
        if (x.t[i].user && is_triple(&x, i, "<")) {
            edit_launch(&x, i);
            i += 2;
        }
    }
    if (!x.failed) {
        write_text(&x, source, out);
    }
    for (size_t i = 0; i < x.edit_count; i++) {
        free(x.edits[i].text);
    }
    for (size_t s = 0; s < x.shared_count; s++) {
        free(x.shared[s].reference);
    }
    for (size_t f = 0; f < x.function_count; f++) {
        free(x.functions[f].block_head);
        free(x.functions[f].block_body);
    }
    free(x.edits);
    free(x.functions);
    free(x.owner);
    free(x.erased);
    free(x.t);
    return x.failed;
}
