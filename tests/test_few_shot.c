/* experiments/trainers/few_shot.py against an endpoint that adds numbers (tests/trainers/chat_server.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/shell.h"

enum { QUESTIONS = 30, SHOTS = 3 };

/* Starts the endpoint, with these arguments after its first two, for commands in which `ask` asks it; stops
 * it when they are done, with their exit status. Nothing is there of what was asked before. */
static const char *serve(int status, const char *arguments, const char *commands) {
    return shell_expect(
        status,
        "here=$PWD; cd $SCRATCH && rm -f port log few_shot.jsonl out; "
        "python3 $here/tests/trainers/chat_server.py port log %s & trap \"kill $!\" EXIT; "
        "for i in $(seq 100); do test -e port && break; sleep 0.05; done; "
        "ask() { python3 $here/experiments/trainers/few_shot.py --train train.jsonl --test test.jsonl --out "
        "out "
        "--model m --shots 3 --tries 50 --wait 0.01 --url http://127.0.0.1:$(cat port)/v1/ \"$@\"; }; %s",
        arguments, commands);
}

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(
        0, "cd $SCRATCH && printf 'name: few\\ntask: {name: add, min_digits: 2, max_digits: 2}\\nformat: "
           "direct\\n' >spec.yaml && $COTNOISE gen spec.yaml noise.digit=0.5 -n 60 -o train.jsonl && "
           "$COTNOISE gen spec.yaml -n 30 --split test -o test.jsonl");
    return 0;
}

static json_t *load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    json_t *lines = json_array(), *line;
    while ((line = json_loadf(stream, JSON_DISABLE_EOF_CHECK, NULL))) json_array_append_new(lines, line);
    fclose(stream);
    return lines;
}

static const char *text(const json_t *line, const char *name) {
    const char *found = json_string_value(json_object_get(line, name));
    assert_non_null(found);
    return found;
}

/* Whether two turns are the prompt, but for its newline, and the completion of a line. */
static bool is_of(const json_t *lines, const json_t *user, const json_t *model) {
    size_t i;
    const json_t *line;
    json_array_foreach(lines, i, line) {
        const char *prompt = text(line, "prompt"), *said = text(user, "content");
        if (strlen(prompt) == strlen(said) + 1 && !strncmp(prompt, said, strlen(said)) &&
            !strcmp(text(line, "completion"), text(model, "content")))
            return true;
    }
    return false;
}

/* In the order of the test's lines, whatever order they came in, without the blanks around them; nothing
 * where the model said nothing. */
static void assert_answers(void) {
    json_t *test = load("test.jsonl"), *out = load("out");
    assert_int_equal(json_array_size(out), QUESTIONS);
    int silent = 0;
    for (size_t i = 0; i < QUESTIONS; i++) {
        const json_t *line = json_array_get(test, i);
        bool filtered = !strncmp(text(line, "prompt"), "13 ", 3);
        assert_string_equal(text(json_array_get(out, i), "completion"),
                            filtered ? "" : text(line, "completion"));
        silent += filtered;
    }
    assert_true(silent < QUESTIONS);
    json_decref(test);
    json_decref(out);
}

static void test_examples_and_answers(void **state) {
    (void)state;
    serve(0, "", "OPENAI_API_KEY=secret ask --seed 1");
    assert_answers();
    json_t *train = load("train.jsonl"), *asked = load("log"), *one;
    assert_int_equal(json_array_size(asked), QUESTIONS);
    size_t i;
    json_array_foreach(asked, i, one) {
        const json_t *body = json_object_get(one, "body"), *turns = json_object_get(body, "messages");
        assert_string_equal(text(one, "path"), "/v1/chat/completions");
        assert_string_equal(text(one, "key"), "Bearer secret");
        assert_string_equal(text(body, "model"), "m");
        assert_int_equal(json_array_size(turns), 2 * SHOTS + 1);
        for (size_t j = 0; j < SHOTS; j++) {
            const json_t *user = json_array_get(turns, 2 * j), *model = json_array_get(turns, 2 * j + 1);
            assert_string_equal(text(user, "role"), "user");
            assert_string_equal(text(model, "role"), "assistant");
            assert_true(is_of(train, user, model));
            for (size_t k = 0; k < j; k++)
                assert_string_not_equal(text(json_array_get(turns, 2 * k), "content"), text(user, "content"));
        }
    }
    json_decref(train);
    json_decref(asked);
}

/* A busy endpoint is asked again; answers that are there are not asked for again, also where the last was cut
 * off. */
static void test_goes_on(void **state) {
    (void)state;
    serve(0, "503 2",
          "ask --seed 1 && cp out first && cp few_shot.jsonl kept && test $(wc -l <log) = 30 && "
          "head -n 20 kept >few_shot.jsonl && printf '{\"asked\": \"12' >>few_shot.jsonl && rm out && "
          "ask --seed 1 && cmp out first && test $(wc -l <log) = 40 && "
          "ask --seed 1 && test $(wc -l <log) = 40 && "
          "ask --seed 2 && cmp out first && test $(wc -l <log) = 70");
    assert_answers();
}

static void test_is_refused(void **state) {
    (void)state;
    const char *said = serve(4, "401 5",
                             "ask --seed 1 --jobs 1; code=$?; test $(wc -l <log) = 4 && "
                             "test $(wc -l <few_shot.jsonl) = 4 && test ! -e out && exit $((code + 3))");
    assert_non_null(strstr(said, "few_shot.py: http://127.0.0.1:"));
    assert_non_null(strstr(said, "/v1/chat/completions: 401 {\"error\": \"as asked for\"}"));
    said = serve(1, "", "ask --seed 1 --url http://127.0.0.1:1/v1 --tries 2");
    assert_non_null(strstr(said, "few_shot.py: http://127.0.0.1:1/v1/chat/completions: "));
    said = serve(1, "", "ask --seed 1 --shots 70");
    assert_non_null(strstr(said, "few_shot.py: --shots 70: --train has "));
}

/* A text that goes on, as gen --shots has it. */
static void test_plain(void **state) {
    (void)state;
    serve(0, "", "ask --seed 1 --plain");
    assert_answers();
    json_t *asked = load("log");
    const json_t *one = json_array_get(asked, 0), *body = json_object_get(one, "body");
    assert_string_equal(text(one, "path"), "/v1/completions");
    const char *prompt = text(body, "prompt");
    for (int i = 0; i < SHOTS; i++) {
        const char *line = strchr(prompt, '\n');
        assert_memory_equal(line, "\nanswer = ", 10);
        prompt = strstr(prompt, "\n\n") + 2;
    }
    assert_int_equal(strchr(prompt, '\n') - prompt, strlen(prompt) - 1);
    assert_string_equal(json_string_value(json_array_get(json_object_get(body, "stop"), 0)), "\n\n");
    json_decref(asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_and_answers),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_is_refused),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
