/* Which noise a sample has: pairing, replays and labels, by hand and on many samples of known noise.
 */
#include <stdio.h>
#include <stdlib.h>

#include "noise/noises.h"
#include "profile_fixture.h"

static void open_problem(struct profile_fixture *p, const char *task, int count, const char *const *texts) {
    profile_fixture_open_task(p, task);
    assert_int_equal(task_parse(task_find(task), count, texts, &p->arguments, &p->f.error), ERR_OK);
}

/* --- pairing and labels by hand --- */

/* 58 + 67: 8 + 7 = 15, 5 + 6 + 1 = 12, 0 + 0 + 1 = 1. */
#define COLUMN_1 "digx = 8\ndigy = 7\nres = 5\ncarry = 1\n"
#define COLUMN_2 "digx = 5\ndigy = 6\nres = 2\ncarry = 1\n"
#define COLUMN_3 "digx = 0\ndigy = 0\nres = 1\ncarry = 0\n"

static void lines_are_paired(void **state) {
    (void)state;
    static const struct {
        const char *given;
        struct pairing want; /* digits, wrong, missing, added, reshaped */
    } cases[] = {
        {COLUMN_1 COLUMN_2 COLUMN_3 "answer = 125", {15, 0, 0, 0, 0}},
        {"digx = 8\nres = 5\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", {14, 0, 1, 0, 0}},
        {COLUMN_1 COLUMN_3 "answer = 125", {11, 0, 4, 0, 0}},
        {"digx = 8\ndigy = 7\nres = 9\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", {15, 1, 0, 0, 0}},
        {COLUMN_1 COLUMN_2 COLUMN_3 "answer = 925", {15, 1, 0, 0, 0}},
        {COLUMN_1 COLUMN_2 "carry = 1\n" COLUMN_3 "answer = 125", {15, 0, 0, 1, 0}},
        {COLUMN_1 COLUMN_2 COLUMN_3 COLUMN_3 "answer = 125", {15, 0, 0, 4, 0}},
        {"digx = 8\ndigy = 7\nres = 15\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", {14, 0, 0, 0, 1}},
        {COLUMN_1 COLUMN_2 COLUMN_3 "answer = 25", {12, 0, 0, 0, 1}},
        /* a line of another name is no partner */
        {"digx = 8\ncarry = 7\nres = 5\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", {14, 0, 1, 1, 0}},
        /* the lines of two columns are fewer than what changes when they are taken for one another */
        {COLUMN_2 COLUMN_3 "answer = 125", {11, 0, 4, 0, 0}},
        {"answer = 125", {3, 0, 12, 0, 0}},
        {"answer = 123", {3, 1, 12, 0, 0}},
        {"carry", {0, 0, 12, 0, 1}}, /* the last line is the answer, whatever it says */
    };
    struct profile_fixture p;
    open_problem(&p, "add", 2, (const char *const[]){"58", "67"});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lines clean, given = profile_fixture_lines(&p, cases[i].given);
        struct pairing pairing, want = cases[i].want;
        assert_int_equal(
            replay_clean(p.accountant.replayer, task_find("add"), &p.arguments, &clean, &p.f.error), ERR_OK);
        assert_int_equal(clean.count, 13);
        assert_int_equal(pairing_find(&p.accountant.scratch, clean, given, &pairing), ERR_OK);
        if (memcmp(&pairing, &want, sizeof want))
            fail_msg("%s: %d of %d wrong, %d missing, %d added, %d reshaped", cases[i].given, pairing.wrong,
                     pairing.digits, pairing.missing, pairing.added, pairing.reshaped);
    }
    profile_fixture_close(&p);
}

/* Labels the text as a sample of the fixture's problem. */
static enum account_label label_of(struct profile_fixture *p, const char *text, struct account *account) {
    const struct task *task = p->f.mix.entry[0].task;
    struct lines given = profile_fixture_lines(p, text);
    enum account_label label;
    bool tie;
    assert_int_equal(account_measure(&p->accountant, task, &p->arguments, given, account, &p->f.error),
                     ERR_OK);
    assert_int_equal(
        account_label(&p->accountant, task, &p->arguments, given, account, &label, &tie, &p->f.error),
        ERR_OK);
    return label;
}

