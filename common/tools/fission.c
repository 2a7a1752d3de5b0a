/* fission.c -- barriers as the ends of loops.
 *
 * A kernel with barriers can run without a stack for each thread, if it is
 * cut at its barriers: a loop over all threads runs the first piece, then a
 * loop over all threads the second, and so on.  The end of a loop is the
 * barrier, and the compiler may vectorize each loop across threads.
 *
 *     __shared__ float s[256];               shared float s[256];
 *     const int t = threadIdx.x;             for each thread {
 *     float v = x[t];                            const int t = …;
 *     s[t] = v;                                  v_of[thread] = x[t]; s[t] = …
 *     __syncthreads();               =>      }
 *     y[t] = v + s[255 - t];                 for each thread {
 *                                                const int t = …;
 *                                                y[t] = v_of[thread] + …
 *                                            }
 *
 * What has to hold, or else the kernel runs on fibers (fission returns NULL):
 *   - __syncthreads() is its only way to wait, and stands in the kernel itself;
 *   - barriers stand at the top, or inside loops and ifs whose conditions are
 *     the same for all threads by the look of them: they name parameters,
 *     constants, blockIdx, blockDim, gridDim and such a loop's own variable;
 *   - the kernel's parameters are not assigned to;
 *   - no return comes before a barrier, no break or continue crosses one.
 * (The idea is from J. Stratton, S. Stone, W. Hwu, "MCUDA: An efficient
 * implementation of CUDA kernels for multi-core CPUs", LCPC 2008.)
 */
#include <stdlib.h>
#include <string.h>
#include "translation.h"

enum { MAX_LOCALS = 64, MAX_KEPT = 32 };

typedef enum {
    UNIFORM,  /* the same for all threads: a variable of the block function */
    COMPUTED, /* cheap and pure: its declaration is repeated in each piece  */
    KEPT,     /* saved for each thread at the end of a piece                */
} LocalKind;

typedef struct {
    size_t name; /* token                                     */
    LocalKind kind;
    char *declaration; /* COMPUTED: its text, on one line        */
    char *type;        /* KEPT: "float *"                        */
    char *suffix;      /* and "[8][8]" of an array               */
    int slot;          /* KEPT: number of its storage            */
} Local;

typedef struct {
    Translation *x;
    const Function *f;
    Local locals[MAX_LOCALS];
    int count;
    int slots;
    int loops; /* around the statement at hand, with barriers in them */
    bool possible;
    size_t piece, piece_end; /* tokens of the piece being gathered; empty if
                                equal */
    int piece_locals;        /* locals declared before the piece            */
    char *out;
} Fission;

/* ---- statements -------------------------------------------------------------
 */

/* The token after the statement that starts at i. */
static size_t statement_end(const Translation *x, size_t i)
{
    i = past_directives(x, i);
    if (is(x, i, "{")) {
        return closing(x, i) + 1;
    }
    if (is(x, i, "if")) {
        i += is(x, i + 1, "constexpr") ? 2 : 1;
        i = statement_end(x, closing(x, i) + 1);
        const size_t after = past_directives(x, i);
        return is(x, after, "else") ? statement_end(x, after + 1) : i;
    }
    if (is(x, i, "for") || is(x, i, "while") || is(x, i, "switch")) {
        return statement_end(x, closing(x, i + 1) + 1);
    }
    if (is(x, i, "do")) {
        i = statement_end(x, i + 1);
    }
    while (i < x->count && !is(x, i, ";")) {
        i = is(x, i, "(") || is(x, i, "[") || is(x, i, "{") ? closing(x, i) + 1
                                                            : i + 1;
    }
    return i + 1;
}

static bool mentions(const Translation *x, size_t a, size_t b,
                     const char *const *words)
{
    for (size_t i = a; i < b; i++) {
        if (x->t[i].kind == TOKEN_NAME && is_any(x, i, words)) {
            return true;
        }
    }
    return false;
}

static bool has_barrier(const Translation *x, size_t a, size_t b)
{
    static const char *const barrier[] = {"__syncthreads", NULL};
    return mentions(x, a, b, barrier);
}

static bool mentions_name(const Translation *x, size_t a, size_t b, size_t name)
{
    for (size_t i = a; i < b; i++) {
        if (x->t[i].kind == TOKEN_NAME && same_name(x, i, name) &&
            !is_member(x, i)) {
            return true;
        }
    }
    return false;
}

