/* Golden traces: tests/golden/TASK.txt holds commands and the traces they print, for people to read.
 *
 * A block is `$ TASK ARGUMENT... [OP=VISIBILITY...]`, the lines of the trace, and an empty line. With
 * GOLDEN=write in the environment the files are written anew: read the difference before you commit it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "data/mix.h"
#include "tasks/tasks.h"

/* Appends the trace of one command (without its `$ `). */
static void run_command(char *command, struct buffer *out) {
    const char *words[16];
    int count = 0;
    struct mix mix;
    mix_default(&mix);
    for (char *word = strtok(command, " "); word; word = strtok(NULL, " ")) {
        char *equals = strchr(word, '=');
        if (!equals) {
            assert_true(count < 16);
            words[count++] = word;
            continue;
        }
        *equals = 0;
        bool set = false;
        for (int i = 0; task_list[i]; i++)
            for (int k = 0; visibility_names[k]; k++)
                if (!strcmp(task_list[i]->name, word) && !strcmp(visibility_names[k], equals + 1)) {
                    mix.visibility[i] = (enum visibility)k;
                    set = true;
                }
        assert_true(set);
    }
    const struct task *task = task_find(words[0]);
    assert_non_null(task);
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct arguments *arguments = malloc(sizeof *arguments);
    struct sample sample;
    struct error error;
    mix.entries = 1;
    mix.entry[0].task = task;
    assert_int_equal(task_parse(task, count - 1, words + 1, arguments, &error), ERR_OK);
    assert_int_equal(mix_vocabulary(&mix, &vocabulary, &error), ERR_OK);
    assert_int_equal(mix_sampler_create(&mix, vocabulary, false, &sampler, &error), ERR_OK);
    assert_int_equal(mix_sample_problem(sampler, 1, SPLIT_TEST, 0, task, arguments, &sample, &error), ERR_OK);
    vocabulary_render(vocabulary, sample.completion.id, sample.completion.count, false, out);
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    free(arguments);
}

static void golden_traces(void **state) {
    (void)state;
    for (int i = 0; task_list[i]; i++) {
        char path[256], *text = NULL;
        size_t length = 0;
        struct error error;
        struct buffer made = {0};
        int commands = 0;
        snprintf(path, sizeof path, "tests/golden/%s.txt", task_list[i]->name);
        if (file_read(path, 1 << 20, &text, &length, &error)) fail_msg("%s", error.message);
        for (char *line = text, *next; line && *line; line = next) {
            next = strchr(line, '\n');
            if (next) *next++ = 0;
            if (strncmp(line, "$ ", 2)) continue;
            buffer_printf(&made, "%s%s\n", commands++ ? "\n" : "", line);
            run_command(line + 2, &made);
            buffer_char(&made, '\n');
        }
        assert_true(commands > 0);
        free(text);
        const char *mode = getenv("GOLDEN");
        if (mode && !strcmp(mode, "write"))
            assert_int_equal(file_write(path, made.bytes, made.length, &error), ERR_OK);
        assert_int_equal(file_read(path, 1 << 20, &text, &length, &error), ERR_OK);
        assert_string_equal(made.bytes, text);
        free(text);
        buffer_free(&made);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_traces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
