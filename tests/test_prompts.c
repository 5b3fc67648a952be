/* Problems to learn from: which training samples they are, that no other side has them, and that they are
 * true where the run's own samples are noised. */
#include "data/split.h"
#include "tests/reinforce_run.h"

enum { COUNT = 200, FIRST = 50 };

/* The same sample, noised and not, as whoever generates it gets it. */
static struct sample sample_of(struct mix_sampler *sampler, const struct config *config, uint64_t index) {
    struct sample sample;
    DONE(mix_sample(sampler, (uint64_t)config->seed, SPLIT_TRAIN, index, &sample, &error));
    return sample;
}

/* Problem n is the n-th sample behind the training samples: its clean completion, or the noised one where
 * that is asked for. No test or validation problem is among them. */
static void check(const char *expert, bool noisy) {
    char word[64];
    struct reinforce_run f, plain; /* the second is of the same spec without noise */
    struct mix_sampler *sampler, *clean;
    snprintf(word, sizeof word, "rl.expert=%s", expert);
    REINFORCE_OPEN(&f, 0, "rl.method=expert_iteration", word, "noise.digit.rate=0.3",
                   "noise.dynamic.rate=0.2", "refine=0.7", "sparsify.share=0.4");
    REINFORCE_OPEN(&plain, 0, "rl.method=grpo");
    DONE(mix_sampler_create(&f.config.mix, f.run.vocabulary, false, &sampler, &error));
    DONE(mix_sampler_create(&plain.config.mix, plain.run.vocabulary, false, &clean, &error));
    reinforce_problems(&f, FIRST, COUNT);
    const struct dataset *problems = &f.work->problems.dataset;
    assert_int_equal(problems->samples, COUNT);
    int noised = 0, longest = 0;
    for (int i = 0; i < COUNT; i++) {
        uint64_t index = 640 + FIRST + (uint64_t)i;
        struct sample sample = sample_of(sampler, &f.config, index),
                      truth = sample_of(clean, &f.config, index);
        struct token_span prompt = dataset_prompt(problems, i), completion = dataset_completion(problems, i);
        assert_int_equal(prompt.id[0], TOKEN_BOS);
        prompt = (struct token_span){prompt.id + 1, prompt.count - 1};
        assert_true(judge_same(prompt, sample.prompt));
        assert_true(judge_same(completion, noisy ? sample.completion : truth.completion));
        noised += !judge_same(sample.completion, truth.completion);
        if ((int)(prompt.count + completion.count) + 2 > longest)
            longest = (int)(prompt.count + completion.count) + 2;
        assert_int_equal(split_of(sample.task, sample.arguments, task_hash(sample.task, sample.arguments)),
                         SPLIT_TRAIN);
        for (int64_t k = 0; k < f.run.test.samples; k++)
            assert_false(judge_same(dataset_prompt(problems, i), dataset_prompt(&f.run.test, k)));
        for (int64_t k = 0; k < f.run.validation.samples; k++)
            assert_false(judge_same(dataset_prompt(problems, i), dataset_prompt(&f.run.validation, k)));
    }
    assert_true(noised > COUNT / 2);
    assert_int_equal(problems->longest, longest);
    mix_sampler_free(sampler);
    mix_sampler_free(clean);
    reinforce_close(&plain);
    reinforce_close(&f);
}

static void true_ones_behind_the_training_samples(void **state) {
    (void)state;
    check("own", false);
    check("clean", false);
}

static void noised_ones_where_they_are_asked_for(void **state) {
    (void)state;
    check("noisy", true);
}

/* By number, in any order and again, each call alone in the data set. */
static void made_by_number(void **state) {
    (void)state;
    static const uint64_t back[] = {7, 3, 3, (uint64_t)1 << 40};
    struct reinforce_run f;
    REINFORCE_OPEN(&f, 0, "rl.method=grpo");
    struct dataset_builder eight = {0}, four = {0};
    uint64_t forth[8];
    for (uint64_t i = 0; i < 8; i++) forth[i] = i;
    DONE(prompts_make(f.work->prompts, forth, 8, &eight, &error));
    DONE(prompts_make(f.work->prompts, forth, 8, &four, &error));
    DONE(prompts_make(f.work->prompts, back, 4, &four, &error));
    assert_int_equal(four.dataset.samples, 4);
    for (int i = 0; i < 3; i++) {
        assert_true(judge_same(dataset_sequence(&four.dataset, i),
                               dataset_sequence(&eight.dataset, (int64_t)back[i])));
    }
    int longest = 0;
    for (int i = 0; i < 4; i++)
        if ((int)dataset_sequence(&four.dataset, i).count > longest)
            longest = (int)dataset_sequence(&four.dataset, i).count;
    assert_int_equal(four.dataset.longest, longest);
    dataset_free(&eight.dataset);
    dataset_free(&four.dataset);
    reinforce_close(&f);
    prompts_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_ones_behind_the_training_samples),
        cmocka_unit_test(noised_ones_where_they_are_asked_for),
        cmocka_unit_test(made_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