/* The ( or [ or { that belongs to the bracket or surrounds the token at i. */
static size_t opening(const Translation *x, size_t i)
{
    int depth = 1;
    while (i > 0 && depth > 0) {
        i--;
        if (x->t[i].kind == TOKEN_PUNCT) {
            depth += strchr(")]}", *x->t[i].text) != NULL;
            depth -= strchr("([{", *x->t[i].text) != NULL;
        }
    }
    return i;
}

/* Could an operand end here, so that a * or & behind it has two? */
static bool is_operand_end(const Translation *x, size_t i)
{
    return x->t[i].kind != TOKEN_PUNCT || is(x, i, "]") ||
           (is(x, i, ")") && !is(x, i - 1, "*"));
}

/* Is the address of the name at i taken: &name, but not a && name? */
static bool is_address(const Translation *x, size_t i)
{
    return is(x, i - 1, "&") && !is(x, i - 2, "&") && !is_operand_end(x, i - 2);
}

/* Is the name at i an argument of one of the user's functions that takes
 * something by reference?  (Library functions take values.) */
static bool by_reference(const Translation *x, size_t a, size_t i)
{
    int depth = 0;
    while (i > a) {
        i--;
        if (is(x, i, ")")) {
            depth++;
        } else if (is(x, i, "(") && depth-- == 0) {
            break;
        } else if (is(x, i, ";") || is(x, i, "{")) {
            return false;
        }
    }
    const int callee = i > a && x->t[i - 1].kind == TOKEN_NAME
                           ? device_function(x, i - 1)
                           : -1;
    if (callee < 0) {
        return false;
    }
    const Function *f = &x->functions[callee];
    for (size_t k = f->open; k < f->close; k++) {
        if (is(x, k, "&")) {
            return true;
        }
    }
    return false;
}

/* May the variable change between tokens a and b?  In doubt, yes. */
static bool may_change(const Translation *x, size_t a, size_t b, size_t name)
{
    for (size_t i = a; i < b; i++) {
        if (x->t[i].kind != TOKEN_NAME || !same_name(x, i, name) || i == name ||
            is_member(x, i)) {
            continue;
        }
        size_t after = i + 1;
        while (is(x, after, ".")) {
            after += 2; /* v.x = 1 changes v, and v.reset() may */
        }
        if ((after > i + 1 && is(x, after, "(")) ||
            (is(x, after, "=") && !is(x, after + 1, "=")) ||
            (x->t[after].kind == TOKEN_PUNCT &&
             strchr("+-*/%&|^", *x->t[after].text) != NULL &&
             is(x, after + 1, "=")) ||
            (is(x, after, "<") && is(x, after + 1, "<") &&
             is(x, after + 2, "=")) ||
            (is(x, after, ">") && is(x, after + 1, ">") &&
             is(x, after + 2, "=")) ||
            (is(x, after, "+") && is(x, after + 1, "+")) ||
            (is(x, after, "-") && is(x, after + 1, "-")) ||
            (is(x, i - 1, "+") && is(x, i - 2, "+")) ||
            (is(x, i - 1, "-") && is(x, i - 2, "-"))) {
            return true;
        }
        /* &name (but not &name[k], whose name is a pointer), or an argument
         * that a reference binds to. */
        if ((is_address(x, i) && !is(x, i + 1, "[")) ||
            ((is(x, after, ")") || is(x, after, ",")) &&
             by_reference(x, a, i))) {
            return true;
        }
    }
    return false;
}

/* Is the address of the variable kept anywhere: p = &name, or p = name of an
 * array?  The next piece has it at another address.  To pass the address to a
 * function, or to go through it at once, does no harm. */
