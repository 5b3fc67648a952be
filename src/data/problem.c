/* Problems in JSON. See problem.h. */
#include "data/problem.h"

#include <string.h>

#include "tasks/tasks.h"

enum { ARGUMENTS_MAX = LIST_MAX + PARAMETERS_MAX };

enum err problem_task(const struct jsonl *jsonl, json_t *line, const struct task **task,
                      struct error *error) {
    const char *name;
    size_t length;
    enum err code = jsonl_string(jsonl, line, "task", &name, &length, error);
    if (code) return code;
    const struct task *found = task_find(name);
    if (!found)
        return err_set(error, ERR_INPUT, "%s:%ld: no task '%s'; 'cotnoise tasks' lists them", jsonl->path,
                       jsonl->line, name);
    *task = found;
    return ERR_OK;
}

/* Appends an argument, or a part of one, as a task reads it; the depth of lists is bounded by the reader of
 * JSON. */
static bool print_argument(const json_t *value, struct buffer *text) {
    if (json_is_string(value))
        buffer_append(text, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        buffer_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        buffer_text(text, json_is_true(value) ? "true" : "false");
    else if (!json_is_array(value))
        return false;
    if (!json_is_array(value)) return true;
    bool good = true;
    buffer_text(text, "[");
    for (size_t i = 0; i < json_array_size(value) && good; i++) {
        if (i) buffer_text(text, ", ");
        good = print_argument(json_array_get(value, i), text);
    }
    buffer_text(text, "]");
    return good;
}

enum err problem_arguments(const struct jsonl *jsonl, json_t *line, const struct task *task,
                           struct arguments *arguments, struct error *error) {
    const char *texts[ARGUMENTS_MAX];
    struct buffer text = {0};
    const json_t *args = json_object_get(line, "args");
    size_t count = json_array_size(args);
    bool good = json_is_array(args) && count <= ARGUMENTS_MAX;
    for (size_t i = 0; i < count && good; i++) {
        good = print_argument(json_array_get(args, i), &text);
        buffer_char(&text, 0); /* the texts stand one behind the other */
    }
    enum err code = ERR_OK;
    if (text.failed)
        code = err_memory(error, "the arguments");
    else if (!good)
        code = err_set(error, ERR_INPUT,
                       "%s:%ld: \"args\" must be a list, at most %d long, of strings, whole numbers, truths "
                       "or lists of these",
                       jsonl->path, jsonl->line, ARGUMENTS_MAX);
    const char *next = text.bytes;
    for (size_t i = 0; i < count && !code; i++, next += strlen(next) + 1) texts[i] = next;
    if (!code) {
        code = task_parse(task, (int)count, texts, arguments, error);
        if (code) err_prefix(error, code, "%s:%ld", jsonl->path, jsonl->line);
    }
    buffer_free(&text);
    return code;
}
