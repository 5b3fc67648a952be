/* All tasks of a family as a mix. See family_mix.h. */
#include "spec/family_mix.h"

#include "tasks/tasks.h"

enum err family_mix_make(enum family family, struct mix *mix, struct error *error) {
    int entries = 0;
    for (int i = 0; task_list[i]; i++) entries += task_list[i]->family == family;
    if (entries < 1 || entries > MIX_TASKS)
        return err_set(error, ERR_INPUT, "task.family: %s has %d tasks (allowed: 1 to %d)",
                       family_names[family], entries, MIX_TASKS);
    mix->entries = 0;
    for (int i = 0; task_list[i]; i++)
        if (task_list[i]->family == family)
            mix->entry[mix->entries++] =
                (struct mix_entry){.task = task_list[i], .weight = 1, .sizes = task_list[i]->sizes};
    return ERR_OK;
}

enum family family_mix_of(const struct mix *mix) {
    const struct task *first = mix->entry[0].task;
    if (mix->entries < 2 || !first || first->family == FAMILY_NONE) return FAMILY_NONE;
    int found = 0;
    for (int i = 0; task_list[i]; i++) {
        if (task_list[i]->family != first->family) continue;
        const struct mix_entry *entry = &mix->entry[found++];
        if (found > mix->entries || entry->task != task_list[i] || entry->weight != mix->entry[0].weight)
            return FAMILY_NONE;
    }
    return found == mix->entries ? first->family : FAMILY_NONE;
}
