/* Which problems come again: chances worked by hand, what is kept of more than there is room for, and the
 * table written and read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reinforce/level_replay.h"

static const struct replayed *kept(const struct level_replay *replay, uint64_t index) {
    for (int i = 0; i < replay->count; i++)
        if (replay->level[i].index == index) return &replay->level[i];
    return NULL;
}

/* In iteration 5:
 *
 *     problem  spread  drawn in  rank              stale for
 *     70       0.25    4         1                 1 of 8
 *     80       0.20    3         3                 2 of 8
 *     90       0.20    0         2, longer ago     5 of 8
 *
 * ranks to the 10th: 1, 1/59049, 1/1024. */
static void chances_by_hand(void **state) {
    (void)state;
    static struct level_replay start;
    level_replay_note(&start, 70, 0.25, 4);
    level_replay_note(&start, 80, 0.2, 3);
    level_replay_note(&start, 90, 0.2, 0);
    double ranks = 1 + 1.0 / 59049 + 1.0 / 1024;
    double chance[3] = {0.9 / ranks + 0.1 / 8, 0.9 / 59049 / ranks + 0.1 * 2 / 8,
                        0.9 / 1024 / ranks + 0.1 * 5 / 8};
    enum { DRAWS = 100000 };
    int again = 0, drawn[3] = {0};
    struct pcg pcg = pcg_seed(1, 1);
    for (int i = 0; i < DRAWS; i++) {
        struct level_replay replay = start;
        uint64_t index = 7;
        if (!level_replay_draw(&replay, &pcg, 5, &index)) {
            assert_int_equal(index, 7);
            assert_memory_equal(&replay, &start, sizeof start);
            continue;
        }
        again++;
        drawn[(index - 70) / 10]++;
        assert_int_equal(kept(&replay, index)->drawn, 5);
    }
    assert_true(fabs(again - DRAWS / 2.0) < 4 * sqrt(DRAWS) / 2);
    for (int i = 0; i < 3; i++) {
        double expected = again * chance[i], deviation = sqrt(expected * (1 - chance[i]));
        if (!(fabs(drawn[i] - expected) < 4 * deviation))
            fail_msg("problem %d: %d times, expected %.0f", i, drawn[i], expected);
    }
}

static void none_twice_in_an_iteration(void **state) {
    (void)state;
    static struct level_replay replay;
    memset(&replay, 0, sizeof replay);
    struct pcg pcg = pcg_seed(2, 1);
    for (uint64_t i = 0; i < 10; i++) level_replay_note(&replay, i, 0.1, 0);
    for (int64_t iteration = 1; iteration <= 5; iteration++) {
        int drawn = 0;
        unsigned seen = 0;
        for (int i = 0; i < 100; i++) {
            uint64_t index;
            if (!level_replay_draw(&replay, &pcg, iteration, &index)) continue;
            assert_int_equal(seen & 1u << index, 0);
            seen |= 1u << index;
            drawn++;
        }
        assert_int_equal(drawn, 10);
    }
    /* What was noted in this iteration does not come again in it. */
    uint64_t index;
    level_replay_note(&replay, 99, 1, 6);
    for (int i = 0; i < 100; i++)
        if (level_replay_draw(&replay, &pcg, 6, &index)) assert_int_not_equal(index, 99);
}

/* What is drawn after it does not hang on what is in the table, nor on its order there. */
static void draws_are_alike(void **state) {
    (void)state;
    static struct level_replay empty, one, other;
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
    for (uint64_t i = 0; i < 50; i++) level_replay_note(&one, i, (double)(i % 5), (int64_t)(i % 7));
    for (uint64_t i = 50; i-- > 0;) level_replay_note(&other, i, (double)(i % 5), (int64_t)(i % 7));
    struct pcg a = pcg_seed(3, 1), b = a, c = a;
    for (int i = 0; i < 60; i++) {
        uint64_t first = 0, second = 0, none = 0;
        bool again = level_replay_draw(&one, &a, 7 + i / 30, &first);
        assert_int_equal(level_replay_draw(&other, &b, 7 + i / 30, &second), again);
        assert_false(level_replay_draw(&empty, &c, 7 + i / 30, &none));
        assert_int_equal(first, second);
        assert_true(a.state == b.state && a.state == c.state);
    }
}

