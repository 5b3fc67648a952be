/* Data sets: the samples of a mix laid end to end, the same from any number of threads, epoch by epoch. */
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "data/problem_set.h"
#include "fixture.h"

enum { SAMPLES = 150, SEED = 11 };

static struct team *team_of(int threads) {
    struct team *team = NULL;
    assert_int_equal(team_create(threads, &team, NULL), ERR_OK);
    return team;
}

static void assert_same(const struct dataset *a, const struct dataset *b) {
    assert_int_equal(a->samples, b->samples);
    assert_memory_equal(a->start, b->start, sizeof *a->start * (size_t)(a->samples + 1));
    assert_memory_equal(a->prompt, b->prompt, sizeof *a->prompt * (size_t)a->samples);
    assert_memory_equal(a->tokens, b->tokens, sizeof *a->tokens * (size_t)a->start[a->samples]);
    assert_int_equal(a->longest, b->longest);
    assert_int_equal(a->longest_completion, b->longest_completion);
    assert_int_equal(a->contaminated, b->contaminated);
    assert_int_equal(a->truncated, b->truncated);
    assert_int_equal(a->sites, b->sites);
    assert_int_equal(a->corrupted, b->corrupted);
}

/* Puts a sample behind what is there. */
static void add(struct fixture *s, const struct sample *sample, struct dataset_builder *builder) {
    struct dataset *d = &builder->dataset;
    assert_int_equal(dataset_add(builder, sample->prompt, sample->completion, &s->error), ERR_OK);
    d->contaminated += sample->contaminated;
    d->truncated += sample->truncated;
    d->corrupted += sample->corrupted;
    for (int kind = 0; noise_list[kind]; kind++) d->sites += sample->tallies[kind].sites;
}

/* Adds training samples first ... first + count - 1, drawn one by one. */
static void draw(struct fixture *s, int first, int count, struct dataset_builder *builder) {
    for (int i = first; i < first + count; i++) {
        struct sample sample;
        assert_int_equal(mix_sample(s->sampler, SEED, SPLIT_TRAIN, (uint64_t)i, &sample, &s->error), ERR_OK);
        add(s, &sample, builder);
    }
}

/* Adds the problems of another side. */
static void draw_problems(struct fixture *s, enum split split, int count, struct dataset_builder *builder) {
    struct problem_set set;
    assert_int_equal(problem_set_make(&s->mix, SEED, split, count, &set, &s->error), ERR_OK);
    for (int64_t i = 0; i < set.count; i++) {
        struct sample sample;
        const struct set_problem *problem = &set.problem[i];
        assert_int_equal(
            mix_sample_of(s->sampler, SEED, split, problem->index, problem->hash, &sample, &s->error),
            ERR_OK);
        add(s, &sample, builder);
    }
    problem_set_free(&set);
}

/* A mix of which some samples are noised, and some of those truncated. */
static void prepare_noisy(struct fixture *s) {
    fixture_prepare(s, "gcd");
    s->mix.contamination = 0.5;
    s->mix.rate[noise_find("dynamic")] = 0.4;
    s->mix.rate[noise_find("digit")] = 0.1;
    s->mix.line_limit = 24;
    fixture_open(s);
}

static void test_any_number_of_threads_makes_the_same(void **state) {
    (void)state;
    struct fixture s;
    prepare_noisy(&s);
    for (int first = 0; first < 100; first += 60) {
        struct dataset_builder expected = {0};
        double changed = -1;
        draw(&s, first, SAMPLES, &expected);
        for (int threads = 1; threads <= 4; threads++) {
            struct team *team = team_of(threads);
            struct dataset built;
            assert_int_equal(
                dataset_build(&s.mix, s.vocabulary, SEED, (uint64_t)first, SAMPLES, team, &built, &s.error),
                ERR_OK);
            assert_same(&built, &expected.dataset);
            if (changed < 0) changed = built.changed;
            assert_true(built.changed == changed && changed > 0 && changed < (double)built.contaminated);
            assert_null(built.twin);
            dataset_free(&built);
            team_free(team);
        }
        const struct dataset *d = &expected.dataset;
        assert_true(d->contaminated > 50 && d->contaminated < 100 && d->truncated > 0 &&
                    d->corrupted > d->contaminated && d->sites > d->corrupted);
        dataset_free(&expected.dataset);
    }
    fixture_close(&s);
}

