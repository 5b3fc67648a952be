/* A configuration in the making: defaults, what was said, what follows, what must fit together.
 * See partial.h. */
#include "spec/partial.h"

#include <string.h>

#include "nn/gpt.h"
#include "noise/noises.h"
#include "spec/family_mix.h"
#include "spec/promises.h"
#include "tasks/tasks.h"

void partial_unset(struct partial *partial, const char *section) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        struct option_value value;
        const char *problem;
        if (strncmp(row->name, section, strlen(section))) continue;
        bool has_default = row->initial && !option_parse(row, row->initial, false, &value, &problem);
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            if (has_default) option_set(option, value, &partial->config);
            partial->origin[option_slot(option)] = NULL;
        }
    }
}

void partial_begin(struct partial *partial) {
    memset(partial, 0, sizeof *partial);
    mix_default(&partial->config.mix);
    partial_unset(partial, "");
}

static void leave_family(struct partial *partial) {
    struct option_ref family;
    option_find("task.family", &family);
    partial->config.family = FAMILY_NONE;
    partial->origin[option_slot(family)] = NULL;
}

/* What was said of single tasks says nothing of a family; sizes without a number do. */
static void leave_tasks(struct partial *partial) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->counts == COUNTS_TASKS && i < MIX_TASKS; i++) {
            const struct setting **origin =
                &partial->origin[option_slot((struct option_ref){.row = row, .index = i})];
            if (*origin && ((*origin)->numbered || row->type == OPTION_TASK)) *origin = NULL;
        }
    partial->config.mix.entries = 0;
}

/* The mix has this many tasks and nothing is known of them yet. */
static void forget_tasks(struct partial *partial, int tasks) {
    leave_family(partial);
    partial->config.mix.entries = tasks;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->counts == COUNTS_TASKS && i < MIX_TASKS; i++)
            partial->origin[option_slot((struct option_ref){.row = row, .index = i})] = NULL;
    for (int i = 0; i < MIX_TASKS; i++) partial->config.mix.entry[i] = (struct mix_entry){.weight = 1};
}

void partial_set(struct partial *partial, const struct setting *setting) {
    struct mix *mix = &partial->config.mix;
    if (setting->tasks) {
        forget_tasks(partial, setting->tasks);
        return;
    }
    if (setting->option.row->counts == COUNTS_TASKS && !setting->option.index && !mix->entries)
        mix->entries = 1;
    if (setting->option.row->type == OPTION_TASK) leave_family(partial);
    if (option_is_family(setting->option.row) && setting->value.integer != FAMILY_NONE) leave_tasks(partial);
    option_set(setting->option, setting->value, &partial->config);
    partial->origin[option_slot(setting->option)] = setting;
}

/* Keeps what is said of the parent, in place of what was said of the same option before. */
static void keep_start(struct partial *partial, const struct setting *setting) {
    int kept = 0, count = partial->start_count;
    for (int i = 0; i < count && i < PARTIAL_START_MAX; i++) {
        const struct setting *earlier = partial->start[i];
        if (!settings_clash(setting, earlier)) partial->start[kept++] = earlier;
    }
    if (kept < PARTIAL_START_MAX) partial->start[kept] = setting;
    partial->start_count = kept + 1;
}

void partial_apply(struct partial *partial, const struct settings *settings) {
    for (size_t i = 0; i < settings->count; i++) {
        if (settings->items[i].of_start)
            keep_start(partial, &settings->items[i]);
        else
            partial_set(partial, &settings->items[i]);
    }
}

/* --- what follows --- */

/* Where an option was said, by the name of its row; NULL: nowhere. */
static const struct setting *origin_of(const struct partial *partial, const char *row_name, int index) {
    for (const struct option_row *row = options_table(); row->name; row++)
        if (!strcmp(row->name, row_name))
            return partial->origin[option_slot((struct option_ref){.row = row, .index = index})];
    return NULL;
}

/* Sizes of a task; where only those of one way of sampling are said, it is that way, whatever the default.
 * What is said of a family leaves each of its tasks its way. */
