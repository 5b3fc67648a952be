/* The order of training and the packing: which samples a step takes, into which lane, and where the loss is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "train/batch.h"

enum { SAMPLES = 60, EPOCHS = 3, MARK = 1000, LONGEST = 20, BATCH_TOKENS = 200 };

/* Sample i begins with the token MARK + i; its length is anything from 5 to LONGEST. */
static struct dataset make_dataset(int samples) {
    struct dataset_builder builder = {0};
    struct pcg pcg = pcg_stream(5, "test", 0);
    for (int i = 0; i < samples; i++) {
        int32_t prompt[2] = {MARK + i, TOKEN_NEWLINE}, completion[LONGEST];
        int length = 1 + (int)pcg_below(&pcg, LONGEST - 4);
        for (int t = 0; t < length; t++) completion[t] = TOKEN_DIGIT + (int32_t)pcg_below(&pcg, 10);
        struct token_span front = {prompt, 2}, back = {completion, (size_t)length};
        assert_int_equal(dataset_add(&builder, front, back, NULL), ERR_OK);
    }
    return builder.dataset;
}

static struct batch_plan make_plan(const struct dataset *dataset, uint64_t seed, int epochs,
                                   int64_t batch_tokens) {
    struct batch_plan plan;
    assert_int_equal(batch_plan_create(dataset, seed, epochs, batch_tokens, &plan, NULL), ERR_OK);
    return plan;
}

/* Packs every step and reads from the lanes which samples came, in order, each whole. */
static int read_order(struct batch_plan *plan, int *order) {
    int count = 0;
    for (int64_t step = 0; step < plan->steps; step++) {
        struct gpt_batch lanes[BATCH_LANES];
        batch_pack(plan, step, lanes);
        for (int lane = 0; lane < BATCH_LANES; lane++) {
            assert_int_equal(lanes[lane].starts[0], 0);
            for (int s = 0; s < lanes[lane].samples; s++) {
                const int32_t *tokens = lanes[lane].tokens + lanes[lane].starts[s];
                int sample = tokens[1] - MARK;
                struct token_span sequence = dataset_sequence(plan->dataset, sample);
                assert_int_equal(lanes[lane].starts[s + 1] - lanes[lane].starts[s], sequence.count);
                assert_memory_equal(tokens, sequence.id, sequence.count * sizeof *tokens);
                order[count++] = sample;
            }
        }
    }
    return count;
}

/* Each of samples first ... first + count - 1 once. */
static void assert_each_once(const int *order, int first, int count) {
    int seen[SAMPLES * EPOCHS] = {0};
    for (int i = 0; i < count; i++) {
        assert_in_range(order[i], first, first + count - 1);
        assert_int_equal(seen[order[i]]++, 0);
    }
}

/* At how many places two orders agree; by chance at about one. */
static int agreements(const int *a, const int *b, int count, int shift) {
    int same = 0;
    for (int i = 0; i < count; i++) same += a[i] + shift == b[i];
    return same;
}

static void test_each_sample_once_an_epoch_in_another_order(void **state) {
    (void)state;
    int order[SAMPLES * EPOCHS], again[SAMPLES * EPOCHS], other[SAMPLES * EPOCHS], sorted[SAMPLES];
    struct dataset dataset = make_dataset(SAMPLES);
    struct batch_plan plan = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    struct batch_plan same = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    struct batch_plan seeded = make_plan(&dataset, 8, EPOCHS, BATCH_TOKENS);
    assert_int_equal(read_order(&plan, order), SAMPLES * EPOCHS);
    read_order(&same, again);
    read_order(&seeded, other);
    assert_memory_equal(order, again, sizeof order);
    assert_true(agreements(order, other, SAMPLES * EPOCHS, 0) < 15);
    for (int i = 0; i < SAMPLES; i++) sorted[i] = i;
    for (int a = 0; a < EPOCHS; a++) {
        const int *epoch = order + SAMPLES * a;
        assert_each_once(epoch, 0, SAMPLES);
        assert_true(agreements(epoch, sorted, SAMPLES, 0) < 8);
        for (int b = 0; b < a; b++) assert_true(agreements(epoch, order + SAMPLES * b, SAMPLES, 0) < 8);
    }
    batch_plan_free(&plan);
    batch_plan_free(&same);
    batch_plan_free(&seeded);
    dataset_free(&dataset);
}

