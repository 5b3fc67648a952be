/* The grid of a spec. See grid.h. */
#include "spec/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "spec/spec.h"
#include "spec/start.h"

/* Each cell is held against each value: this keeps a hostile spec short. */
enum { CONDITIONS_MAX = 1000 };

static void axes_free(struct axes *axes) {
    for (size_t a = 0; a < axes->count; a++) {
        for (int c = 0; c < axes->axis[a].choices; c++) settings_free(&axes->axis[a].choice[c]);
        free(axes->axis[a].choice);
    }
    free(axes->axis);
    *axes = (struct axes){0};
}

void seeds_free(struct seeds *seeds) {
    free(seeds->seed);
    *seeds = (struct seeds){0};
}

void grid_free(struct grid *grid) {
    axes_free(&grid->product);
    for (int e = 0; e < grid->excludes; e++) axes_free(&grid->exclude[e]);
    free(grid->exclude);
    seeds_free(&grid->seeds);
    *grid = (struct grid){0};
}

/* How many values a list has; a single value counts as a list of one where `single` allows it. */
static enum err count_choices(const struct tree *tree, int node, const char *name, bool single, int *count,
                              struct error *error) {
    const struct node *n = &tree->nodes[node];
    if (n->kind != NODE_SEQUENCE && !single)
        return tree_error(tree, node, error, "%s: a list of values is wanted, as in [0, 0.5, 1], not '%s'",
                          name, tree_text(tree, node));
    *count = n->kind == NODE_SEQUENCE ? n->count : 1;
    if (*count >= 1 && *count <= SPEC_RUNS_MAX) return ERR_OK;
    return tree_error(tree, node, error, "%s: a list of %d values (allowed: 1 to %d)", name, *count,
                      SPEC_RUNS_MAX);
}

/* The first value of a list, or the single value itself. */
static int first_value(const struct tree *tree, int node) {
    return tree->nodes[node].kind == NODE_SEQUENCE ? tree->nodes[node].first : node;
}

enum err seeds_read(struct seeds *seeds, const struct tree *tree, int node, struct error *error) {
    int count = 0;
    enum err code = count_choices(tree, node, "seeds", true, &count, error);
    if (code) return code;
    struct seeds read = {.seed = memory_array((size_t)count, sizeof *read.seed)};
    if (!read.seed) return err_memory(error, "the seeds");
    for (int value = first_value(tree, node); read.count < count && !code; value = tree->nodes[value].next) {
        struct settings one = {0};
        code = settings_collect(&one, tree, value, "seeds", error);
        if (!code) read.seed[read.count++] = one.items[0].value.integer;
        settings_free(&one);
    }
    if (!code) {
        seeds_free(seeds);
        *seeds = read;
    } else {
        seeds_free(&read);
    }
    return code;
}

/* Adds the choices of `key: [value, ...]` to an axis: choice i gets what value i says. An axis without
 * choices yet takes their number; otherwise (zip) it must be the same. */
static enum err read_choices(struct axis *axis, const struct tree *tree, int mapping, int key, bool single,
                             struct error *error) {
    int list = tree->nodes[key].next, count = 0;
    enum err code = settings_check_key(tree, mapping, key, error);
    if (code) return code;
    const char *name = tree->nodes[key].text;
    if (!strcmp(name, "name"))
        return tree_error(tree, key, error,
                          "name: not in a grid: all its runs go to one folder of this name");
    code = count_choices(tree, list, name, single, &count, error);
    if (code) return code;
    if (axis->choices && axis->choices != count)
        return tree_error(tree, list, error, "%s: %d values to be zipped with %d", name, count,
                          axis->choices);
    if (!axis->choice && !(axis->choice = memory_array((size_t)count, sizeof *axis->choice)))
        return err_memory(error, "the grid");
    axis->choices = count;
    int value = first_value(tree, list);
    for (int c = 0; c < count && !code; c++, value = tree->nodes[value].next)
        code = settings_collect_key(&axis->choice[c], tree, key, value, "", error);
    return code;
}

static enum err add_axis(struct axes *axes, struct axis **axis, struct error *error) {
    if (memory_reserve(&axes->axis, &axes->capacity, axes->count + 1, sizeof *axes->axis))
        return err_memory(error, "the grid");
    *axis = &axes->axis[axes->count++];
    **axis = (struct axis){0};
    return ERR_OK;
}

static enum err want_mapping(const struct tree *tree, int node, const char *what, struct error *error) {
    if (tree->nodes[node].kind == NODE_MAPPING && tree->nodes[node].count > 0) return ERR_OK;
    return tree_error(tree, node, error, "%s: a mapping of options to lists is wanted, not '%s'", what,
                      tree->nodes[node].kind == NODE_MAPPING ? "{}" : tree_text(tree, node));
}

/* One group of lines that go together. */
static enum err read_zip(struct grid *grid, const struct tree *tree, int node, struct error *error) {
    struct axis *axis = NULL;
    enum err code = want_mapping(tree, node, "zip", error);
    if (!code) code = add_axis(&grid->product, &axis, error);
    for (int key = tree->nodes[node].first; !code && key; key = tree->nodes[tree->nodes[key].next].next)
        code = read_choices(axis, tree, node, key, false, error);
    return code;
}

/* One group of conditions that leave a cell out. */
static enum err read_exclude(struct grid *grid, const struct tree *tree, int node, struct error *error) {
    enum err code = want_mapping(tree, node, "exclude", error);
    struct axes *axes = &grid->exclude[grid->excludes++];
    for (int key = tree->nodes[node].first; !code && key; key = tree->nodes[tree->nodes[key].next].next) {
        struct axis *axis = NULL;
        code = add_axis(axes, &axis, error);
        if (!code) code = read_choices(axis, tree, node, key, true, error);
        if (!code && (grid->conditions += axis->choices) > CONDITIONS_MAX)
            code = tree_error(tree, key, error, "exclude: too many values (allowed: %d)", CONDITIONS_MAX);
    }
    return code;
}

