/* The noise profiler: lines, pairing, replays, labels of samples, estimates, from known noise. */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "profile/account.h"
#include "profile/estimate.h"

/* --- a sample by hand --- */

struct bench {
    struct fixture f;
    struct accountant accountant;
    struct line_store store;
    struct tokens tokens;
    struct arguments arguments;
};

static void bench_open(struct bench *b, const char *task, int count, const char *const *texts) {
    *b = (struct bench){0};
    fixture_prepare(&b->f, task);
    fixture_open(&b->f);
    assert_int_equal(replayer_create(&b->f.mix, b->f.vocabulary, &b->accountant.replayer, &b->f.error),
                     ERR_OK);
    if (count)
        assert_int_equal(task_parse(task_find(task), count, texts, &b->arguments, &b->f.error), ERR_OK);
}

static void bench_close(struct bench *b) {
    replayer_free(b->accountant.replayer);
    pairing_scratch_free(&b->accountant.scratch);
    line_store_free(&b->store);
    tokens_free(&b->tokens);
    fixture_close(&b->f);
}

static enum label label_of(struct bench *b, const char *text, struct account *account) {
    enum label label;
    bool tie;
    const struct task *task = b->f.mix.entry[0].task;
    b->tokens.count = 0;
    assert_int_equal(vocabulary_encode(b->f.vocabulary, text, strlen(text), &b->tokens, &b->f.error), ERR_OK);
    assert_true(line_store_fill(&b->store, (struct token_span){b->tokens.id, b->tokens.count}));
    assert_int_equal(
        account_measure(&b->accountant, task, &b->arguments, b->store.lines, account, &b->f.error), ERR_OK);
    assert_int_equal(account_label(&b->accountant, task, &b->arguments, b->store.lines, account, &label, &tie,
                                   &b->f.error),
                     ERR_OK);
    return label;
}

/* 58 + 67: digx 8, digy 7, res 5, carry 1; digx 5, digy 6, res 2, carry 1; digx 0, digy 0, res 1, carry 0. */
#define COLUMN_1 "digx = 8\ndigy = 7\nres = 5\ncarry = 1\n"
#define COLUMN_2 "digx = 5\ndigy = 6\nres = 2\ncarry = 1\n"
#define COLUMN_3 "digx = 0\ndigy = 0\nres = 1\ncarry = 0\n"

static void one_error_ignored_or_followed(void **state) {
    (void)state;
    struct bench b;
    struct account a;
    bench_open(&b, "add", 2, (const char *const[]){"58", "67"});
    assert_int_equal(label_of(&b, COLUMN_1 COLUMN_2 COLUMN_3 "answer = 125", &a), LABEL_CLEAN);
    assert_false(a.visible);
    /* the answer keeps the 5 that the line lost */
    assert_int_equal(
        label_of(&b, "digx = 8\ndigy = 7\nres = 9\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", &a),
        LABEL_STATIC);
    assert_int_equal(a.pairing.wrong, 1);
    /* the answer follows the 9 */
    assert_int_equal(
        label_of(&b, "digx = 8\ndigy = 7\nres = 9\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 129", &a),
        LABEL_DYNAMIC);
    assert_int_equal(a.dynamic.dynamic_wrong, 1);
    assert_int_equal(a.dynamic.answer_wrong, 0);
    /* a carry of 0 that the next column believes, and no third column */
    assert_int_equal(
        label_of(&b,
                 "digx = 8\ndigy = 7\nres = 5\ncarry = 0\ndigx = 5\ndigy = 6\nres = 1\ncarry = 1\n"
                 "digx = 0\ndigy = 0\nres = 1\ncarry = 0\nanswer = 115",
                 &a),
        LABEL_DYNAMIC);
    bench_close(&b);
}

static void a_missing_line(void **state) {
    (void)state;
    struct bench b;
    struct account a;
    bench_open(&b, "add", 2, (const char *const[]){"58", "67"});
    assert_int_equal(label_of(&b, "digx = 8\nres = 5\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", &a),
                     LABEL_STATIC);
    assert_int_equal(a.pairing.missing, 1);
    assert_int_equal(a.pairing.wrong, 0);
    assert_int_equal(label_of(&b, "answer = 125", &a), LABEL_STATIC);
    assert_int_equal(a.pairing.missing, 12);
    assert_int_equal(label_of(&b, "answer = 123", &a), LABEL_STATIC);
    assert_false(a.answer_right);
    bench_close(&b);
}

static void values_of_lines(void **state) {
    (void)state;
    struct bench b;
    struct account a;
    static struct value value;
    bench_open(&b, "sort", 1, (const char *const[]){"[30, -4]"});
    assert_int_equal(label_of(&b, "least = -4\nrest = [30]\nleast = 00\nanswer = [-4, 30]", &a),
                     LABEL_STATIC);
    assert_true(line_value(b.store.lines, 0, &value));
    assert_true(!value.is_list && decimal_int(&value.number) == -4);
    assert_true(line_value(b.store.lines, 3, &value));
    assert_true(value.is_list && value.list.length == 2 && decimal_int(&value.list.element[1]) == 30);
    assert_true(line_value(b.store.lines, 2, &value));
    assert_int_equal(decimal_int(&value.number), 0); /* 00 */
    bench_close(&b);
}

/* --- many samples --- */