static void samples_are_labelled(void **state) {
    (void)state;
    static const struct {
        const char *given;
        enum account_label want;
        bool answer_right;
    } cases[] = {
        {COLUMN_1 COLUMN_2 COLUMN_3 "answer = 125", ACCOUNT_CLEAN, true},
        /* the answer keeps the 5 that the line lost */
        {"digx = 8\ndigy = 7\nres = 9\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", ACCOUNT_STATIC, true},
        /* the answer follows the 9 */
        {"digx = 8\ndigy = 7\nres = 9\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 129", ACCOUNT_DYNAMIC, false},
        /* a carry that the next column believes */
        {"digx = 8\ndigy = 7\nres = 5\ncarry = 0\ndigx = 5\ndigy = 6\nres = 1\ncarry = 1\n" COLUMN_3
         "answer = 115",
         ACCOUNT_DYNAMIC, false},
        {"digx = 8\nres = 5\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", ACCOUNT_STATIC, true},
        {COLUMN_1 COLUMN_2 COLUMN_3 "answer = 121", ACCOUNT_STATIC, false},
        {"answer = 125", ACCOUNT_STATIC, true},
        {"answer = 123", ACCOUNT_STATIC, false},
    };
    struct profile_fixture p;
    struct account account;
    open_problem(&p, "add", 2, (const char *const[]){"58", "67"});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum account_label label = label_of(&p, cases[i].given, &account);
        if (label != cases[i].want) fail_msg("%s: %s", cases[i].given, account_label_names[label]);
        assert_int_equal(account.answer_right, cases[i].answer_right);
        assert_int_equal(account.visible, label != ACCOUNT_CLEAN);
        assert_int_equal(account.clean_lines, 13);
    }
    profile_fixture_close(&p);
}

/* gcd(98, 35) with a remainder of 29 for 28 that all later lines follow, and an x of 26 for 29 that none
 * does. */
static void both_kinds_in_one_sample(void **state) {
    (void)state;
    struct profile_fixture p;
    struct account account;
    open_problem(&p, "gcd", 2, (const char *const[]){"98", "35"});
    assert_int_equal(label_of(&p,
                              "y = mod(98, 35) = 29\nx = 35\ny = mod(35, 29) = 6\nx = 26\n"
                              "y = mod(29, 6) = 5\nx = 6\ny = mod(6, 5) = 1\nx = 5\ny = mod(5, 1) = 0\n"
                              "x = 1\nanswer = 1",
                              &account),
                     ACCOUNT_BOTH);
    assert_int_equal(label_of(&p,
                              "y = mod(98, 35) = 29\nx = 35\ny = mod(35, 29) = 6\nx = 29\n"
                              "y = mod(29, 6) = 5\nx = 6\ny = mod(6, 5) = 1\nx = 5\ny = mod(5, 1) = 0\n"
                              "x = 1\nanswer = 1",
                              &account),
                     ACCOUNT_DYNAMIC);
    profile_fixture_close(&p);
}

static void ties_go_to_the_majority(void **state) {
    (void)state;
    const int64_t more_static[ACCOUNT_LABELS] = {9, 3, 2, 9}, more_dynamic[ACCOUNT_LABELS] = {9, 2, 3, 9},
                  none[ACCOUNT_LABELS] = {0};
    assert_int_equal(account_settle(ACCOUNT_STATIC, true, more_static), ACCOUNT_STATIC);
    assert_int_equal(account_settle(ACCOUNT_STATIC, true, more_dynamic), ACCOUNT_DYNAMIC);
    assert_int_equal(account_settle(ACCOUNT_STATIC, true, none), ACCOUNT_STATIC);
    assert_int_equal(account_settle(ACCOUNT_STATIC, false, more_dynamic), ACCOUNT_STATIC);
    assert_int_equal(account_settle(ACCOUNT_BOTH, false, more_dynamic), ACCOUNT_BOTH);
}

/* --- replays --- */

static struct replay_outcome replay_text(struct profile_fixture *p, const char *text,
                                         const enum story *decision, int decided, enum story otherwise) {
    struct replay_outcome o;
    struct lines given = profile_fixture_lines(p, text);
    assert_int_equal(replay_sample(p->accountant.replayer, p->f.mix.entry[0].task, &p->arguments, given,
                                   decision, decided, otherwise, &o, &p->f.error),
                     ERR_OK);
    return o;
}