static bool address_is_kept(const Translation *x, const Function *f,
                            size_t name, int dimensions)
{
    for (size_t i = f->body; i < f->end; i++) {
        if (i == name || x->t[i].kind != TOKEN_NAME || !same_name(x, i, name) ||
            is_member(x, i)) {
            continue;
        }
        size_t a = i;
        if (is_address(x, i)) {
            a = i - 1;
        } else {
            int subscripts = 0;
            for (size_t k = i + 1; is(x, k, "["); k = closing(x, k) + 1) {
                subscripts++;
            }
            if (subscripts >= dimensions) {
                continue;
            }
        }
        bool through = false, passed = false;
        for (;;) { /* outwards through casts and parentheses */
            size_t open = 0;
            if (is(x, a - 1, ")") && is(x, a - 2, "*")) {
                open = opening(x, a - 1); /* (type *)x */
            } else if (is(x, a - 1, "(")) {
                const size_t close = closing(x, a - 1);
                through =
                    through || is(x, close + 1, "[") || is(x, close + 1, "-");
                open = a - 1;
                if (is(x, open - 1, ">")) { /* some_cast<type *>(x) */
                    while (open > f->body && !is(x, open, "<")) {
                        open--;
                    }
                    open--;
                } else if (x->t[open - 1].kind == TOKEN_NAME) {
                    passed = true;
                    break;
                }
            } else {
                break;
            }
            a = open;
            through =
                through || (is(x, a - 1, "*") && !is_operand_end(x, a - 2));
        }
        if (is(x, a - 1, ",")) {
            const size_t open = opening(x, a);
            passed = is(x, open, "(") && (x->t[open - 1].kind == TOKEN_NAME ||
                                          is(x, open - 1, ">"));
        }
        const bool stored =
            is(x, a - 1, ",") || is(x, a - 1, "{") || is(x, a - 1, "?") ||
            is(x, a - 1, ":") ||
            (is(x, a - 1, "=") && !is(x, a - 2, "=") && !is(x, a - 2, "!"));
        if (stored && !through && !passed) {
            return true;
        }
    }
    return false;
}

static int find_local(const Fission *s, size_t name)
{
    for (int i = s->count - 1; i >= 0; i--) {
        if (same_name(s->x, s->locals[i].name, name)) {
            return i;
        }
    }
    return -1;
}

/* Is the name at i a variable that other threads may change: a __shared__ one
 * of this kernel, or a __device__ one of the file? */
static bool is_memory(const Fission *s, size_t i)
{
    const Translation *x = s->x;
    for (size_t k = 0; k < x->count; k++) {
        const bool here = k > s->f->body && k < s->f->end;
        if (x->t[k].kind != TOKEN_NAME ||
            !(here ? is(x, k, "__shared__")
                   : x->owner[k] < 0 &&
                         (is(x, k, "__device__") || is(x, k, "__managed__")))) {
            continue;
        }
        while (k < x->count && !is(x, k, ";") &&
               (here || (!is(x, k, "(") && !is(x, k, "{")))) {
            if (x->t[k].kind == TOKEN_NAME && same_name(x, k, i)) {
                return true;
            }
            k++;
        }
    }
    return false;
}

/* Is the expression free of memory accesses, calls and side effects?  If
 * `uniform`, it also has to be the same for all threads. */
static bool is_pure(const Fission *s, size_t a, size_t b, bool uniform)
{
    static const char *const harmless_calls[] = {
        "int", "unsigned", "float",       "double", "size_t", "min",
        "max", "sizeof",   "static_cast", "dim3",   NULL};
    const Translation *x = s->x;
    for (size_t i = a; i < b; i++) {
        if (x->t[i].kind == TOKEN_NAME) {
            if (is_member(x, i)) {
                continue;
            }
            if (uniform && is(x, i, "threadIdx")) {
                return false;
            }
            const int local = find_local(s, i);
            if (local >= 0 && (s->locals[local].kind == KEPT ||
                               (uniform && s->locals[local].kind != UNIFORM))) {
                return false;
            }
            if (is(x, i + 1, "(") && !is_any(x, i, harmless_calls)) {
                return false;
            }
            if (local < 0 && is_memory(s, i)) {
                return false;
            }
        } else if (is(x, i, "[")) {
            return false;
        } else if (is(x, i, "-") && is(x, i + 1, ">")) {
            return false;
        } else if (is(x, i, "*") || is(x, i, "&")) {
            /* unary: nothing before that could be an operand */
            const bool operand =
                i > a && (x->t[i - 1].kind != TOKEN_PUNCT || is(x, i - 1, ")"));
            const bool logical =
                is(x, i, "&") && (is(x, i - 1, "&") || is(x, i + 1, "&"));
            if (!operand && !logical) {
                return false;
            }
        } else if (is(x, i, "=") && !is(x, i + 1, "=") && i > a &&
                   !is(x, i - 1, "=") && !is(x, i - 1, "<") &&
                   !is(x, i - 1, ">") && !is(x, i - 1, "!")) {
            return false;
        } else if ((is(x, i, "+") && is(x, i + 1, "+")) ||
                   (is(x, i, "-") && is(x, i + 1, "-"))) {
            return false;
        }
    }
    return true;
}