/* Every order of three samples as often as every other. */
static void test_every_order_is_as_likely(void **state) {
    (void)state;
    enum { PLANS = 6000 };
    int counts[27] = {0}, orders = 0;
    struct dataset dataset = make_dataset(3);
    for (uint64_t seed = 0; seed < PLANS; seed++) {
        int order[3];
        struct batch_plan plan = make_plan(&dataset, seed, 1, BATCH_TOKENS);
        read_order(&plan, order);
        counts[order[0] * 9 + order[1] * 3 + order[2]]++;
        batch_plan_free(&plan);
    }
    for (int i = 0; i < 27; i++) {
        orders += counts[i] > 0;
        assert_true(!counts[i] || abs(counts[i] - PLANS / 6) < 4 * 29); /* 4 deviations */
    }
    assert_int_equal(orders, 6);
    dataset_free(&dataset);
}

/* A later epoch has its samples from its own part of the data set. */
static void test_versions_take_turns(void **state) {
    (void)state;
    enum { EACH = SAMPLES / EPOCHS };
    int order[SAMPLES];
    struct dataset dataset = make_dataset(SAMPLES);
    dataset.versions = EPOCHS;
    struct batch_plan plan = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    assert_int_equal(read_order(&plan, order), SAMPLES);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        assert_each_once(order + EACH * epoch, EACH * epoch, EACH);
        for (int other = 0; other < epoch; other++)
            assert_true(agreements(order + EACH * other, order + EACH * epoch, EACH, EACH * (epoch - other)) <
                        8);
    }
    batch_plan_free(&plan);

    int once[SAMPLES * EPOCHS], none[SAMPLES * EPOCHS];
    dataset.versions = 1;
    plan = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    assert_int_equal(read_order(&plan, once), SAMPLES * EPOCHS);
    batch_plan_free(&plan);
    dataset.versions = 0;
    plan = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    assert_int_equal(read_order(&plan, none), SAMPLES * EPOCHS);
    batch_plan_free(&plan);
    assert_memory_equal(once, none, sizeof once);
    dataset_free(&dataset);
}

/* A step holds as many samples as fit, whatever epoch they are of, and not one more. */
static void test_a_step_holds_what_fits(void **state) {
    (void)state;
    struct dataset dataset = make_dataset(SAMPLES);
    int exact = 0; /* steps that the limit itself fits */
    static const int64_t limits[] = {1, LONGEST, LONGEST + 7, BATCH_TOKENS, 100000};
    for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
        struct batch_plan plan = make_plan(&dataset, 7, EPOCHS, limits[l]);
        int order[SAMPLES * EPOCHS], at = 0;
        int64_t before = 0, largest = 0;
        assert_int_equal(read_order(&plan, order), SAMPLES * EPOCHS);
        for (int64_t step = 0; step < plan.steps; step++) {
            struct gpt_batch lanes[BATCH_LANES];
            int64_t tokens = 0, samples = 0;
            batch_pack(&plan, step, lanes);
            for (int lane = 0; lane < BATCH_LANES; lane++) {
                tokens += lanes[lane].starts[lanes[lane].samples];
                samples += lanes[lane].samples;
            }
            at += (int)samples;
            assert_true(samples == 1 || (samples > 1 && tokens <= limits[l]));
            if (at < SAMPLES * EPOCHS)
                assert_true(tokens + (int64_t)dataset_sequence(&dataset, order[at]).count > limits[l]);
            assert_int_equal(plan.tokens[step], before);
            before += tokens;
            largest = tokens > largest ? tokens : largest;
            exact += tokens == limits[l];
        }
        assert_int_equal(plan.tokens[plan.steps], before);
        assert_int_equal(before, dataset.start[SAMPLES] * EPOCHS);
        assert_int_equal(plan.largest, largest);
        if (limits[l] == 1) assert_int_equal(plan.steps, SAMPLES * EPOCHS);
        if (limits[l] == 100000) assert_int_equal(plan.steps, 1); /* across the borders of epochs */
        batch_plan_free(&plan);
    }
    assert_true(exact > 0);
    dataset_free(&dataset);
}

