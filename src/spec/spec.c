/* A spec and its runs. See spec.h; the grid is read in grid.c, a run put together in partial.c. */
#include "spec/spec.h"
#include "spec/identity.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/grid.h"
#include "spec/settings.h"

struct spec_entry {
    int grid;
    uint64_t cell;
    int64_t seed;
    char id[CONFIG_ID_LENGTH + 1];
};

struct spec {
    char *label; /* what messages begin with */
    char *text;
    size_t length;
    char name[CONFIG_NAME_MAX + 1]; /* for a spec that does not give one */
    struct tree *trees;             /* the file and the words */
    int tree_count;
    struct settings plain, words;
    struct seeds seeds;
    bool seeds_fixed; /* by a word: also over a grid's own */
    struct grid *grids;
    int grid_count;
    struct partial initial; /* every option's default */
    struct partial first;   /* the first run, to tell what varies */
    bool varies[OPTION_SLOTS];
    struct spec_entry *runs;
    size_t run_count, run_capacity;
    struct identity identity;
    enum err files; /* whether every file that a run needs can be read */
    struct error files_fault;
};

void spec_free(struct spec *spec) {
    if (!spec) return;
    identity_free(&spec->identity);
    for (int g = 0; g < spec->grid_count; g++) grid_free(&spec->grids[g]);
    settings_free(&spec->plain);
    settings_free(&spec->words);
    seeds_free(&spec->seeds);
    for (int t = 0; t < spec->tree_count; t++) tree_free(&spec->trees[t]);
    free(spec->trees);
    free(spec->grids);
    free(spec->runs);
    free(spec->text);
    free(spec->label);
    free(spec);
}

/* --- one run --- */

/* Puts a run's configuration together; `grid` NULL: as written, without one. */
static enum err assemble(const struct spec *spec, const struct grid *grid, uint64_t cell, int64_t seed,
                         struct partial *partial, struct error *error) {
    *partial = spec->initial;
    partial_apply(partial, &spec->plain);
    if (grid) grid_apply(grid, cell, partial);
    partial_apply(partial, &spec->words);
    partial->config.seed = seed;
    enum err code = partial_finish(partial, spec->label, error);
    if (!*partial->config.name) memcpy(partial->config.name, spec->name, sizeof spec->name);
    return code;
}

void spec_plain(const struct spec *spec, struct config *config) {
    struct partial partial;
    if (assemble(spec, NULL, 0, spec->seeds.seed[0], &partial, NULL))
        spec_run(spec, 0, config);
    else
        *config = partial.config;
}

void spec_run(const struct spec *spec, int run, struct config *config) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    const struct spec_entry *r = &spec->runs[run];
    struct partial partial;
    enum err code =
        assemble(spec, spec->grid_count ? &spec->grids[r->grid] : NULL, r->cell, r->seed, &partial, NULL);
    assert(!code);
    *config = partial.config;
}

/* --- all runs --- */

static const struct seeds *grid_seeds(const struct spec *spec, const struct grid *grid) {
    return grid && grid->seeds.count && !spec->seeds_fixed ? &grid->seeds : &spec->seeds;
}

/* The size of the sweep follows from the lengths of the lists: too large a one is refused before any cell
 * of it is looked at. */
static enum err check_size(const struct spec *spec, struct error *error) {
    uint64_t total = 0;
    for (int g = 0; g < spec->grid_count; g++) {
        const struct grid *grid = &spec->grids[g];
        uint64_t runs;
        if (__builtin_mul_overflow(grid_cells(grid), (uint64_t)grid_seeds(spec, grid)->count, &runs) ||
            __builtin_add_overflow(total, runs, &total) || total > SPEC_RUNS_MAX)
            return tree_error(grid->tree, grid->node, error, "grid: too many runs (allowed: %d in all)",
                              SPEC_RUNS_MAX);
    }
    return ERR_OK;
}

/* A set of IDs, to find equal runs: open addressing. */
struct id_set {
    uint64_t *id; /* 0: free */
    size_t size;  /* a power of two, over twice what is in it */
};

/* Whether it was there before. */
static bool id_insert(struct id_set *set, const char *text) {
    uint64_t id = strtoull(text, NULL, 16) | 1; /* never 0; 63 bits tell 100,000 runs apart */
    size_t i = id * 0x9e3779b97f4a7c15u >> 20 & (set->size - 1);
    for (; set->id[i]; i = (i + 1) & (set->size - 1))
        if (set->id[i] == id) return true;
    set->id[i] = id;
    return false;
}