/* ---- output
 * --------------------------------------------------------------------- */

static void put(Fission *s, const char *text)
{
    s->out = append(s->out, text, strlen(text));
}

static void put_free(Fission *s, char *text)
{
    put(s, text);
    free(text);
}

/* Tokens a ... b-1 with their edits, on their own lines. */
static void put_source(Fission *s, size_t a, size_t b)
{
    put_free(s, line_marker(s->x, past_directives(s->x, a)));
    put_free(s, render(s->x, a, b));
    put(s, "\n");
}

/* Writes the gathered piece as a loop over all threads. */
static void flush(Fission *s)
{
    const Translation *x = s->x;
    const size_t a = s->piece, b = s->piece_end;
    s->piece = s->piece_end = 0;
    if (a == b) {
        return;
    }
    static const char *const leaves[] = {"return", NULL};
    const bool has_return = mentions(x, a, b, leaves); /* the last piece */

    char *storage = format("%s", ""), *rows = format("%s", "");
    char *before = format("%s", ""), *after = format("%s", "");
    bool arrays = false;
    for (int i = 0; i < s->count; i++) {
        const Local *l = &s->locals[i];
        if (l->kind == COMPUTED && i < s->piece_locals) {
            before = append(before, l->declaration, strlen(l->declaration));
        }
        if (l->kind != KEPT || !mentions_name(x, a, b, l->name)) {
            continue;
        }
        arrays = arrays || *l->suffix != '\0';
        char *name = text_of(x, l->name, l->name);
        char *text = format("typedef %s _type%d%s; _type%d *const _all%d = "
                            "::softgpu::per_thread<_type%d>(_sg, %d); ",
                            l->type, l->slot, l->suffix, l->slot, l->slot,
                            l->slot, l->slot);
        storage = append(storage, text, strlen(text));
        free(text);
        text = format("_type%d *const _row%d = _all%d + _row; ", l->slot,
                      l->slot, l->slot);
        rows = append(rows, text, strlen(text));
        free(text);
        if (i < s->piece_locals) {
            text = format("_type%d %s; ::softgpu::copy(%s, _row%d[_x]); ",
                          l->slot, name, name, l->slot);
            before = append(before, text, strlen(text));
            free(text);
        }
        if (!has_return) {
            text = format("::softgpu::copy(_row%d[_x], %s); ", l->slot, name);
            after = append(after, text, strlen(text));
            free(text);
        }
        free(name);
    }
    put(s, "\n{ ");
    put_free(s, storage);
    put(s, "for (unsigned int _z = 0; _z < _sg.blockDim.z; _z++) "
           "for (unsigned int _y = 0; _y < _sg.blockDim.y; _y++) { "
           "const unsigned int _row = (_z * _sg.blockDim.y + _y) * _nx; ");
    put_free(s, rows);
    /* Threads with arrays of their own are better run one by one: clang would
     * spread each array over the lanes of vectors. */
    put(s, arrays ? "" : "\n#pragma clang loop vectorize(assume_safety)");
    put(s, "\n#pragma GCC ivdep\n"
           "for (unsigned int _x = 0; _x < _nx; _x++) { "
           "const softgpu_ctx _thread = {uint3{_x, _y, _z}, _sg.blockIdx, "
           "_sg.blockDim, _sg.gridDim, _sg.worker}; "
           "const softgpu_ctx &_outer = _thread; { "
           "const softgpu_ctx &_sg = _outer; (void)_sg; ");
    put_free(s, before);
    if (has_return) {
        put(s, "[&]() __attribute__((always_inline)) { ");
    }
    put_source(s, a, b);
    if (has_return) {
        put(s, "}(); ");
    }
    put_free(s, after);
    put(s, "} } } }\n");
}

/* ---- going through the kernel
 * ------------------------------------------------------ */

static bool is_type_word(const Translation *x, size_t i)
{
    static const char *const words[] = {
        "const",  "unsigned", "signed",   "int",    "float",
        "double", "char",     "short",    "long",   "bool",
        "auto",   "size_t",   "volatile", "struct", NULL};
    return is_any(x, i, words);
}

/* Does a declaration start at i?  Two names in a row, or a word that only a
 * type starts with. */
