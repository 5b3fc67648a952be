/* Which problems come again. See level_replay.h. */
#include "reinforce/level_replay.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/json_file.h"
#include "base/portable.h"

enum { EXPONENT = 10 };                                        /* 1 / temperature */
static const double staleness_share = 0.1, replay_share = 0.5; /* of the chance; of the problems */

/* The widest spread first, then the longest not drawn. */
static int compare(const void *first, const void *second) {
    const struct replayed *a = first, *b = second;
    if (a->spread != b->spread) return a->spread < b->spread ? 1 : -1;
    if (a->drawn != b->drawn) return a->drawn < b->drawn ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static struct replayed *find(struct level_replay *replay, uint64_t index) {
    for (int i = 0; i < replay->count; i++)
        if (replay->level[i].index == index) return &replay->level[i];
    return NULL;
}

/* Where a new problem is put; NULL: nowhere. */
static struct replayed *place_for(struct level_replay *replay, double spread) {
    if (replay->count < LEVEL_REPLAY_MAX) return &replay->level[replay->count++];
    struct replayed *least = replay->level;
    for (int i = 1; i < replay->count; i++) {
        struct replayed *level = &replay->level[i];
        bool same = level->spread == least->spread;
        if (level->spread < least->spread || (same && compare(level, least) < 0)) least = level;
    }
    return least->spread <= spread ? least : NULL;
}

void level_replay_note(struct level_replay *replay, uint64_t index, double spread, int64_t iteration) {
    assert(index <= INT64_MAX && isfinite(spread) && spread >= 0 && iteration >= 0);
    struct replayed *level = find(replay, index);
    if (!level) level = place_for(replay, spread);
    if (level) *level = (struct replayed){index, spread, iteration};
}

/* One of the levels in their order, `iteration` being after all that they were drawn in. */
static const struct replayed *choose(const struct replayed *level, int count, int64_t iteration,
                                     double unit) {
    double ranks = 0, staleness = 0, chance = 0;
    for (int i = 0; i < count; i++) {
        ranks += 1 / portable_power(i + 1, EXPONENT);
        staleness += (double)(iteration - level[i].drawn);
    }
    for (int i = 0; i < count - 1; i++) {
        chance += (1 - staleness_share) / portable_power(i + 1, EXPONENT) / ranks +
                  staleness_share * (double)(iteration - level[i].drawn) / staleness;
        if (unit < chance) return &level[i];
    }
    return &level[count - 1];
}

bool level_replay_draw(struct level_replay *replay, struct pcg *pcg, int64_t iteration, uint64_t *index) {
    struct replayed waiting[LEVEL_REPLAY_MAX];
    int count = 0;
    for (int i = 0; i < replay->count; i++)
        if (replay->level[i].drawn < iteration) waiting[count++] = replay->level[i];
    /* Both numbers are drawn in any case: what comes after does not depend on the table. */
    bool again = pcg_unit(pcg) < replay_share;
    double unit = pcg_unit(pcg);
    if (!again || !count) return false;
    qsort(waiting, (size_t)count, sizeof *waiting, compare);
    *index = choose(waiting, count, iteration, unit)->index;
    find(replay, *index)->drawn = iteration;
    return true;
}

json_t *level_replay_json(const struct level_replay *replay) {
    json_t *json = json_array();
    for (int i = 0; json && i < replay->count; i++) {
        const struct replayed *level = &replay->level[i];
        json_t *entry =
            json_pack("[I, f, I]", (json_int_t)level->index, level->spread, (json_int_t)level->drawn);
        if (json_array_append_new(json, entry)) {
            json_decref(json);
            json = NULL;
        }
    }
    return json;
}

static bool read_level(const json_t *json, struct replayed *level) {
    const json_t *spread = json_array_get(json, 1);
    int64_t index;
    if (json_array_size(json) != 3 || !json_file_count(json_array_get(json, 0), INT64_MAX, &index) ||
        !json_file_count(json_array_get(json, 2), INT64_MAX, &level->drawn))
        return false;
    level->index = (uint64_t)index;
    level->spread = json_number_value(spread);
    return json_is_number(spread) && level->spread >= 0;
}

enum err level_replay_read(const json_t *json, struct level_replay *replay, struct error *error) {
    size_t count = json_array_size(json);
    struct level_replay read = {0};
    bool is_table = json_is_array(json) && count <= LEVEL_REPLAY_MAX;
    for (size_t i = 0; is_table && i < count; i++) {
        struct replayed level;
        is_table = read_level(json_array_get(json, i), &level) && !find(&read, level.index);
        if (is_table) read.level[read.count++] = level;
    }
    if (!is_table) return err_set(error, ERR_INPUT, "rl.curriculum: not problems to come again");
    *replay = read;
    return ERR_OK;
}