static void the_narrowest_makes_room(void **state) {
    (void)state;
    static struct level_replay replay;
    memset(&replay, 0, sizeof replay);
    for (uint64_t i = 0; i < LEVEL_REPLAY_MAX; i++)
        level_replay_note(&replay, i, i == 500 || i == 600 || i == 601 ? 0.1 : 0.2, i == 600 ? 1 : 2);
    level_replay_note(&replay, 5, 0.15, 3); /* known: no other goes */
    assert_int_equal(replay.count, LEVEL_REPLAY_MAX);
    assert_true(kept(&replay, 5)->spread == 0.15 && kept(&replay, 5)->drawn == 3);
    assert_non_null(kept(&replay, 600));
    level_replay_note(&replay, 2000, 0.05, 3); /* narrower than all */
    assert_null(kept(&replay, 2000));
    level_replay_note(&replay, 2001, 0.1, 3); /* the one drawn longest ago of three */
    assert_null(kept(&replay, 600));
    assert_true(kept(&replay, 2001) && kept(&replay, 500) && kept(&replay, 601));
    level_replay_note(&replay, 2002, 0.3, 3);
    level_replay_note(&replay, 2003, 0.3, 3);
    level_replay_note(&replay, 2004, 0.3, 3);
    assert_false(kept(&replay, 500) || kept(&replay, 601) || kept(&replay, 2001));
    assert_int_equal(replay.count, LEVEL_REPLAY_MAX);
}

static void comes_back_from_json(void **state) {
    (void)state;
    static struct level_replay replay, back;
    memset(&replay, 0, sizeof replay);
    struct pcg pcg = pcg_seed(4, 1);
    level_replay_note(&replay, INT64_MAX, 0.1, INT64_MAX);
    level_replay_note(&replay, 0, 0, 0);
    for (uint64_t i = 1; i < 300; i++) level_replay_note(&replay, i * i, pcg_unit(&pcg), (int64_t)i);
    for (int round = 0; round < 2; round++) {
        json_t *json = level_replay_json(&replay);
        char *text = json_dumps(json, JSON_COMPACT);
        json_t *read = json_loads(text, 0, NULL);
        memset(&back, 0xff, sizeof back);
        assert_int_equal(level_replay_read(read, &back, NULL), ERR_OK);
        assert_memory_equal(&back, &replay, sizeof back);
        json_decref(read);
        free(text);
        json_decref(json);
        memset(&replay, 0, sizeof replay); /* then the empty one */
    }
}

static void others_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "null",
        "{}",
        "[1]",
        "[[]]",
        "[[1, 0.5]]",
        "[[1, 0.5, 2, 3]]",
        "[[-1, 0.5, 2]]",
        "[[1.0, 0.5, 2]]",
        "[[1, -0.5, 2]]",
        "[[1, \"0.5\", 2]]",
        "[[1, 0.5, -2]]",
        "[[1, 0.5, 2.0]]",
        "[[1, 0.5, 2], [1, 0.25, 3]]",
        "[[1, 0.5, 2], {}]",
    };
    static struct level_replay replay, before;
    level_replay_note(&before, 3, 0.5, 1);
    replay = before;
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);
        if (level_replay_read(json, &replay, &error) != ERR_INPUT) fail_msg("%s is taken", bad[i]);
        assert_non_null(strstr(error.message, "rl.curriculum"));
        assert_memory_equal(&replay, &before, sizeof before);
        json_decref(json);
    }
    assert_int_equal(level_replay_read(NULL, &replay, NULL), ERR_INPUT);
    for (int many = LEVEL_REPLAY_MAX; many <= LEVEL_REPLAY_MAX + 1; many++) {
        json_t *json = json_array();
        for (int i = 0; i < many; i++) json_array_append_new(json, json_pack("[i, f, i]", i, 0.5, 1));
        assert_int_equal(level_replay_read(json, &replay, NULL),
                         many > LEVEL_REPLAY_MAX ? ERR_INPUT : ERR_OK);
        json_decref(json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_by_hand),      cmocka_unit_test(none_twice_in_an_iteration),
        cmocka_unit_test(draws_are_alike),      cmocka_unit_test(the_narrowest_makes_room),
        cmocka_unit_test(comes_back_from_json), cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
