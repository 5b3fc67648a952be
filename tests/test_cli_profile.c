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

/* Args as numbers and "task": null say the same as strings and no task. */
static void samples_made_elsewhere(void **state) {
    (void)state;
    generate("ours", "noise.digit=0.3");
    char json[4096];
    snprintf(json, sizeof json, "%s", shell_expect(0, PROFILE "\"$SCRATCH/ours.jsonl\" --task add --json"));
    assert_string_equal(
        shell_expect(0, "printf '\\357\\273\\277' >\"$SCRATCH/theirs.jsonl\"; "
                        "sed -E 's/\"args\":.\"([0-9]*)\",\"([0-9]*)\"./\"args\":[\\1,\\2],\"x\":NaN/; "
                        "s/\"task\":\"add\"/\"task\":null/; s/$/\\r/' \"$SCRATCH/ours.jsonl\" "
                        ">>\"$SCRATCH/theirs.jsonl\"; grep -c NaN \"$SCRATCH/theirs.jsonl\""),
        "300\n");
    assert_string_equal(shell_expect(0, PROFILE "\"$SCRATCH/theirs.jsonl\" --task add --json"), json);
}

/* Numbers least significant digit first read as noise until one says so. */
static void reversed_numbers(void **state) {
    (void)state;
    generate("reversed", "reverse=true");
    const char *json = shell_expect(0, PROFILE "\"$SCRATCH/reversed.jsonl\" --task add --json");
    assert_true(count_of(json, "clean") < 200);
    json = shell_expect(0, PROFILE "\"$SCRATCH/reversed.jsonl\" --task add --reverse --json");
    assert_int_equal(count_of(json, "clean"), 300);
}

static void clean_data(void **state) {
    (void)state;
    generate("clean", "noise.digit=0");
    const char *json = shell_expect(0, PROFILE "\"$SCRATCH/clean.jsonl\" --task add --json");
    assert_int_equal(count_of(json, "clean"), 300);
    assert_non_null(strstr(json, "\"contamination\":{\"value\":0,\"low\":0,\"high\":0}"));
    const char *text = shell_expect(0, PROFILE "\"$SCRATCH/clean.jsonl\" --task add");
    assert_non_null(strstr(text, "samples        300\n"));
    assert_non_null(strstr(text, "contamination    0.0000   0.0000 to 0.0000\n"));
}

/* Of data with one kind of noise the filter keeps all that read as their twins in the clean data, as they
 * were and in order, and of the others at most 3 %. Prints how many it kept. */
#define KEPT                                                                                          \
    "python3 -c 'import json\n"                                                                       \
    "read = lambda name: [json.loads(line) for line in open(name)]\n"                                 \
    "noised, clean, kept = read(\"noised.jsonl\"), read(\"clean.jsonl\"), read(\"kept.jsonl\")\n"     \
    "assert all(a[\"args\"] == b[\"args\"] for a, b in zip(noised, clean))\n"                         \
    "hit = {a[\"index\"] for a, b in zip(noised, clean) if a[\"completion\"] != b[\"completion\"]}\n" \
    "left = {a[\"index\"] for a in kept} & hit\n"                                                     \
    "assert 100 < len(hit) < 200 and len(left) <= 0.03 * len(hit), (len(hit), len(left))\n"           \
    "assert kept == [a for a in noised if a[\"index\"] not in hit - left]\n"                          \
    "print(len(kept))'"

