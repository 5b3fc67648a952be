/* cotnoise gen: prompts with exemplars, requests to chat models, digits apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/pcg.h"
#include "tests/support/shell.h"

/* Of two tasks that have the same prompts but for the word in front. */
#define SPEC                                                                                           \
    "name: shots\\nseeds: [1]\\ntask:\\n  - {name: add, max_digits: 2}\\n  - {name: sub, max_digits: " \
    "2, weight: 0.25}\\ndata: {samples: 500}\\neval: {problems: 60}\\n"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf '" SPEC "' >$SCRATCH/spec.yaml");
    return 0;
}

/* What gen writes of a spec with these arguments: an array of the lines. */
static json_t *generate_from(const char *spec, const char *arguments, const char *settings) {
    shell_expect(0, "$COTNOISE gen $SCRATCH/%s.yaml %s %s -o $SCRATCH/lines.jsonl", spec, arguments,
                 settings);
    char path[512];
    snprintf(path, sizeof path, "%s/lines.jsonl", getenv("SCRATCH"));
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    json_t *lines = json_array(), *line;
    while ((line = json_loadf(stream, JSON_DISABLE_EOF_CHECK, NULL))) json_array_append_new(lines, line);
    fclose(stream);
    assert_true(json_array_size(lines) > 0);
    return lines;
}

static json_t *generate(const char *arguments) { return generate_from("spec", arguments, ""); }

static const char *text(const json_t *lines, size_t i, const char *name) {
    const char *found = json_string_value(json_object_get(json_array_get(lines, i), name));
    assert_non_null(found);
    return found;
}

static json_int_t number(const json_t *lines, size_t i, const char *name) {
    return json_integer_value(json_object_get(json_array_get(lines, i), name));
}

/* How many of the lines have this prompt, of `length` bytes. */
static int count_prompts(const json_t *lines, const char *prompt, size_t length) {
    int count = 0;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *other = text(lines, i, "prompt");
        count += strlen(other) == length && !strncmp(other, prompt, length);
    }
    return count;
}

enum { SHOTS = 5 };

/* The exemplars of a prompt, cut at their empty lines; returns the rest of the prompt. */
static const char *cut(const char *prompt, const char *start[SHOTS + 1]) {
    for (int i = 0; i < SHOTS; i++) {
        start[i] = prompt;
        prompt = strstr(prompt, "\n\n");
        assert_non_null(prompt);
        prompt += 2;
    }
    start[SHOTS] = prompt;
    return prompt;
}

static size_t first_line(const char *of) { return (size_t)(strchr(of, '\n') + 1 - of); }

/* The question is the test problem of that line, clean; in front of it are training problems, all different
 * and of its task. */
static void test_exemplars_are_training_problems(void **state) {
    (void)state;
    json_t *problems = generate("--split test"), *prompts = generate("noise.digit=0.4 --shots 5"),
           *test = generate("--split test -n 100000"), *validation = generate("--split validation -n 100000");
    assert_int_equal(json_array_size(prompts), 60);
    int tasks[2] = {0};
    for (size_t i = 0; i < json_array_size(prompts); i++) {
        const char *start[SHOTS + 1], *question = cut(text(prompts, i, "prompt"), start);
        static const char *const same[] = {"task", "answer", "completion"};
        for (int k = 0; k < 3; k++)
            assert_string_equal(text(prompts, i, same[k]), text(problems, i, same[k]));
        assert_string_equal(question, text(problems, i, "prompt"));
        assert_int_equal(number(prompts, i, "index"), number(problems, i, "index"));
        bool adds = !strcmp(text(prompts, i, "task"), "add");
        tasks[adds]++;
        for (int j = 0; j < SHOTS; j++) {
            size_t length = first_line(start[j]);
            assert_true(!!memchr(start[j], '+', length) == adds);
            assert_int_equal(count_prompts(test, start[j], length), 0);
            assert_int_equal(count_prompts(validation, start[j], length), 0);
            assert_non_null(strstr(start[j], "\nanswer = "));
            for (int k = 0; k < j; k++) assert_true(strncmp(start[j], start[k], length) != 0);
        }
        assert_true(number(prompts, i, "corrupted") > 0);
        assert_true(json_is_true(json_object_get(json_array_get(prompts, i), "contaminated")));
    }
    assert_true(tasks[0] > 0 && tasks[1] > 0);
    json_decref(problems);
    json_decref(prompts);
    json_decref(test);
    json_decref(validation);
}

