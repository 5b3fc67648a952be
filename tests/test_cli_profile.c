/* cotnoise profile as a person types it: output, files, exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/shell.h"

#define PROFILE "\"$COTNOISE\" profile "

/* Writes $SCRATCH/NAME.jsonl: 300 samples of short additions. */
static void generate(const char *name, const char *noise) {
    shell_expect(0,
                 "printf 'task: {name: add, max_digits: 2}\\n' > \"$SCRATCH/add.yaml\"; "
                 "\"$COTNOISE\" gen \"$SCRATCH/add.yaml\" %s -n 300 -o \"$SCRATCH/%s.jsonl\"",
                 noise, name);
}

static int count_of(const char *json, const char *key) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = strstr(json, quoted);
    if (!found) fail_msg("no %s in %s", key, json);
    return atoi(found + strlen(quoted));
}

static void a_profile(void **state) {
    (void)state;
    generate("noised", "noise.digit=0.3 data.contamination=0.5");
    const char *text = shell_expect(0, PROFILE "\"$SCRATCH/noised.jsonl\" --task add");
    assert_non_null(strstr(text, "samples        300\n"));
    assert_non_null(strstr(text, "contamination"));
    char json[4096];
    snprintf(json, sizeof json, "%s", shell_expect(0, PROFILE "\"$SCRATCH/noised.jsonl\" --task add --json"));
    assert_int_equal(count_of(json, "samples"), 300);
    assert_int_equal(count_of(json, "clean") + count_of(json, "static") + count_of(json, "dynamic") +
                         count_of(json, "both"),
                     300);
    assert_true(count_of(json, "static") > 100);
    /* threads change nothing, nor does reading from a pipe */
    assert_string_equal(
        shell_expect(0, "cat \"$SCRATCH/noised.jsonl\" | " PROFILE "- --task add --json --threads 3"), json);
}

static void clean_data(void **state) {
    (void)state;
    generate("clean", "noise.digit=0");
    const char *json = shell_expect(0, PROFILE "\"$SCRATCH/clean.jsonl\" --task add --json");
    assert_int_equal(count_of(json, "clean"), 300);
    assert_non_null(strstr(json, "\"contamination\":{\"value\":0,\"low\":0,\"high\":0}"));
}

static void filters(void **state) {
    (void)state;
    generate("mixed", "noise.dynamic=0.3 data.contamination=0.5");
    char json[4096];
    snprintf(json, sizeof json, "%s",
             shell_expect(
                 0, PROFILE
                 "\"$SCRATCH/mixed.jsonl\" --task add --json --filter dynamic -o \"$SCRATCH/kept.jsonl\""));
    int kept = atoi(shell_expect(0, "wc -l < \"$SCRATCH/kept.jsonl\""));
    assert_int_equal(kept, count_of(json, "clean") + count_of(json, "static"));
    /* nothing that the algorithm was led astray by is left: what is kept is right but for ties */
    const char *again = shell_expect(0, PROFILE "\"$SCRATCH/kept.jsonl\" --task add --json");
    assert_int_equal(count_of(again, "dynamic") + count_of(again, "both"), 0);
    /* without noise of the kind all samples stay, in their order */
    generate("digits", "noise.digit=0.2 data.contamination=0.5");
    shell_expect(
        0,
        PROFILE "\"$SCRATCH/digits.jsonl\" --task add --filter static 2>/dev/null > \"$SCRATCH/none.jsonl\"");
    assert_string_equal(
        shell_expect(
            0, "grep -c '\"contaminated\":true,\"corrupted\":[1-9][0-9]' \"$SCRATCH/none.jsonl\" || true"),
        "0\n");
}

static void wrong_lines_are_passed_over(void **state) {
    (void)state;
    generate("some", "noise.digit=0.3");
    shell_expect(
        0, "cd \"$SCRATCH\" && { head -n 5 some.jsonl; echo 'not JSON'; echo '[1]'; echo "
           "'{\"args\":[\"1\"],\"completion\":\"answer = 1\"}'; "
           "echo '{\"args\":[\"1\",\"x\"],\"completion\":\"answer = 1\"}'; echo '{\"args\":[\"1\",\"2\"]}'; "
           "echo '{\"args\":[\"1\",\"2\"],\"completion\":\"answer = strange\"}'; "
           "echo '{\"args\":[\"1\",\"2\"],\"completion\":\"\"}'; echo "
           "'{\"task\":\"sort\",\"args\":[\"[1]\"],\"completion\":\"answer = [1]\"}'; "
           "} > odd.jsonl");
    const char *output = shell_expect(0, PROFILE "\"$SCRATCH/odd.jsonl\" --task add --json");
    assert_int_equal(count_of(output, "samples"), 5);
    assert_int_equal(count_of(output, "malformed"), 7);
    assert_int_equal(count_of(output, "other_tasks"), 1);
    assert_non_null(strstr(output, "odd.jsonl:6:"));
}

static void refusals(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"\"$SCRATCH/odd.jsonl\"", "--task is missing"},
        {"\"$SCRATCH/odd.jsonl\" --task nothing", "no such task"},
        {"--task add", "needs one JSONL file"},
        {"\"$SCRATCH/absent.jsonl\" --task add", "cannot open"},
        {"/dev/null --task add", "no sample of task add"},
        {"\"$SCRATCH/odd.jsonl\" --task add -o x.jsonl", "only with --filter"},
        {"\"$SCRATCH/odd.jsonl\" --task add --filter all", "allowed are static, dynamic"},
        {"\"$SCRATCH/odd.jsonl\" --task add --threads 0", "--threads 0"},
        {"\"$SCRATCH/odd.jsonl\" --task add --visibility add", "must be OP=MODE"},
        {"\"$SCRATCH/odd.jsonl\" --task add --from \"$SCRATCH\"", "results.csv"},
        {"\"$SCRATCH/odd.jsonl\" --task lcm --from results/reference/headline", "fewer than 5"},
        {"\"$SCRATCH/odd.jsonl\" --task add --nonsense", "unknown option"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *output = shell_expect(2, PROFILE "%s", bad[i][0]);
        if (!strstr(output, bad[i][1])) fail_msg("'%s' lacks '%s': %s", bad[i][0], bad[i][1], output);
        assert_true(strchr(output, '\n') == output + strlen(output) - 1); /* one line */
    }
    /* a refused profile leaves what was there */
    shell_expect(0, "echo old > \"$SCRATCH/old.jsonl\"");
    shell_expect(2, PROFILE "/dev/null --task add --filter static -o \"$SCRATCH/old.jsonl\"");
    assert_string_equal(shell_expect(0, "cat \"$SCRATCH/old.jsonl\""), "old\n");
}

static void a_prediction(void **state) {
    (void)state;
    const char *json =
        shell_expect(0, PROFILE "\"$SCRATCH/noised.jsonl\" --task add --json --from "
                                "results/reference/add-digit --from results/reference/add-line");
    const char *found = strstr(json, "\"predictions\":[{\"model\":\"tiny\",\"samples\":80000");
    assert_non_null(found);
    double accuracy = strtod(strstr(found, "\"accuracy\":") + strlen("\"accuracy\":"), NULL);
    assert_true(accuracy > 0.5 && accuracy <= 1);
    assert_non_null(strstr(found, "\"outside\":false"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile), cmocka_unit_test(clean_data),
        cmocka_unit_test(filters),   cmocka_unit_test(wrong_lines_are_passed_over),
        cmocka_unit_test(refusals),  cmocka_unit_test(a_prediction)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