static void test_problems_are_clean_and_the_same(void **state) {
    (void)state;
    struct fixture s;
    prepare_noisy(&s);
    for (int split = SPLIT_TEST; split <= SPLIT_VALIDATION; split++) {
        struct dataset_builder expected = {0};
        draw_problems(&s, (enum split)split, SAMPLES, &expected);
        for (int threads = 1; threads <= 4; threads++) {
            struct team *team = team_of(threads);
            struct dataset built;
            assert_int_equal(dataset_build_problems(&s.mix, s.vocabulary, SEED, (enum split)split, SAMPLES,
                                                    team, &built, &s.error),
                             ERR_OK);
            assert_same(&built, &expected.dataset);
            assert_int_equal(built.samples, SAMPLES);
            assert_true(built.contaminated == 0 && built.corrupted == 0 && built.sites == 0);
            dataset_free(&built);
            team_free(team);
        }
        dataset_free(&expected.dataset);
    }
    fixture_close(&s);
}

static void test_fewer_samples_than_parts(void **state) {
    (void)state;
    struct fixture s;
    struct team *team = team_of(2);
    prepare_noisy(&s);
    for (int count = 1; count < 4; count++) {
        struct dataset_builder expected = {0};
        struct dataset built;
        draw(&s, 0, count, &expected);
        assert_int_equal(dataset_build(&s.mix, s.vocabulary, SEED, 0, count, team, &built, &s.error), ERR_OK);
        assert_same(&built, &expected.dataset);
        dataset_free(&built);
        dataset_free(&expected.dataset);
    }
    team_free(team);
    fixture_close(&s);
}

static void assert_tokens(struct token_span span, const int32_t *ids, size_t count) {
    assert_int_equal(span.count, count);
    if (count) assert_memory_equal(span.id, ids, count * sizeof *ids);
}

static void test_builder_and_views(void **state) {
    (void)state;
    static const int32_t p[] = {31, 32, 33}, c[] = {41, 42, 43, 44, 45};
    static const int32_t first[] = {TOKEN_BOS, 31, 32, 41, 42, 43, TOKEN_EOS};
    static const int32_t second[] = {TOKEN_BOS, 31, 32, 33, TOKEN_EOS};
    static const int32_t third[] = {TOKEN_BOS, 31, 41, 42, 43, 44, 45, TOKEN_EOS};
    struct dataset_builder builder = {0};
    struct dataset *d = &builder.dataset;
    assert_int_equal(dataset_add(&builder, (struct token_span){p, 2}, (struct token_span){c, 3}, NULL), 0);
    assert_int_equal(d->longest, 7);
    assert_int_equal(d->longest_completion, 4);
    assert_int_equal(dataset_add(&builder, (struct token_span){p, 3}, (struct token_span){c, 0}, NULL), 0);
    assert_int_equal(d->longest, 7); /* the shorter one that follows changes neither */
    assert_int_equal(d->longest_completion, 4);
    assert_int_equal(dataset_add(&builder, (struct token_span){p, 1}, (struct token_span){c, 5}, NULL), 0);
    assert_int_equal(d->longest, 8);
    assert_int_equal(d->longest_completion, 6);
    assert_int_equal(d->samples, 3);
    assert_tokens(dataset_sequence(d, 0), first, 7);
    assert_tokens(dataset_sequence(d, 1), second, 5);
    assert_tokens(dataset_sequence(d, 2), third, 8);
    assert_tokens(dataset_prompt(d, 0), first, 3);
    assert_tokens(dataset_prompt(d, 1), second, 4);
    assert_tokens(dataset_prompt(d, 2), third, 2);
    assert_tokens(dataset_completion(d, 0), c, 3);
    assert_tokens(dataset_completion(d, 1), c, 0);
    assert_tokens(dataset_completion(d, 2), c, 5);
    dataset_free(d);
    assert_true(!d->tokens && !d->start && !d->prompt && !d->samples);
}

