/* data.fixed_noise: the same noised samples in every epoch, or noise that is drawn afresh in each. */
#include <string.h>

#include "fixture.h"
#include "trace/trace.h"

enum { EPOCHS = 4, SAMPLES = 400 };

static bool same(struct token_span a, struct token_span b) {
    return a.count == b.count && !memcmp(a.id, b.id, a.count * sizeof *a.id);
}

static void prepare(struct fixture *s, const char *task, int kind, double rate, bool fixed) {
    fixture_prepare(s, task);
    s->mix.rate[kind] = rate;
    s->mix.contamination = 0.7;
    s->mix.fixed_noise = fixed;
    fixture_open(s);
}

/* Every kind: the problems are those of all epochs, the noise is the epoch's own, and the first epoch's is
 * what it would be if it were fixed. */
static void each_epoch_has_noise_of_its_own(void **state) {
    (void)state;
    for (int k = 0; noise_list[k]; k++) {
        struct fixture fixed, fresh;
        int others = 0, moved = 0; /* samples noised in other ways, and noised or not */
        prepare(&fixed, "gcd", k, 0.3, true);
        prepare(&fresh, "gcd", k, 0.3, false);
        assert_true(!mix_varies(&fixed.mix, EPOCHS) && mix_varies(&fresh.mix, EPOCHS));
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            mix_sampler_set_epoch(fixed.sampler, epoch, EPOCHS);
            mix_sampler_set_epoch(fresh.sampler, epoch, EPOCHS);
            for (uint64_t i = 0; i < SAMPLES; i++) {
                struct sample a = fixture_draw(&fixed, i), b = fixture_draw(&fresh, i);
                assert_int_equal(b.index, i);
                assert_true(same(a.prompt, b.prompt) && same(a.clean, b.clean) && same(a.answer, b.answer));
                if (epoch == 0) {
                    assert_true(same(a.completion, b.completion));
                    assert_int_equal(a.corrupted, b.corrupted);
                }
                others += a.contaminated && b.contaminated && !same(a.completion, b.completion);
                moved += a.contaminated != b.contaminated;
            }
        }
        assert_true(others > 100);
        /* 0.42 of the pairs of an epoch and the first: contaminated in one of them alone */
        assert_in_range(moved, 0.36 * SAMPLES * (EPOCHS - 1), 0.48 * SAMPLES * (EPOCHS - 1));
        fixture_close(&fixed);
        fixture_close(&fresh);
    }
}

/* No two epochs are noised alike. */
static void epochs_differ_from_each_other(void **state) {
    (void)state;
    struct fixture one, other;
    prepare(&one, "add", noise_find("digit"), 1, false);
    prepare(&other, "add", noise_find("digit"), 1, false);
    for (int a = 0; a < EPOCHS; a++) {
        for (int b = 0; b < EPOCHS; b++) {
            int alike = 0;
            mix_sampler_set_epoch(one.sampler, a, EPOCHS);
            mix_sampler_set_epoch(other.sampler, b, EPOCHS);
            for (uint64_t i = 0; i < SAMPLES; i++) {
                struct sample x = fixture_draw(&one, i), y = fixture_draw(&other, i);
                alike += x.contaminated && y.contaminated && same(x.completion, y.completion);
            }
            assert_true(a == b ? alike > SAMPLES / 2 : alike == 0);
        }
    }
    fixture_close(&one);
    fixture_close(&other);
}

/* Fixed: every epoch is the first. */
static void fixed_noise_is_the_same_in_every_epoch(void **state) {
    (void)state;
    struct fixture s, again;
    prepare(&s, "median", noise_find("digit"), 0.5, true);
    prepare(&again, "median", noise_find("digit"), 0.5, true);
    for (int epoch = 1; epoch < EPOCHS; epoch++) {
        mix_sampler_set_epoch(s.sampler, epoch, EPOCHS);
        for (uint64_t i = 0; i < SAMPLES; i++)
            assert_true(same(fixture_draw(&s, i).completion, fixture_draw(&again, i).completion));
    }
    fixture_close(&s);
    fixture_close(&again);
}

