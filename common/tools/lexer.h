/* lexer.h -- preprocessed C++ as a list of tokens.
 *
 * The translator works on the preprocessor's output, so macros, includes and
 * conditionals are behind us.  Tokens point into that text; whatever lies
 * between two of them is white space.
 */
#ifndef TOOLS_LEXER_H
#define TOOLS_LEXER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    TOKEN_NAME,      /* identifiers and keywords                    */
    TOKEN_LITERAL,   /* numbers, strings, characters                */
    TOKEN_PUNCT,     /* one character each, but for "::"            */
    TOKEN_DIRECTIVE, /* a whole # line: line markers and pragmas    */
    TOKEN_END,
} TokenKind;

typedef struct {
    TokenKind kind;
    const char *text;
    size_t length;
    bool user; /* from the user's files, not from a system header */
} Token;

/* Splits `source` (NUL-terminated).  The list ends with TOKEN_END; release it
 * with free().  NULL when memory runs out. */
Token *lex(const char *source, size_t *count);

bool token_is(const Token *token, const char *text);

#endif
