/* Golden traces: tests/golden/TASK.txt holds commands and the traces they print, for people to read; of a
 * task in TASKS_DIR that is golden/TASK.txt there. COTNOISE_TASK=TASK asks for one alone.
 *
 * A block is `$ TASK ARGUMENT... [OP=VISIBILITY...]`, the lines of the trace, and an empty line. With
 * GOLDEN=write in the environment the files are written anew: read the difference before you commit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/mix.h"
#include "tasks/tasks.h"
#include "tests/support/task_file.h"
#include "tests/support/told.h"

/* Appends the trace of one command (without its `$ `), which stands in that line of the file. */
static void run_command(const char *path, int line, char *command, struct buffer *out) {
    const char *words[16];
    int count = 0;
    struct mix mix;
    mix_default(&mix);
    for (char *word = strtok(command, " "); word; word = strtok(NULL, " ")) {
        char *equals = strchr(word, '=');
        if (!equals) {
            if (count == 16) fail_msg("%s:%d: more than 16 words", path, line);
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
        if (!set) fail_msg("%s:%d: %s=%s: no task with this visibility", path, line, word, equals + 1);
    }
    const struct task *task = count ? task_find(words[0]) : NULL;
    if (!task) fail_msg("%s:%d: %s: no such task", path, line, count ? words[0] : "");
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct arguments *arguments = malloc(sizeof *arguments);
    struct sample sample;
    struct error error;
    mix.entries = 1;
    mix.entry[0].task = task;
    if (task_parse(task, count - 1, words + 1, arguments, &error))
        fail_msg("%s:%d: %s", path, line, error.message);
    assert_ok(mix_vocabulary(&mix, &vocabulary, &error), &error);
    assert_ok(mix_sampler_create(&mix, vocabulary, false, &sampler, &error), &error);
    assert_ok(mix_sample_problem(sampler, 1, SPLIT_TEST, 0, task, arguments, &sample, &error), &error);
    vocabulary_render(vocabulary, sample.completion.id, sample.completion.count, false, out);
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    free(arguments);
}

static void golden_traces(void **state) {
    (void)state;
    for (int i = 0; task_list[i]; i++) {
        char path[TASK_FILE_MAX], *text = NULL;
        size_t length = 0;
        struct error error;
        struct buffer made = {0};
        int commands = 0, number = 0;
        if (!task_is_asked(task_list[i]->name)) continue;
        task_file("tests/golden/", "golden/", task_list[i]->name, ".txt", path);
        if (file_read(path, 1 << 20, &text, &length, &error))
            fail_msg("%s (a line '$ %s ARGUMENT...' in it, then GOLDEN=write, makes the rest)", error.message,
                     task_list[i]->name);
        for (char *line = text, *next; line && *line; line = next) {
            next = strchr(line, '\n');
            number++;
            if (next) *next++ = 0;
            if (strncmp(line, "$ ", 2)) continue;
            buffer_printf(&made, "%s%s\n", commands++ ? "\n" : "", line);
            run_command(path, number, line + 2, &made);
            buffer_char(&made, '\n');
        }
        if (!commands) fail_msg("%s: holds no line '$ %s ARGUMENT...'", path, task_list[i]->name);
        free(text);
        const char *mode = getenv("GOLDEN");
        if (mode && !strcmp(mode, "write"))
            assert_ok(file_write_plain(path, made.bytes, made.length, &error), &error);
        assert_ok(file_read(path, 1 << 20, &text, &length, &error), &error);
        assert_same_lines(path, text, made.bytes);
        free(text);
        buffer_free(&made);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_traces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