/* gcd(12, 8): the first remainder is 4. */
static void two_stories_of_a_remainder(void **state) {
    (void)state;
    static const char *const ignored = "y = mod(12, 8) = 6\nx = 8\ny = mod(8, 4) = 0\nx = 4\nanswer = 4";
    static const char *const followed =
        "y = mod(12, 8) = 6\nx = 8\ny = mod(8, 6) = 2\nx = 6\ny = mod(6, 2) = 0\nx = 2\nanswer = 2";
    struct profile_fixture p;
    open_problem(&p, "gcd", 2, (const char *const[]){"12", "8"});
    struct replay_outcome o = replay_text(&p, ignored, NULL, 0, STORY_STATIC);
    assert_int_equal(o.lines, 5);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.static_wrong, 1);
    assert_int_equal(o.dynamic_wrong + o.missing + o.left + o.reshaped + o.answer_wrong, 0);
    assert_int_equal(o.answer_digits, 1);
    /* as a dynamic error it would have led to mod(8, 6) = 2 and x = 6, each of which must be explained again
     */
    o = replay_text(&p, ignored, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.differing, 3);
    assert_int_equal(o.dynamic_wrong, 3);
    assert_int_equal(o.static_wrong, 1); /* the argument */
    /* the first alone believed to be static explains all */
    o = replay_text(&p, ignored, (const enum story[]){STORY_STATIC}, 1, STORY_DYNAMIC);
    assert_int_equal(o.static_wrong, 1);
    assert_int_equal(o.dynamic_wrong, 0);

    o = replay_text(&p, followed, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.lines, 7);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.dynamic_wrong, 1);
    assert_int_equal(o.dynamic_errors, 1);
    assert_int_equal(o.dynamic_digits, 6);
    assert_int_equal(o.static_wrong + o.missing + o.left + o.reshaped + o.answer_wrong, 0);
    o = replay_text(&p, followed, NULL, 0, STORY_STATIC);
    assert_int_equal(o.lines, 5);
    assert_int_equal(o.differing, 3);
    assert_int_equal(o.static_wrong, 4);
    assert_int_equal(o.left, 2);
    assert_int_equal(o.answer_wrong, 1);
    profile_fixture_close(&p);
}

/* 58 + 67 with a 9 for the first digit of the result that the answer ignores, and a carry of 0 for 1 that the
 * next column follows. */
static void a_story_for_each_line(void **state) {
    (void)state;
    static const char text[] = "digx = 8\ndigy = 7\nres = 9\ncarry = 0\ndigx = 5\ndigy = 6\nres = 1\n"
                               "carry = 1\n" COLUMN_3 "answer = 115";
    static const enum story stories[] = {STORY_STATIC, STORY_DYNAMIC};
    struct profile_fixture p;
    open_problem(&p, "add", 2, (const char *const[]){"58", "67"});
    struct replay_outcome o = replay_text(&p, text, stories, 2, STORY_STATIC);
    assert_int_equal(o.differing, 2);
    assert_int_equal(o.static_wrong, 1);
    assert_int_equal(o.dynamic_wrong, 1);
    assert_int_equal(o.answer_wrong + o.missing + o.left, 0);
    o = replay_text(&p, text, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.dynamic_wrong, 2);
    assert_int_equal(o.answer_wrong, 1); /* 119 */
    o = replay_text(&p, text, NULL, 0, STORY_STATIC);
    assert_int_equal(o.static_wrong, 3); /* the second column's result too */
    assert_int_equal(o.answer_wrong, 1); /* 125 */
    profile_fixture_close(&p);
}

/* 58 + 93 + 5 = 151 + 5 = 156, numbers least significant digit first: as it is, with 152 for the first sum
 * and what follows from it, and with a leading zero, which then stands last. */