enum { LABELLED = 1000 };

/* Share of the visibly noised samples that get the label. The fixture's mix is set up. */
static double share_labelled(struct bench *b, enum label want) {
    static enum label label[LABELLED];
    static bool tie[LABELLED];
    int64_t untied[LABELS] = {0};
    int seen = 0, right = 0;
    for (int i = 0; i < LABELLED; i++) {
        struct sample sample = fixture_draw(&b->f, (uint64_t)i);
        struct account account;
        assert_true(line_store_fill(&b->store, sample.completion));
        assert_int_equal(account_measure(&b->accountant, sample.task, sample.arguments, b->store.lines,
                                         &account, &b->f.error),
                         ERR_OK);
        assert_int_equal(account_label(&b->accountant, sample.task, sample.arguments, b->store.lines,
                                       &account, &label[i], &tie[i], &b->f.error),
                         ERR_OK);
        bool differs =
            sample.completion.count != sample.clean.count ||
            memcmp(sample.completion.id, sample.clean.id, sample.clean.count * sizeof *sample.clean.id);
        assert_int_equal(account.visible, differs);
        assert_int_equal(label[i] != LABEL_CLEAN, differs);
        seen += differs;
        if (!tie[i]) untied[label[i]]++;
    }
    for (int i = 0; i < LABELLED; i++)
        right += label[i] != LABEL_CLEAN && account_settle(label[i], tie[i], untied) == want;
    return (double)right / seen;
}

static void single_noises_are_told_apart(void **state) {
    (void)state;
    static const char *const tasks[] = {"add", "mul", "median", "sort", "gcd"};
    static const char *const kinds[] = {"digit", "line", "dynamic"};
    static const double rates[] = {0.05, 0.3};
    for (int t = 0; t < 5; t++)
        for (int r = 0; r < 2; r++)
            for (int k = 0; k < 3; k++) {
                struct bench b;
                bench_open(&b, tasks[t], 0, NULL);
                b.f.mix.rate[noise_find(kinds[k])] = rates[r];
                double share = share_labelled(&b, k == 2 ? LABEL_DYNAMIC : LABEL_STATIC);
                if (share < 0.97) print_error("%s, %s %g: %.4f\n", tasks[t], kinds[k], rates[r], share);
                assert_true(share >= 0.97);
                bench_close(&b);
            }
}

/* --- estimates --- */

enum { SAMPLES = 3000 };

static struct estimate estimate_of(const double *truth, int threads) {
    static struct arguments pool[SAMPLES];
    struct bench b;
    struct moments moments = {0};
    struct estimate estimate;
    bench_open(&b, "add", 0, NULL);
    b.f.mix.entry[0].sizes.max_digits = 2;
    b.f.mix.contamination = truth[NOISE_CONTAMINATION];
    b.f.mix.rate[noise_find("digit")] = truth[NOISE_DIGIT];
    b.f.mix.rate[noise_find("line")] = truth[NOISE_LINE];
    b.f.mix.rate[noise_find("dynamic")] = truth[NOISE_OF_ALGORITHM];
    for (int i = 0; i < SAMPLES; i++) {
        struct sample sample = fixture_draw(&b.f, (uint64_t)i);
        struct account account;
        pool[i] = *sample.arguments;
        assert_true(line_store_fill(&b.store, sample.completion));
        assert_int_equal(
            account_measure(&b.accountant, sample.task, &pool[i], b.store.lines, &account, &b.f.error),
            ERR_OK);
        moments_add(&moments, &account, b.store.lines.count);
    }
    struct problem_pool problems = {task_find("add"), pool, SAMPLES};
    struct team *team = team_create(threads, &b.f.error);
    assert_non_null(team);
    assert_int_equal(estimate_noise(&b.f.mix, &problems, &moments, team, &estimate, &b.f.error), ERR_OK);
    team_free(team);
    bench_close(&b);
    return estimate;
}

static void known_noise_is_estimated(void **state) {
    (void)state;
    static const double truth[][NOISE_PARAMETERS] = {{0.5, 0.3, 0, 0}, {0.6, 0.2, 0.3, 0.2}};
    for (size_t t = 0; t < sizeof truth / sizeof *truth; t++) {
        struct estimate e = estimate_of(truth[t], 2);
        for (int p = 0; p < NOISE_PARAMETERS; p++) {
            if (fabs(e.value[p] - truth[t][p]) > 0.03)
                fail_msg("case %zu, %s: %g for %g", t, noise_parameter_names[p], e.value[p], truth[t][p]);
            assert_true(e.interval[p].low - 0.01 <= truth[t][p] && truth[t][p] <= e.interval[p].high + 0.01);
        }
        assert_true(e.misfit < 3);
    }
}

static void clean_data_has_no_noise(void **state) {
    (void)state;
    static const double clean[NOISE_PARAMETERS] = {0, 0, 0, 0};
    struct estimate e = estimate_of(clean, 1);
    for (int p = 0; p < NOISE_PARAMETERS; p++) assert_true(e.value[p] == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_error_ignored_or_followed),
                                       cmocka_unit_test(a_missing_line),

                                       cmocka_unit_test(values_of_lines),
                                       cmocka_unit_test(single_noises_are_told_apart),
                                       cmocka_unit_test(known_noise_is_estimated),
                                       cmocka_unit_test(clean_data_has_no_noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