/* A higher rate has the same exemplars and the changes of the lower one; so have more exemplars. */
static void test_exemplars_are_coupled(void **state) {
    (void)state;
    json_t *clean = generate("--shots 5"), *low = generate("noise.digit=0.2 --shots 5"),
           *high = generate("noise.digit=0.6 --shots 5"), *fewer = generate("noise.digit=0.2 --shots 3");
    int changed = 0, more = 0;
    for (size_t i = 0; i < json_array_size(clean); i++) {
        const char *a = text(clean, i, "prompt"), *b = text(low, i, "prompt"), *c = text(high, i, "prompt");
        assert_int_equal(strlen(a), strlen(b));
        assert_int_equal(strlen(a), strlen(c));
        for (size_t k = 0; a[k]; k++) {
            if (a[k] != b[k]) assert_int_equal(b[k], c[k]);
            changed += a[k] != b[k];
            more += a[k] != c[k];
        }
        assert_int_equal(number(clean, i, "corrupted"), 0);
        assert_true(number(low, i, "corrupted") <= number(high, i, "corrupted"));
        const char *start[SHOTS + 1];
        cut(b, start);
        assert_memory_equal(text(fewer, i, "prompt"), b, start[3] - b);
        assert_string_equal(text(fewer, i, "prompt") + (start[3] - b), start[SHOTS]);
    }
    assert_true(changed > 0 && more > 2 * changed);
    json_decref(clean);
    json_decref(low);
    json_decref(high);
    json_decref(fewer);
}

/* Of a spec with one task an exemplar is the training sample of the index that is drawn for it. */
static void test_exemplars_are_training_samples(void **state) {
    (void)state;
    static const char spec[] = "seeds=5 noise.digit=0.4 noise.line=0.2 noise.dynamic=0.1";
    shell_expect(0, "printf 'name: one\\ntask: {name: sub}\\n' >$SCRATCH/one.yaml");
    json_t *prompts = generate_from("one", "--shots 5 -n 3", spec);
    for (size_t i = 0; i < 3; i++) {
        struct pcg pcg = pcg_stream(5, "shots", (uint64_t)number(prompts, i, "index"));
        const char *start[SHOTS + 1];
        cut(text(prompts, i, "prompt"), start);
        for (int j = 0; j < SHOTS; j++) {
            uint64_t high = pcg_next(&pcg), low = pcg_next(&pcg);
            char arguments[64], whole[4096];
            snprintf(arguments, sizeof arguments, "-n 1 --first %llu",
                     (unsigned long long)((high << 32 | low) >> 24));
            json_t *sample = generate_from("one", arguments, spec);
            snprintf(whole, sizeof whole, "%s%s\n\n", text(sample, 0, "prompt"),
                     text(sample, 0, "completion"));
            assert_int_equal(strlen(whole), start[j + 1] - start[j]);
            assert_memory_equal(whole, start[j], strlen(whole));
            json_decref(sample);
        }
    }
    json_decref(prompts);
}

/* Whether exemplars are noised is drawn for each. */
static void test_contamination_is_of_exemplars(void **state) {
    (void)state;
    json_t *lines = generate("noise.digit=1 data.contamination=0.3 --shots 1");
    int contaminated = 0;
    for (size_t i = 0; i < json_array_size(lines); i++)
        contaminated += json_is_true(json_object_get(json_array_get(lines, i), "contaminated"));
    assert_in_range(contaminated, 8, 30);
    json_decref(lines);
}

static void test_a_prompt_is_a_function_of_its_index(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && gen() { $COTNOISE gen spec.yaml noise.digit=0.3 --shots 4 \"$@\"; } && "
                    "gen >one && gen --threads 8 | cmp - one && sed -n 11,15p one >part && "
                    "gen --first 10 -n 5 | cmp - part && ! gen seeds=2 | cmp -s - one");
    shell_expect(
        0, "cd $SCRATCH && gen() { $COTNOISE gen spec.yaml noise.digit=0.3 data.fixed_noise=false --shots 4 "
           "\"$@\"; } && gen | cmp - one && gen --epoch 2 >two && ! cmp -s one two");
}

