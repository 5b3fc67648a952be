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

/* None of its names is a word of the recorder's own. */
static void check_names(const struct task *task) {
    for (int i = 0; task->names[i]; i++)
        if (!strcmp(task->names[i], "answer") || !strcmp(task->names[i], TRACE_FIX))
            fail_msg("%s: a value cannot be called %s, which begins lines of the recorder's own", task->name,
                     task->names[i]);
}

static void names_are_declared(void **state) {
    (void)state;
    each(check_names);
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
                 "that few are of their lengths (tasks/README.md, Which problems are for what)",
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
        cmocka_unit_test(every_task_holds_or_says_why_not), cmocka_unit_test(names_are_declared),
        cmocka_unit_test(default_traces_are_short),         cmocka_unit_test(there_are_enough_problems),
        cmocka_unit_test(traces_end_under_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
