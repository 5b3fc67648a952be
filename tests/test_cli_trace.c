/* cotnoise trace, tasks and noises as a person types them: output and exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "noise/noises.h"
#include "tasks/tasks.h"

/* What the program prints, standard error included, after `cotnoise COMMAND`; *status is its exit status. */
static const char *run(const char *command, int *status) {
    static char output[65536];
    char line[1024];
    const char *program = getenv("COTNOISE");
    if (!program) fail_msg("COTNOISE must name the program");
    snprintf(line, sizeof line, "'%s' %s 2>&1", program, command);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = 0;
    int code = pclose(pipe);
    assert_true(WIFEXITED(code));
    *status = WEXITSTATUS(code);
    return output;
}

static void assert_prints(const char *command, const char *want) {
    int status;
    assert_string_equal(run(command, &status), want);
    assert_int_equal(status, 0);
}

static void assert_refuses(const char *command, const char *want) {
    int status;
    const char *output = run(command, &status);
    if (!strstr(output, want)) fail_msg("'%s' lacks '%s': %s", command, want, output);
    assert_int_equal(status, 2);
    assert_true(strchr(output, '\n') == output + strlen(output) - 1); /* one line */
}

static void traces(void **state) {
    (void)state;
    assert_prints("trace gcd 98 8", "y = mod(98, 8) = 2\nx = 8\ny = mod(8, 2) = 0\nx = 2\nanswer = 2\n");
    assert_prints("trace gcd 98 8 --visibility mod=hidden", "x = 8\nx = 2\nanswer = 2\n");
    assert_prints("trace --format direct -- sort '[3,-12]'", "answer = [-12, 3]\n");
    assert_prints("trace sort '[3,-12]' --space-digits --format direct", "answer = [-1 2, 3]\n");
    assert_prints(
        "trace add 58679 52 --json --format direct",
        "{\"task\":\"add\",\"index\":0,\"args\":[\"58679\",\"52\"],\"prompt\":\"58679 + 52\\n\","
        "\"completion\":\"answer = 58731\",\"answer\":\"58731\",\"contaminated\":false,\"corrupted\":0,"
        "\"truncated\":false}\n");
    assert_prints("trace prime_factors 99999989 --format direct", "answer = [99999989]\n");
}

static void differences(void **state) {
    (void)state;
    assert_prints("trace mod 98 8 --noise line=1 --diff", "clean      | noised\n"
                                                          "part = 9   | <deleted>\n"
                                                          "take = 8   | <deleted>\n"
                                                          "rem = 1    | <deleted>\n"
                                                          "part = 18  | <deleted>\n"
                                                          "take = 8   | <deleted>\n"
                                                          "rem = 10   | <deleted>\n"
                                                          "take = 8   | <deleted>\n"
                                                          "rem = 2    | <deleted>\n"
                                                          "answer = 2 | answer = 2\n");
    assert_prints("trace mod 98 8 --noise line=1 --names take --diff", "clean      | noised\n"
                                                                       "part = 9   | part = 9\n"
                                                                       "take = 8   | <deleted>\n"
                                                                       "rem = 1    | rem = 1\n"
                                                                       "part = 18  | part = 18\n"
                                                                       "take = 8   | <deleted>\n"
                                                                       "rem = 10   | rem = 10\n"
                                                                       "take = 8   | <deleted>\n"
                                                                       "rem = 2    | rem = 2\n"
                                                                       "answer = 2 | answer = 2\n");
    int status;
    char first[65536];
    snprintf(first, sizeof first, "%s", run("trace add 58679 52 --noise digit=0.5 --seed 4 --diff", &status));
    assert_int_equal(status, 0);
    assert_non_null(strstr(first, "= <"));
    assert_string_equal(run("trace add 58679 52 --noise digit=0.5 --seed 4 --diff", &status), first);
    assert_string_not_equal(run("trace add 58679 52 --noise digit=0.5 --seed 5 --diff", &status), first);
}

