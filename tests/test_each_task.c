/* What is asked of every task, ours or a user's own, whatever it computes: files that are all there, names of
 * its own, traces that are short and end under noise, enough problems. COTNOISE_TASK=NAME asks one alone. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/problem_set.h"
#include "fixture.h"
#include "tests/support/task_file.h"
#include "trace/trace.h"

enum { SEED = 1, PROBLEMS = 500, DRAWN = 4000 };

/* Runs a check on each task that is asked about. */
static void each(void (*check)(const struct task *task)) {
    for (int t = 0; task_list[t]; t++)
        if (task_is_asked(task_list[t]->name)) check(task_list[t]);
}

/* What a task keeps without writing it goes through hold(), or a comment says that there is nothing to hold.
 */
static void check_held(const struct task *task) {
    char path[TASK_FILE_MAX], *source;
    struct error error;
    size_t length;
    task_file("tasks/", "", task->name, ".c", path);
    assert_ok(file_read(path, 1 << 20, &source, &length, &error), &error);
    if (!strstr(source, "hold"))
        fail_msg("%s: nothing is kept by hold(); where that is right, a comment says \"nothing to hold\" "
                 "(tasks/README.md, Rules)",
                 path);
    free(source);
}

static void every_task_holds_or_says_why_not(void **state) {
    (void)state;
    each(check_held);
}

/* A word that a task writes is one token, and none of those that every trace has, but that symbols may be
 * the signs + - * / %: a minus is a number's where a digit follows. */
static void check_word(const struct task *task, const char *what, const char *word, size_t length) {
    bool sign = !strcmp(what, "symbol") && length == 1 && strchr("+-*/%", *word);
    struct vocabulary *fixed;
    const char *start = word;
    assert_int_equal(vocabulary_create(&fixed), ERR_OK);
    bool whole = vocabulary_split(&start, word + length) == length && start == word;
    bool ours = (vocabulary_find(fixed, word, length) >= 0 && !sign) ||
                (length == strlen(TRACE_FIX) && !strncmp(word, TRACE_FIX, length));
    vocabulary_free(fixed);
    if (!whole) fail_msg("%s: the %s '%.*s' is not a word", task->name, what, (int)length, word);
    if (ours)
        fail_msg("%s: the %s '%.*s' is a word of the recorder's own", task->name, what, (int)length, word);
}

static void check_words(const struct task *task) {
    for (int i = 0; task->names[i]; i++)
        for (const char *word = task->names[i]; *word; word += strcspn(word, " "), word += *word == ' ')
            check_word(task, "name", word, strcspn(word, " "));
    const char *const *alphabet = task->alphabet;
    for (int i = 0; alphabet && alphabet[i]; i++) {
        check_word(task, "symbol", alphabet[i], strlen(alphabet[i]));
        for (int k = 0; k < i; k++)
            if (!strcmp(alphabet[i], alphabet[k]))
                fail_msg("%s: the symbol '%s' is there twice", task->name, alphabet[i]);
        for (int k = 0; k < 2; k++)
            if (!strcmp(alphabet[i], value_truth_texts[k]))
                fail_msg("%s: the symbol '%s' is a truth", task->name, alphabet[i]);
    }
    if (alphabet && alphabet_count(alphabet) > ALPHABET_MAX)
        fail_msg("%s: more than %d symbols", task->name, ALPHABET_MAX);
}

static void words_are_tokens(void **state) {
    (void)state;
    each(check_words);
}

static void check_family(const struct task *task) {
    if (task->family <= FAMILY_NONE || task->family >= FAMILY_KINDS)
        fail_msg("%s: which kind of step is it made of? .family is missing (src/trace/family.h)", task->name);
}

static void families_are_said(void **state) {
    (void)state;
    each(check_family);
}

/* Elements have a form that can be read; those inside one another only the task itself can draw. */
static void check_parameters(const struct task *task) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        bool symbols = p->kind == PARAMETER_SYMBOL || (p->element && strstr(p->element, "symbol"));
        if (p->element && !parameter_form_is_valid(p->element))
            fail_msg("%s: '%s' is no form of an element", task->name, p->element);
        if (p->element && strpbrk(p->element, "[(") && !task->draw)
            fail_msg("%s: elements %s are drawn by a .draw of the task's own", task->name, p->element);
        if (symbols && !task->alphabet) fail_msg("%s: has symbols, and no .alphabet", task->name);
    }
}

static void parameters_can_be_drawn(void **state) {
    (void)state;
    each(check_parameters);
}

static int by_size(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* Default sizes: the 99th percentile of whole sequences, prompt and all, is below 300 tokens; of
 * prime_factors, whose numbers must be large for there to be enough of them, below 800. */
static void check_lengths(const struct task *task) {
    struct fixture s;
    int lengths[DRAWN], most = strcmp(task->name, "prime_factors") ? 300 : 800;
    fixture_prepare(&s, task->name);
    fixture_open(&s);
    for (int i = 0; i < DRAWN; i++) {
        struct sample sample = fixture_draw(&s, (uint64_t)i);
        assert_false(sample.truncated);
        lengths[i] = (int)(sample.prompt.count + sample.completion.count) + 2;
    }
    qsort(lengths, DRAWN, sizeof *lengths, by_size);
    if (lengths[DRAWN * 99 / 100] >= most)
        fail_msg(
            "%s: of its default sizes one sequence in a hundred has %d tokens or more: they must be smaller, "
            "for %d",
            task->name, lengths[DRAWN * 99 / 100], most);
    fixture_close(&s);
}

static void default_traces_are_short(void **state) {
    (void)state;
    each(check_lengths);
}

static void check_problems(const struct task *task) {
    struct fixture s;
    struct problem_set set;
    fixture_prepare(&s, task->name);
    fixture_open(&s);
    assert_ok(problem_set_make(&s.mix, SEED, SPLIT_TEST, PROBLEMS, &set, &s.error), &s.error);
    if (set.count < PROBLEMS)
        fail_msg("%s: of its default sizes there are %d different test problems, not %d: larger ones, or "
                 "none so small "
                 "that few are of their lengths; one in ten problems is for the test, so that a task needs "
                 "5000 in all (tasks/README.md, Which problems are for what)",
                 task->name, (int)set.count, PROBLEMS);
    problem_set_free(&set);
    fixture_close(&s);
}

static void there_are_enough_problems(void **state) {
    (void)state;
    each(check_problems);
}

/* Under each noise at every site, and under all at once, traces end. */
static void check_ends(const struct task *task) {
    for (int kind = -1; kind < 0 || noise_list[kind]; kind++) {
        struct fixture s;
        fixture_prepare(&s, task->name);
        for (int k = 0; noise_list[k]; k++) s.mix.rate[k] = kind < 0 ? 0.3 : k == kind;
        fixture_open(&s);
        for (uint64_t i = 0; i < 100; i++) {
            struct drawn drawn;
            struct sample sample = fixture_draw_cut(&s, i, &drawn);
            assert_true(sample.trace_lines <= s.mix.line_limit);
            assert_true(sample.completion.count < 300000);
        }
        fixture_close(&s);
    }
}

static void traces_end_under_noise(void **state) {
    (void)state;
    each(check_ends);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_or_says_why_not),
        cmocka_unit_test(words_are_tokens),
        cmocka_unit_test(families_are_said),
        cmocka_unit_test(parameters_can_be_drawn),
        cmocka_unit_test(default_traces_are_short),
        cmocka_unit_test(there_are_enough_problems),
        cmocka_unit_test(traces_end_under_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