static struct sizes sizes_of(const struct partial *partial, int index) {
    struct sizes sizes = partial->config.mix.entry[index].task->sizes;
    if (partial->config.family) return sizes;
    bool digits =
        origin_of(partial, "task.*.min_digits", index) || origin_of(partial, "task.*.max_digits", index);
    bool range = origin_of(partial, "task.*.min", index) || origin_of(partial, "task.*.max", index);
    if (digits != range) sizes.sampling = digits ? SAMPLING_LENGTH : SAMPLING_MAGNITUDE;
    return sizes;
}

/* Where the lower bound of two is above the upper one, and one of them is the task's default, that one gives
 * way. */
#define FIT_BOUNDS(sizes, defaults, low, high)                                      \
    do {                                                                            \
        if ((sizes)->low > (sizes)->high && (sizes)->low == (defaults)->low)        \
            (sizes)->low = (sizes)->high;                                           \
        else if ((sizes)->low > (sizes)->high && (sizes)->high == (defaults)->high) \
            (sizes)->high = (sizes)->low;                                           \
    } while (0)

/* One bound that is said of a family may lie beyond the other's default for some of its tasks. */
static void fit_bounds(const struct sizes *defaults, struct sizes *sizes) {
    FIT_BOUNDS(sizes, defaults, min_digits, max_digits);
    FIT_BOUNDS(sizes, defaults, min, max);
    FIT_BOUNDS(sizes, defaults, min_length, max_length);
}

/* Completions of a step of reinforcement learning, unless minibatches are said. */
enum { STEP_COMPLETIONS = 32, MINIBATCHES_MAX = 1024 };

/* Options without a default of their own take it from others; what was said goes over that. */
static void derive(struct partial *partial) {
    struct config *config = &partial->config;
    const struct gpt_preset *preset = &gpt_presets[config->model.preset];
    config->model.layers = preset->layers;
    config->model.width = preset->width;
    config->model.heads = preset->heads;
    config->model.ffn = preset->ffn;
    config->model.rotary_share = preset->rotary_share;
    int completions = config->rl.prompts * config->rl.generations;
    config->rl.minibatches = completions < 2 * STEP_COMPLETIONS ? 1 : completions / STEP_COMPLETIONS;
    if (config->rl.minibatches > MINIBATCHES_MAX) config->rl.minibatches = MINIBATCHES_MAX;
    config->rl.learning_rate = config->rl.method == RL_PPO ? 1e-4 : 3e-4;
    config->rl.final_temperature = config->rl.temperature;
    config->rl.clip_high = config->rl.clip;
    for (int t = 0; t < config->mix.entries; t++)
        if (config->mix.entry[t].task) config->mix.entry[t].sizes = sizes_of(partial, t);
    for (int k = 0; noise_list[k]; k++) config->mix.kind_contamination[k] = config->mix.contamination;

    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            const struct setting *origin = partial->origin[option_slot(option)];
            if (origin) option_set(option, origin->value, config);
            bool of_all = origin && row->counts == COUNTS_TASKS && config->family;
            for (int t = 1; of_all && t < config->mix.entries; t++)
                option_set((struct option_ref){.row = row, .index = t}, origin->value, config);
        }
    for (int t = 0; config->family && t < config->mix.entries; t++)
        fit_bounds(&config->mix.entry[t].task->sizes, &config->mix.entry[t].sizes);
}

/* --- what must fit together --- */

const struct setting *partial_latest(const struct partial *partial, const char *section, int index) {
    const struct setting *latest = NULL;
    for (const struct option_row *row = options_table(); row->name; row++) {
        const struct setting *origin =
            partial->origin[option_slot((struct option_ref){.row = row, .index = index})];
        if (!origin || strncmp(row->name, section, strlen(section))) continue;
        if (!latest || origin->tree->order > latest->tree->order ||
            (origin->tree == latest->tree && origin->node > latest->node))
            latest = origin;
    }
    return latest;
}

/* Reports the message in *error where something was said (NULL: nowhere). */
static enum err blame_setting(const struct setting *said, const char *label, enum err code,
                              struct error *error) {
    if (code != ERR_INPUT || !error) return code;
    struct error inner = *error;
    if (said) return tree_error(said->tree, said->node, error, "%s", inner.message);
    return err_set(error, code, "%s: %s", label, inner.message);
}

