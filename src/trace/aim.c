/* Names of lines that noise is aimed at. See aim.h. */
#include "trace/aim.h"

#include <string.h>

#include "trace/trace.h"

size_t aim_length(const char *text, const char **next) {
    size_t length = strcspn(text, "+");
    *next = text[length] ? text + length + 1 : NULL;
    return length;
}

bool aim_names(const char *list, const char *name, size_t length) {
    for (const char *item = *list ? list : NULL, *next; item; item = next)
        if (aim_length(item, &next) == length && !memcmp(item, name, length)) return true;
    return false;
}

bool aim_is_list(const char *text) {
    if (strlen(text) >= AIM_TEXT_MAX) return false;
    for (const char *name = *text ? text : NULL, *next; name; name = next) {
        size_t length = aim_length(name, &next);
        size_t fits =
            strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_ "); /* not a + */
        if (!length || fits != length || (next && aim_names(next, name, length))) return false;
    }
    return true;
}

void aim_read(struct aim *aim, const char *list, const struct vocabulary *vocabulary) {
    aim->count = 0;
    aim->fix = vocabulary_find(vocabulary, TRACE_FIX, strlen(TRACE_FIX));
    for (const char *name = *list ? list : NULL, *next; name; name = next) {
        size_t length = aim_length(name, &next);
        const char *space = memchr(name, ' ', length), *bare = space ? space + 1 : name;
        int32_t keyword = space ? vocabulary_find(vocabulary, name, (size_t)(space - name)) : -1;
        int32_t id = vocabulary_find(vocabulary, bare, length - (size_t)(bare - name));
        aim->name[aim->count].keyword = keyword;
        aim->name[aim->count].id = id;
        aim->count += id >= 0 && (!space || keyword >= 0);
    }
}

bool aim_has(const struct aim *aim, int32_t keyword, int32_t id) {
    for (int i = 0; i < aim->count; i++)
        if (aim->name[i].id == id && aim->name[i].keyword == keyword) return true;
    return false;
}

bool aim_has_line(const struct aim *aim, const int32_t *tokens) {
    tokens += tokens[0] == aim->fix;
    return tokens[1] == TOKEN_EQUALS ? aim_has(aim, -1, tokens[0]) : aim_has(aim, tokens[0], tokens[1]);
}
