/* Collects options from a document, each checked against its row. See settings.h; partial.c goes on. */
#include "spec/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "spec/nearest.h"

void settings_free(struct settings *settings) {
    free(settings->items);
    *settings = (struct settings){0};
}

static enum err append(struct settings *settings, struct setting setting, struct error *error) {
    if (memory_reserve(&settings->items, &settings->capacity, settings->count + 1, sizeof setting))
        return err_memory(error, "the options");
    settings->items[settings->count++] = setting;
    return ERR_OK;
}

/* --- names --- */

/* "noise.digit" or "noise" lead to options below them. */
static bool is_section(const char *name) {
    return !*name || options_below(name, 0, (char[OPTION_NAME_MAX]){0});
}

/* Options of other sections with the same last name: `samples` for `data.samples`. */
static bool find_elsewhere(const char *key, char found[OPTION_NAME_MAX]) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        const char *dot = strrchr(row->name, '.');
        if (row->counts != COUNTS_NOTHING && row->counts != COUNTS_TASKS) continue;
        if (!dot || strcmp(dot + 1, key)) continue;
        option_name((struct option_ref){.row = row}, 1, found);
        return true;
    }
    return false;
}

/* Why an option or section is not to be said in `start`; NULL: it may be. */
static const char *kept_from_start(const char *name) {
    bool of_sweep = !strcmp(name, "name") || !strcmp(name, "seeds") || !strcmp(name, "trainer") ||
                    !strncmp(name, "report", strlen("report"));
    bool of_child = !strcmp(name, "rl") || !strncmp(name, "rl.", strlen("rl."));
    return of_sweep   ? "a parent has that of the run that starts from it"
           : of_child ? "a parent learns from data alone (allowed: rl of the run that starts from it)"
                      : NULL;
}

/* What names in messages begin with. */
static const char *prefix_of(const struct settings *settings) { return settings->in_start ? "start." : ""; }

/* Splits `name` behind the longest section that it begins with; returns the rest. */
static const char *split(const char *name, char section[OPTION_NAME_MAX]) {
    const char *rest = name;
    *section = 0;
    for (const char *dot = strchr(name, '.'); dot && dot - name < OPTION_NAME_MAX;
         dot = strchr(dot + 1, '.')) {
        char candidate[OPTION_NAME_MAX];
        snprintf(candidate, sizeof candidate, "%.*s", (int)(dot - name), name);
        if (!is_section(candidate)) break;
        strcpy(section, candidate);
        rest = dot + 1;
    }
    return rest;
}

/* "unknown option 'sampels' in data, did you mean samples? (allowed: samples, epochs, ...)" */
static enum err unknown_option(const struct settings *settings, const struct tree *tree, int node,
                               const char *name, struct error *error) {
    char section[OPTION_NAME_MAX], below[OPTION_NAME_MAX], found[OPTION_NAME_MAX],
        guess[OPTION_NAME_MAX + 20] = "";
    const char *key = split(name, section);
    struct buffer allowed = {0};
    struct nearest nearest = {.word = key};
    for (int n = 0; options_below(section, n, below); n++) {
        if (settings->in_start && !*section && kept_from_start(below)) continue;
        buffer_printf(&allowed, "%s%s", allowed.length ? ", " : "", below);
        nearest_offer(&nearest, below);
    }
    if (!*section && !settings->in_start) {
        buffer_text(&allowed, ", grid, start, select");
        nearest_offer(&nearest, "grid");
        nearest_offer(&nearest, "select");
        nearest_offer(&nearest, "start");
    }
    if (*nearest.best || find_elsewhere(key, found))
        snprintf(guess, sizeof guess, ", did you mean %s?", *nearest.best ? nearest.best : found);
    const char *start = !settings->in_start ? "" : *section ? "start." : "start";
    enum err code = allowed.failed
                        ? err_memory(error, "a message")
                        : tree_error(tree, node, error, "unknown option '%s'%s%s%s%s (allowed: %s)", key,
                                     *section || *start ? " in " : "", start, section, guess, allowed.bytes);
    buffer_free(&allowed);
    return code;
}

