/* Accuracies of runs, cell by cell. See measured.h. */
#include "curve/measured.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "noise/noises.h"
#include "record/collect.h"

const char *const measured_kind_names[] = {"digit", "line", "dynamic", NULL};

/* --- settings ---------------------------------------------------------------------------------------- */

/* Every option that says what was trained, for runs that need not be of one collection. `of_sizes`: those of
 * the problems' sizes alone. */
static int compare_options(const struct record *a, const struct record *b, bool of_sizes,
                           struct field *differs) {
    int order = 0;
    for (const struct option_row *row = options_table(); row->name && !order; row++)
        for (int i = 0; i < option_count(row) && !order; i++) {
            struct field field = {.option = {.row = row, .index = i}};
            if (!row->matters || row->of_noise || field_is_option(&field, "seeds")) continue;
            if (of_sizes && row->counts != COUNTS_TASKS) continue;
            order = field_compare(&field, a, b);
            if (order && differs) *differs = field;
        }
    return order;
}

int measured_compare_runs(const struct record *a, const struct record *b) {
    int order = strcmp(a->model, b->model);
    if (!order) order = column_compare(column_find("samples"), a, b);
    if (!order) order = column_compare(column_find("epochs"), a, b);
    return order ? order : compare_options(a, b, false, NULL);
}

static int compare_settings(const void *left, const void *right) {
    const struct measured_setting *a = left, *b = right;
    return measured_compare_runs(a->run, b->run);
}

static enum err find_setting(struct measured *measured, const struct record *run,
                             struct measured_setting **setting, struct error *error) {
    for (size_t i = 0; i < measured->count; i++) {
        *setting = &measured->settings[i];
        if (!measured_compare_runs((*setting)->run, run)) return ERR_OK;
    }
    if (memory_reserve(&measured->settings, &measured->capacity, measured->count + 1,
                       sizeof *measured->settings))
        return err_memory(error, "the results");
    *setting = &measured->settings[measured->count++];
    **setting = (struct measured_setting){.run = run};
    return ERR_OK;
}

/* --- cells ------------------------------------------------------------------------------------------- */

static bool same_level(const struct noise_level *a, const struct noise_level *b) {
    bool same = a->contamination == b->contamination;
    for (int k = 0; k < MEASURED_KINDS; k++) same = same && a->rate[k] == b->rate[k];
    return same;
}

static enum err add_run(struct measured_setting *setting, const struct noise_level *level,
                        const struct record *run, struct error *error) {
    size_t i = 0;
    while (i < setting->count && !same_level(&setting->cells[i].level, level)) i++;
    if (i == setting->count) {
        if (memory_reserve(&setting->cells, &setting->capacity, i + 1, sizeof *setting->cells))
            return err_memory(error, "the results");
        setting->cells[setting->count++] = (struct measured_cell){.level = *level};
    }
    struct measured_cell *cell = &setting->cells[i];
    if (memory_reserve(&cell->seeds, &cell->capacity, (size_t)cell->runs + 1, sizeof *cell->seeds))
        return err_memory(error, "the results");
    int place = cell->runs++;
    for (; place > 0 && cell->seeds[place - 1] > run->config.seed; place--)
        cell->seeds[place] = cell->seeds[place - 1];
    cell->seeds[place] = run->config.seed;
    cell->sum += run->outcome.evaluation.accuracy;
    return ERR_OK;
}

/* False where another kind of noise is at work, noise of some lines alone, or something that this program
 * does not know. */
static bool level_of(const struct record *run, struct noise_level *level) {
    int known = 0, used = 0;
    *level = (struct noise_level){.contamination = run->contaminated};
    for (int kind = 0; noise_list[kind]; kind++) used += record_level(run, kind) > 0;
    for (int k = 0; k < MEASURED_KINDS; k++) {
        level->rate[k] = record_level(run, noise_find(measured_kind_names[k]));
        known += level->rate[k] > 0;
    }
    for (size_t e = 0; e < run->extra_count; e++)
        if (run->extras[e].is_option) return false;
    if (record_is_clean(run)) *level = (struct noise_level){0};
    return known == used && (record_is_clean(run) || !*run->config.mix.names);
}

/* --- sizes of problems --------------------------------------------------------------------------------- */