static void filters(void **state) {
    (void)state;
    generate("clean", "noise.digit=0");
    generate("noised", "noise.dynamic=0.3 data.contamination=0.5");
    char json[4096];
    snprintf(json, sizeof json, "%s",
             shell_expect(0, PROFILE "\"$SCRATCH/noised.jsonl\" --task add --json --filter dynamic "
                                     "-o \"$SCRATCH/kept.jsonl\""));
    int kept = atoi(shell_expect(0, "cd \"$SCRATCH\" && " KEPT));
    assert_int_equal(kept, count_of(json, "clean") + count_of(json, "static"));
    /* without -o the samples go to standard output and the profile to standard error */
    generate("noised", "noise.digit=0.2 data.contamination=0.5");
    snprintf(json, sizeof json, "%s",
             shell_expect(0, PROFILE "\"$SCRATCH/noised.jsonl\" --task add --json --filter static 2>&1 "
                                     ">\"$SCRATCH/kept.jsonl\""));
    kept = atoi(shell_expect(0, "cd \"$SCRATCH\" && " KEPT));
    assert_int_equal(kept, count_of(json, "clean") + count_of(json, "dynamic"));
}

static void a_file_appears_when_complete(void **state) {
    (void)state;
    generate("clean", "noise.digit=0");
    /* in place of what was there; nothing is left beside it */
    shell_expect(0, "cd \"$SCRATCH\" && mkdir whole && echo old >whole/same.jsonl && " PROFILE
                    "clean.jsonl --task add --filter static -o whole/same.jsonl");
    assert_string_equal(shell_expect(0, "cd \"$SCRATCH/whole\" && ls && wc -l <same.jsonl"),
                        "same.jsonl\n300\n");
    /* a refused profile leaves what was there */
    shell_expect(0, "cd \"$SCRATCH/whole\" && echo old >same.jsonl");
    shell_expect(2, PROFILE "/dev/null --task add --filter static -o \"$SCRATCH/whole/same.jsonl\"");
    assert_string_equal(shell_expect(0, "cd \"$SCRATCH/whole\" && ls && cat same.jsonl"),
                        "same.jsonl\nold\n");
}

/* What a sample is held against must be whole: the line of the file is named. */
static void a_clean_trace_that_is_cut_is_refused(void **state) {
    (void)state;
    const char *said =
        shell_expect(2, "{ echo '{\"args\":[\"1\",\"1\"],\"completion\":\"answer = 2\"}'; echo; echo "
                        "'{\"args\":[\"77\",\"77\"],\"completion\":\"answer = 2\"}'; } | " PROFILE
                        "- --task add --line-limit 6");
    assert_non_null(strstr(said, "standard input:3: task add: the clean trace of 77 + 77 has 13 lines"));
}

static void wrong_lines_are_passed_over(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "not JSON",
        " [1]",
        "{\"args\":[\"1\"],\"completion\":\"answer = 1\"}",
        "{\"args\":[\"1\",\"x\"],\"completion\":\"answer = 1\"}",
        "{\"args\":[\"1\",2.5],\"completion\":\"answer = 3\"}",
        "{\"args\":\"1\",\"completion\":\"answer = 3\"}",
        "{\"args\":[\"1\",\"2\"]}",
        "{\"args\":[\"1\",\"2\"],\"completion\":3}",
        "{\"args\":[\"1\",\"2\"],\"completion\":\"answer = strange\"}",
        "{\"args\":[\"1\",\"2\"],\"completion\":\"answer = \\\\u0000\"}",
        "{\"args\":[\"1\",\"2\"],\"completion\":\"\"}",
        "{\"args\":[\"1\",\"2\"],\"completion\":\"\\\\n\"}",
        "{\"args\":[\"1\",\"2\"],\"completion\":\" \\\\n\\\\n\\\\n\"}",
        "{\"task\":\"nothing\",\"args\":[\"1\",\"2\"],\"completion\":\"answer = 3\"}",
        "{\"task\":3,\"args\":[\"1\",\"2\"],\"completion\":\"answer = 3\"}",
    };
    enum { WRONG = sizeof wrong / sizeof *wrong };
    generate("clean", "noise.digit=0");
    shell_expect(0, "head -n 5 \"$SCRATCH/clean.jsonl\" >\"$SCRATCH/odd.jsonl\"");
    for (int i = 0; i < WRONG; i++) {
        /* alone: no sample, and what is wrong is said */
        const char *alone = shell_expect(2, "printf '%%b\\n' '%s' | " PROFILE "- --task add", wrong[i]);
        if (strncmp(alone, "cotnoise profile: standard input:1:", 35)) fail_msg("%s: %s", wrong[i], alone);
        shell_expect(0, "printf '%%b\\n' '%s' >>\"$SCRATCH/odd.jsonl\"", wrong[i]);
    }
    shell_expect(0, "cd \"$SCRATCH\" && { echo; echo "
                    "'{\"task\":\"sort\",\"args\":[\"[1]\"],\"completion\":\"answer = [1]\"}'; "
                    "printf '{\"args\":[\"1\",\"2\"],\"completion\":\"'; yes 'carry = 1\\n' | head -n 1201 | "
                    "tr -d '\\n'; "
                    "echo '\"}'; head -c 2000000 /dev/zero | tr '\\0' 1; echo; } >>odd.jsonl");
    const char *output = shell_expect(0, PROFILE "\"$SCRATCH/odd.jsonl\" --task add --json");
    assert_int_equal(count_of(output, "samples"), 5);
    assert_int_equal(count_of(output, "clean"), 5);
    assert_int_equal(count_of(output, "malformed"), WRONG + 2);
    assert_int_equal(count_of(output, "other_tasks"), 1);
    assert_non_null(strstr(output, "odd.jsonl:6:"));
    assert_non_null(strstr(output, "odd.jsonl:10:"));
    assert_null(strstr(output, "odd.jsonl:11:")); /* five complaints will do */
    /* what the task refuses */
    output = shell_expect(2, "echo '{\"args\":[\"5\",\"0\"],\"completion\":\"answer = 0\"}' | " PROFILE
                             "- --task mod");
    assert_non_null(strstr(output, "standard input:1:"));
}