/* The last answer of a trace, and the columns of every other shape of it. */
static void differences_of_every_kind(void **state) {
    (void)state;
    assert_prints("trace mod 98 8 --noise line_swap=1 --diff", "clean      | noised\n"
                                                               "part = 9   | <moved>\n"
                                                               "take = 8   | take = 8\n"
                                                               "rem = 1    | rem = 1\n"
                                                               "part = 18  | part = 18\n"
                                                               "take = 8   | take = 8\n"
                                                               "rem = 10   | rem = 10\n"
                                                               "take = 8   | take = 8\n"
                                                               "rem = 2    | rem = 2\n"
                                                               "           | part = 9\n"
                                                               "answer = 2 | answer = 2\n");
    assert_prints("trace mod 9 8 --noise line_repeat=1 --diff", "clean      | noised\n"
                                                                "part = 9   | part = 9\n"
                                                                "           | <part = 9>\n"
                                                                "take = 8   | take = 8\n"
                                                                "           | <take = 8>\n"
                                                                "rem = 1    | rem = 1\n"
                                                                "           | <rem = 1>\n"
                                                                "answer = 1 | answer = 1\n");
    assert_prints("trace mod 9 8 --noise line=1 --format answer_first --diff", "clean      | noised\n"
                                                                               "answer = 1 | answer = 1\n"
                                                                               "part = 9   | <deleted>\n"
                                                                               "take = 8   | <deleted>\n"
                                                                               "rem = 1    | <deleted>\n");
    int status;
    const char *mended = run("trace mod 9 8 --noise slip=1 --refine 1 --diff", &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(mended, "           | fix part = 9\n"));
    assert_non_null(strstr(mended, "           | fix take = 8\n"));
    assert_non_null(strstr(mended, "           | fix rem = 1\n"));
    assert_non_null(strstr(mended, "answer = 1 | answer = 1\n"));
    /* Of a value with several digits, the very digit: 98765 becomes 98764 or 98766. */
    const char *slip = run("trace max '[98765]' --noise slip=1 --diff", &status);
    assert_non_null(strstr(slip, "best = 9876<"));
    assert_prints("trace sub 5 123 --reverse",
                  "neg = 1\ntop = 3\nlow = 5\nres = 8\nborrow = 1\ntop = 2\nlow = 0\nres = 1\nborrow = 0\n"
                  "top = 1\nlow = 0\nres = 1\nborrow = 0\nanswer = -811\n");
}

static void wrong_input(void **state) {
    (void)state;
    assert_refuses("trace", "task");
    assert_refuses("trace foo 1", "foo");
    assert_refuses("trace add 1", "2 arguments");
    assert_refuses("trace add -5 3", "'-5'");
    assert_refuses("trace mod 5 0", "above 0");
    assert_refuses("trace median '[]'", "'[]'");
    assert_refuses("trace mod 98 8 --line-limit 3",
                   "mod(98, 8) has 9 lines, and line_limit is 3 (allowed: 1 to 100000)");
    assert_refuses("trace mod 98 8 --line-limit 3", "raise line_limit or choose"); /* it calls no task */
    assert_refuses("trace gcd 98 88 --line-limit 3", "raise line_limit, write calls in one line");
    assert_refuses("trace fibonacci 1 1 300 --noise dynamic=0.9 --diff",
                   "has 599 lines, and line_limit is 300");
    assert_refuses("trace edit_distance 007 7", "argument x is '007'");
    assert_refuses("trace sub 5 -- -0", "argument y is '-0'");
    assert_refuses("trace sort '[3, 04]'", "argument xs is '[3, 04]'");
    assert_refuses("trace add +5 3", "argument x is '+5'");
    assert_refuses("trace add '1 2' 3", "argument x is '1 2'");
    assert_refuses("trace add 1 2 --noise digit=1.2", "0 to 1");
    assert_refuses("trace add 1 2 --noise digit=nan", "0 to 1");
    assert_refuses("trace add 1 2 --noise digit", "KIND=RATE");
    assert_refuses("trace add 1 2 --noise dirt=0.1", "digit");
    assert_refuses("trace add 1 2 --noise digit=0.1 --names rez", "--names rez: no line is named 'rez'");
    assert_refuses("trace add 1 2 --noise digit=0.1 --names res+", "--names res+: must be names of lines");
    assert_refuses("trace add 1 2 --noise digit=0.1 --names ''", "--names : must be names of lines");
    assert_refuses("trace add 1 2 --visibility mod=loud", "hidden");
    assert_refuses("trace add 1 2 --seed x", "--seed");
    assert_refuses("trace add 1 2 --seed", "--seed");
    assert_refuses("trace add 1 2 --frobnicate", "--frobnicate");
    assert_refuses("trace add 1 2 --nose digit=1", "--nose: unknown option; did you mean --noise?");
    assert_refuses("trace add 1 2 --diff=yes", "--diff=yes: takes no value");
    assert_refuses("trace add 1 2 --re", "--re: may be several options");
    assert_refuses("trace add 1 2 -x", "-x: unknown option (");
    assert_refuses("trace add 1 2 --noise", "--noise: a value is missing");
    assert_refuses("trase add 1 2", "unknown command 'trase' (did you mean trace?)");
    assert_refuses("help trase", "unknown command 'trase' (did you mean trace?)");
    assert_refuses("help trace add", "add: is one argument too many");
    assert_refuses("--version trace", "trace: is one argument too many");
    assert_refuses("tasks foo", "unknown task 'foo'");
    assert_refuses("noises --foo", "--foo");
}

/* What is asked for by name comes with a command and, indented, what that command prints; noise is seen in
 * it. */
