/* cotnoise bench: that it measures and prints what it promises, and what it says of bad input. No figure is
 * judged here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "nn/levels.h"
#include "tests/support/shell.h"

static double figure(const json_t *json, const char *name) {
    return json_number_value(json_object_get(json, name));
}

static void test_json_has_every_figure(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE bench --preset tiny --threads 2 --rounds 1 --json >$SCRATCH/bench.json");
    char path[512];
    snprintf(path, sizeof path, "%s/bench.json", getenv("SCRATCH"));
    json_t *json = json_load_file(path, 0, NULL);
    assert_non_null(json);
    static const char *const figures[] = {"training_tokens_per_second",
                                          "decoding_tokens_per_second",
                                          "training_gflops",
                                          "sgemm_peak_gflops",
                                          "sgemm_share",
                                          "fma_peak_gflops",
                                          "fma_share",
                                          "peak_bytes",
                                          "training_bytes",
                                          "thread_ratio",
                                          "worker_ratio",
                                          "fma_ratio",
                                          "rollouts_per_second",
                                          "grpo_rollouts_per_second"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        const json_t *value = json_object_get(json, figures[i]);
        if (!json_is_number(value)) print_message("%s is missing\n", figures[i]);
        assert_true(json_is_number(value));
        assert_true(json_number_value(value) > 0);
    }
    /* Drawn to the length of true completions, which add up 1 to 3 digits and are of about 49 tokens; <eos>
     * would have come long before. All but a few are learned from, and learning takes time. */
    assert_int_equal(lround(figure(json, "rollout_tokens")), 49);
    assert_int_equal(lround(figure(json, "rollout_prompt_tokens")), 7);
    assert_true(figure(json, "rollout_share_learned") > 0.7);
    assert_true(figure(json, "grpo_rollouts_per_second") < figure(json, "rollouts_per_second"));
    double sum = 0;
    const char *part;
    json_t *share;
    json_object_foreach(json_object_get(json, "time_share"), part, share) sum += json_number_value(share);
    assert_true(sum > 0.999 && sum < 1.001);
    json_decref(json);
}

static void test_level_is_named(void **state) {
    (void)state;
    const struct kernels *kernels;
    bool runs;
    for (int i = 0; (kernels = levels_at(i, &runs)); i++)
        if (runs)
            shell_expect(0,
                         "COTNOISE_LEVEL=%s $COTNOISE bench --preset tiny --threads 1 --rounds 1 | "
                         "grep -q 'kernels: %s;'",
                         strrchr(kernels->level, '-') + 1, kernels->level);
}

static void test_wrong_input_is_named(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE bench --help | grep -q 'usage: cotnoise bench'");
    shell_expect(2, "$COTNOISE bench --preset huge 2>$SCRATCH/err");
    shell_expect(0, "grep -q 'huge.*allowed: tiny, small' $SCRATCH/err && test $(wc -l <$SCRATCH/err) = 1");
    shell_expect(2, "$COTNOISE bench --threads 0 2>/dev/null");
    shell_expect(2, "$COTNOISE bench --fast 2>/dev/null");
    shell_expect(2, "$COTNOISE bench small 2>/dev/null");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_has_every_figure),
        cmocka_unit_test(test_level_is_named),
        cmocka_unit_test(test_wrong_input_is_named),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
