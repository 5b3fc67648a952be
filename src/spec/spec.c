/* A spec and its runs. See spec.h; the grid is read in grid.c, a run put together in partial.c. */
#include "spec/spec.h"
#include "spec/identity.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/id_set.h"
#include "spec/idle.h"
#include "spec/start.h"
#include "spec/varied.h"
#include "spec/wording.h"

struct spec_entry {
    int grid;
    uint64_t cell;
    int64_t seed;
    char id[CONFIG_ID_LENGTH + 1];
    char parent_id[CONFIG_ID_LENGTH + 1]; /* "" for none */
    char *start;                          /* what was said of that (config.start); NULL: nothing */
    int parent;                           /* the run that it starts from; -1 for none */
    bool is_parent;                       /* not this run of the grid, but what it starts from */
};

struct spec {
    char *label; /* what messages begin with */
    char *text;
    size_t length;
    char name[CONFIG_NAME_MAX + 1]; /* for a spec that does not give one */
    struct wording wording;
    struct partial initial; /* every option's default */
    struct varied varied;
    struct idle idle;
    bool has_start;              /* something is said of a parent */
    struct spec_entry plain_run; /* the options as written */
    struct spec_entry *runs;     /* the grid's, then their parents where those are no runs of it */
    size_t run_count, run_capacity;
    struct id_set ids; /* of them */
    struct identity identity;
    enum err files; /* whether every file that a run needs can be read */
    struct error files_fault;
};

void spec_free(struct spec *spec) {
    if (!spec) return;
    identity_free(&spec->identity);
    wording_free(&spec->wording);
    id_set_free(&spec->ids);
    for (size_t r = 0; r < spec->run_count; r++) free(spec->runs[r].start);
    free(spec->plain_run.start);
    free(spec->runs);
    free(spec->text);
    free(spec->label);
    free(spec);
}

/* --- one run --- */

static const struct grid *grid_of(const struct spec *spec, const struct spec_entry *entry) {
    return spec->wording.grid_count && entry->grid >= 0 ? &spec->wording.grids[entry->grid] : NULL;
}

/* Puts a run's configuration together, and its parent's; *has_parent says whether it has one. */
static enum err assemble(const struct spec *spec, const struct spec_entry *entry, struct partial *run,
                         struct partial *parent, bool *has_parent, struct error *error) {
    *run = spec->initial;
    wording_apply(&spec->wording, grid_of(spec, entry), entry->grid >= 0, entry->cell, run);
    run->config.seed = entry->seed;
    if (!*run->config.name) memcpy(run->config.name, spec->name, sizeof spec->name);
    *has_parent = start_has_parent(run);
    if (*has_parent) *parent = *run;
    enum err code = partial_finish(run, spec->label, error);
    if (!code && *run->config.trainer && spec->wording.select.count)
        code = err_set(error, ERR_INPUT,
                       "%s: select: runs of a trainer have no validation accuracy to choose by", spec->label);
    if (!code && *has_parent) code = start_make_parent(parent, spec->label, error);
    if (!code && *has_parent) code = start_check_models(run, parent, spec->label, error);
    return code;
}

/* The configuration of an entry, or of what it starts from. ERR_INPUT: it is none. */
static enum err configure(const struct spec *spec, const struct spec_entry *entry, bool of_parent,
                          struct config *config) {
    struct partial run, parent;
    bool has_parent;
    enum err code = assemble(spec, entry, &run, &parent, &has_parent, NULL);
    if (!code && of_parent && !has_parent) code = ERR_INPUT;
    if (code) return code;
    *config = of_parent ? parent.config : run.config;
    if (of_parent) return ERR_OK;
    memcpy(config->parent, entry->parent_id, sizeof config->parent);
    const char *nothing = spec->has_start ? "{\"data.samples\":0}" : "";
    strcpy(config->start, entry->start ? entry->start : nothing);
    return ERR_OK;
}

void spec_plain(const struct spec *spec, struct config *config) {
    if (configure(spec, &spec->plain_run, false, config)) spec_run(spec, 0, config);
}

bool spec_plain_parent(const struct spec *spec, struct config *config) {
    struct config plain;
    bool is_run = !configure(spec, &spec->plain_run, false, &plain);
    return !configure(spec, is_run ? &spec->plain_run : &spec->runs[0], true, config);
}

void spec_run(const struct spec *spec, int run, struct config *config) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    enum err code = configure(spec, &spec->runs[run], spec->runs[run].is_parent, config);
    assert(!code);
}

/* --- all runs --- */