static void assert_example(const char *command, const char *name) {
    static const char before[] = "    example     cotnoise ";
    char line[256], shown[8192], *indented = shown;
    int status;
    snprintf(line, sizeof line, "%s %s", command, name);
    char *example = strstr(run(line, &status), before);
    assert_int_equal(status, 0);
    assert_non_null(example);
    snprintf(shown, sizeof shown, "%s", strchr(example, '\n') + 1);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(example + strlen(before), "\n"),
             example + strlen(before));
    for (const char *printed = run(line, &status); *printed; printed = strchr(printed, '\n') + 1) {
        size_t length = strcspn(printed, "\n");
        assert_int_equal(strncmp(indented, "        ", 8), 0);
        assert_int_equal(strncmp(indented + 8, printed, length + 1), 0);
        indented += 8 + length + 1;
    }
    assert_int_equal(*indented, 0);
    assert_int_equal(status, 0);
    if (!strcmp(command, "noises") && strcmp(name, "digit_drop")) assert_non_null(strchr(shown, '<'));
}

/* The lines of a family's heading and its tasks, as `cotnoise tasks` has them. */
static void assert_family(const char *output, enum family family, bool wanted) {
    char heading[256];
    snprintf(heading, sizeof heading, "%s: %s\n", family_names[family], family_steps[family]);
    const char *at = strstr(output, heading);
    for (int i = 0; task_list[i]; i++) {
        if (task_list[i]->family != family) continue;
        if (!wanted) assert_null(strstr(output, task_list[i]->summary));
        if (!wanted) continue;
        assert_non_null(at);
        at = strchr(at, '\n') + 1; /* a line each, one behind the other */
        size_t length = strlen(task_list[i]->name);
        assert_memory_equal(at, "    ", 4);
        assert_memory_equal(at + 4, task_list[i]->name, length);
        assert_int_equal(at[4 + length], ' ');
    }
}

static void tasks_are_listed_by_family(void **state) {
    (void)state;
    int status;
    const char *output = run("tasks", &status);
    for (int family = FAMILY_NONE; family < FAMILY_KINDS; family++)
        assert_family(output, (enum family)family, true);
    assert_true(strstr(output, "lookup: ") < strstr(output, "comparing: "));
    output = run("tasks --family comparing", &status);
    assert_int_equal(status, 0);
    for (int family = FAMILY_NONE; family < FAMILY_KINDS; family++)
        assert_family(output, (enum family)family, family == FAMILY_COMPARING);
    assert_refuses("tasks --family adding",
                   "--family adding: allowed are copying, lookup, comparing, branching, searching");
    assert_refuses("tasks --family none", "--family none: allowed are copying");
    assert_refuses("tasks --family lookup add", "add: not with --family");
    assert_refuses("noises --family lookup", "--family: unknown option");
}

/* What is said of a task is all there, in lines that fit. */
static void tasks_are_described(void **state) {
    (void)state;
    for (int i = 0; task_list[i]; i++) {
        char command[128], shown[8192] = "";
        int status;
        size_t used = 0;
        snprintf(command, sizeof command, "tasks %s", task_list[i]->name);
        const char *line = strstr(run(command, &status), "\n\n    ") + 2;
        for (; *line != '\n'; line += strcspn(line, "\n") + 1) {
            int length = (int)strcspn(line, "\n");
            assert_in_range(length, 5, 100);
            assert_memory_equal(line, "    ", 4);
            used += (size_t)snprintf(shown + used, sizeof shown - used, "%s%.*s", used ? " " : "", length - 4,
                                     line + 4);
        }
        assert_string_equal(shown, task_list[i]->about);
        assert_non_null(strstr(line, family_names[task_list[i]->family]));
    }
}

static void lists(void **state) {
    (void)state;
    int status;
    const char *output = run("tasks", &status);
    assert_int_equal(status, 0);
    for (int i = 0; task_list[i]; i++) assert_non_null(strstr(output, task_list[i]->summary));
    output = run("noises", &status);
    assert_int_equal(status, 0);
    for (int i = 0; noise_list[i]; i++) assert_non_null(strstr(output, noise_list[i]->summary));
    for (int i = 0; task_list[i]; i++) assert_example("tasks", task_list[i]->name);
    for (int i = 0; noise_list[i]; i++) assert_example("noises", noise_list[i]->name);
    output = run("tasks gcd add", &status);
    assert_true(!strncmp(output, "gcd: ", 5) && strstr(output, "\n\nadd: ") && !strstr(output, "\nsort: "));
    assert_refuses("tasks sort ad", "unknown task 'ad' (did you mean add?)");
    assert_refuses("noises digti", "unknown noise 'digti' (did you mean digit?)");
    static const char *const helps[] = {"trace --help", "tasks --help", "noises -h", "help trace",
                                        "--help sweep"};
    for (int i = 0; i < 5; i++) {
        assert_non_null(strstr(run(helps[i], &status), "usage: cotnoise"));
        assert_int_equal(status, 0);
    }
    assert_non_null(strstr(run("help trace", &status), "usage: cotnoise trace TASK"));
    assert_non_null(strstr(run("-V", &status), "cotnoise "));
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(traces),
                                       cmocka_unit_test(differences),
                                       cmocka_unit_test(differences_of_every_kind),
                                       cmocka_unit_test(wrong_input),
                                       cmocka_unit_test(lists),
                                       cmocka_unit_test(tasks_are_listed_by_family),
                                       cmocka_unit_test(tasks_are_described)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
