/* Runs whose training made the model worse than none: marked wherever a run is shown; all others are as they
 * always were. */
#include "tests/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/gpt.h"
#include "tests/support/shell.h"
#include "train/divergence.h"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf 'name: d\\nseeds: [1]\\ntask: {name: add, max_digits: 2}\\n"
                    "data: {samples: 300, epochs: 1}\\nmodel: {layers: 1, width: 32, heads: 2, ffn: 64}\\n"
                    "train: {batch_tokens: 256, learning_rate: 1e-3}\\neval: {problems: 20}\\n"
                    "grid: {noise.digit: [0, 0.5]}\\n' >$SCRATCH/spec.yaml");
    return 0;
}

/* The training samples of the fixture's mix, and a model of their vocabulary whose output layer is `scale`
 * times the usual. */
static struct divergence measured_after(double before, double scale, int samples) {
    struct fixture s;
    struct team *team;
    struct dataset dataset = {0};
    struct gpt *gpt;
    struct divergence found;
    fixture_prepare(&s, "add");
    fixture_open(&s);
    assert_int_equal(team_create(1, &team, &s.error), ERR_OK);
    assert_int_equal(dataset_build(&s.mix, s.vocabulary, 1, 0, samples, team, &dataset, &s.error), ERR_OK);
    struct gpt_config config = {.vocabulary = vocabulary_count(s.vocabulary),
                                .positions = 1024,
                                .layers = 1,
                                .width = 32,
                                .heads = 2,
                                .ffn = 64,
                                .rotary_share = 1,
                                .rotary_base = 10000,
                                .epsilon = 1e-5};
    assert_int_equal(gpt_create(&config, &gpt, &s.error), ERR_OK);
    gpt_initialise(gpt, 1);
    int last = gpt_final_index(&config) + 2;
    for (size_t i = 0; i < gpt->tensor[last].size; i++) gpt_values(gpt, last)[i] *= (real)scale;
    if (divergence_measure(gpt, team, &dataset, before, &found, &s.error)) fail_msg("%s", s.error.message);
    assert_true(found.bound == fmax(log(config.vocabulary), before));
    assert_true(found.began_worse == (before > log(config.vocabulary)));
    gpt_free(gpt);
    dataset_free(&dataset);
    team_free(team);
    fixture_close(&s);
    return found;
}

static struct divergence measured(double scale, int samples) { return measured_after(NAN, scale, samples); }

static void worse_than_guessing_by_a_margin(void **state) {
    (void)state;
    struct divergence none = measured(0, 300), usual = measured(1, 300), wild = measured(20, 300);
    assert_true(fabs(none.loss - none.bound) < 1e-4 && !none.diverged);
    assert_true(usual.loss > usual.bound - 0.5 && usual.loss < usual.bound + 0.7 && !usual.diverged);
    assert_true(wild.loss > wild.bound + 1 && wild.diverged);
    assert_true(measured_after(0.1, 20, 300).diverged);
    assert_true(measured_after(wild.loss - 1.1, 20, 300).diverged);
    assert_true(!measured_after(wild.loss - 0.9, 20, 300).diverged);
    assert_true(!measured(1, 1).diverged && !measured(1, DIVERGENCE_SAMPLES + 1).diverged);
}

static void a_run_is_marked(void **state) {
    (void)state;
    const char *said = shell_expect(
        0, "$COTNOISE train $SCRATCH/spec.yaml train.learning_rate=10 train.clip=0 -o $SCRATCH/wild");
    assert_non_null(strstr(said, "diverged: after training, the loss on training samples is "));
    assert_non_null(strstr(said, "the learning rate 10 may be too high"));
    assert_non_null(strstr(said, "; training diverged\n"));
    shell_expect(0, "grep -q '\"diverged\": 1' $SCRATCH/wild/result.json");
    /* One that began so is not what made it so. */
    said = shell_expect(
        0, "$COTNOISE train $SCRATCH/spec.yaml model.init=$SCRATCH/wild train.learning_rate=1e-9 "
           "train.max_steps=1 -o $SCRATCH/after");
    assert_null(strstr(said, "diverged"));
    said = shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/tame");
    assert_null(strstr(said, "diverged"));
    shell_expect(0, "! grep -q diverged $SCRATCH/tame/result.json");
}

static void a_sweep_says_which(void **state) {
    (void)state;
    const char *said =
        shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml train.learning_rate=10 train.clip=0 -j 1 "
                        "--results $SCRATCH/wild-ones");
    assert_non_null(strstr(said, "2 runs diverged (the first, "));
    said = shell_expect(0, "$COTNOISE status $SCRATCH/wild-ones/d");
    assert_non_null(strstr(said, "complete, but diverged: "));
    shell_expect(0,
                 "test $($COTNOISE status --json $SCRATCH/wild-ones/d | grep -c '\"diverged\": true') = 2");
    shell_expect(0,
                 "cd $SCRATCH/wild-ones/d && head -n 1 results.csv | grep -q ',diverged$' && "
                 "test $(grep -c ',1$' results.csv) = 2 && grep -q '2 of its runs diverged' report.html && "
                 "grep -q '1 of these curves rest on runs that diverged' report.html");
    /* From the table alone. */
    said = shell_expect(0, "mkdir $SCRATCH/table && cp $SCRATCH/wild-ones/d/results.csv $SCRATCH/table && "
                           "$COTNOISE report $SCRATCH/table");
    assert_non_null(strstr(said, "2 runs diverged (the first, "));
    said = shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 1 --results $SCRATCH/tame-ones");
    assert_null(strstr(said, "diverged"));
    shell_expect(
        0, "! grep -rqE 'diverged' $SCRATCH/tame-ones/d --include=*.csv --include=*.html --include=*.json");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worse_than_guessing_by_a_margin),
        cmocka_unit_test(a_run_is_marked),
        cmocka_unit_test(a_sweep_says_which),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