/* The size of the sweep follows from the lengths of the lists: too large a one is refused before any cell
 * of it is looked at. */
static enum err check_size(const struct spec *spec, struct error *error) {
    const struct wording *wording = &spec->wording;
    uint64_t total = 0;
    for (int g = 0; g < wording->grid_count || !g; g++) {
        const struct grid *grid = wording->grid_count ? &wording->grids[g] : NULL;
        const struct grid *said = grid ? grid : &wording->word_axes;
        uint64_t runs, cells = wording_cells(wording, grid),
                       seeds = (uint64_t)wording_seeds(wording, grid)->count;
        if (!__builtin_mul_overflow(cells, seeds, &runs) && !__builtin_add_overflow(total, runs, &total) &&
            total <= SPEC_RUNS_MAX)
            continue;
        return said->tree
                   ? tree_error(said->tree, said->node, error, "grid: too many runs (allowed: %d in all)",
                                SPEC_RUNS_MAX)
                   : err_set(error, ERR_INPUT, "%s: too many runs (allowed: %d)", spec->label, SPEC_RUNS_MAX);
    }
    return ERR_OK;
}

/* Gives a run its ID. That a file cannot be read is kept for spec_check_files. */
static enum err identify(struct spec *spec, const struct config *config, char id[CONFIG_ID_LENGTH + 1],
                         struct error *error) {
    struct error fault;
    enum err code = identity_of(&spec->identity, config, id, &fault);
    if (code && code != ERR_INPUT) return err_set(error, code, "%s", fault.message);
    if (code && !spec->files) {
        spec->files = code;
        spec->files_fault = fault;
    }
    return ERR_OK;
}

static enum err keep_run(struct spec *spec, const struct spec_entry *run, struct error *error) {
    if (memory_reserve(&spec->runs, &spec->run_capacity, spec->run_count + 1, sizeof *spec->runs))
        return err_memory(error, "the runs");
    spec->runs[spec->run_count++] = *run;
    return ERR_OK;
}

/* A run and its parent while they are put together. */
struct assembled {
    struct partial run, parent;
};

/* Keeps what was said of a run's parent, which is nothing where it is the same run without rl. */
static enum err describe(struct spec *spec, const struct assembled *both, struct spec_entry *entry,
                         struct error *error) {
    int64_t samples = start_gives_parent(&both->run) ? both->parent.config.data.samples : 0;
    if (!both->run.start_count) return ERR_OK;
    spec->has_start = true;
    return start_describe(&both->run, samples, spec->label, &entry->start, error);
}

/* Checks a run and keeps it unless it is excluded or there already. */
static enum err add_run(struct spec *spec, struct spec_entry run, struct assembled *both,
                        struct error *error) {
    const struct grid *grid = grid_of(spec, &run);
    bool has_parent;
    enum err code = assemble(spec, &run, &both->run, &both->parent, &has_parent, error);
    if (code || (grid && grid_excludes(grid, &both->run))) return code;
    if (has_parent) code = identify(spec, &both->parent.config, run.parent_id, error);
    memcpy(both->run.config.parent, run.parent_id, sizeof run.parent_id);
    idle_note(&spec->idle, &both->run);
    if (has_parent) idle_note(&spec->idle, &both->parent);
    if (!code) code = identify(spec, &both->run.config, run.id, error);
    if (code) return code;
    if (id_set_add(&spec->ids, run.id, (int)spec->run_count) != (int)spec->run_count) return ERR_OK;
    varied_note(&spec->varied, &both->run, has_parent ? &both->parent : NULL);
    code = describe(spec, both, &run, error);
    if (code) return code;
    code = keep_run(spec, &run, error);
    if (code) free(run.start);
    return code;
}

/* The runs that others start from: those that the grid does not ask for come last. */
static enum err add_parents(struct spec *spec, struct error *error) {
    enum err code = ERR_OK;
    size_t count = spec->run_count;
    for (size_t i = 0; i < count && !code; i++) {
        spec->runs[i].parent = -1;
        if (!*spec->runs[i].parent_id) continue;
        int last = (int)spec->run_count;
        spec->runs[i].parent = id_set_add(&spec->ids, spec->runs[i].parent_id, last);
        if (spec->runs[i].parent != last) continue;
        struct spec_entry parent = spec->runs[i];
        memcpy(parent.id, parent.parent_id, sizeof parent.id);
        parent.parent = -1;
        parent.start = NULL;
        parent.is_parent = true;
        code = keep_run(spec, &parent, error);
    }
    if (!code && spec->run_count > SPEC_RUNS_MAX)
        code = err_set(error, ERR_INPUT,
                       "%s: too many runs with those that they start from (allowed: %d in all)", spec->label,
                       SPEC_RUNS_MAX);
    return code;
}

