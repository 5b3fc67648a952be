/* Options that go together and that do not, from both sides of each rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "spec/spec.h"

/* Lines of a spec, and the words of its refusal; NULL: taken. */
struct rule {
    const char *lines, *says;
};

static void check(const struct rule *rules, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct error error = {""};
        struct buffer text = {0};
        struct spec *spec = NULL;
        buffer_printf(&text, "task: {name: add}\n%s\n", rules[i].lines);
        enum err code = spec_parse("trial.yaml", text.bytes, text.length, NULL, 0, &spec, &error);
        spec_free(spec);
        buffer_free(&text);
        if (code != (rules[i].says ? ERR_INPUT : ERR_OK) ||
            (rules[i].says && !strstr(error.message, rules[i].says)))
            fail_msg("%s\n%d: %s", rules[i].lines, code, error.message);
    }
}
#define CHECK(rules) check(rules, sizeof(rules) / sizeof *(rules))

static void stops_that_are_never_looked_for(void **state) {
    (void)state;
    static const struct rule rules[] = {
        {"train.stop_at: 0.9", "train.stop_at is 0.9, but accuracy is never looked at"},
        {"train.stop_at: 0.9\neval.every: 10", NULL},
    };
    CHECK(rules);
}

/* Only where noise acts on lines at all. */
static void noise_is_aimed_at_lines_that_there_are(void **state) {
    (void)state;
    static const struct rule rules[] = {
        {"noise: {digit: 0.1, names: res+carry}", NULL},
        {"noise: {digit: 0.1, names: res+rest}", "trial.yaml:2:28: noise.names: no line is named 'rest' "
                                                 "(allowed: any of answer+digx+digy+res+carry)"},
        {"noise: {digit: 0, names: rest}", NULL},
        {"noise: {digit: 0.1, names: rest}\ndata.contamination: 0", NULL},
        {"noise: {digit: 0.1, names: res++carry}", "noise.names: 'res++carry' is not accepted (allowed: "
                                                   "names of lines, each once, with + between them"},
        {"noise: {digit: 0.1}\ngrid: {noise.names: [res, \"\", rest]}", "no line is named 'rest'"},
        {"noise: {digit: 0.1, names: res}\nstart: {task.name: gcd}", "no line is named 'res'"},
        {"noise: {digit: 0.1, names: res}\nstart: {task.name: gcd, noise.digit: 0}", NULL},
    };
    CHECK(rules);
}

/* Only where it has an effect: not without rl, nor where something else is learned from. */
static void lines_are_of_traces(void **state) {
    (void)state;
    static const struct rule rules[] = {
        {"format: direct\nrl.reward: line\nrl.method: grpo",
         "rl.reward is line, but format is direct (allowed: with format trace)"},
        {"format: answer_first\nrl.reward: line\nrl.method: grpo", "but format is answer_first"},
        {"format: trace\nrl.reward: line\nrl.method: grpo", NULL},
        {"format: direct\nrl.reward: line\nrl.method: none", NULL},
        {"format: direct\nrl.reward: line\nrl.method: expert_iteration\nrl.expert: clean", NULL},
        {"format: direct\nrl.reward: trace\nrl.method: ppo", "(allowed: with format trace or answer_first)"},
        {"format: answer_first\nrl.reward: trace\nrl.method: ppo", NULL},
        {"format: direct\nrl.reward: outcome\nrl.method: ppo", NULL},
        {"format: direct\nrl: {method: ppo, reward: model, reward_model: dense}", "rl.reward_model is dense"},
        {"format: direct\nrl: {method: ppo, reward: outcome, reward_model: dense}", NULL},
        {"format: direct\nrl: {method: ppo, reward: model, reward_model: sparse}", NULL},
        {"format: direct\nrl: {method: ppo, curriculum: backtrack}", "rl.curriculum is backtrack"},
        {"format: direct\nrl: {method: ppo, curriculum: replay}", NULL},
        {"format: direct\nrl: {method: rcrl, curriculum: backtrack}", NULL},
        {"format: direct\nrl: {method: expert_iteration, expert: beam}", "rl.expert is beam"},
        {"format: direct\nrl: {method: expert_iteration, expert: own}", NULL},
        {"format: direct\nrl: {method: rcrl, labels: line}", "rl.labels is line"},
        {"format: direct\nrl: {method: rcrl, labels: completion}", NULL},
    };
    CHECK(rules);
}

static void one_completion_is_no_group(void **state) {
    (void)state;
    static const struct rule rules[] = {
        {"rl: {generations: 1, method: grpo}", "rl.generations is 1, but grpo compares"},
        {"rl: {generations: 2, method: grpo}", NULL},
        {"rl: {generations: 1, method: rloo}", "but rloo compares"},
        {"rl: {generations: 1, method: reinforce}", NULL},
        {"rl: {generations: 1, method: reinforce, reward: line}", "but rl.reward line compares"},
        {"rl: {generations: 1, method: ppo, reward: line}", NULL},
        {"rl: {generations: 1, method: reinforce, reward: model}", NULL},
        {"rl: {generations: 1, method: reinforce, reward: model, reward_model: dense}",
         "but rl.reward_model dense compares"},
        {"rl: {generations: 1, method: reinforce, reward_model: dense}", NULL},
        {"rl: {generations: 1, method: ppo, curriculum: replay}", "but rl.curriculum replay compares"},
        {"rl: {generations: 2, method: ppo, curriculum: replay}", NULL},
        {"rl: {generations: 1, method: expert_iteration, curriculum: replay}", NULL},
        {"rl: {generations: 1, method: none, curriculum: replay}", NULL},
    };
    CHECK(rules);
}

static void there_are_enough_rollouts(void **state) {
    (void)state;
    static const struct rule rules[] = {
        {"rl: {method: ppo, prompts: 10, generations: 3, rollouts: 30, minibatches: 30}", NULL},
        {"rl: {method: ppo, prompts: 10, generations: 3, rollouts: 29}",
         "rl.rollouts is 29, fewer than an iteration of rl.prompts x rl.generations (allowed: 30 or more)"},
        {"rl: {method: none, prompts: 10, generations: 3, rollouts: 29}", NULL},
        {"rl: {method: ppo, prompts: 10, generations: 3, minibatches: 31}", "(allowed: 1 to 30)"},
        {"rl: {method: rcrl, prompts: 10, generations: 3, minibatches: 31}", NULL},
        {"rl: {method: rcrl, prompts: 10, generations: 3, rounds: 5, rollouts: 150}", NULL},
        {"rl: {method: rcrl, prompts: 10, generations: 3, rounds: 5, rollouts: 149}",
         "rl.rollouts is 149, fewer than rl.rounds of rl.prompts x rl.generations (allowed: 150 or more)"},
        {"rl: {method: ppo, prompts: 10, generations: 3, rounds: 5, rollouts: 149}", NULL},
        {"rl: {method: rcrl, prompts: 65536, generations: 1024, rounds: 10000}",
         "(allowed: 671088640000 or more)"},
    };
    CHECK(rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_that_are_never_looked_for),
        cmocka_unit_test(noise_is_aimed_at_lines_that_there_are),
        cmocka_unit_test(lines_are_of_traces),
        cmocka_unit_test(one_completion_is_no_group),
        cmocka_unit_test(there_are_enough_rollouts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