static enum err check_same_sizes(struct measured *measured, const char *directory, const struct record *run,
                                 struct error *error) {
    struct field differs;
    if (!measured->sized) measured->sized = run;
    if (!compare_options(measured->sized, run, true, &differs)) return ERR_OK;
    struct buffer here = {0}, there = {0};
    char name[OPTION_NAME_MAX];
    field_name(&differs, 1, name);
    field_text(&differs, run, &here);
    field_text(&differs, measured->sized, &there);
    enum err code =
        here.failed || there.failed
            ? err_memory(error, "the results")
            : err_set(error, ERR_INPUT,
                      "%s: problems of other sizes: %s is %s here and %s in the runs before; give "
                      "directories of the same sizes",
                      directory, name, here.length ? here.bytes : "without effect",
                      there.length ? there.bytes : "without effect");
    buffer_free(&here);
    buffer_free(&there);
    return code;
}

enum err measured_check_sizes(const struct measured *measured, int digits, int elements,
                              struct error *error) {
    if (!measured->sized || !measured->sizes_known) return ERR_OK;
    const struct sizes *sizes = &measured->sized->config.mix.entry[0].sizes;
    if (sizes->sampling == SAMPLING_LENGTH && digits > sizes->max_digits)
        return err_set(
            error, ERR_INPUT,
            "--from: measured on arguments of at most %d digits, but the samples have arguments of %d",
            sizes->max_digits, digits);
    if (elements > sizes->max_length && elements > 0)
        return err_set(error, ERR_INPUT,
                       "--from: measured on lists of at most %d elements, but the samples have lists of %d",
                       sizes->max_length, elements);
    return ERR_OK;
}

/* --- directories --------------------------------------------------------------------------------------- */

/* Whether a run is in a directory that was read before: sweeps may share runs, and each counts once. In
 * tables made elsewhere different runs may have one name. */
static bool is_known(const struct measured *measured, const struct record *run) {
    for (size_t i = 0; i + 1 < measured->directories; i++)
        for (size_t r = 0; r < measured->collections[i].count; r++) {
            const struct record *other = measured->collections[i].records[r];
            if (!strcmp(other->run, run->run) && other->config.seed == run->config.seed &&
                other->outcome.evaluation.accuracy == run->outcome.evaluation.accuracy &&
                !measured_compare_runs(other, run))
                return true;
        }
    return false;
}

static enum err take_runs(struct measured *measured, const struct collection *collection,
                          const char *directory, const struct task *task, struct error *error) {
    enum err code = ERR_OK;
    for (size_t r = 0; r < collection->count && !code; r++) {
        const struct record *run = collection->records[r];
        const struct mix *mix = &run->config.mix;
        struct measured_setting *setting = NULL;
        struct noise_level level;
        if (mix->entries != 1 || mix->entry[0].task != task || mix->format != FORMAT_TRACE) continue;
        if (!level_of(run, &level)) {
            measured->passed_over++;
            continue;
        }
        code = check_same_sizes(measured, directory, run, error);
        if (!code && is_known(measured, run)) continue;
        if (!code) code = find_setting(measured, run, &setting, error);
        if (!code) code = add_run(setting, &level, run, error);
    }
    return code;
}

enum err measured_read(struct measured *measured, const char *directory, const struct task *task,
                       struct error *error) {
    if (memory_reserve(&measured->collections, &measured->directory_capacity, measured->directories + 1,
                       sizeof *measured->collections))
        return err_memory(error, "the results");
    struct collection *collection = &measured->collections[measured->directories];
    enum err code = collect_runs(directory, false, collection, error);
    if (code) return code;
    measured->directories++;
    measured->sizes_known = (measured->sizes_known || measured->directories == 1) && !collection->notice;
    code = take_runs(measured, collection, directory, task, error);
    if (!code && measured->count)
        qsort(measured->settings, measured->count, sizeof *measured->settings, compare_settings);
    return code;
}

void measured_free(struct measured *measured) {
    for (size_t i = 0; i < measured->count; i++) {
        for (size_t c = 0; c < measured->settings[i].count; c++) free(measured->settings[i].cells[c].seeds);
        free(measured->settings[i].cells);
    }
    for (size_t i = 0; i < measured->directories; i++) collection_free(&measured->collections[i]);
    free(measured->settings);
    free(measured->collections);
    *measured = (struct measured){0};
}
