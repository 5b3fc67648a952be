/* Options that a spec says and that change none of its runs: which are told, where they stand, and which are
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "spec/spec.h"

#define ADD "task: {name: add}\n"
#define GCD "task: {name: gcd}\n"

/* A spec, and the options of it that change nothing, in the order of the table: " a b". */
static const struct {
    const char *text, *idle;
} cases[] = {
    {ADD, ""},
    {ADD "noise: {digit: 0, line: 0}\ndata: {contamination: 1}\neval: {samples: 1}\nsparsify: {share: 0}\n",
     ""},
    {ADD "line_limit: 400\nreverse: true\ntrain: {warmup_steps: 7, max_steps: 9}\neval: {every: 5}\n", ""},
    {ADD "data: {contamination: 0.5}\n", " data.contamination"},
    {ADD "data: {contamination: 0.5}\nnoise: {digit: 0.1}\n", ""},
    {ADD "data: {contamination: 0}\nnoise: {digit: 0.1}\n", " noise.digit"},
    {ADD "noise: {digit: {contamination: 0.1}}\n", " noise.digit.contamination"},
    {ADD "noise: {digit: {rate: 0.2, contamination: 0.1}, answer: clean}\n", ""},
    {ADD "seeds: [1, 2]\nnoise: {digit: 0.2, answer: clean}\n", ""},
    {ADD "noise: {line: 0.2, answer: clean}\n", " noise.answer"},
    {ADD "noise: {line: 0.2, names: res}\n", ""},
    {ADD "noise: {names: res}\n", " noise.names"},
    {ADD "data: {file: a}\nnoise: {digit: 0.1, names: res}\n", " noise.digit noise.names"},
    {ADD "noise: {digit: 0.1, names: res+answer, answer: clean}\n", ""},
    {ADD "noise: {digit: 0.1, names: answer, answer: clean}\n", " noise.digit"},
    {ADD "noise: {digit: 0.1, line: 0.1, dynamic: 0.1, names: answer}\n", " noise.dynamic noise.line"},
    {ADD "format: direct\nnoise: {digit: 0.1, dynamic: 0.1, names: res}\n", " noise.digit"},
    {ADD "format: direct\nnoise: {digit: 0.1, names: answer+res}\n", ""},
    {ADD "noise: {digit: 0.2}\nrefine: 0.5\n", " refine"},
    {ADD "noise: {dynamic: 0.2}\nrefine: 0.5\n", ""},
    {ADD "noise: {dynamic: 0.2, digit: 0.1, line: 0.1}\nformat: direct\n", " noise.line"},
    {ADD "noise: {digit: 0.2}\ndata: {fixed_noise: false}\n", ""},
    {ADD "noise: {digit: 0.2}\ndata: {fixed_noise: false, epochs: 1}\n", " data.fixed_noise"},
    {ADD "data: {fixed_noise: false}\n", " data.fixed_noise"},
    {ADD "format: direct\nline_limit: 400\n", " line_limit"},
    {ADD "format: direct\nline_limit: 400\nnoise: {digit: 0.1}\n", " line_limit"},
    {ADD "format: direct\nline_limit: 400\nnoise: {dynamic: 0.1}\n", ""},
    {ADD "format: direct\nrefine: 0.5\nnoise: {dynamic: 0.1}\n", " refine"},
    {ADD "format: direct\nnoise: {dynamic: 0.1, digit: 0.1, answer: clean}\n", " noise.digit"},
    {ADD "format: direct\nsparsify: {share: 0.5}\n", " sparsify.share"},
    {ADD "sparsify: {share: 0.5, order: earliest, schedule: linear}\n", ""},
    {ADD "sparsify: {share: 0.5, schedule: linear}\ndata: {epochs: 1}\n", " sparsify.schedule"},
    {ADD "sparsify: {order: earliest, schedule: linear}\n", " sparsify.order sparsify.schedule"},
    {ADD "visibility: {mod: call}\n", " visibility.mod"},
    {GCD "visibility: {mod: hidden, add: full}\n", " visibility.add"},
    {GCD "visibility: {mod: hidden}\nformat: direct\n", " visibility.mod"},
    {"task: {name: add, weight: 2}\n", " task.weight"},
    {"task: [{name: add, weight: 2}, {name: gcd}]\n", ""},
    {"task: [{name: add, max_length: 2}, {name: sort, max_length: 2}]\n", " task.1.max_length"},
    {"task: {name: collatz, max_length: 5}\n", ""}, /* has no list: it is the size of its problems */
    {"task: {name: add, max: 50}\n", ""},
    {"task: {family: lookup, max_length: 3, max_digits: 2}\n", ""}, /* used by some of its tasks */
    {"task: {family: comparing, max: 50}\n", " task.max"},
    {"task: {name: add, min: 1, max: 50, max_digits: 2, sampling: magnitude}\n", " task.max_digits"},
    {"task: {name: add, max: 50, max_digits: 2, sampling: length}\n", " task.max"},
    {ADD "data: {file: a, samples: 4, contamination: 0.5}\nnoise: {digit: 0.1, answer: clean}\nsparsify: "
         "{share: 0.5}\n",
     " sparsify.share data.samples data.contamination noise.digit noise.answer"},
    {ADD "eval: {samples: 5}\n", " eval.samples"},
    {ADD "eval: {samples: 5, temperature: 1}\n", ""},
    {ADD "model: {init: x}\nstart: {data.samples: 10, model.init: ''}\n", " model.init"},
    {ADD "model: {init: x}\nstart: {data.samples: 10}\n", ""},
    {ADD "rl: {reward: line, reward_noise: .1, reward_model: dense, reward_rollouts: 9, rollouts: 9, "
         "prompts: 9, generations: 9, iterations: 2, minibatches: 2, temperature: 2, final_temperature: 2, "
         "learning_rate: 1, clip: 0.3, clip_high: 0.3, beta: 1, entropy: 1, scale: none, lambda: 1, "
         "value_clip: 1, value_weight: 1, curriculum: replay, expert: beam, rounds: 2, keep: 2, epochs: 3, "
         "steps: 3, labels: line}\n",
     " rl.reward rl.reward_noise rl.reward_model rl.reward_rollouts rl.rollouts rl.prompts rl.generations "
     "rl.iterations rl.minibatches rl.temperature rl.final_temperature rl.learning_rate rl.clip rl.clip_high "
     "rl.beta rl.entropy rl.scale rl.lambda rl.value_clip rl.value_weight rl.curriculum rl.expert rl.rounds "
     "rl.keep rl.epochs rl.steps rl.labels"},
    {ADD "rl: {method: grpo, clip: 0.3, clip_high: 0.4, minibatches: 1}\n", " rl.clip rl.clip_high"},
    {ADD "rl: {method: grpo, clip: 0.3, minibatches: 2, beta: 0.1, scale: none, rollouts: 500}\n", ""},
    {ADD "rl: {method: ppo, clip: 0.3, lambda: 1, value_clip: 1, value_weight: 1, scale: none}\n",
     " rl.scale"},
    {ADD "rl: {method: rloo, clip: 0.3, iterations: 2, lambda: 1, beta: 0.1, labels: line}\n",
     " rl.clip rl.lambda rl.labels"},
    {ADD "rl: {method: expert_iteration, keep: 2, epochs: 3, clip: 0.3, beta: 0.1, reward_noise: 0.1}\n",
     " rl.clip rl.beta"},
    {ADD "rl: {method: rcrl, labels: line, epochs: 3, steps: 9, curriculum: replay, expert: beam}\n",
     " rl.curriculum rl.expert rl.epochs"},
    {ADD "rl: {method: expert_iteration, expert: beam, reward_noise: 0.1, reward_rollouts: 9}\n",
     " rl.reward_noise rl.reward_rollouts"},
    {ADD "grid: {rl.method: [none, grpo, ppo], rl.clip: [0.1, 0.3]}\n", ""},
    /* In some run of the grid, or of what others start from, is enough. */
    {ADD "noise: {answer: clean}\ngrid: {noise.digit: [0, 0.1]}\n", ""},
    {ADD "noise: {answer: clean}\ngrid: {noise.line: [0, 0.1]}\n", " noise.answer"},
    {ADD "grid: {noise.answer: [noisy, clean]}\n", " noise.answer"},
    {ADD "data: {contamination: 0.5}\nstart: {data.samples: 10, noise.digit: 0.2}\n", ""},
    {ADD "start: {data.samples: 10, eval.samples: 3}\n", " eval.samples"},
    {ADD "start: {data.samples: 0, eval.samples: 3}\n", ""},
};