static void replays_of_reversed_traces(void **state) {
    (void)state;
    struct profile_fixture p;
    profile_fixture_prepare(&p, "sum");
    p.f.mix.reverse = true;
    profile_fixture_open(&p);
    assert_int_equal(
        task_parse(task_find("sum"), 3, (const char *const[]){"58", "93", "5"}, &p.arguments, &p.f.error),
        ERR_OK);
    const char *text = "total = add(85, 39) = 151\ntotal = add(151, 5) = 651\nanswer = 651";
    struct replay_outcome o = replay_text(&p, text, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.differing + o.missing + o.left + o.answer_wrong + o.leading_zeros, 0);
    text = "total = add(85, 39) = 251\ntotal = add(251, 5) = 751\nanswer = 751";
    o = replay_text(&p, text, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.dynamic_wrong, 1);
    assert_int_equal(o.static_wrong + o.answer_wrong, 0);
    text = "total = add(85, 39) = 150\ntotal = add(151, 5) = 651\nanswer = 651";
    o = replay_text(&p, text, NULL, 0, STORY_STATIC);
    assert_int_equal(o.static_wrong, 1);
    assert_int_equal(o.leading_zeros, 1);
    /* 8 + 12 + 5: 20 rightly begins with its 0 */
    assert_int_equal(
        task_parse(task_find("sum"), 3, (const char *const[]){"8", "12", "5"}, &p.arguments, &p.f.error),
        ERR_OK);
    o = replay_text(&p, "total = add(8, 21) = 02\ntotal = add(02, 5) = 52\nanswer = 52", NULL, 0,
                    STORY_DYNAMIC);
    assert_int_equal(o.differing + o.missing + o.left + o.answer_wrong + o.leading_zeros, 0);
    profile_fixture_close(&p);
}

/* dyck([<, >]): a symbol that was replaced counts as a digit does, and a replay goes on with it. */
static void replays_of_symbols(void **state) {
    (void)state;
    struct profile_fixture p;
    open_problem(&p, "dyck", 1, (const char *const[]){"[<, >]"});
    struct replay_outcome o = replay_text(
        &p, "i = 0\nnext = {\npush stack = [{]\ni = 1\nnext = >\nanswer = false", NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.dynamic_wrong, 1);
    assert_int_equal(o.missing + o.left + o.reshaped + o.answer_wrong + o.static_wrong, 0);
    o = replay_text(&p,
                    "i = 0\nnext = {\npush stack = [<]\ni = 1\nnext = >\npop stack = []\ni = 2\n"
                    "answer = false",
                    NULL, 0, STORY_STATIC);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.static_wrong, 1);
    assert_int_equal(o.answer_wrong, 1);
    assert_int_equal(o.missing + o.left + o.reshaped + o.dynamic_wrong, 0);
    profile_fixture_close(&p);
}

/* A remainder by a number that corruption made negative is 0, and the algorithm goes on. */
static void a_replay_of_a_negative_divisor(void **state) {
    (void)state;
    struct profile_fixture p;
    open_problem(&p, "gcd", 2, (const char *const[]){"9", "8"});
    const char *text = "y = mod(9, 8) = -5\nx = 8\ny = mod(8, -5) = 0\nx = -5\nanswer = -5";
    struct replay_outcome o = replay_text(&p, text, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.differing, 1);
    assert_int_equal(o.missing + o.left + o.answer_wrong, 0);
    profile_fixture_close(&p);
}

static void replays_of_odd_traces(void **state) {
    (void)state;
    struct profile_fixture p;
    open_problem(&p, "add", 2, (const char *const[]){"58", "67"});
    struct replay_outcome o = replay_text(&p, "answer = 125", NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.missing, 12);
    assert_int_equal(o.left + o.answer_wrong, 0);
    o = replay_text(&p, COLUMN_1 COLUMN_2 COLUMN_3 COLUMN_3 "answer = 125", NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.left, 4);
    assert_int_equal(o.missing, 0);
    o = replay_text(&p, "digx = 8\ndigy = 07\nres = 5\ncarry = 1\n" COLUMN_2 COLUMN_3 "answer = 125", NULL, 0,
                    STORY_DYNAMIC);
    assert_int_equal(o.leading_zeros, 1);
    assert_int_equal(o.reshaped, 1);
    assert_int_equal(o.answer_wrong, 0); /* 07 is 7 */
    o = replay_text(&p, COLUMN_1 COLUMN_2 COLUMN_3 "answer", NULL, 0, STORY_STATIC);
    assert_int_equal(o.answer_wrong, 3);
    /* a carry that never ends: the line limit does */
    static char carries[4096];
    for (int i = 0; i < 100; i++) strcat(carries, "digx = 0\ndigy = 0\nres = 1\ncarry = 1\n");
    strcat(carries, "answer = 1");
    o = replay_text(&p, carries, NULL, 0, STORY_DYNAMIC);
    assert_int_equal(o.lines, TRACE_LINE_LIMIT);
    profile_fixture_close(&p);
}

