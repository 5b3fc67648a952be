/* Names of the lines of a mix. See mix_names.h. */
#include "data/mix_names.h"

#include <string.h>

#include "tasks/tasks.h"

/* Tasks declare texts of truths beside the names of their lines. */
static bool is_truth(const char *name) {
    return !strcmp(name, value_truth_texts[0]) || !strcmp(name, value_truth_texts[1]);
}

static bool is_full(const struct mix *mix, const struct task *called) {
    int number = 0;
    while (task_list[number] != called) number++;
    return mix->visibility[number] == VISIBILITY_FULL;
}

/* Appends the names of a task's lines, and of what it calls, to a list that has some. */
static void add_names(const struct mix *mix, const struct task *task, struct buffer *list) {
    for (int i = 0; task->names && task->names[i] && !list->failed; i++)
        if (!is_truth(task->names[i]) && !aim_names(list->bytes, task->names[i], strlen(task->names[i])))
            buffer_printf(list, "+%s", task->names[i]);
    for (int i = 0; task->calls && task->calls[i]; i++)
        if (is_full(mix, task->calls[i])) add_names(mix, task->calls[i], list);
}

enum err mix_names_check(const struct mix *mix, struct error *error) {
    struct buffer list = {0};
    enum err code = ERR_OK;
    buffer_text(&list, "answer");
    for (int i = 0; i < mix->entries; i++)
        if (mix->entry[i].task) add_names(mix, mix->entry[i].task, &list);
    if (list.failed) code = err_memory(error, "the names of lines");
    for (const char *name = *mix->names ? mix->names : NULL, *next; name && !code; name = next) {
        size_t length = aim_length(name, &next);
        if (!aim_names(list.bytes, name, length))
            code = err_set(error, ERR_INPUT, "no line is named '%.*s' (allowed: any of %s)", (int)length,
                           name, list.bytes);
    }
    buffer_free(&list);
    return code;
}