/* The turns of a request, put together, are the prompt. */
static void test_requests(void **state) {
    (void)state;
    json_t *prompts = generate("noise.digit=0.4 --shots 5"),
           *requests = generate("noise.digit=0.4 --shots 5 --batch 'a \"model\"'");
    assert_int_equal(json_array_size(requests), json_array_size(prompts));
    for (size_t i = 0; i < json_array_size(prompts); i++) {
        char whole[8192] = "", name[64];
        snprintf(name, sizeof name, "%s-%lld", text(prompts, i, "task"),
                 (long long)number(prompts, i, "index"));
        assert_string_equal(text(requests, i, "custom_id"), name);
        assert_string_equal(text(requests, i, "method"), "POST");
        assert_string_equal(text(requests, i, "url"), "/v1/chat/completions");
        json_t *body = json_object_get(json_array_get(requests, i), "body"), *turn;
        assert_string_equal(json_string_value(json_object_get(body, "model")), "a \"model\"");
        assert_int_equal(json_integer_value(json_object_get(body, "temperature")), 0);
        size_t j;
        json_array_foreach(json_object_get(body, "messages"), j, turn) {
            const char *content = json_string_value(json_object_get(turn, "content"));
            assert_string_equal(json_string_value(json_object_get(turn, "role")),
                                j % 2 ? "assistant" : "user");
            snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s%s", content,
                     j % 2 ? "\n\n" : "\n");
        }
        assert_int_equal(j, 2 * SHOTS + 1);
        assert_string_equal(whole, text(prompts, i, "prompt"));
    }
    json_decref(prompts);
    json_decref(requests);
    json_t *bare = generate("--batch m -n 1 --split validation");
    json_t *messages = json_object_get(json_object_get(json_array_get(bare, 0), "body"), "messages");
    assert_int_equal(json_array_size(messages), 1);
    json_decref(bare);
}

/* The answer is what the completion says behind `answer = `, in digits apart as well; arguments stay as the
 * program reads them. */
static void test_digits_apart(void **state) {
    (void)state;
    json_t *lines = generate("--space-digits --split test -n 40");
    int apart = 0;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *answer = text(lines, i, "answer"),
                   *said = strstr(text(lines, i, "completion"), "answer = ");
        assert_non_null(said);
        assert_string_equal(said + strlen("answer = "), answer);
        apart += strchr(answer, ' ') != NULL;
        const json_t *args = json_object_get(json_array_get(lines, i), "args");
        assert_null(strchr(json_string_value(json_array_get(args, 0)), ' '));
    }
    assert_true(apart > 20);
    json_decref(lines);
}

static void test_what_is_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"--shots 0", "--shots 0: must be a whole number from 1 to 256"},
        {"--shots 257", "--shots 257"},
        {"--shots 2 --split train", "--shots: not with --split train (allowed: test, validation)"},
        {"--batch m --split train", "--batch: not with --split train"},
        {"--shots 2 --stats", "--shots: not with --stats"},
        {"--batch ''", "--batch '': must be the name of a model"},
        {"--batch \"$(printf '\\377')\"", "must be the name of a model, in UTF-8"},
        {"task.name=parity task.min_length=8 task.max_length=8 -n 20 --shots 240",
         "task parity: these sizes leave too few training problems for 240 different exemplars"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *spec =
            strstr(cases[i][0], "parity") ? "printf 'name: p\\ntask: {name: parity}\\n' >" : ": ";
        const char *said =
            shell_expect(2, "%s$SCRATCH/parity.yaml; $COTNOISE gen $SCRATCH/%s.yaml %s -o $SCRATCH/no", spec,
                         *spec == ':' ? "spec" : "parity", cases[i][0]);
        if (!strstr(said, cases[i][1])) fail_msg("%s: %s", cases[i][0], said);
        shell_expect(1, "test -e $SCRATCH/no");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exemplars_are_training_problems),
        cmocka_unit_test(test_exemplars_are_coupled),
        cmocka_unit_test(test_exemplars_are_training_samples),
        cmocka_unit_test(test_contamination_is_of_exemplars),
        cmocka_unit_test(test_a_prompt_is_a_function_of_its_index),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_digits_apart),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
