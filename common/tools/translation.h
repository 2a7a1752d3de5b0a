/* translation.h -- what the parts of the translator share. */
#ifndef TOOLS_TRANSLATION_H
#define TOOLS_TRANSLATION_H

#include <stdbool.h>
#include <stddef.h>
#include "lexer.h"

#define HIDDEN "const softgpu_ctx &_sg"
#define SUFFIX "_softgpu"

/* ---- what was found --------------------------------------------------------
 */

typedef struct {
    size_t start;       /* first token of the declaration            */
    size_t name;        /* the function's name; 0: operator, lambda  */
    size_t open, close; /* ( and ) of the parameters                 */
    size_t body, end;   /* { and }; both 0 for a declaration         */
    size_t templ_open, templ_close; /* < and > of template<>, or 0           */
    bool global, host, device;
    bool special;     /* template<> or explicit instantiation      */
    bool context;     /* needs its coordinates                     */
    bool waits;       /* may have to wait for other threads        */
    bool self;        /* asks softgpu_self() instead of a parameter */
    char *block_head; /* kernels: what NAME_softgpu_block begins with     */
    char *block_body; /* and its body, from fission(); NULL if none       */
} Function;

typedef struct {
    size_t token;  /* the edit stands before this token's text … */
    size_t length; /* … of which it replaces so many characters  */
    char *text;
    size_t order; /* edits at one place keep their order        */
} Edit;

typedef struct {
    size_t name;     /* of an `extern __shared__` at file scope */
    char *reference; /* declares a reference to it              */
} FileShared;

/* Of a declaration that is taken out as a whole, the first token still marks
 * the place, so that insertions before it stand. */
enum { IN_PLACE, ERASED_FIRST, ERASED };

typedef struct {
    Token *t;
    size_t count;
    Function *functions;
    size_t function_count, function_capacity;
    int *owner;   /* token -> innermost function, or -1 */
    char *erased; /* token -> IN_PLACE, ERASED_FIRST or ERASED */
    Edit *edits;
    size_t edit_count, edit_capacity;
    FileShared shared[64];
    size_t shared_count;
    bool all_wait; /* something is out of sight: no plain loops */
    bool failed;
} Translation;

/* ---- text: strings made with malloc, never NULL -------------------------- */

char *format(const char *form, ...) __attribute__((format(printf, 1, 2)));

/* Frees `text` and returns it with `more` behind it. */
char *append(char *text, const char *more, size_t length);

/* ---- tokens ----------------------------------------------------------------
 */

bool is(const Translation *x, size_t i, const char *text);
bool is_any(const Translation *x, size_t i, const char *const *names);
bool same_name(const Translation *x, size_t a, size_t b);
bool is_member(const Translation *x, size_t i); /* behind a . or -> */

/* Index of the bracket that closes the one at i; count when there is none. */
size_t closing(const Translation *x, size_t i);

/* Index of the > that closes the < at i, or 0 if this is no template list. */
size_t closing_angle(const Translation *x, size_t i);

/* The first token from i on that is no directive. */
size_t past_directives(const Translation *x, size_t i);

/* Source text of tokens a ... b, inclusive, on one line, without edits. */
char *text_of(const Translation *x, size_t a, size_t b);

/* Text of tokens a ... b-1 with their edits, lines as they are. */
char *render(const Translation *x, size_t a, size_t b);

/* A line marker that gives the next line the place of token i. */
char *line_marker(const Translation *x, size_t i);

/* ---- functions --------------------------------------------------------------
 */

/* First device function (no kernel) with the name at token i; -1: none. */
int device_function(const Translation *x, size_t i);

/* Number of the file-scope __shared__ array that token i names, or -1. */
int file_shared(const Translation *x, size_t i);

/* Does the name at i stand for something that waits for other threads? */
bool may_wait(const Translation *x, size_t i);

/* ---- fission.c
 * ----------------------------------------------------------------- */

/* The kernel's body as loops over threads, from { to }; NULL if it does not
 * have the form for it.  To be called when all other edits are noted. */
char *fission(Translation *x, const Function *f);

#endif
