/* What a spec says. See wording.h; the grid is read in grid.c. */
#include "spec/wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "spec/start.h"

void wording_free(struct wording *wording) {
    for (int g = 0; g < wording->grid_count; g++) grid_free(&wording->grids[g]);
    grid_free(&wording->word_axes);
    settings_free(&wording->plain);
    settings_free(&wording->words);
    seeds_free(&wording->seeds);
    for (int t = 0; t < wording->tree_count; t++) tree_free(&wording->trees[t]);
    free(wording->trees);
    free(wording->grids);
    *wording = (struct wording){0};
}

/* --- the file ------------------------------------------------------------------------------------- */

/* One grid, or a list of them. Replaces what was there. */
static enum err read_grids(struct wording *wording, const struct tree *tree, int node, struct error *error) {
    const struct node *n = &tree->nodes[node];
    bool list = n->kind == NODE_SEQUENCE;
    for (int g = 0; g < wording->grid_count; g++) grid_free(&wording->grids[g]);
    wording->grid_count = 0;
    free(wording->grids);
    if (list && n->count < 1) {
        wording->grids = NULL;
        return tree_error(tree, node, error, "grid: an empty list");
    }
    wording->grids = memory_array(list ? (size_t)n->count : 1, sizeof *wording->grids);
    if (!wording->grids) return err_memory(error, "the grid");
    enum err code = ERR_OK;
    for (int item = list ? n->first : node; item && !code; item = list ? tree->nodes[item].next : 0)
        code = grid_read(&wording->grids[wording->grid_count++], tree, item, error);
    return code;
}

static enum err read_tree(struct wording *wording, const struct tree *tree, bool word, struct error *error) {
    const struct node *nodes = tree->nodes;
    if (nodes[1].kind != NODE_MAPPING)
        return tree_error(tree, 1, error, "a spec is a mapping of options (name: ..., task: ...), not '%s'",
                          tree_text(tree, 1));
    enum err code = ERR_OK;
    for (int key = nodes[1].first; key && !code; key = nodes[nodes[key].next].next) {
        code = settings_check_key(tree, 1, key, error);
        if (code) break;
        int value = nodes[key].next;
        if (!strcmp(nodes[key].text, "seeds")) {
            code = seeds_read(&wording->seeds, tree, value, error);
            wording->seeds_fixed = word;
        } else if (!strcmp(nodes[key].text, "grid")) {
            code = read_grids(wording, tree, value, error);
        } else if (!strcmp(nodes[key].text, "select")) {
            code = select_read(&wording->select, tree, value, error);
        } else {
            code =
                settings_collect_key(word ? &wording->words : &wording->plain, tree, key, value, "", error);
        }
    }
    return code;
}

/* --- words ---------------------------------------------------------------------------------------- */

/* The option that a word's key names, whether of the run or of its parent. */
static bool find_option(const char *key, struct option_ref *option) {
    const char *of_parent = start_option(key);
    return option_find(of_parent ? of_parent : key, option);
}

/* Whether a text with commas is one value. */
static bool takes_comma(const struct option_row *row, const char *value) {
    return row->type == OPTION_STRING && (row->typed || row->accepts(value));
}

/* KEY=A,B,C is short for KEY=[A, B, C], but for what may hold a comma itself. */
static enum err read_list(struct tree *tree, const char *word, struct error *error) {
    struct tree list = {0};
    struct buffer text = {0};
    struct option_ref option;
    const char *key = tree->nodes[2].text, *value = tree->nodes[3].text;
    if (!value || !strchr(value, ',') || !find_option(key, &option) || takes_comma(option.row, value))
        return ERR_OK;
    buffer_printf(&text, "%s=[%s]", key, value);
    enum err code = text.failed ? err_memory(error, word) : tree_from_word(&list, text.bytes, error);
    char *label = memory_string(word); /* what messages begin with */
    if (!code && !label) code = err_memory(error, word);
    if (!code) {
        free(list.label);
        list.label = label;
        label = NULL;
        tree_free(tree);
        *tree = list;
        list = (struct tree){0};
    }
    tree_free(&list);
    free(label);
    buffer_free(&text);
    return code;
}

bool wording_is_axis(const struct tree *tree) {
    static const char *const lists[] = {"seeds", "grid",    "task",   "start.task",
                                        "zip",   "exclude", "select", NULL};
    for (int i = 0; lists[i]; i++)
        if (!strcmp(tree->nodes[2].text, lists[i])) return false;
    return tree->nodes[3].kind == NODE_SEQUENCE;
}

static enum err read_word(struct wording *wording, struct tree *tree, const char *word, struct error *error) {
    enum err code = tree_from_word(tree, word, error);
    if (!code) code = read_list(tree, word, error);
    if (code) return code;
    return wording_is_axis(tree) ? grid_read(&wording->word_axes, tree, 1, error)
                                 : read_tree(wording, tree, true, error);
}

/* ERR_INPUT where one word gives an option several values and another one value: which of them counts is
 * nowhere said. */
static enum err check_words(const struct wording *wording, struct error *error) {
    const struct axes *axes = &wording->word_axes.product;
    for (size_t a = 0; a < axes->count; a++) {
        const struct settings *choice = &axes->axis[a].choice[0];
        const struct setting *several = choice->items;
        for (size_t i = 0; i < wording->words.count && choice->count; i++) {
            const struct setting *one = &wording->words.items[i];
            if (settings_clash(one, several))
                return tree_error(one->tree, one->node, error, "%s is given twice (also by %s)",
                                  one->tree->nodes[2].text, several->tree->label);
        }
    }
    return ERR_OK;
}

/* --- all ------------------------------------------------------------------------------------------ */

enum err wording_read(struct wording *wording, const char *label, const char *bytes, size_t length,
                      const char *const words[], int count, struct error *error) {
    *wording = (struct wording){.trees = memory_array((size_t)count + 1, sizeof *wording->trees),
                                .seeds = {.seed = memory_array(1, sizeof(int64_t)), .count = 1}};
    if (!wording->trees || !wording->seeds.seed) return err_memory(error, label);
    wording->seeds.seed[0] = 1;
    enum err code = ERR_OK;
    for (int t = 0; t <= count && !code; t++) {
        struct tree *tree = &wording->trees[wording->tree_count++];
        code = t ? read_word(wording, tree, words[t - 1], error)
                 : tree_from_yaml(tree, label, bytes, length, error);
        tree->order = t;
        if (!code && !t) code = read_tree(wording, tree, false, error);
    }
    return code ? code : check_words(wording, error);
}

uint64_t wording_cells(const struct wording *wording, const struct grid *grid) {
    uint64_t cells;
    bool many = __builtin_mul_overflow(grid ? grid_cells(grid) : 1, grid_cells(&wording->word_axes), &cells);
    return many ? UINT64_MAX : cells;
}

void wording_apply(const struct wording *wording, const struct grid *grid, bool in_grid, uint64_t cell,
                   struct partial *partial) {
    uint64_t by_words = grid_cells(&wording->word_axes);
    partial_apply(partial, &wording->plain);
    if (grid) grid_apply(grid, cell / by_words, partial);
    partial_apply(partial, &wording->words);
    if (in_grid) grid_apply(&wording->word_axes, cell % by_words, partial);
}

const struct seeds *wording_seeds(const struct wording *wording, const struct grid *grid) {
    return grid && grid->seeds.count && !wording->seeds_fixed ? &grid->seeds : &wording->seeds;
}
