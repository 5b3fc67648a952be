/* Problems in JSON. See problem.h. */
#include "data/problem.h"

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

enum err problem_arguments(const struct jsonl *jsonl, json_t *line, const struct task *task,
                           struct arguments *arguments, struct error *error) {
    const char *texts[ARGUMENTS_MAX];
    const json_t *args = json_object_get(line, "args");
    size_t count = json_array_size(args);
    bool good = json_is_array(args) && count <= ARGUMENTS_MAX;
    for (size_t i = 0; i < count && good; i++) {
        texts[i] = json_string_value(json_array_get(args, i));
        good = texts[i] != NULL;
    }
    if (!good)
        return err_set(error, ERR_INPUT, "%s:%ld: \"args\" must be a list of strings", jsonl->path,
                       jsonl->line);
    enum err code = task_parse(task, (int)count, texts, arguments, error);
    return code ? err_prefix(error, code, "%s:%ld", jsonl->path, jsonl->line) : ERR_OK;
}
