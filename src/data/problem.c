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

/* A number, a symbol or a truth; or a text that holds more, as a list. */
static bool print_atom(const json_t *value, struct buffer *text) {
    if (json_is_string(value))
        buffer_append(text, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        buffer_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        buffer_text(text, json_is_true(value) ? "true" : "false");
    else
        return false;
    return true;
}

/* Appends an argument as a task reads it, with a NUL behind it. */
static bool print_argument(const json_t *value, struct buffer *text) {
    bool good = json_is_array(value) || print_atom(value, text);
    for (size_t i = 0; i < json_array_size(value) && good; i++) {
        buffer_text(text, i ? ", " : "[");
        good = print_atom(json_array_get(value, i), text);
    }
    if (json_is_array(value)) buffer_text(text, json_array_size(value) ? "]" : "[]");
    buffer_char(text, 0);
    return good;
}

enum err problem_arguments(const struct jsonl *jsonl, json_t *line, const struct task *task,
                           struct arguments *arguments, struct error *error) {
    const char *texts[ARGUMENTS_MAX];
    struct buffer text = {0};
    const json_t *args = json_object_get(line, "args");
    size_t count = json_array_size(args);
    bool good = json_is_array(args) && count <= ARGUMENTS_MAX;
    for (size_t i = 0; i < count && good; i++) good = print_argument(json_array_get(args, i), &text);
    enum err code = ERR_OK;
    if (text.failed)
        code = err_memory(error, "the arguments");
    else if (!good)
        code = err_set(error, ERR_INPUT,
                       "%s:%ld: \"args\" must be a list, at most %d long, of strings, whole numbers, truths "
                       "or lists of these (a tuple, or a list in a list, is a string: \"[(0, 1), (1, 2)]\")",
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