static enum err given_twice(const struct tree *tree, int node, const char *name, const struct tree *first,
                            int before, struct error *error) {
    if (!first->places)
        return tree_error(tree, node, error, "%s is given twice (also by %s)", name, first->label);
    return tree_error(tree, node, error, "%s is given twice (first in line %d)", name,
                      first->nodes[before].line);
}

static bool is_family(const struct setting *setting) {
    return option_is_family(setting->option.row) && setting->value.integer != FAMILY_NONE;
}

/* Whether one names a task and the other a family. */
static bool is_either(const struct setting *a, const struct setting *b) {
    return a->option.row->type == OPTION_TASK ? is_family(b)
                                              : is_family(a) && b->option.row->type == OPTION_TASK;
}

bool settings_clash(const struct setting *a, const struct setting *b) {
    if (a->tasks || b->tasks || a->of_start != b->of_start) return false;
    return option_slot(a->option) == option_slot(b->option) || is_either(a, b);
}

static enum err given_both(const struct tree *tree, int node, const char *name, const struct setting *first,
                           struct error *error) {
    char before[OPTION_NAME_MAX];
    option_name(first->option, first->numbered ? MIX_TASKS : 1, before);
    return tree_error(tree, node, error, "%s: not beside %s (allowed: one of the two)", name, before);
}

enum err settings_check_key(const struct tree *tree, int mapping, int key, struct error *error) {
    const struct node *nodes = tree->nodes;
    if (nodes[key].kind != NODE_SCALAR)
        return tree_error(tree, key, error, "a name is wanted before the colon, not %s",
                          tree_text(tree, key));
    for (int k = nodes[mapping].first; k != key; k = nodes[nodes[k].next].next)
        if (!strcmp(nodes[k].text, nodes[key].text))
            return given_twice(tree, key, nodes[key].text, tree, k, error);
    return ERR_OK;
}

/* --- values --- */

static enum err wrong_value(const struct tree *tree, int node, const struct option_row *row, const char *name,
                            const char *problem, struct error *error) {
    struct buffer allowed = {0};
    option_allowed(row, &allowed);
    enum err code = allowed.failed ? err_memory(error, "a message")
                                   : tree_error(tree, node, error, "%s: '%s' %s (allowed: %s)", name,
                                                tree_text(tree, node), problem, allowed.bytes);
    buffer_free(&allowed);
    return code;
}

static enum err collect_option(struct settings *settings, const struct tree *tree, int node,
                               struct option_ref option, const char *name, struct error *error) {
    const struct node *n = &tree->nodes[node];
    struct setting setting = {.option = option, .tree = tree, .node = node, .of_start = settings->in_start};
    struct option_row row = *option.row;
    char full[OPTION_NAME_MAX + 8];
    const char *problem = "is not a single value";
    snprintf(full, sizeof full, "%s%s", prefix_of(settings), name);
    const char *kept = settings->in_start ? kept_from_start(name) : NULL;
    if (kept) return tree_error(tree, node, error, "%s: %s", full, kept);
    if (row.typed && tree->places)
        return tree_error(tree, node, error,
                          "%s: is never taken from a spec (allowed: --%s on the command "
                          "line)",
                          full, name);
    if (settings->in_start && !strcmp(name, "data.samples")) row.low = 0; /* no parent */
    if (n->kind != NODE_SCALAR || option_parse(&row, n->text, n->quoted, &setting.value, &problem))
        return wrong_value(tree, node, &row, full, problem, error);
    setting.numbered = option.row->counts != COUNTS_TASKS || (name[5] >= '0' && name[5] <= '9');
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *other = &settings->items[i];
        if (!settings_clash(&setting, other)) continue;
        return is_either(&setting, other) ? given_both(tree, node, full, other, error)
                                          : given_twice(tree, node, full, other->tree, other->node, error);
    }
    return append(settings, setting, error);
}

