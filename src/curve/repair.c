/* What reinforcement learning gave back of what noise took. See repair.h. */
#include "curve/repair.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/contrast.h"
#include "curve/measured.h"

const char *const repair_status_names[] = {
    [REPAIR_MEASURED] = "measured",
    [REPAIR_NO_CLEAR_LOSS] = "no_clear_loss",
    [REPAIR_NO_CLEAN] = "no_clean",
    [REPAIR_NO_PARENT] = "no_parent",
};

/* --- the three sides ------------------------------------------------------------------------------------ */

static enum err side_reserve(struct repair_side *side, size_t runs, struct error *error) {
    *side = (struct repair_side){.runs = memory_array(runs, sizeof *side->runs),
                                 .trials = memory_array(runs, sizeof *side->trials)};
    side->level.trials = side->trials;
    return side->runs && side->trials ? ERR_OK : err_memory(error, "results");
}

static void side_add(struct repair_side *side, const struct record *run) {
    const struct evaluation *evaluation = &run->outcome.evaluation;
    side->runs[side->level.count] = run;
    side->trials[side->level.count++] =
        (struct trial){run->config.seed, evaluation->correct, evaluation->problems};
}

static void side_free(struct repair_side *side) {
    free(side->runs);
    free(side->trials);
}

const struct record *repair_trained(const struct repair *repair) {
    return repair->parent.level.count ? repair->parent.runs[0] : repair->child.runs[0];
}

double repair_mean(const struct repair_side *side, const char *column) {
    struct running running = {0};
    for (size_t r = 0; r < side->level.count; r++) {
        const struct column *measured = column_find(column);
        double number = column_number(measured, side->runs[r]);
        bool lacks = isnan(number) || (measured->is_mark && !column_is_marked(measured, side->runs[r]));
        if (!lacks) running_add(&running, number);
    }
    return running.count ? running.mean : NAN;
}

/* Children and their parents, in pairs; children alone where no parent is there. */
static enum err find_pairs(const struct collection *collection, const struct seed_cell *cell,
                           struct repair *repair, struct error *error) {
    enum err code = side_reserve(&repair->child, cell->count, error);
    if (!code) code = side_reserve(&repair->parent, cell->count, error);
    for (size_t r = 0; r < cell->count && !code; r++) {
        const struct record *parent = collection_parent(collection, cell->runs[r]);
        if (!parent) continue;
        side_add(&repair->child, cell->runs[r]);
        side_add(&repair->parent, parent);
    }
    for (size_t r = 0; r < cell->count && !code && !repair->parent.level.count; r++)
        side_add(&repair->child, cell->runs[r]);
    return code;
}

/* Whether a run was trained as another one was, but without noise; neither has a parent. */
static bool is_clean_model(const struct record *run, const struct record *parent) {
    return run->sweep == parent->sweep && record_is_clean(run) && !*run->outcome.parent &&
           !measured_compare_runs(run, parent);
}

static enum err find_clean(const struct collection *collection, struct repair *repair, struct error *error) {
    const struct record *run, *parent = repair->parent.level.count ? repair->parent.runs[0] : NULL;
    size_t count = 0;
    for (size_t n = 0; parent && (run = collection_any(collection, n)); n++)
        count += is_clean_model(run, parent);
    enum err code = side_reserve(&repair->clean, count, error);
    for (size_t n = 0; count && !code && (run = collection_any(collection, n)); n++)
        if (is_clean_model(run, parent)) side_add(&repair->clean, run);
    return code;
}

/* --- the quotient --------------------------------------------------------------------------------------- */

/* Half widths of a contrast with weights 1, r - 1 and -r are square roots of a quadratic in r. */
struct quadratic {
    double constant, linear, square;
};

static struct quadratic quadratic_through(double below, double at, double above) {
    double square = (above + below) / 2 - at;
    return (struct quadratic){at, (above - below) / 2, square};
}

/* Widens the interval of `repair` to hold each r with (gain - r loss)^2 <= width(r), a range around the
 * quotient as loss^2 is above what width has for the square. */
static void widen(double gain, double loss, struct quadratic width, struct repair *repair) {
    double a = loss * loss - width.square, b = gain * loss + width.linear / 2,
           c = gain * gain - width.constant;
    double root = sqrt(fmax(b * b - a * c, 0));
    repair->low = fmin(repair->low, (b - root) / a);
    repair->high = fmax(repair->high, (b + root) / a);
}

void repair_divide(const struct level *child, const struct level *parent, const struct level *clean,
                   struct repair *repair) {
    const struct level *const levels[] = {child, parent, clean};
    const double accuracies[] = {contrast_accuracy(child), contrast_accuracy(parent),
                                 contrast_accuracy(clean)};
    struct contrast contrast = contrast_of(levels, 3);
    double gain = level_mean(child) - level_mean(parent), loss = level_mean(clean) - level_mean(parent);
    double seeds[3], problems[3];
    for (int r = -1; r <= 1; r++) {
        const double weights[] = {1, r - 1, -r};
        seeds[r + 1] = pow(contrast_seeds(&contrast, weights), 2);
        problems[r + 1] = pow(contrast_problems(&contrast, weights, accuracies), 2);
    }
    repair->share = repair->low = repair->high = gain / loss;
    widen(gain, loss, quadratic_through(seeds[0], seeds[1], seeds[2]), repair);
    widen(gain, loss, quadratic_through(problems[0], problems[1], problems[2]), repair);
}

static void measure(struct repair *repair) {
    const struct level *child = &repair->child.level, *parent = &repair->parent.level,
                       *clean = &repair->clean.level;
    repair->status = !parent->count ? REPAIR_NO_PARENT : !clean->count ? REPAIR_NO_CLEAN : REPAIR_MEASURED;
    repair->share = repair->low = repair->high = NAN;
    repair->gain = (struct difference){.mean = NAN, .interval = {NAN, NAN}};
    if (!parent->count) return;
    repair->gain = pairs_difference(parent, child);
    if (!clean->count) return;
    if (pairs_difference(parent, clean).interval.low > 0)
        repair_divide(child, parent, clean, repair);
    else
        repair->status = REPAIR_NO_CLEAR_LOSS;
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static bool is_child(const struct record *run) { return run->config.rl.method != RL_NONE; }

enum err repairs_find(const struct collection *collection, struct repairs *repairs, struct error *error) {
    struct repairs made = {0};
    enum err code = seed_cells_find(collection, is_child, &made.cells, error);
    if (!code && !(made.repair = memory_array(made.cells.count, sizeof *made.repair)))
        code = err_memory(error, "results");
    for (size_t i = 0; i < made.cells.count && !code; i++) {
        struct repair *repair = &made.repair[made.count++];
        code = find_pairs(collection, &made.cells.cell[i], repair, error);
        if (!code) code = find_clean(collection, repair, error);
        if (!code) measure(repair);
    }
    if (code)
        repairs_free(&made);
    else
        *repairs = made;
    return code;
}

void repairs_free(struct repairs *repairs) {
    for (size_t i = 0; i < repairs->count; i++) {
        side_free(&repairs->repair[i].child);
        side_free(&repairs->repair[i].parent);
        side_free(&repairs->repair[i].clean);
    }
    free(repairs->repair);
    seed_cells_free(&repairs->cells);
    *repairs = (struct repairs){0};
}
