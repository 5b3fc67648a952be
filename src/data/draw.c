/* The problem of an index. See draw.h. */
#include "data/draw.h"

#include <assert.h>

#include "data/mix.h"
#include "trace/drawing.h"

/* How often lengths are drawn that no problem of the side has, and digits for lengths: often enough to meet
 * each problem of a small class, and in a large one to find a problem of the rarest side. */
enum { LENGTHS = 10000, DIGITS = 10000, DIGITS_A_PROBLEM = 20, CLASS_MAX = 50000 };

/* After so many draws of digits that are of no use, lengths are given up; after so many in all, the side. */
enum { USELESS = 100, DRAWS = 3000000 };

static const char *const purposes[SPLITS] = {"problem/train", "problem/test", "problem/validation"};

/* What came of drawing digits for given lengths. */
enum find {
    FIND_FOUND,
    FIND_NONE,    /* there is no problem of these lengths */
    FIND_OTHER,   /* there are some, and none on this side */
    FIND_REFUSED, /* there are on this side, but none is acceptable */
};

/* Digits are drawn more often for a larger class; asked for only where many were of no use. */
static int tries_more(const struct task *task, const struct lengths *lengths) {
    double problems = drawing_problems(task, lengths);
    return DIGITS_A_PROBLEM * (int)(problems < CLASS_MAX ? problems : CLASS_MAX);
}

static enum find find_problem(const struct draw *draw, const struct mix_entry *entry,
                              const struct lengths *lengths, struct pcg *pcg, int *left,
                              struct drawn *drawn) {
    int tries = DIGITS;
    bool useful = false;
    enum find found = FIND_NONE;
    for (int i = 0; i < tries && (useful || i < USELESS) && *left > 0; i++, --*left) {
        if (i == USELESS) tries += tries_more(entry->task, lengths);
        if (!drawing_digits(entry->task, &entry->sizes, lengths, pcg, &drawn->arguments)) continue;
        /* Where a number is taken from the list, lengths differ from draw to draw. */
        useful = useful || draw->split == SPLIT_TRAIN || split_divides(entry->task, &drawn->arguments);
        drawn->hash = task_hash(entry->task, &drawn->arguments);
        if (found == FIND_NONE) found = FIND_OTHER;
        if (split_of(entry->task, &drawn->arguments, drawn->hash) != draw->split) continue;
        if (!draw->accepts || draw->accepts(draw->context, drawn->hash)) return FIND_FOUND;
        found = FIND_REFUSED;
    }
    return found;
}

static const struct mix_entry *choose_entry(const struct mix *mix, struct pcg *pcg) {
    double total = 0;
    for (int i = 0; i < mix->entries; i++) total += mix->entry[i].weight;
    double place = pcg_unit(pcg) * total;
    int chosen = 0;
    while (chosen + 1 < mix->entries && place >= mix->entry[chosen].weight)
        place -= mix->entry[chosen++].weight;
    return &mix->entry[chosen];
}

enum err draw_problem(const struct draw *draw, struct drawn *drawn, bool *exhausted, struct error *error) {
    assert(draw->mix->entries > 0);
    struct pcg pcg = pcg_stream(draw->seed, purposes[draw->split], draw->index);
    const struct mix_entry *entry = choose_entry(draw->mix, &pcg);
    struct lengths lengths;
    drawn->task = entry->task;
    if (exhausted) *exhausted = false;
    int left = DRAWS;
    bool none = true;
    for (int i = 0; i < LENGTHS && left > 0; i++) {
        if (!drawing_lengths(entry->task, &entry->sizes, &pcg, &lengths)) continue;
        enum find found = find_problem(draw, entry, &lengths, &pcg, &left, drawn);
        if (found == FIND_FOUND) return ERR_OK;
        if (found == FIND_REFUSED) {
            *exhausted = true;
            return ERR_OK;
        }
        none = none && found == FIND_NONE;
    }
    if (none)
        return err_set(
            error, ERR_INPUT,
            "task %s: no problem of these sizes was found; other sizes, or another sampling, may have some",
            entry->task->name);
    return err_set(
        error, ERR_INPUT,
        "task %s: these sizes leave no %s problem: of lengths that fewer than %d problems have, all are "
        "for training; allow larger sizes",
        entry->task->name, split_names[draw->split], SPLIT_CLASS_MIN);
}

static bool is_wanted(void *wanted, uint64_t hash) { return hash == *(uint64_t *)wanted; }

enum err draw_again(const struct draw *draw, uint64_t index, uint64_t hash, struct drawn *drawn,
                    struct error *error) {
    struct draw again = {draw->mix, draw->seed, draw->split, index, is_wanted, &hash};
    bool gone;
    enum err code = draw_problem(&again, drawn, &gone, error);
    assert(code || !gone);
    return code;
}