/* --- many samples --- */

enum { LABELLED = 2000 };

/* Draws contaminated samples of the fixture's mix: how many visibly differ from the clean trace, and how many
 * of those get the label. The others must be labelled clean. */
static int count_labelled(struct profile_fixture *p, enum account_label want, int *visible) {
    static enum account_label label[LABELLED];
    static bool tie[LABELLED];
    int64_t untied[ACCOUNT_LABELS] = {0};
    int right = 0;
    *visible = 0;
    for (int i = 0; i < LABELLED; i++) {
        struct account account;
        struct sample sample = profile_fixture_measure(p, (uint64_t)i, &account);
        assert_int_equal(account_label(&p->accountant, sample.task, sample.arguments, p->store.lines,
                                       &account, &label[i], &tie[i], &p->f.error),
                         ERR_OK);
        bool differs =
            sample.completion.count != sample.clean.count ||
            memcmp(sample.completion.id, sample.clean.id, sample.clean.count * sizeof *sample.clean.id);
        assert_int_equal(account.visible, differs);
        assert_int_equal(label[i] != ACCOUNT_CLEAN, differs);
        *visible += differs;
        if (!tie[i]) untied[label[i]]++;
    }
    for (int i = 0; i < LABELLED; i++)
        right += label[i] != ACCOUNT_CLEAN && account_settle(label[i], tie[i], untied) == want;
    return right;
}

static const char *const tasks[] = {"add", "mul", "median", "sort", "gcd"};
enum { FAMILIES = sizeof tasks / sizeof *tasks };

static void single_noises_are_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *kind;
        enum account_label label;
    } noises[] = {{"digit", ACCOUNT_STATIC}, {"line", ACCOUNT_STATIC}, {"dynamic", ACCOUNT_DYNAMIC}};
    static const double rates[] = {0.05, 0.1, 0.3}, least = 0.97;
    int failed = 0;
    for (int t = 0; t < FAMILIES; t++)
        for (int k = 0; k < 3; k++)
            for (int r = 0; r < 3; r++) {
                struct profile_fixture p;
                int visible;
                profile_fixture_prepare(&p, tasks[t]);
                p.f.mix.rate[noise_find(noises[k].kind)] = rates[r];
                profile_fixture_open(&p);
                double share = count_labelled(&p, noises[k].label, &visible);
                share /= visible;
                profile_fixture_close(&p);
                if (share >= least) continue;
                print_error("%s, %s %g: %.4f of %d\n", tasks[t], noises[k].kind, rates[r], share, visible);
                failed++;
            }
    assert_int_equal(failed, 0);
}

static void clean_samples_are_clean(void **state) {
    (void)state;
    for (int t = 0; task_list[t]; t++) {
        struct profile_fixture p;
        int visible;
        profile_fixture_open_task(&p, task_list[t]->name);
        count_labelled(&p, ACCOUNT_CLEAN, &visible);
        assert_int_equal(visible, 0);
        profile_fixture_close(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_paired),
        cmocka_unit_test(samples_are_labelled),
        cmocka_unit_test(both_kinds_in_one_sample),
        cmocka_unit_test(ties_go_to_the_majority),
        cmocka_unit_test(two_stories_of_a_remainder),
        cmocka_unit_test(a_story_for_each_line),
        cmocka_unit_test(replays_of_reversed_traces),
        cmocka_unit_test(replays_of_odd_traces),
        cmocka_unit_test(replays_of_symbols),
        cmocka_unit_test(a_replay_of_a_negative_divisor),
        cmocka_unit_test(single_noises_are_told_apart),
        cmocka_unit_test(clean_samples_are_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