/* Within an epoch a higher rate and a larger share corrupt what the lower ones do, and more. */
static void rates_stay_coupled_in_every_epoch(void **state) {
    (void)state;
    struct fixture low, high;
    int digit = noise_find("digit"), marked = 0;
    prepare(&low, "median", digit, 0.2, false);
    prepare(&high, "median", digit, 0.6, false);
    low.mix.contamination = 0.4;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        mix_sampler_set_epoch(low.sampler, epoch, EPOCHS);
        mix_sampler_set_epoch(high.sampler, epoch, EPOCHS);
        for (uint64_t i = 0; i < SAMPLES; i++) {
            struct sample a = fixture_draw(&low, i), b = fixture_draw(&high, i);
            assert_true(b.contaminated || !a.contaminated);
            assert_int_equal(a.completion.count, b.completion.count);
            for (size_t t = 0; t < a.completion.count; t++) {
                if (!a.marks[t]) continue;
                assert_true(b.marks[t] && a.completion.id[t] == b.completion.id[t]);
                marked++;
            }
        }
    }
    assert_true(marked > 1000);
    fixture_close(&low);
    fixture_close(&high);
}

/* Which errors are mended is drawn afresh as well; which lines are left out is not noise, and stays. */
static void mending_is_noise_and_thinning_is_not(void **state) {
    (void)state;
    struct fixture s;
    int slip = noise_find("slip"), mended[EPOCHS][SAMPLES] = {{0}}, differ = 0;
    fixture_prepare(&s, "add");
    s.mix.rate[slip] = 1; /* every site is hit whatever is drawn */
    s.mix.refine = 0.5;
    s.mix.fixed_noise = false;
    fixture_open(&s);
    int32_t fix = vocabulary_find(s.vocabulary, TRACE_FIX, strlen(TRACE_FIX));
    for (int epoch = 0; epoch < 2; epoch++) {
        mix_sampler_set_epoch(s.sampler, epoch, EPOCHS);
        for (uint64_t i = 0; i < SAMPLES; i++) {
            struct sample sample =
                fixture_draw(&s, i); /* its first two lines: digx, which is mended or not */
            size_t t = 0;
            while (sample.completion.id[t] != TOKEN_NEWLINE) t++;
            mended[epoch][i] = sample.completion.id[t + 1] == fix;
        }
    }
    for (int i = 0; i < SAMPLES; i++) differ += mended[0][i] != mended[1][i];
    assert_in_range(differ, 0.4 * SAMPLES, 0.6 * SAMPLES);
    fixture_close(&s);

    fixture_prepare(&s, "add");
    s.mix.rate[noise_find("digit")] = 0.5;
    s.mix.sparsify.share = 0.5;
    s.mix.fixed_noise = false;
    fixture_open(&s);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        int first[TRACE_LINE_LIMIT];
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            mix_sampler_set_epoch(s.sampler, epoch, EPOCHS);
            struct sample sample = fixture_draw(&s, i);
            if (epoch == 0) memcpy(first, sample.origins, (size_t)sample.lines * sizeof *first);
            assert_memory_equal(sample.origins, first, (size_t)sample.lines * sizeof *first);
        }
    }
    fixture_close(&s);
}

/* Where there is nothing to draw, nothing varies: no noise, one epoch. */
static void only_noise_over_epochs_varies(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    assert_true(s.mix.fixed_noise);
    s.mix.fixed_noise = false;
    assert_false(mix_varies(&s.mix, EPOCHS));
    s.mix.rate[noise_find("digit")] = 0.1;
    assert_true(mix_varies(&s.mix, EPOCHS));
    assert_false(mix_varies(&s.mix, 1));
    assert_true(mix_sparsity(&s.mix, 1, EPOCHS) == 0);
    s.mix.sparsify.share = 0.5; /* constant, though samples vary */
    assert_true(mix_sparsity(&s.mix, 0, EPOCHS) == 0.5);
    s.mix.contamination = 0;
    assert_false(mix_varies(&s.mix, EPOCHS));
}

/* Test problems are clean in every epoch. */
static void test_problems_stay_clean(void **state) {
    (void)state;
    struct fixture s;
    prepare(&s, "add", noise_find("digit"), 1, false);
    mix_sampler_set_epoch(s.sampler, 2, EPOCHS);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sample sample;
        assert_ok(mix_sample(s.sampler, 11, SPLIT_TEST, i, &sample, &s.error), &s.error);
        assert_true(!sample.contaminated && same(sample.completion, sample.clean));
    }
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_epoch_has_noise_of_its_own),
        cmocka_unit_test(epochs_differ_from_each_other),
        cmocka_unit_test(fixed_noise_is_the_same_in_every_epoch),
        cmocka_unit_test(rates_stay_coupled_in_every_epoch),
        cmocka_unit_test(mending_is_noise_and_thinning_is_not),
        cmocka_unit_test(only_noise_over_epochs_varies),
        cmocka_unit_test(test_problems_stay_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