/* $SCRATCH/NAME/results.csv with so many cells of digit noise. */
static void measure(const char *name, int cells, const char *model, const char *accuracy) {
    shell_expect(
        0,
        "mkdir -p \"$SCRATCH/%s\" && { echo task,format,model,samples,epochs,noise,rate,contamination,"
        "accuracy; seq -f 'add,trace,%s,1000,1,digit,0.%%04.0f,1,%s' %d; } "
        ">\"$SCRATCH/%s/results.csv\"",
        name, model, accuracy, cells, name);
}

static void refusals(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"\"$SCRATCH/odd.jsonl\"", "--task is missing"},
        {"\"$SCRATCH/odd.jsonl\" --task nothing", "no such task"},
        {"--task add", "needs one JSONL file"},
        {"a.jsonl b.jsonl --task add", "needs one JSONL file"},
        {"\"$SCRATCH\" --task add", "is a directory"},
        {"\"$SCRATCH/absent.jsonl\" --task add", "cannot open"},
        {"/dev/null --task add", "no sample of task add"},
        {"\"$SCRATCH/odd.jsonl\" --task add -o x.jsonl", "only with --filter"},
        {"\"$SCRATCH/odd.jsonl\" --task add --filter all", "allowed are static, dynamic"},
        {"\"$SCRATCH/odd.jsonl\" --task add --filter", "a value is missing"},
        {"\"$SCRATCH/odd.jsonl\" --task add --threads 0", "--threads 0"},
        {"\"$SCRATCH/odd.jsonl\" --task add --line-limit 0", "--line-limit 0"},
        {"\"$SCRATCH/odd.jsonl\" --task add --visibility add", "must be OP=MODE"},
        {"\"$SCRATCH/odd.jsonl\" --task add --from \"$SCRATCH\"", "results.csv"},
        {"\"$SCRATCH/odd.jsonl\" --task lcm --from results/reference/first-edition/headline", "fewer than 5"},
        {"\"$SCRATCH/odd.jsonl\" --task add --from \"$SCRATCH/four\"", "fewer than 5"},
        {"\"$SCRATCH/odd.jsonl\" --task add --from \"$SCRATCH/many\"", "1001 different cells"},
        {"\"$SCRATCH/odd.jsonl\" --task add --from \"$SCRATCH/broken\"", "results.csv:2: accuracy is 'x'"},
        {"\"$SCRATCH/odd.jsonl\" --task add --nonsense", "unknown option"},
    };
    measure("four", 4, "tiny", "0.5");
    measure("many", 1001, "tiny", "0.5");
    measure("broken", 1, "tiny", "x");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *output = shell_expect(2, PROFILE "%s", bad[i][0]);
        if (!strstr(output, bad[i][1])) fail_msg("'%s' lacks '%s': %s", bad[i][0], bad[i][1], output);
        assert_true(strchr(output, '\n') == output + strlen(output) - 1); /* one line */
    }
}

