/* The arguments of a problem in JSON: as strings, and as numbers, truths and lists, as others write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/problem.h"
#include "tasks/tasks.h"

/* Reads the problem of one line; its arguments as the task writes them, one behind the other, go to `text`.
 */
static enum err read_problem(const char *line, struct buffer *text, struct error *error) {
    static struct arguments arguments;
    struct jsonl jsonl = {.path = "lines", .line = 7};
    const struct task *task;
    json_t *json = json_loads(line, 0, NULL);
    assert_non_null(json);
    enum err code = problem_task(&jsonl, json, &task, error);
    if (!code) code = problem_arguments(&jsonl, json, task, &arguments, error);
    for (int i = 0; !code && i < task_argument_count(task, &arguments); i++) {
        buffer_text(text, i ? " | " : "");
        task_print_argument(task, &arguments, i, text);
    }
    json_decref(json);
    return code;
}

static void arguments_may_be_json(void **state) {
    (void)state;
    static const char *const good[][2] = {
        {"{\"task\":\"gcd\",\"args\":[\"48\",18]}", "48 | 18"},
        {"{\"task\":\"sort\",\"args\":[[]]}", "[]"},
        {"{\"task\":\"countdown\",\"args\":[[3,\"5\"],8]}", "[3, 5] | 8"},
        {"{\"task\":\"parity\",\"args\":[[true,false,\"true\"]]}", "[true, false, true]"},
        {"{\"task\":\"boolean_eval\",\"args\":[[\"T\",\"F\",\"or\"]]}", "[T, F, or]"},
        {"{\"task\":\"matrix_vector\",\"args\":[[[1,2],[3,4]],[5,6]]}", "[[1, 2], [3, 4]] | [5, 6]"},
        {"{\"task\":\"topological_sort\",\"args\":[\"[(0,1),(2,0)]\",4]}", "[(0, 1), (2, 0)] | 4"},
        {"{\"task\":\"topological_sort\",\"args\":[[\"(0, 1)\",\"(2, 0)\"],4]}", "[(0, 1), (2, 0)] | 4"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct buffer text = {0};
        struct error error = {""};
        if (read_problem(good[i][0], &text, &error)) fail_msg("%s: %s", good[i][0], error.message);
        assert_string_equal(text.bytes, good[i][1]);
        buffer_free(&text);
    }
}

static void others_are_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"{\"task\":\"gcd\",\"args\":[48,1.5]}", "lines:7: \"args\" must be a list, at most"},
        {"{\"task\":\"gcd\",\"args\":[48,null]}", "whole numbers, truths or lists of these"},
        {"{\"task\":\"matrix_vector\",\"args\":[[[1,{}]],[5]]}", "whole numbers, truths or lists of these"},
        {"{\"task\":\"topological_sort\",\"args\":[[[0,1]],4]}", "a list such as [(0, 1), (2, 3)"},
        {"{\"task\":\"countdown\",\"args\":[3,5,8]}",
         "lines:7: countdown takes 2 arguments (numbers, target), not 3; a list is one argument, in quotes"},
        {"{\"task\":\"gcd\",\"args\":[48]}", "gcd takes 2 arguments (x, y), not 1"},
        {"{\"task\":\"sum\",\"args\":[1]}", "sum takes 2 to "},
        {"{\"task\":\"sum\",\"args\":[1]}", " arguments (x, ...), not 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer text = {0};
        struct error error = {""};
        assert_int_equal(read_problem(bad[i][0], &text, &error), ERR_INPUT);
        if (!strstr(error.message, bad[i][1])) fail_msg("%s: %s", bad[i][0], error.message);
        buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_may_be_json),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