/* Marks the options in which a run differs from the first, of those that a person gave. */
static void note_varied(struct spec *spec, const struct partial *run) {
    if (spec->run_count == 1) spec->first = *run;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            int slot = option_slot(option);
            bool given = run->origin[slot] || spec->first.origin[slot] || !strcmp(row->name, "seeds");
            if (given &&
                !option_equal(row, option_get(option, &run->config), option_get(option, &spec->first.config)))
                spec->varies[slot] = true;
        }
}

/* Gives a run its ID. That a file cannot be read is kept for spec_check_files. */
static enum err identify(struct spec *spec, const struct config *config, struct spec_entry *run,
                         struct error *error) {
    struct error fault;
    enum err code = identity_of(&spec->identity, config, run->id, &fault);
    if (code && code != ERR_INPUT) return err_set(error, code, "%s", fault.message);
    if (code && !spec->files) {
        spec->files = code;
        spec->files_fault = fault;
    }
    return ERR_OK;
}

/* Checks a run and keeps it unless it is excluded or there already. */
static enum err add_run(struct spec *spec, struct id_set *seen, struct spec_entry run,
                        struct partial *partial, struct error *error) {
    const struct grid *grid = spec->grid_count ? &spec->grids[run.grid] : NULL;
    enum err code = assemble(spec, grid, run.cell, run.seed, partial, error);
    if (code || (grid && grid_excludes(grid, &partial->config))) return code;
    code = identify(spec, &partial->config, &run, error);
    if (code) return code;
    if (id_insert(seen, run.id)) return ERR_OK;
    if (memory_reserve(&spec->runs, &spec->run_capacity, spec->run_count + 1, sizeof *spec->runs))
        return err_memory(error, "the runs");
    spec->runs[spec->run_count++] = run;
    note_varied(spec, partial);
    return ERR_OK;
}

/* Seed by seed, so that early on all cells have something to show. */
static enum err list_runs(struct spec *spec, struct error *error) {
    struct id_set seen = {.size = 1 << 18};
    struct partial *partial = memory_array(1, sizeof *partial);
    static_assert(SPEC_RUNS_MAX < 1 << 17, "the set is at most half full");
    seen.id = memory_array(seen.size, sizeof *seen.id);
    enum err code = partial && seen.id ? ERR_OK : err_memory(error, "the runs");
    for (int g = 0; !code && (g < spec->grid_count || !g); g++) {
        const struct grid *grid = spec->grid_count ? &spec->grids[g] : NULL;
        const struct seeds *seeds = grid_seeds(spec, grid);
        uint64_t cells = grid ? grid_cells(grid) : 1;
        for (int s = 0; s < seeds->count; s++)
            for (uint64_t cell = 0; cell < cells && !code; cell++)
                code =
                    add_run(spec, &seen, (struct spec_entry){.grid = g, .cell = cell, .seed = seeds->seed[s]},
                            partial, error);
    }
    if (!code && !spec->run_count)
        code = tree_error(spec->grids[0].tree, spec->grids[0].node, error, "grid: every cell is excluded");
    free(seen.id);
    free(partial);
    return code;
}

bool spec_varied(const struct spec *spec, int n, struct option_ref *option) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            *option = (struct option_ref){.row = row, .index = i};
            if (spec->varies[option_slot(*option)] && n-- == 0) return true;
        }
    return false;
}

/* --- reading --- */

/* One grid, or a list of them. Replaces what was there. */
static enum err read_grids(struct spec *spec, const struct tree *tree, int node, struct error *error) {
    const struct node *n = &tree->nodes[node];
    bool list = n->kind == NODE_SEQUENCE;
    for (int g = 0; g < spec->grid_count; g++) grid_free(&spec->grids[g]);
    spec->grid_count = 0;
    free(spec->grids);
    if (list && n->count < 1) {
        spec->grids = NULL;
        return tree_error(tree, node, error, "grid: an empty list");
    }
    spec->grids = memory_array(list ? (size_t)n->count : 1, sizeof *spec->grids);
    if (!spec->grids) return err_memory(error, "the grid");
    enum err code = ERR_OK;
    for (int item = list ? n->first : node; item && !code; item = list ? tree->nodes[item].next : 0)
        code = grid_read(&spec->grids[spec->grid_count++], tree, item, error);
    return code;
}