static void a_prediction(void **state) {
    (void)state;
    generate("noised", "noise.digit=0.3 data.contamination=0.5");
    const char *json = shell_expect(
        0,
        PROFILE "\"$SCRATCH/noised.jsonl\" --task add --json --from "
                "results/reference/first-edition/add-digit --from results/reference/first-edition/add-line");
    const char *found = strstr(json, "\"predictions\":[{\"model\":\"tiny\",\"samples\":80000");
    assert_non_null(found);
    double accuracy = strtod(strstr(found, "\"accuracy\":") + strlen("\"accuracy\":"), NULL);
    assert_true(accuracy > 0.5 && accuracy <= 1);
    assert_non_null(strstr(found, "\"outside\":false"));
}

/* Sweeps may share runs: a directory given twice says no more than once. */
static void shared_runs_count_once(void **state) {
    (void)state;
    generate("noised", "noise.digit=0.3 data.contamination=0.5");
    shell_expect(
        0,
        "for from in '' '--from results/reference/first-edition/add-digit'; do " PROFILE
        "\"$SCRATCH/noised.jsonl\" --task add "
        "--from results/reference/first-edition/add-digit $from >\"$SCRATCH/${from:+again-}said\"; done && "
        "cd \"$SCRATCH\" && grep -q 'measured cells' said && cmp said again-said");
}

/* One for each setting with cells enough; a model may be called anything. */
static void predictions_of_settings(void **state) {
    (void)state;
    generate("clean", "noise.digit=0");
    measure("four", 4, "tiny", "0.5");
    measure("five", 5, "\"my \"\"own\"\" \\model, large\"", "0.75");
    shell_expect(0, PROFILE "\"$SCRATCH/clean.jsonl\" --task add --json --from \"$SCRATCH/four\" --from "
                            "\"$SCRATCH/five\" >\"$SCRATCH/profile.json\"");
    shell_expect(0, "cd \"$SCRATCH\" && python3 -c 'import json; [p] = "
                    "json.load(open(\"profile.json\"))[\"predictions\"]; "
                    "assert p[\"model\"] == \"my \\\"own\\\" \\\\model, large\", p; "
                    "assert p[\"cells\"] == 5 and abs(p[\"accuracy\"] - 0.75) < 0.03, p; "
                    "assert p[\"nearest\"][\"digit\"] == 0.0001 and not p[\"outside\"], p'");
    const char *text =
        shell_expect(0, PROFILE "\"$SCRATCH/clean.jsonl\" --task add --from \"$SCRATCH/five\"");
    assert_non_null(strstr(text, "1000 samples, from 5 measured cells\n"));
    assert_non_null(strstr(text, "nearest cell     0.7500   at digit 0.0001, contamination 1\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile),
        cmocka_unit_test(a_clean_trace_that_is_cut_is_refused),
        cmocka_unit_test(samples_made_elsewhere),
        cmocka_unit_test(reversed_numbers),
        cmocka_unit_test(clean_data),
        cmocka_unit_test(filters),
        cmocka_unit_test(a_file_appears_when_complete),
        cmocka_unit_test(wrong_lines_are_passed_over),
        cmocka_unit_test(refusals),
        cmocka_unit_test(a_prediction),
        cmocka_unit_test(shared_runs_count_once),
        cmocka_unit_test(predictions_of_settings),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
