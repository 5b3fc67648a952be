/* The sample traces that a run leaves: which are written, and which of them are shown. */
#include <jansson.h>

#include "tests/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/team.h"
#include "record/examples.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

enum { PROBLEMS = 12, SAMPLES = 2, SOLVED = 7 };

static json_t *read_lines(void) {
    char path[1024], *bytes;
    size_t length;
    json_t *lines = json_array();
    snprintf(path, sizeof path, "%s/examples.jsonl", getenv("SCRATCH"));
    assert_int_equal(file_read(path, 1 << 20, &bytes, &length, NULL), ERR_OK);
    for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(object);
        json_array_append_new(lines, object);
    }
    free(bytes);
    return lines;
}

static const char *text(const json_t *line, const char *key) {
    const char *value = json_string_value(json_object_get(line, key));
    if (!value) fail_msg("no %s", key);
    return value;
}

/* Four training samples that noise has struck, four problems that were solved and four that were not, each
 * with the completion that won the vote, or the first where none did. */
static void each_sort_is_written(void **state) {
    (void)state;
    struct fixture s;
    struct team *team;
    struct dataset problems = {0};
    struct decoder_result written[PROBLEMS * SAMPLES];
    struct vote votes[PROBLEMS];
    static struct config config;
    fixture_prepare(&s, "add");
    s.mix.rate[noise_find("digit")] = 0.9;
    s.mix.contamination = s.mix.kind_contamination[noise_find("digit")] = 0.25;
    fixture_open(&s);
    config.mix = s.mix;
    config.seed = 3;
    assert_int_equal(team_create(1, &team, &s.error), ERR_OK);
    assert_int_equal(
        dataset_build_problems(&s.mix, s.vocabulary, 3, SPLIT_TEST, PROBLEMS, team, &problems, &s.error),
        ERR_OK);
    for (int i = 0; i < PROBLEMS; i++) {
        votes[i] = (struct vote){i % 3 - 1, i < SOLVED};
        for (int k = 0; k < SAMPLES; k++) {
            struct token_span span =
                dataset_completion(&problems, k != (i % 3 == 2) ? (i + 1) % PROBLEMS : i);
            struct decoder_result *result = &written[i * SAMPLES + k];
            *result = (struct decoder_result){
                .tokens = malloc(span.count * sizeof(int32_t)), .length = (int)span.count, .stopped = true};
            memcpy(result->tokens, span.id, span.count * sizeof(int32_t));
        }
    }
    assert_int_equal(examples_write(getenv("SCRATCH"), &config, s.vocabulary, NULL, &problems, votes, written,
                                    SAMPLES, &s.error),
                     ERR_OK);
    json_t *lines = read_lines(), *line;
    size_t i;
    int training = 0, right = 0, wrong = 0;
    json_array_foreach(lines, i, line) {
        if (!strcmp(text(line, "kind"), "training")) {
            training++;
            assert_true(json_is_true(json_object_get(line, "contaminated")));
            if (json_integer_value(json_object_get(line, "corrupted")))
                assert_string_not_equal(text(line, "clean"), text(line, "completion"));
            continue;
        }
        assert_string_equal(text(line, "clean"), text(line, "completion"));
        (json_is_true(json_object_get(line, "correct")) ? &right : &wrong)[0]++;
    }
    assert_int_equal(training, 4);
    assert_int_equal(right, 4);
    assert_int_equal(wrong, 4);
    json_decref(lines);
    decoder_free_results(written, PROBLEMS * SAMPLES);
    dataset_free(&problems);
    team_free(team);
    fixture_close(&s);
}

static void the_telling_ones_are_shown(void **state) {
    (void)state;
    struct examples examples;
    struct error error;
    make_file(
        getenv("SCRATCH"), "examples.jsonl", "%s",
        "{\"kind\":\"training\",\"prompt\":\"1\",\"clean\":\"a\",\"completion\":\"b\",\"corrupted\":1}\n"
        "{\"kind\":\"training\",\"prompt\":\"2\",\"clean\":\"a\",\"completion\":\"b\",\"corrupted\":3}\n"
        "{\"kind\":\"training\",\"prompt\":\"3\",\"clean\":\"a\",\"completion\":\"b\",\"corrupted\":2}\n"
        "{\"kind\":\"test\",\"prompt\":\"4\",\"clean\":\"a\",\"completion\":\"b\",\"correct\":false}\n"
        "{\"kind\":\"test\",\"prompt\":\"5\",\"clean\":\"a\",\"completion\":\"a\",\"correct\":true}\n"
        "{\"kind\":\"test\",\"prompt\":\"6\",\"clean\":\"a\",\"completion\":\"a\",\"correct\":true}\n"
        "{\"kind\":\"test\",\"prompt\":\"7\",\"clean\":\"a\",\"completion\":\"b\",\"correct\":false}\n");
    assert_int_equal(examples_read(getenv("SCRATCH"), &examples, &error), ERR_OK);
    assert_string_equal(examples.training.prompt, "2");
    assert_int_equal(examples.training.corrupted, 3);
    assert_string_equal(examples.wrong.prompt, "4");
    assert_string_equal(examples.right.prompt, "5");
    examples_free(&examples);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sort_is_written),
        cmocka_unit_test(the_telling_ones_are_shown),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