static enum err read_tree(struct spec *spec, const struct tree *tree, bool word, struct error *error) {
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
            code = seeds_read(&spec->seeds, tree, value, error);
            spec->seeds_fixed = word;
        } else if (!strcmp(nodes[key].text, "grid")) {
            code = read_grids(spec, tree, value, error);
        } else {
            code = settings_collect_key(word ? &spec->words : &spec->plain, tree, key, value, "", error);
        }
    }
    return code;
}

static enum err read_all(struct spec *spec, const char *const words[], int count, struct error *error) {
    enum err code = ERR_OK;
    for (int t = 0; t <= count && !code; t++) {
        struct tree *tree = &spec->trees[spec->tree_count++];
        code = t ? tree_from_word(tree, words[t - 1], error)
                 : tree_from_yaml(tree, spec->label, spec->text, spec->length, error);
        tree->order = t;
        if (!code) code = read_tree(spec, tree, t > 0, error);
    }
    return code;
}

/* "experiments/add-digit.yaml" -> "add-digit". */
static void name_from_path(const char *path, char name[CONFIG_NAME_MAX + 1]) {
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *dot = strrchr(base, '.');
    struct option_ref option;
    struct option_value value;
    const char *problem;
    snprintf(name, CONFIG_NAME_MAX + 1, "%.*s", dot ? (int)(dot - base) : (int)strlen(base), base);
    option_find("name", &option);
    if (option_parse(option.row, name, false, &value, &problem)) strcpy(name, "unnamed");
}

static enum err parse(const char *label, const char *bytes, size_t length, const char *const overrides[],
                      int count, const json_t *contents, struct spec **out, struct error *error) {
    struct spec *spec = memory_array(1, sizeof *spec);
    if (!spec) return err_memory(error, label);
    spec->label = memory_string(label);
    spec->text = memory_array(length + 1, 1);
    spec->trees = memory_array((size_t)count + 1, sizeof *spec->trees);
    spec->seeds = (struct seeds){.seed = memory_array(1, sizeof(int64_t)), .count = 1};
    enum err code = ERR_OK;
    if (!spec->label || !spec->text || !spec->trees || !spec->seeds.seed) code = err_memory(error, label);
    if (!code) {
        if (length) memcpy(spec->text, bytes, length);
        spec->length = length;
        spec->identity.remembered = contents;
        spec->seeds.seed[0] = 1;
        name_from_path(label, spec->name);
        partial_begin(&spec->initial);
        code = read_all(spec, overrides, count, error);
    }
    if (!code) code = check_size(spec, error);
    if (!code) code = list_runs(spec, error);
    spec->identity.remembered = NULL; /* it is the caller's */
    if (code)
        spec_free(spec);
    else
        *out = spec;
    return code;
}

enum err spec_parse(const char *label, const char *bytes, size_t length, const char *const overrides[],
                    int count, struct spec **spec, struct error *error) {
    return parse(label, bytes, length, overrides, count, NULL, spec, error);
}

enum err spec_read(const char *path, const char *const overrides[], int count, struct spec **spec,
                   struct error *error) {
    char *bytes;
    size_t length;
    enum err code = file_read(path, SPEC_BYTES_MAX, &bytes, &length, error);
    if (code) return code;
    code = parse(strcmp(path, "-") ? path : "standard input", bytes, length, overrides, count, NULL, spec,
                 error);
    free(bytes);
    return code;
}

enum err spec_contents(const struct spec *spec, json_t **json, struct error *error) {
    return identity_contents(&spec->identity, json, error);
}

enum err spec_read_kept(const char *path, const char *const overrides[], int count, const json_t *contents,
                        struct spec **spec, struct error *error) {
    char *bytes;
    size_t length;
    enum err code = file_read_plain(path, SPEC_BYTES_MAX, &bytes, &length, error);
    if (code) return code;
    code = parse(path, bytes, length, overrides, count, contents, spec, error);
    free(bytes);
    return code;
}

int spec_runs(const struct spec *spec) { return (int)spec->run_count; }

const char *spec_run_id(const struct spec *spec, int run) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    return spec->runs[run].id;
}

enum err spec_check_files(const struct spec *spec, struct error *error) {
    if (spec->files && error) *error = spec->files_fault;
    return spec->files;
}

const char *spec_text(const struct spec *spec, size_t *length) {
    *length = spec->length;
    return spec->text;
}