/* `zip` and `exclude`: one mapping, or a list of them. */
static enum err read_groups(struct grid *grid, const struct tree *tree, int node, bool exclude,
                            struct error *error) {
    int count = 0;
    enum err code = count_choices(tree, node, exclude ? "exclude" : "zip", true, &count, error);
    if (!code && exclude && !(grid->exclude = memory_array((size_t)count, sizeof *grid->exclude)))
        code = err_memory(error, "the grid");
    int group = first_value(tree, node);
    for (int i = 0; i < count && !code; i++, group = tree->nodes[group].next)
        code = exclude ? read_exclude(grid, tree, group, error) : read_zip(grid, tree, group, error);
    return code;
}

/* A number for each option; one for a task's name and a family, which exclude each other. */
static int owner_slot(const struct setting *setting) {
    struct option_ref option = setting->option;
    if (option_is_family(option.row)) option_find("task.name", &option);
    return option_slot(option) + (setting->of_start ? OPTION_SLOTS : 0);
}

/* No option may be on two axes: which would win? */
static enum err check_axes(const struct grid *grid, struct error *error) {
    int *owner = memory_array(2 * (size_t)OPTION_SLOTS, sizeof *owner); /* axis + 1; those of `start` last */
    if (!owner) return err_memory(error, "the grid");
    enum err code = ERR_OK;
    for (int a = 0; a < (int)grid->product.count; a++)
        for (int c = 0; c < grid->product.axis[a].choices && !code; c++) {
            const struct settings *settings = &grid->product.axis[a].choice[c];
            for (size_t s = 0; s < settings->count && !code; s++) {
                const struct setting *setting = &settings->items[s];
                if (setting->tasks) continue;
                int *slot = &owner[owner_slot(setting)];
                char name[OPTION_NAME_MAX];
                option_name(setting->option, 1, name);
                if (*slot && *slot != a + 1)
                    code =
                        tree_error(setting->tree, setting->node, error, "%s%s is on two axes of the grid%s",
                                   setting->of_start ? "start." : "", name,
                                   option_is_family(setting->option.row) ? ", or beside task.name" : "");
                *slot = a + 1;
            }
        }
    free(owner);
    return code;
}

enum err grid_read(struct grid *grid, const struct tree *tree, int node, struct error *error) {
    const struct node *nodes = tree->nodes;
    grid->tree = tree;
    grid->node = node;
    if (nodes[node].kind != NODE_MAPPING) return want_mapping(tree, node, "grid", error);
    enum err code = ERR_OK;
    for (int key = nodes[node].first; key && !code; key = nodes[nodes[key].next].next) {
        struct axis *axis = NULL;
        code = settings_check_key(tree, node, key, error);
        if (code) break;
        if (!strcmp(nodes[key].text, "zip") || !strcmp(nodes[key].text, "exclude"))
            code = read_groups(grid, tree, nodes[key].next, nodes[key].text[0] == 'e', error);
        else if (!strcmp(nodes[key].text, "seeds"))
            code = seeds_read(&grid->seeds, tree, nodes[key].next, error);
        else if (!(code = add_axis(&grid->product, &axis, error)))
            code = read_choices(axis, tree, node, key, false, error);
    }
    return code ? code : check_axes(grid, error);
}

uint64_t grid_cells(const struct grid *grid) {
    uint64_t cells = 1;
    for (size_t a = 0; a < grid->product.count; a++)
        if (__builtin_mul_overflow(cells, (uint64_t)grid->product.axis[a].choices, &cells)) return UINT64_MAX;
    return cells;
}

void grid_apply(const struct grid *grid, uint64_t cell, struct partial *partial) {
    uint64_t after = grid_cells(grid);
    for (size_t a = 0; a < grid->product.count; a++) {
        const struct axis *axis = &grid->product.axis[a];
        after /= (uint64_t)axis->choices;
        partial_apply(partial, &axis->choice[cell / after % (uint64_t)axis->choices]);
    }
}

static bool setting_holds(const struct setting *setting, const struct partial *run) {
    const struct config *config = &run->config;
    struct option_ref option = setting->option;
    bool of_family = config->family && !setting->numbered; /* what is said of tasks is said of all */
    if (setting->tasks)
        return setting->of_start || setting->tasks == config->mix.entries ||
               (setting->tasks == 1 && config->family);
    if (setting->of_start) return start_says(run, setting);
    for (int i = 0; i < (of_family ? config->mix.entries : 1); i++, option.index++)
        if (!option_equal(option.row, setting->value, option_get(option, config))) return false;
    return true;
}

static bool holds(const struct settings *settings, const struct partial *run) {
    for (size_t s = 0; s < settings->count; s++)
        if (!setting_holds(&settings->items[s], run)) return false;
    return true;
}

static bool some_choice_holds(const struct axis *axis, const struct partial *run) {
    for (int c = 0; c < axis->choices; c++)
        if (holds(&axis->choice[c], run)) return true;
    return false;
}

bool grid_excludes(const struct grid *grid, const struct partial *run) {
    for (int e = 0; e < grid->excludes; e++) {
        size_t matched = 0;
        while (matched < grid->exclude[e].count && some_choice_holds(&grid->exclude[e].axis[matched], run))
            matched++;
        if (matched == grid->exclude[e].count) return true;
    }
    return false;
}