static bool is_declaration(const Translation *x, size_t i)
{
    static const char *const no_types[] = {"return", "else",  "goto", "delete",
                                           "new",    "throw", "case", NULL};
    if (x->t[i].kind != TOKEN_NAME || is_any(x, i, no_types)) {
        return false;
    }
    if (is_type_word(x, i)) {
        return !is(x, i + 1, "(");
    }
    i++;
    while (is(x, i, "::")) {
        i += 2;
    }
    if (is(x, i, "<")) {
        const size_t close = closing_angle(x, i);
        i = close != 0 ? close + 1 : i;
    }
    while (is(x, i, "*")) {
        i++;
    }
    return x->t[i].kind == TOKEN_NAME && x->t[i - 1].kind != TOKEN_LITERAL &&
           (is(x, i + 1, "=") || is(x, i + 1, ";") || is(x, i + 1, "[") ||
            is(x, i + 1, ",") || is(x, i + 1, "{") || is(x, i + 1, "(")) &&
           !is(x, i + 2, "=");
}

/* Takes in the variables of a declaration at barrier level, tokens a ... b
 * with the ; at b. */
static void declare(Fission *s, size_t a, size_t b)
{
    const Translation *x = s->x;
    /* type | declarators: the type ends before the first declarator's name,
     * which is followed by = ; , [ or {. */
    size_t name = a;
    while (name < b && !(x->t[name].kind == TOKEN_NAME &&
                         (is(x, name + 1, "=") || is(x, name + 1, ";") ||
                          is(x, name + 1, ",") || is(x, name + 1, "[") ||
                          is(x, name + 1, "{")))) {
        const size_t close = is(x, name, "<") ? closing_angle(x, name) : 0;
        name = close != 0 ? close + 1 : name + 1;
    }
    size_t type_end = name;
    while (type_end > a && is(x, type_end - 1, "*")) {
        type_end--;
    }
    static const char *const odd[] = {"static", "volatile", "auto", "struct",
                                      NULL};
    if (name >= b || type_end == a || is(x, type_end - 1, "&")) {
        s->possible = false;
        return;
    }
    const bool has_auto = mentions(x, a, type_end, odd);
    const bool constant = is(x, a, "const") && type_end == name;
    char *type = format("%s", "");
    for (size_t i = a; i < type_end; i++) {
        /* const of the object goes, const of what a pointer points at stays */
        if (!(is(x, i, "const") && type_end == name)) {
            type = append(type, x->t[i].text, x->t[i].length);
            type = append(type, " ", 1);
        }
    }
    for (size_t d = type_end; d < b;) {
        size_t end = d, equals = 0;
        size_t id = d;
        while (is(x, id, "*")) {
            id++;
        }
        while (end < b && !is(x, end, ",")) {
            if (equals == 0 && (is(x, end, "=") || is(x, end, "{"))) {
                equals = end;
            }
            /* name<A, B>(…) is one value, a < b, c > d are two */
            const size_t angle = is(x, end, "<") ? closing_angle(x, end) : 0;
            if (angle != 0 && (is(x, angle + 1, "(") || is(x, angle + 1, "{") ||
                               is(x, angle + 1, "::"))) {
                end = angle;
            }
            end = is(x, end, "(") || is(x, end, "[") || is(x, end, "{")
                      ? closing(x, end) + 1
                      : end + 1;
        }
        if (s->count == MAX_LOCALS || x->t[id].kind != TOKEN_NAME ||
            find_local(s, id) >= 0) {
            s->possible = false;
            break;
        }
        Local *l = &s->locals[s->count];
        *l = (Local){.name = id};
        const bool pure = equals != 0 && is(x, equals, "=") &&
                          is_pure(s, equals + 1, end, false);
        if (pure && is(x, id + 1, "=") &&
            (constant || !may_change(x, end, s->f->end, id))) {
            l->kind = COMPUTED;
            char *stars = id > d ? text_of(x, d, id - 1) : format("%s", "");
            char *value = render(x, id, end);
            l->declaration = format("%s%s%s %s; ", constant ? "const " : "",
                                    type, stars, value);
            for (char *c = l->declaration; *c != '\0'; c++) {
                *c = *c == '\n' ? ' ' : *c;
            }
            free(stars);
            free(value);
        } else {
            l->kind = KEPT;
            char *stars = id > d ? text_of(x, d, id - 1) : format("%s", "");
            l->type = format("%s%s", type, stars);
            const size_t size_end = equals != 0 ? equals : end;
            l->suffix = size_end > id + 1 ? text_of(x, id + 1, size_end - 1)
                                          : format("%s", "");
            l->slot = s->slots++;
            free(stars);
            if (has_auto || s->slots > MAX_KEPT) {
                s->possible = false;
            }
        }
        int dimensions = 0;
        for (size_t k = id + 1; is(x, k, "["); k = closing(x, k) + 1) {
            dimensions++;
        }
        if (address_is_kept(x, s->f, id, dimensions)) {
            s->possible = false;
        }
        s->count++;
        d = end + 1;
    }
    free(type);
}