static enum err collect_section(struct settings *settings, const struct tree *tree, int node,
                                const char *section, struct error *error) {
    const struct node *nodes = tree->nodes;
    if (nodes[node].kind != NODE_MAPPING)
        return tree_error(tree, node, error, "%s%s: a mapping of options is wanted, not '%s'%s",
                          !settings->in_start ? ""
                          : *section          ? "start."
                                              : "start",
                          *section || settings->in_start ? section : "the spec", tree_text(tree, node),
                          settings->in_start && !*section ? " (model.init starts from a checkpoint)" : "");
    enum err code = ERR_OK;
    for (int key = nodes[node].first; key && !code; key = nodes[nodes[key].next].next) {
        code = settings_check_key(tree, node, key, error);
        if (!code) code = settings_collect_key(settings, tree, key, nodes[key].next, section, error);
    }
    return code;
}

/* `task` is one mapping, or a list of them: a mix. A parent's mapping leaves the rest as the run has it. */
static enum err collect_tasks(struct settings *settings, const struct tree *tree, int node,
                              struct error *error) {
    const struct node *nodes = tree->nodes;
    bool mix = nodes[node].kind == NODE_SEQUENCE;
    struct setting setting = {
        .tree = tree, .node = node, .tasks = mix ? nodes[node].count : 1, .of_start = settings->in_start};
    if (setting.tasks < 1 || setting.tasks > MIX_TASKS)
        return tree_error(tree, node, error, "%stask: %d tasks in the mix (allowed: 1 to %d)",
                          prefix_of(settings), setting.tasks, MIX_TASKS);
    enum err code = settings->in_start && !mix ? ERR_OK : append(settings, setting, error);
    if (!mix) return code ? code : collect_section(settings, tree, node, "task", error);
    int number = 1;
    for (int item = nodes[node].first; item && !code; item = nodes[item].next) {
        char name[OPTION_NAME_MAX];
        snprintf(name, sizeof name, "task.%d", number++);
        code = collect_section(settings, tree, item, name, error);
    }
    return code;
}

enum err settings_collect(struct settings *settings, const struct tree *tree, int node, const char *name,
                          struct error *error) {
    struct option_ref option;
    bool scalar = tree->nodes[node].kind == NODE_SCALAR;
    if (option_find(name, &option) && (scalar || !is_section(name)))
        return collect_option(settings, tree, node, option, name, error);
    if (!strcmp(name, "task")) return collect_tasks(settings, tree, node, error);
    return collect_section(settings, tree, node, name, error);
}

/* What stands at a key of that full name. */
static enum err collect_named(struct settings *settings, const struct tree *tree, int key, int value,
                              const char *name, struct error *error) {
    struct option_ref option;
    bool fits = *name && strlen(name) < OPTION_NAME_MAX;
    bool known = fits && (option_find(name, &option) || is_section(name));
    return known ? settings_collect(settings, tree, value, name, error)
                 : unknown_option(settings, tree, key, name, error);
}

/* `start: {...}` and `start.data.samples: ...`, as any other options but marked. */
static enum err collect_start(struct settings *settings, const struct tree *tree, int key, int value,
                              struct error *error) {
    const char *name = tree->nodes[key].text + strlen("start");
    settings->in_start = true;
    enum err code = *name ? collect_named(settings, tree, key, value, name + 1, error)
                          : collect_section(settings, tree, value, "", error);
    settings->in_start = false;
    return code;
}

enum err settings_collect_key(struct settings *settings, const struct tree *tree, int key, int value,
                              const char *section, struct error *error) {
    char name[OPTION_NAME_MAX * 2];
    const char *text = tree->nodes[key].text;
    bool starts = !strncmp(text, "start", strlen("start")) && (!text[5] || text[5] == '.');
    if (starts && !*section && !settings->in_start) return collect_start(settings, tree, key, value, error);
    snprintf(name, sizeof name, "%s%s%s", section, *section ? "." : "", text);
    return collect_named(settings, tree, key, value, name, error);
}
