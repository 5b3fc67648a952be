/* JSONL files. See jsonl.h. */
#include "base/jsonl.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum err jsonl_open(struct jsonl *jsonl, const char *path, struct error *error) {
    *jsonl = (struct jsonl){.path = strcmp(path, "-") ? path : "standard input"};
    jsonl->stream = strcmp(path, "-") ? fopen(path, "rbe") : stdin;
    if (!jsonl->stream) return err_set(error, ERR_INPUT, "%s: cannot open: %s", path, strerror(errno));
    return ERR_OK;
}

void jsonl_close(struct jsonl *jsonl) {
    if (jsonl->stream && jsonl->stream != stdin) fclose(jsonl->stream);
    free(jsonl->text);
    *jsonl = (struct jsonl){0};
}

/* Reads one line without its newline; *length is SIZE_MAX at the end of the file. Of a line that is too long
 * the rest is passed over. */
static enum err read_line(struct jsonl *jsonl, size_t *length, struct error *error) {
    size_t n = 0;
    int c;
    while ((c = getc_unlocked(jsonl->stream)) != EOF && c != '\n') {
        if (n < JSONL_LINE_MAX && memory_reserve(&jsonl->text, &jsonl->capacity, n + 1, 1))
            return err_memory(error, jsonl->path);
        if (n < JSONL_LINE_MAX) jsonl->text[n] = (char)c;
        n++;
    }
    if (ferror(jsonl->stream))
        return err_set(error, ERR_INPUT, "%s: cannot read: %s", jsonl->path, strerror(errno));
    jsonl->line++;
    if (n > JSONL_LINE_MAX)
        return err_set(error, ERR_INPUT, "%s:%ld: a line of %zu bytes; at most %d are allowed", jsonl->path,
                       jsonl->line, n, JSONL_LINE_MAX);
    *length = c == EOF && n == 0 ? SIZE_MAX : n;
    return ERR_OK;
}

enum err jsonl_next(struct jsonl *jsonl, json_t **object, struct error *error) {
    size_t length;
    do {
        enum err code = read_line(jsonl, &length, error);
        if (code) return code;
        if (length == SIZE_MAX) {
            *object = NULL;
            return ERR_OK;
        }
        while (length > 0 && strchr(" \t\r", jsonl->text[length - 1])) length--;
    } while (length == 0);
    json_error_t fault;
    json_t *json = json_loadb(jsonl->text, length, JSON_REJECT_DUPLICATES, &fault);
    if (!json)
        return err_set(error, ERR_INPUT, "%s:%ld:%d: not JSON: %s", jsonl->path, jsonl->line, fault.column,
                       fault.text);
    if (!json_is_object(json)) {
        json_decref(json);
        return err_set(error, ERR_INPUT, "%s:%ld: not a JSON object", jsonl->path, jsonl->line);
    }
    *object = json;
    return ERR_OK;
}

enum err jsonl_string(const struct jsonl *jsonl, json_t *object, const char *key, const char **text,
                      size_t *length, struct error *error) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return err_set(error, ERR_INPUT, "%s:%ld: \"%s\" must be there and be a string", jsonl->path,
                       jsonl->line, key);
    *text = json_string_value(value);
    *length = json_string_length(value);
    return ERR_OK;
}