static void forget(Fission *s, int count)
{
    while (s->count > count) {
        s->count--;
        free(s->locals[s->count].declaration);
        free(s->locals[s->count].type);
        free(s->locals[s->count].suffix);
    }
}

static void statements(Fission *s, size_t i, size_t end);

/* The { … } or single statement at i, with barriers inside. */
static void block(Fission *s, size_t i, size_t end)
{
    const int outer = s->count;
    put(s, "{ ");
    if (is(s->x, i, "{")) {
        statements(s, i + 1, end - 1);
    } else {
        statements(s, i, end);
    }
    flush(s);
    put(s, "}\n");
    forget(s, outer);
}

/* for (…) with barriers inside; i at the `for`. */
static void uniform_for(Fission *s, size_t i, size_t end)
{
    const Translation *x = s->x;
    const size_t open = i + 1, close = closing(x, open);
    const size_t body = past_directives(x, close + 1);
    size_t first = open + 1;
    while (first < close && !is(x, first, ";")) {
        first++;
    }
    /* init: type name = expression */
    size_t name = open + 1;
    while (name < first && !is(x, name + 1, "=")) {
        name++;
    }
    static const char *const jumps[] = {"break", "continue", NULL};
    if (name >= first || name < open + 2 || s->count == MAX_LOCALS ||
        find_local(s, name) >= 0 || !is_declaration(x, open + 1) ||
        !is_pure(s, name + 2, first, true) || may_change(x, body, end, name) ||
        mentions(x, body, end, jumps)) {
        s->possible = false;
        return;
    }
    flush(s);
    const int outer = s->count;
    s->locals[s->count++] = (Local){.name = name, .kind = UNIFORM};
    /* The condition must be uniform; so must the step, which changes just
     * the loop's own variable. */
    size_t second = first + 1;
    while (second < close && !is(x, second, ";")) {
        second++;
    }
    bool step = true;
    for (size_t k = second + 1; k < close; k++) {
        if (x->t[k].kind == TOKEN_NAME && !is_member(x, k)) {
            const int local = find_local(s, k);
            step = step && !is(x, k, "threadIdx") && !is(x, k + 1, "(") &&
                   (local < 0 || s->locals[local].kind == UNIFORM);
        }
        step = step && !is(x, k, "[") && !is(x, k, ",");
    }
    if (!step || second >= close || !is_pure(s, first + 1, second, true)) {
        s->possible = false;
        return;
    }
    put_source(s, i, close + 1);
    s->loops++;
    block(s, body, end);
    s->loops--;
    forget(s, outer);
}

static void uniform_if(Fission *s, size_t i)
{
    const Translation *x = s->x;
    const size_t open = i + (is(x, i + 1, "constexpr") ? 2 : 1);
    const size_t close = closing(x, open);
    if (!is_pure(s, open + 1, close, true)) {
        s->possible = false;
        return;
    }
    flush(s);
    put_source(s, i, close + 1);
    const size_t yes = past_directives(x, close + 1);
    const size_t yes_end = statement_end(x, yes);
    block(s, yes, yes_end);
    const size_t otherwise = past_directives(x, yes_end);
    if (is(x, otherwise, "else")) {
        put(s, "else ");
        const size_t no = past_directives(x, otherwise + 1);
        block(s, no, statement_end(x, no));
    }
}

/* Declarations that belong to the block as a whole. */
static bool is_block_level(const Translation *x, size_t a, size_t b)
{
    static const char *const shared[] = {"__shared__", NULL};
    static const char *const words[] = {"constexpr",     "typedef", "using",
                                        "static_assert", "enum",    NULL};
    return mentions(x, a, b, shared) || is_any(x, a, words) ||
           (is(x, a, "const") && is(x, a + 1, "constexpr")) ||
           (is(x, a, "static") && is(x, a + 1, "constexpr"));
}

