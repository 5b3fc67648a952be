/* Data sets: the samples of a mix laid end to end, the same from any number of threads, epoch by epoch. */
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
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
    assert_int_equal(a->corrupted, b->corrupted);
}

/* Samples first ... first + count - 1, drawn one by one and put behind what is there. */
static void draw(struct fixture *s, enum split split, int first, int count, struct dataset_builder *builder) {
    for (int i = first; i < first + count; i++) {
        struct sample sample;
        assert_int_equal(mix_sample(s->sampler, SEED, split, (uint64_t)i, &sample, &s->error), ERR_OK);
        assert_int_equal(dataset_add(builder, sample.prompt, sample.completion, &s->error), ERR_OK);
        builder->dataset.contaminated += sample.contaminated;
        builder->dataset.truncated += sample.truncated;
        builder->dataset.corrupted += sample.corrupted;
    }
}

/* A mix of which some samples are noised, and some of those truncated. */
static void prepare_noisy(struct fixture *s) {
    fixture_prepare(s, "gcd");
    s->mix.contamination = 0.5;
    s->mix.rate[noise_find("dynamic")] = 0.2;
    s->mix.rate[noise_find("digit")] = 0.1;
    s->mix.line_limit = 12;
    fixture_open(s);
}

static void test_any_number_of_threads_makes_the_same(void **state) {
    (void)state;
    struct fixture s;
    prepare_noisy(&s);
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) {
        for (int first = 0; first < 100; first += 60) {
            struct dataset_builder expected = {0};
            draw(&s, (enum split)split, first, SAMPLES, &expected);
            for (int threads = 1; threads <= 4; threads++) {
                struct team *team = team_of(threads);
                struct dataset built;
                assert_int_equal(dataset_build(&s.mix, s.vocabulary, SEED, (enum split)split, (uint64_t)first,
                                               SAMPLES, team, &built, &s.error),
                                 ERR_OK);
                assert_same(&built, &expected.dataset);
                dataset_free(&built);
                team_free(team);
            }
            const struct dataset *d = &expected.dataset;
            if (split == SPLIT_TRAIN)
                assert_true(d->contaminated > 50 && d->contaminated < 100 && d->truncated > 0 &&
                            d->corrupted > d->contaminated);
            else
                assert_true(d->contaminated == 0 && d->corrupted == 0);
            dataset_free(&expected.dataset);
        }
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
        draw(&s, SPLIT_TRAIN, 0, count, &expected);
        assert_int_equal(
            dataset_build(&s.mix, s.vocabulary, SEED, SPLIT_TRAIN, 0, count, team, &built, &s.error), ERR_OK);
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
        draw(&s, SPLIT_TRAIN, 0, EACH, &expected);
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

/* No prompt of the one side is on the other, whatever the seeds, though there are only 900 problems. */
static void test_train_and_test_share_no_prompt(void **state) {
    (void)state;
    struct fixture s;
    struct dataset train, test;
    struct team *team = team_of(2);
    fixture_prepare(&s, "gcd");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 1, .max = 30};
    fixture_open(&s);
    assert_int_equal(dataset_build(&s.mix, s.vocabulary, 1, SPLIT_TRAIN, 0, 1500, team, &train, &s.error),
                     ERR_OK);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        assert_int_equal(dataset_build(&s.mix, s.vocabulary, seed, SPLIT_TEST, 0, 200, team, &test, &s.error),
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
    int refused = 0;
    fixture_prepare(&s, "gcd");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 5, .max = 5};
    fixture_open(&s);
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) { /* the one problem is on one side */
        struct dataset built = {.samples = 77};
        if (!dataset_build(&s.mix, s.vocabulary, 1, (enum split)split, 0, 9, team, &built, &s.error)) {
            dataset_free(&built);
            continue;
        }
        refused++;
        assert_memory_equal(&built, &untouched, sizeof built);
        assert_non_null(strstr(s.error.message, "gcd"));
    }
    assert_int_equal(refused, 1);
    fixture_close(&s);

    fixture_prepare(&s, "add");
    fixture_open(&s);
    struct dataset built = {.samples = 77};
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
        cmocka_unit_test(test_fewer_samples_than_parts),
        cmocka_unit_test(test_builder_and_views),
        cmocka_unit_test(test_each_epoch_has_its_samples),
        cmocka_unit_test(test_train_and_test_share_no_prompt),
        cmocka_unit_test(test_failure_leaves_the_output_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
