/* Warnings of reinforcement learning, from both sides of each bound: given once, with the options to change.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reinforce/guards.h"

struct heard {
    int count;
    char last[400];
};

static void hear(void *context, const char *message) {
    struct heard *heard = context;
    heard->count++;
    snprintf(heard->last, sizeof heard->last, "%s", message);
}

/* An iteration of which nothing is to be said. */
static struct iteration sound(void) {
    return (struct iteration){
        .iteration = 12,
        .reward = 0.4,
        .flat_groups = 0.3,
        .malformed_reward = 0,
        .truncated = 0.1,
        .kl = 0.05,
        .entropy = 0.2,
    };
}

static int warnings(struct guards *guards, struct iteration iteration, struct heard *heard) {
    heard->count = 0;
    guards_look(guards, &iteration, hear, heard);
    return heard->count;
}

/* The same with one double changed. */
static struct iteration with(size_t offset, double number) {
    struct iteration iteration = sound();
    memcpy((char *)&iteration + offset, &number, sizeof number);
    return iteration;
}
#define WITH(member, number) with(offsetof(struct iteration, member), number)

static void both_sides_of_each_bound(void **state) {
    (void)state;
    const struct {
        struct iteration fine, wrong;
        const char *number, *options[4];
    } bounds[] = {
        {WITH(truncated, 0.5), WITH(truncated, 0.51), "51 %", {"eval.max_new_tokens", "rl.temperature"}},
        {WITH(flat_groups, 0.89),
         WITH(flat_groups, 0.9),
         "90 %",
         {"rl.generations", "rl.temperature", "rl.reward", "parent"}},
        {WITH(kl, 1), WITH(kl, 1.5), "1.5 nats", {"rl.beta", "rl.learning_rate"}},
        {WITH(entropy, 0.001),
         WITH(entropy, 0.0009),
         "0.0009 nats a token, down from 0.2",
         {"rl.entropy", "rl.temperature"}},
        {WITH(malformed_reward, 0), WITH(malformed_reward, 0.998), "99.8 %", {"rl.reward"}},
    };
    struct guards all = {0};
    struct heard heard;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct guards guards = {0};
        assert_int_equal(warnings(&guards, sound(), &heard), 0);
        assert_int_equal(warnings(&guards, bounds[i].fine, &heard), 0);
        assert_int_equal(guards.told, 0);
        assert_int_equal(warnings(&guards, bounds[i].wrong, &heard), 1);
        assert_ptr_equal(strstr(heard.last, "iteration 12: "), heard.last);
        assert_non_null(strstr(heard.last, bounds[i].number));
        assert_null(strchr(heard.last, '\n'));
        for (int k = 0; k < 4 && bounds[i].options[k]; k++)
            if (!strstr(heard.last, bounds[i].options[k]))
                fail_msg("%s: no word of %s", heard.last, bounds[i].options[k]);
        assert_int_equal(warnings(&guards, bounds[i].wrong, &heard), 0);
        /* Each has a bit of its own. */
        warnings(&all, i ? bounds[i].wrong : WITH(entropy, 0.2), &heard);
        assert_int_equal(heard.count, i > 0);
    }
    assert_int_equal(warnings(&all, bounds[0].wrong, &heard), 1);
    assert_int_equal(all.told, 31);
}

/* Little entropy is no harm where there never was more, and a fall none while there is enough. */
static void entropy_falls(void **state) {
    (void)state;
    struct heard heard;
    struct guards low = {0};
    assert_int_equal(warnings(&low, WITH(entropy, 0.0009), &heard), 0);
    assert_int_equal(warnings(&low, WITH(entropy, 0.00009), &heard), 0); /* a tenth */
    assert_int_equal(warnings(&low, WITH(entropy, 0.00008), &heard), 1);
    struct guards high = {0};
    assert_int_equal(warnings(&high, WITH(entropy, 2), &heard), 0);
    assert_int_equal(warnings(&high, WITH(entropy, 0.0011), &heard), 0);
    assert_int_equal(warnings(&high, WITH(entropy, 0), &heard), 1);
    struct guards later = {0};
    assert_int_equal(warnings(&later, WITH(entropy, NAN), &heard), 0);
    assert_int_equal(warnings(&later, WITH(entropy, 0.2), &heard), 0);
    assert_true(later.entropy == 0.2);
    assert_int_equal(warnings(&later, WITH(entropy, 0.3), &heard), 0);
    assert_true(later.entropy == 0.2);
}

static void what_is_solved_is_told_from_what_is_too_hard(void **state) {
    (void)state;
    struct iteration iteration = WITH(flat_groups, 1);
    struct heard heard;
    iteration.reward = 0.49;
    assert_int_equal(warnings(&(struct guards){0}, iteration, &heard), 1);
    assert_non_null(strstr(heard.last, "a low one"));
    iteration.reward = 0.5;
    assert_int_equal(warnings(&(struct guards){0}, iteration, &heard), 1);
    assert_non_null(strstr(heard.last, "a high one"));
    assert_non_null(strstr(heard.last, "rl.rollouts"));
}

static void what_is_not_measured_is_no_harm(void **state) {
    (void)state;
    struct iteration unknown = {.iteration = 1,
                                .reward = NAN,
                                .flat_groups = NAN,
                                .malformed_reward = NAN,
                                .truncated = NAN,
                                .kl = NAN,
                                .entropy = NAN};
    struct guards guards = {.entropy = 1};
    struct heard heard;
    assert_int_equal(warnings(&guards, unknown, &heard), 0);
}

static void comes_back_from_json(void **state) {
    (void)state;
    for (unsigned told = 0; told < 32; told++) {
        struct guards guards = {told, 0.1 * told}, back = {99, 99};
        json_t *json = guards_json(&guards);
        assert_int_equal(guards_read(json, &back, NULL), ERR_OK);
        assert_int_equal(back.told, told);
        assert_true(back.entropy == guards.entropy);
        json_decref(json);
    }
    static const char *const bad[] = {"null",
                                      "[]",
                                      "{}",
                                      "{\"told\": 1}",
                                      "{\"entropy\": 1}",
                                      "{\"told\": -1, \"entropy\": 1}",
                                      "{\"told\": 32, \"entropy\": 1}",
                                      "{\"told\": 4294967296, \"entropy\": 1}",
                                      "{\"told\": 1.0, \"entropy\": 1}",
                                      "{\"told\": 1, \"entropy\": -1}",
                                      "{\"told\": 1, \"entropy\": null}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct guards guards = {3, 0.5};
        json_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);
        if (guards_read(json, &guards, NULL) != ERR_INPUT) fail_msg("%s is taken", bad[i]);
        assert_true(guards.told == 3 && guards.entropy == 0.5);
        json_decref(json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_each_bound),
        cmocka_unit_test(entropy_falls),
        cmocka_unit_test(what_is_solved_is_told_from_what_is_too_hard),
        cmocka_unit_test(what_is_not_measured_is_no_harm),
        cmocka_unit_test(comes_back_from_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
