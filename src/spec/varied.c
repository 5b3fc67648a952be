/* What tells runs apart. See varied.h. */
#include "spec/varied.h"

#include <string.h>

#include "spec/start.h"

/* Marks the options in which two runs differ, of those that a person gave. */
static void note_differences(const struct partial *run, const struct partial *first, bool *differs) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            int slot = option_slot(option);
            bool given =
                run->origin[slot] || first->origin[slot] || row->retells || !strcmp(row->name, "seeds");
            if (given &&
                !option_equal(row, option_get(option, &run->config), option_get(option, &first->config)))
                differs[slot] = true;
        }
}

static void note_parent(struct varied *varied, const struct partial *run, const struct partial *parent) {
    struct option_ref samples;
    int64_t count = parent && start_gives_parent(run) ? parent->config.data.samples : 0;
    option_find("data.samples", &samples);
    if (!varied->met) varied->samples = count;
    if (count != varied->samples) varied->slot[VARIED_START][option_slot(samples)] = true;
    if (!parent) return;
    if (!varied->met_parent) varied->parent = *parent;
    varied->met_parent = true;
    note_differences(parent, &varied->parent, varied->slot[VARIED_PARENTS]);
    for (int i = 0; i < run->start_count; i++)
        if (!run->start[i]->tasks) varied->in_start[option_slot(run->start[i]->option)] = true;
}

void varied_note(struct varied *varied, const struct partial *run, const struct partial *parent) {
    note_parent(varied, run, parent);
    if (!varied->met) varied->run = *run;
    varied->met = true;
    note_differences(run, &varied->run, varied->slot[VARIED_RUNS]);
}

bool varied_option(const struct varied *varied, enum varied_kind kind, int n, struct option_ref *option) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            *option = (struct option_ref){.row = row, .index = i};
            int slot = option_slot(*option);
            bool differs = varied->slot[kind][slot] || (kind == VARIED_START && varied->in_start[slot] &&
                                                        varied->slot[VARIED_PARENTS][slot]);
            if (differs && n-- == 0) return true;
        }
    return false;
}