/* const int N = 16 * M;  with nothing in it that a thread or a launch could
 * change: it may be the size of an array. */
static bool is_constant(const Fission *s, size_t a, size_t b)
{
    static const char *const integers[] = {"int", "unsigned", "size_t", NULL};
    static const char *const varying[] = {"threadIdx", "blockIdx", "blockDim",
                                          "gridDim", NULL};
    const Translation *x = s->x;
    if (!is(x, a, "const") || !is_any(x, a + 1, integers)) {
        return false;
    }
    const size_t name = is(x, a + 2, "int") ? a + 3 : a + 2;
    if (x->t[name].kind != TOKEN_NAME || !is(x, name + 1, "=") ||
        mentions(x, name, b, varying)) {
        return false;
    }
    for (size_t i = name + 2; i + 1 < b; i++) {
        if (is(x, i, ",") || is(x, i, "[")) {
            return false;
        }
        if (x->t[i].kind == TOKEN_NAME &&
            (find_local(s, i) >= 0 || is(x, i + 1, "(") || is_memory(s, i) ||
             mentions_name(x, s->f->open, s->f->close, i))) {
            return false;
        }
    }
    return true;
}

static void statements(Fission *s, size_t i, size_t end)
{
    const Translation *x = s->x;
    static const char *const leaves[] = {"return", "goto", NULL};
    while (s->possible && (i = past_directives(x, i)) < end) {
        const size_t next = statement_end(x, i);
        if (has_barrier(x, i, next)) {
            if (is(x, i, "__syncthreads")) {
                flush(s);
            } else if (is(x, i, "for")) {
                uniform_for(s, i, next);
            } else if (is(x, i, "if")) {
                uniform_if(s, i);
            } else if (is(x, i, "{")) {
                flush(s);
                block(s, i, next);
            } else {
                s->possible = false;
            }
        } else if (is_block_level(x, i, next) || is_constant(s, i, next)) {
            if (mentions(x, s->piece, s->piece_end, leaves)) {
                s->possible = false; /* a return has to end what follows too */
            }
            flush(s);
            put_source(s, i, next);
        } else {
            if (mentions(x, i, next, leaves) &&
                (s->loops > 0 || has_barrier(x, next, s->f->end))) {
                s->possible = false; /* some would miss the barrier */
            }
            if (s->piece == s->piece_end) {
                s->piece = i;
                s->piece_locals = s->count;
            }
            s->piece_end = next;
            if (is_declaration(x, i)) {
                declare(s, i, next - 1);
            }
        }
        i = next;
    }
}

char *fission(Translation *x, const Function *f)
{
    static const char *const others[] = {"__syncthreads_count",
                                         "__syncthreads_or",
                                         "__syncthreads_and",
                                         "goto",
                                         "asm",
                                         NULL};
    if (!has_barrier(x, f->body, f->end) ||
        mentions(x, f->body, f->end, others)) {
        return NULL;
    }
    for (size_t i = f->body; i < f->end; i++) {
        if (x->t[i].kind != TOKEN_NAME || x->owner[i] < 0) {
            continue;
        }
        /* Nothing else may wait: no warp operation, no function that does. */
        if (!is(x, i, "__syncthreads") && may_wait(x, i)) {
            return NULL;
        }
        if (&x->functions[x->owner[i]] != f || file_shared(x, i) >= 0) {
            return NULL;
        }
    }
    for (size_t i = f->open + 1; i < f->close; i++) {
        if (x->t[i].kind == TOKEN_NAME &&
            (is(x, i + 1, ",") || is(x, i + 1, ")") || is(x, i + 1, "[")) &&
            may_change(x, f->body, f->end, i)) {
            return NULL;
        }
    }
    Fission s = {.x = x, .f = f, .possible = true};
    s.out = format("{ const softgpu_ctx _sg = _first; "
                   "const unsigned int _nx = _sg.blockDim.x; "
                   "if (_nx == 0 || _nx > SOFTGPU_MAX_THREADS || "
                   "_sg.blockIdx.x * _nx > SOFTGPU_MAX_LOOP_X - "
                   "SOFTGPU_MAX_THREADS) __builtin_unreachable();\n");
    statements(&s, f->body + 1, f->end);
    flush(&s);
    put(&s, "}\n");
    forget(&s, 0);
    if (!s.possible) {
        free(s.out);
        return NULL;
    }
    return s.out;
}