/* A lane ends where its share of the step's tokens does, to within half a sample. */
static void test_lanes_are_balanced(void **state) {
    (void)state;
    struct dataset dataset = make_dataset(SAMPLES);
    struct batch_plan plan = make_plan(&dataset, 7, EPOCHS, BATCH_TOKENS);
    int64_t packed = 0;
    for (int64_t step = 0; step < plan.steps; step++) {
        struct gpt_batch lanes[BATCH_LANES];
        batch_pack(&plan, step, lanes);
        int64_t total = plan.tokens[step + 1] - plan.tokens[step], end = 0;
        for (int lane = 0; lane < BATCH_LANES; lane++) {
            end += lanes[lane].starts[lanes[lane].samples];
            assert_true(labs(end * BATCH_LANES - total * (lane + 1)) <= (LONGEST / 2 + 1) * BATCH_LANES);
        }
        assert_int_equal(end, total);
        packed += end;
    }
    assert_int_equal(packed, plan.tokens[plan.steps]);
    batch_plan_free(&plan);
    dataset_free(&dataset);
}

/* The loss is on what follows from the last token of the prompt on: the completion, its first token too, and
 * <eos>; nothing follows <eos>. */
static void test_targets(void **state) {
    (void)state;
    const struct {
        int prompt, completion; /* tokens, <bos> not counted */
        int32_t sequence[8], targets[8];
    } cases[] = {
        {2, 3, {TOKEN_BOS, 50, 51, 60, 61, 62, TOKEN_EOS}, {-1, -1, 60, 61, 62, TOKEN_EOS, -1}},
        {1, 1, {TOKEN_BOS, 50, 60, TOKEN_EOS}, {-1, 60, TOKEN_EOS, -1}},
        {0, 2, {TOKEN_BOS, 60, 61, TOKEN_EOS}, {60, 61, TOKEN_EOS, -1}},
        {3, 0, {TOKEN_BOS, 50, 51, 52, TOKEN_EOS}, {-1, -1, -1, TOKEN_EOS, -1}},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct dataset_builder builder = {0};
    for (size_t c = 0; c < CASES; c++) {
        struct token_span prompt = {cases[c].sequence + 1, (size_t)cases[c].prompt};
        struct token_span completion = {prompt.id + prompt.count, (size_t)cases[c].completion};
        assert_int_equal(dataset_add(&builder, prompt, completion, NULL), ERR_OK);
    }
    struct batch_plan plan = make_plan(&builder.dataset, 1, 1, BATCH_TOKENS);
    struct gpt_batch lanes[BATCH_LANES];
    bool found[CASES] = {false};
    batch_pack(&plan, 0, lanes);
    for (int lane = 0; lane < BATCH_LANES; lane++) {
        for (int s = 0; s < lanes[lane].samples; s++) {
            int32_t at = lanes[lane].starts[s];
            size_t bytes = sizeof(int32_t) * (size_t)(lanes[lane].starts[s + 1] - at), c = 0;
            while (c < CASES && memcmp(lanes[lane].tokens + at, cases[c].sequence, bytes)) c++;
            assert_true(c < CASES && !found[c]);
            found[c] = true;
            assert_memory_equal(lanes[lane].targets + at, cases[c].targets, bytes);
        }
    }
    for (size_t c = 0; c < CASES; c++) assert_true(found[c]);
    batch_plan_free(&plan);
    dataset_free(&builder.dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_sample_once_an_epoch_in_another_order),
        cmocka_unit_test(test_every_order_is_as_likely),
        cmocka_unit_test(test_versions_take_turns),
        cmocka_unit_test(test_a_step_holds_what_fits),
        cmocka_unit_test(test_lanes_are_balanced),
        cmocka_unit_test(test_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
