/* Lines that noise is aimed at, by the names that stand on them: sites elsewhere are spared.
 *
 * A list of names is a text such as "res+visit node": whole names, a keyword that stands before one included,
 * with a + between two. The empty list stands for noise that is not aimed: every site counts. */
#ifndef COTNOISE_TRACE_AIM_H
#define COTNOISE_TRACE_AIM_H

#include <stdbool.h>

#include "trace/vocabulary.h"

enum {
    AIM_TEXT_MAX = 256, /* bytes of a list with its NUL */
    AIM_NAMES_MAX = AIM_TEXT_MAX / 2,
};

/* The names of a list as tokens. */
struct aim {
    int count;
    struct {
        int32_t keyword, id; /* keyword -1: none */
    } name[AIM_NAMES_MAX];
    int32_t fix; /* the word that a correction line begins with; -1: there are none */
};

/* Whether a text is a list: each name of letters, digits and _, and there once. Whether lines have such names
 * is another question (data/mix_names.h). */
bool aim_is_list(const char *text);

/* The length of the name that `text`, in a list, begins with; *next is the one behind it, NULL: none. */
size_t aim_length(const char *text, const char **next);

/* Whether a list has a name of this length. */
bool aim_names(const char *list, const char *name, size_t length);

/* Reads a list. Names whose words the vocabulary lacks are on no line, and left out. */
void aim_read(struct aim *aim, const char *list, const struct vocabulary *vocabulary);

/* Whether a name, as tokens, is among them; and that of a line which begins with these tokens: what stands
 * before its first `=`, of `fix carry = 1` the name that is corrected. */
bool aim_has(const struct aim *aim, int32_t keyword, int32_t id);
bool aim_has_line(const struct aim *aim, const int32_t *tokens);

#endif