static void idle_options_are_told(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec *spec;
        struct error error = {""};
        char found[1024] = "";
        if (spec_parse("spec.yaml", cases[i].text, strlen(cases[i].text), NULL, 0, &spec, &error))
            fail_msg("%s: %s", cases[i].text, error.message);
        for (int n = 0; spec_idle(spec, n, &error); n++) {
            int line, column, length;
            char name[96];
            assert_int_equal(sscanf(error.message, "spec.yaml:%d:%d: %95s changes nothing here: it needs %n",
                                    &line, &column, name, &length),
                             3);
            assert_true(strlen(error.message) > (size_t)length);
            snprintf(found + strlen(found), sizeof found - strlen(found), " %s", name);
        }
        if (strcmp(found, cases[i].idle))
            fail_msg("%s:%s (expected:%s)", cases[i].text, found, cases[i].idle);
        spec_free(spec);
    }
}

static void the_place_and_the_need_are_said(void **state) {
    (void)state;
    const char *words[] = {"eval.samples=3"};
    struct spec *spec;
    struct error error = {""};
    const char *text = ADD "noise:\n  line: 0.1\n  answer: clean\n";
    assert_int_equal(spec_parse("spec.yaml", text, strlen(text), words, 1, &spec, &error), ERR_OK);
    assert_true(spec_idle(spec, 0, &error));
    assert_string_equal(error.message,
                        "spec.yaml:4:11: noise.answer changes nothing here: it needs a static noise that "
                        "changes values, and no data.file");
    assert_true(spec_idle(spec, 1, &error));
    assert_string_equal(
        error.message,
        "eval.samples=3: eval.samples changes nothing here: it needs eval.temperature above 0");
    assert_false(spec_idle(spec, 2, &error));
    spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_options_are_told),
        cmocka_unit_test(the_place_and_the_need_are_said),
    };
    return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