/* The same where the latest option of a section ("model.", "task.") was said. */
static enum err blame(const struct partial *partial, const char *section, int index, const char *label,
                      enum err code, struct error *error) {
    return blame_setting(partial_latest(partial, section, index), label, code, error);
}

/* task.N.KEY must be one of the mix's tasks, and task.KEY can only be said of a single one. */
static enum err check_numbers(const struct partial *partial, struct error *error) {
    int entries = partial->config.mix.entries;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->counts == COUNTS_TASKS && i < MIX_TASKS; i++) {
            struct option_ref option = {.row = row, .index = i};
            const struct setting *origin = partial->origin[option_slot(option)];
            char name[OPTION_NAME_MAX];
            option_name(option, entries > 1 && origin && !origin->numbered ? 1 : MIX_TASKS, name);
            if (origin && i >= entries)
                return tree_error(origin->tree, origin->node, error, "%s: no such task (the mix has %d)",
                                  name, entries);
            if (origin && !origin->numbered && entries > 1)
                return tree_error(origin->tree, origin->node, error,
                                  "%s: of which task? (allowed: task.1 to task.%d)", name, entries);
        }
    return ERR_OK;
}

/* The tasks of a family have what is said of them in common, and equal weights. */
static enum err check_family(const struct partial *partial, struct error *error) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->counts == COUNTS_TASKS && i < MIX_TASKS; i++) {
            struct option_ref option = {.row = row, .index = i};
            const struct setting *origin = partial->origin[option_slot(option)];
            char name[OPTION_NAME_MAX];
            if (!origin || (!origin->numbered && strcmp(row->name, "task.*.weight"))) continue;
            option_name(option, origin->numbered ? MIX_TASKS : 1, name);
            return tree_error(origin->tree, origin->node, error,
                              "%s: not with task.family (allowed: sizes of all its tasks, as in "
                              "task.max_digits)",
                              name);
        }
    return ERR_OK;
}

static enum err check_tasks(const struct partial *partial, const char *label, struct error *error) {
    const struct config *config = &partial->config;
    enum err code = config->family ? check_family(partial, error) : check_numbers(partial, error);
    if (code) return code;
    for (int t = 0; t < config->mix.entries || !t; t++) {
        const struct mix_entry *entry = &config->mix.entry[t];
        struct buffer allowed = {0};
        struct option_ref name;
        option_find("task.name", &name);
        if (entry->task) {
            code = task_check_sizes(entry->task, &entry->sizes, error);
        } else {
            option_allowed(name.row, &allowed);
            code = err_set(error, ERR_INPUT, "the task's name is missing (allowed: %s)",
                           allowed.bytes ? allowed.bytes : "");
            buffer_free(&allowed);
        }
        if (code) return blame(partial, "task.", config->family ? 0 : t, label, code, error);
    }
    code = mix_check(&config->mix, error);
    return code ? err_prefix(error, code, "%s", label) : ERR_OK;
}

static enum err check_promises(const struct partial *partial, const char *label, struct error *error) {
    const char *const *options;
    enum err code = promises_check(&partial->config, &options, error);
    if (!code) return ERR_OK;
    const struct setting *said = NULL;
    for (; *options && !said; options++) said = origin_of(partial, *options, 0);
    return blame_setting(said, label, code, error);
}

enum err partial_finish(struct partial *partial, const char *label, struct error *error) {
    if (partial->start_count > PARTIAL_START_MAX)
        return err_set(error, ERR_INPUT, "%s: start: too many options (allowed: %d)", label,
                       PARTIAL_START_MAX);
    struct config *config = &partial->config;
    enum err code = config->family ? family_mix_make(config->family, &config->mix, error) : ERR_OK;
    if (code) return blame(partial, "task.family", 0, label, code, error);
    derive(partial);
    code = check_promises(partial, label, error);
    if (!code) code = check_tasks(partial, label, error);
    if (code) return code;
    if (!config->family) config->family = family_mix_of(&config->mix);
    /* What is asked of the shape does not depend on vocabulary and positions. */
    struct gpt_config shape = config_shape(config, 64, 64);
    code = gpt_config_check(&shape, error);
    return code ? blame(partial, "model.", 0, label, code, error) : ERR_OK;
}
