/* Prompts as people type them: what is rendered is read back, and what is no problem is refused with the
 * reason. */
#include "trace/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static void prompts_of_every_task_are_read_back(void **state) {
    (void)state;
    struct arguments *read = calloc(1, sizeof *read);
    for (int t = 0; task_list[t]; t++) {
        struct fixture s;
        struct error error;
        fixture_prepare(&s, task_list[t]->name);
        fixture_open(&s);
        for (uint64_t i = 0; i < 50; i++) {
            struct sample sample = fixture_draw(&s, i);
            struct buffer text = {0};
            vocabulary_render(s.vocabulary, sample.prompt.id, sample.prompt.count, false, &text);
            assert_ok(prompt_parse(task_list[t], text.bytes, read, &error), &error);
            if (task_hash(task_list[t], read) != task_hash(task_list[t], sample.arguments))
                fail_msg("%s was read as another problem", text.bytes);
            buffer_free(&text);
        }
        fixture_close(&s);
    }
    free(read);
}

static void blanks_do_not_matter(void **state) {
    (void)state;
    static const char *const texts[][3] = {{"gcd", "gcd(48, 18)", " gcd ( 48,18 ) \n"},
                                           {"add", "12 + 34", "12+34"},
                                           {"sub", "12 - 34", " 12-34 "},
                                           {"sort", "sort([3, 1])", "sort( [ 3,1 ] )"}};
    struct arguments *one = calloc(1, sizeof *one), *other = calloc(1, sizeof *other);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct task *task = task_find(texts[i][0]);
        struct error error;
        assert_ok(prompt_parse(task, texts[i][1], one, &error), &error);
        assert_ok(prompt_parse(task, texts[i][2], other, &error), &error);
        assert_int_equal(task_hash(task, one), task_hash(task, other));
    }
    free(one);
    free(other);
}

static void what_is_no_problem_is_refused(void **state) {
    (void)state;
    static const char *const texts[][3] = {
        {"gcd", "", "a problem of gcd is written gcd(x, y)"},
        {"gcd", " ", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd(", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd(48, 18", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "lcm(48, 18)", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd(48,\n18)", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd(48, 18)\n\n", "a problem of gcd is written gcd(x, y)"},
        {"gcd", "gcd( )", "gcd takes 2 arguments (x, y), not 0"},
        {"gcd", "gcd(48, 007 )", "argument y is '007'"},
        {"sum", "sum", "a problem of sum is written sum(x, ...)"},
        {"add", "12\n+ 34", "a problem of add is written x + y"},
        {"sub", "-12", "a problem of sub is written x - y"},
        {"gcd", "gcd(48)", "gcd takes 2 arguments (x, y), not 1"},
        {"gcd", "gcd(48, 18,)", "gcd takes 2 arguments (x, y), not 3"},
        {"gcd", "gcd(48, [18])", "argument y is '[18]'"},
        {"add", "12", "a problem of add is written x + y"},
        {"add", "12 +", "argument y is ''"},
        {"add", "1 + 2 + 3", "a problem of add is written x + y"},
        {"sort", "sort(3, 1)", "sort takes 1 argument (xs), not 2"},
        {"topological_sort", "topological_sort([(0, 1), (1, 0)], 2)", "topological_sort: the graph"},
    };
    struct arguments *read = calloc(1, sizeof *read);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = {""};
        assert_int_equal(prompt_parse(task_find(texts[i][0]), texts[i][1], read, &error), ERR_INPUT);
        if (!strstr(error.message, texts[i][2])) fail_msg("'%s': %s", texts[i][1], error.message);
    }
    free(read);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_of_every_task_are_read_back),
        cmocka_unit_test(blanks_do_not_matter),
        cmocka_unit_test(what_is_no_problem_is_refused),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
