/* lexer.c -- see lexer.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "lexer.h"

bool token_is(const Token *token, const char *text)
{
    return strlen(text) == token->length &&
           memcmp(token->text, text, token->length) == 0;
}

static bool name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static bool name_part(char c)
{
    return name_start(c) || isdigit((unsigned char)c);
}

/* End of a "…" or '…' that starts at p. */
static const char *skip_quoted(const char *p)
{
    const char quote = *p++;
    while (*p != '\0' && *p != quote && *p != '\n') {
        p += *p == '\\' && p[1] != '\0' ? 2 : 1;
    }
    return *p == quote ? p + 1 : p;
}

/* End of R"tag(…)tag" whose quote is at p. */
static const char *skip_raw_string(const char *p)
{
    const char *open = strchr(p, '(');
    if (open == NULL || open - p > 17) {
        return skip_quoted(p);
    }
    const size_t tag = (size_t)(open - p - 1);
    for (const char *q = open; (q = strchr(q, ')')) != NULL; q++) {
        if (strncmp(q + 1, p + 1, tag) == 0 && q[1 + tag] == '"') {
            return q + tag + 2;
        }
    }
    return p + strlen(p);
}

/* A line marker  # 12 "file.h" 1 3  : flag 3 means a system header. */
static bool marker_is_system(const char *text, const char *end)
{
    const char *last = end;
    while (last > text && last[-1] != '"') {
        last--;
    }
    return memchr(last, '3', (size_t)(end - last)) != NULL;
}

Token *lex(const char *source, size_t *count)
{
    size_t capacity = 1 << 16, n = 0;
    Token *tokens = malloc(capacity * sizeof *tokens);
    bool user = true, line_start = true;
    const char *p = source;
    while (tokens != NULL) {
        while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' ||
               *p == '\f' || *p == '\v') {
            line_start = line_start || *p == '\n';
            p++;
        }
        if (n + 1 >= capacity) {
            capacity *= 2;
            Token *grown = realloc(tokens, capacity * sizeof *tokens);
            if (grown == NULL) {
                free(tokens);
                return NULL;
            }
            tokens = grown;
        }
        const char *start = p;
        Token *t = &tokens[n++];
        if (*p == '\0') {
            *t = (Token){TOKEN_END, p, 0, user};
            break;
        }
        TokenKind kind = TOKEN_PUNCT;
        if (*p == '#' && line_start) {
            kind = TOKEN_DIRECTIVE;
            p += strcspn(p, "\n");
            const char *word = start + 1 + strspn(start + 1, " ");
            if (isdigit((unsigned char)*word)) {
                user = !marker_is_system(start, p);
            }
        } else if (name_start(*p)) {
            kind = TOKEN_NAME;
            while (name_part(*p)) {
                p++;
            }
            /* A string prefix belongs to its string: L"", u8"", R"()". */
            if (*p == '"' && p - start <= 3) {
                kind = TOKEN_LITERAL;
                p = p[-1] == 'R' ? skip_raw_string(p) : skip_quoted(p);
            } else if (*p == '\'' && p - start <= 2 &&
                       strchr("LuU8", p[-1]) != NULL) {
                kind = TOKEN_LITERAL;
                p = skip_quoted(p);
            }
        } else if (isdigit((unsigned char)*p) ||
                   (*p == '.' && isdigit((unsigned char)p[1]))) {
            kind = TOKEN_LITERAL;
            while (
                name_part(*p) || *p == '.' || (*p == '\'' && name_part(p[1])) ||
                ((*p == '+' || *p == '-') && strchr("eEpP", p[-1]) != NULL)) {
                p++;
            }
        } else if (*p == '"' || *p == '\'') {
            kind = TOKEN_LITERAL;
            p = skip_quoted(p);
        } else if (*p == ':' && p[1] == ':') {
            p += 2;
        } else {
            p++;
        }
        *t = (Token){kind, start, (size_t)(p - start), user};
        line_start = false;
    }
    *count = n;
    return tokens;
}