/* Where lines are left out on a schedule, the samples of each epoch are made for it. */
static void test_each_epoch_has_its_samples(void **state) {
    (void)state;
    enum { EPOCHS = 4, EACH = 50 };
    struct fixture s;
    struct dataset_builder expected = {0};
    struct dataset built;
    fixture_prepare(&s, "add");
    s.mix.sparsify.share = 0.6;
    s.mix.sparsify.schedule = SPARSIFY_LINEAR;
    fixture_open(&s);
    int64_t tokens[EPOCHS + 1] = {0};
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        mix_sampler_set_epoch(s.sampler, epoch, EPOCHS);
        draw(&s, 0, EACH, &expected);
        tokens[epoch + 1] = expected.dataset.start[EACH * (epoch + 1)];
    }
    for (int epoch = 1; epoch < EPOCHS; epoch++) /* each has fewer lines than the one before */
        assert_true(tokens[epoch + 1] - tokens[epoch] < tokens[epoch] - tokens[epoch - 1]);
    for (int threads = 1; threads <= 3; threads++) {
        struct team *team = team_of(threads);
        assert_int_equal(
            dataset_build_epochs(&s.mix, s.vocabulary, SEED, EACH, EPOCHS, team, &built, &s.error), ERR_OK);
        assert_int_equal(built.versions, EPOCHS);
        assert_same(&built, &expected.dataset);
        dataset_free(&built);
        team_free(team);
    }
    dataset_free(&expected.dataset);
    fixture_close(&s);
}

static bool same_prompt(struct token_span a, struct token_span b) {
    return a.count == b.count && !memcmp(a.id, b.id, a.count * sizeof *a.id);
}

/* No prompt of the one side is on the other, whatever the seeds, though there are only 3,600 problems. */
static void test_train_and_test_share_no_prompt(void **state) {
    (void)state;
    struct fixture s;
    struct dataset train, test;
    struct team *team = team_of(2);
    fixture_prepare(&s, "gcd");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 1, .max = 60};
    fixture_open(&s);
    assert_int_equal(dataset_build(&s.mix, s.vocabulary, 1, 0, 1500, team, &train, &s.error), ERR_OK);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        assert_int_equal(
            dataset_build_problems(&s.mix, s.vocabulary, seed, SPLIT_TEST, 200, team, &test, &s.error),
            ERR_OK);
        for (int64_t i = 0; i < test.samples; i++)
            for (int64_t j = 0; j < train.samples; j++)
                assert_false(same_prompt(dataset_prompt(&test, i), dataset_prompt(&train, j)));
        dataset_free(&test);
    }
    dataset_free(&train);
    team_free(team);
    fixture_close(&s);
}

static void test_failure_leaves_the_output_alone(void **state) {
    (void)state;
    struct fixture s;
    struct team *team = team_of(2);
    struct dataset untouched = {.samples = 77};
    struct dataset built = {.samples = 77};
    fixture_prepare(&s, "gcd");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 5, .max = 5};
    fixture_open(&s); /* of its class there are too few to divide, so the one problem is for training */
    for (int split = SPLIT_TEST; split <= SPLIT_VALIDATION; split++) {
        assert_int_equal(
            dataset_build_problems(&s.mix, s.vocabulary, 1, (enum split)split, 9, team, &built, &s.error),
            ERR_INPUT);
        assert_memory_equal(&built, &untouched, sizeof built);
        assert_non_null(strstr(s.error.message, "gcd"));
        assert_non_null(strstr(s.error.message, split_names[split]));
    }
    fixture_close(&s);

    fixture_prepare(&s, "mod");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = -9, .max = 0};
    fixture_open(&s); /* nothing can be divided by such a number: no training problem either */
    assert_int_equal(dataset_build(&s.mix, s.vocabulary, 1, 0, 9, team, &built, &s.error), ERR_INPUT);
    assert_memory_equal(&built, &untouched, sizeof built);
    fixture_close(&s);

    fixture_prepare(&s, "add");
    fixture_open(&s);
    assert_int_equal(dataset_build_epochs(&s.mix, s.vocabulary, 1, INT32_MAX / 2, 3, team, &built, &s.error),
                     ERR_INPUT);
    assert_int_equal(dataset_build_epochs(&s.mix, s.vocabulary, 1, INT64_MAX / 2, 3, team, &built, &s.error),
                     ERR_INPUT);
    assert_memory_equal(&built, &untouched, sizeof built);
    team_free(team);
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_of_threads_makes_the_same),
        cmocka_unit_test(test_problems_are_clean_and_the_same),
        cmocka_unit_test(test_fewer_samples_than_parts),
        cmocka_unit_test(test_builder_and_views),
        cmocka_unit_test(test_each_epoch_has_its_samples),
        cmocka_unit_test(test_train_and_test_share_no_prompt),
        cmocka_unit_test(test_failure_leaves_the_output_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