/* The options as written; without the grid they need not be those of a run. */
static enum err note_plain(struct spec *spec, struct assembled *both, struct error *error) {
    struct spec_entry *plain = &spec->plain_run;
    bool has_parent;
    *plain = (struct spec_entry){.grid = -1, .seed = spec->wording.seeds.seed[0]};
    if (assemble(spec, plain, &both->run, &both->parent, &has_parent, NULL)) return ERR_OK;
    enum err code = describe(spec, both, plain, error);
    struct error fault;
    if (code || !has_parent) return code;
    code = identity_of(&spec->identity, &both->parent.config, plain->parent_id, &fault);
    return code == ERR_RUNTIME ? err_set(error, code, "%s", fault.message) : ERR_OK;
}

/* Seed by seed, so that early on all cells have something to show. */
static enum err list_runs(struct spec *spec, struct error *error) {
    struct assembled *both = memory_array(1, sizeof *both);
    enum err code = id_set_make(&spec->ids, 2 * (size_t)SPEC_RUNS_MAX, error);
    if (!code && !both) code = err_memory(error, "the runs");
    const struct wording *wording = &spec->wording;
    for (int g = 0; !code && (g < wording->grid_count || !g); g++) {
        const struct grid *grid = wording->grid_count ? &wording->grids[g] : NULL;
        const struct seeds *seeds = wording_seeds(wording, grid);
        uint64_t cells = wording_cells(wording, grid);
        for (int s = 0; s < seeds->count; s++)
            for (uint64_t cell = 0; cell < cells && !code; cell++)
                code = add_run(spec, (struct spec_entry){.grid = g, .cell = cell, .seed = seeds->seed[s]},
                               both, error);
    }
    if (!code && !spec->run_count)
        code =
            tree_error(wording->grids[0].tree, wording->grids[0].node, error, "grid: every cell is excluded");
    if (!code) code = add_parents(spec, error);
    if (!code) code = note_plain(spec, both, error);
    free(both);
    return code;
}

bool spec_varied(const struct spec *spec, int n, struct option_ref *option) {
    return varied_option(&spec->varied, VARIED_RUNS, n, option);
}

bool spec_parents_varied(const struct spec *spec, int n, struct option_ref *option) {
    return varied_option(&spec->varied, VARIED_PARENTS, n, option);
}

bool spec_start_varied(const struct spec *spec, int n, struct option_ref *option) {
    return varied_option(&spec->varied, VARIED_START, n, option);
}

bool spec_idle(const struct spec *spec, int n, struct error *message) {
    return idle_option(&spec->idle, n, message);
}

/* --- reading --- */

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
    enum err code = ERR_OK;
    if (!spec->label || !spec->text) code = err_memory(error, label);
    if (!code) {
        if (length) memcpy(spec->text, bytes, length);
        spec->length = length;
        spec->identity.remembered = contents;
        name_from_path(label, spec->name);
        partial_begin(&spec->initial);
        code = wording_read(&spec->wording, label, spec->text, length, overrides, count, error);
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

int spec_run_parent(const struct spec *spec, int run) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    return spec->runs[run].parent;
}

int spec_find_run(const struct spec *spec, const char *id) {
    int run = id_set_find(&spec->ids, id);
    return run >= 0 && !strcmp(spec->runs[run].id, id) ? run : -1;
}

bool spec_run_is_parent(const struct spec *spec, int run) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    return spec->runs[run].is_parent;
}

const char *spec_run_id(const struct spec *spec, int run) {
    assert(run >= 0 && (size_t)run < spec->run_count);
    return spec->runs[run].id;
}

enum err spec_check_files(const struct spec *spec, struct error *error) {
    if (spec->files && error) *error = spec->files_fault;
    return spec->files;
}

const char *spec_word_axis(const struct spec *spec) {
    for (int t = 1; t < spec->wording.tree_count; t++)
        if (wording_is_axis(&spec->wording.trees[t])) return spec->wording.trees[t].label;
    return NULL;
}

bool spec_selected(const struct spec *spec, int n, struct option_ref *option) {
    const struct select *select = &spec->wording.select;
    if (n < select->count) *option = select->option[n];
    return n < select->count;
}

const char *spec_text(const struct spec *spec, size_t *length) {
    *length = spec->length;
    return spec->text;
}
