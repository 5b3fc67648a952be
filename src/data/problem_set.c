/* Distinct problems of one side. See problem_set.h. */
#include "data/problem_set.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/hash_set.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "data/draw.h"

void problem_set_free(struct problem_set *set) {
    free(set->problem);
    *set = (struct problem_set){0};
}

static bool is_new(void *seen, uint64_t hash) { return !hash_set_has(seen, hash); }

/* So many indices at most are passed over, for so many that are wanted one. */
enum { PASSED_OVER = 10, WANTED_EACH = 50 };

static enum err collect(struct draw *draw, int64_t wanted, struct hash_set *seen, struct problem_set *set,
                        struct error *error) {
    struct drawn *drawn = memory_array(1, sizeof *drawn);
    enum err code = drawn ? ERR_OK : err_memory(error, "the problems");
    int64_t left = wanted < PASSED_OVER * WANTED_EACH ? wanted / WANTED_EACH : PASSED_OVER;
    for (draw->index = 0; !code && set->count < wanted && left >= 0; draw->index++) {
        bool exhausted;
        code = interrupt_check(error);
        if (!code) code = draw_problem(draw, drawn, &exhausted, error);
        if (code) break;
        left -= exhausted;
        if (exhausted) continue;
        set->problem[set->count++] = (struct set_problem){draw->index, drawn->hash};
        hash_set_add(seen, drawn->hash);
    }
    free(drawn);
    return code;
}

/* Each task of a mix has problems on the side, however seldom it is drawn: that there are any is no matter of
 * the seed, so that what one run of a sweep can be tested on all can. */
static enum err check_tasks(const struct mix *mix, uint64_t seed, enum split split, struct error *error) {
    struct mix *alone = memory_array(1, sizeof *alone);
    struct drawn *drawn = memory_array(1, sizeof *drawn);
    enum err code = alone && drawn ? ERR_OK : err_memory(error, "the problems");
    for (int e = 0; e < mix->entries && mix->entries > 1 && !code; e++) {
        *alone = *mix;
        alone->entry[0] = mix->entry[e];
        alone->entries = 1;
        struct draw draw = {.mix = alone, .seed = seed, .split = split};
        code = draw_problem(&draw, drawn, NULL, error);
    }
    free(alone);
    free(drawn);
    return code;
}

enum err problem_set_make(const struct mix *mix, uint64_t seed, enum split split, int64_t wanted,
                          struct problem_set *set, struct error *error) {
    struct problem_set made = {.problem = memory_array((size_t)wanted, sizeof *made.problem)};
    struct hash_set seen = {0};
    struct draw draw = {.mix = mix, .seed = seed, .split = split, .accepts = is_new, .context = &seen};
    enum err code =
        made.problem && !hash_set_create(&seen, (size_t)wanted) ? ERR_OK : err_memory(error, "the problems");
    if (!code) code = check_tasks(mix, seed, split, error);
    if (!code) code = collect(&draw, wanted, &seen, &made, error);
    int64_t least = wanted < PROBLEM_SET_LEAST ? wanted : PROBLEM_SET_LEAST;
    if (!code && made.count < least)
        code = err_set(error, ERR_INPUT,
                       "task: only %" PRId64 " different %s problems of these sizes, at least %d are needed; "
                       "allow larger sizes",
                       made.count, split_names[split], PROBLEM_SET_LEAST);
    hash_set_free(&seen);
    if (code)
        problem_set_free(&made);
    else
        *set = made;
    return code;
}

bool problem_set_is_small(int64_t count, int64_t wanted, struct error *message) {
    if (count >= PROBLEM_SET_FEW || count >= wanted) return false;
    err_set(message, ERR_OK,
            "only %" PRId64 " different test problems with the lengths that these sizes ask for (%" PRId64
            " wanted): intervals are wide; larger sizes have more",
            count, wanted);
    return true;
}
