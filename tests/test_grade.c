/* cotnoise grade as a person types it: kinds of lines, what goes wrong with them, several completions, how
 * true traces are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json_file.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"
#include "tests/support/told.h"

#define ADD "\"task\":\"add\",\"args\":[\"5\",\"7\"]"
#define TRACE \
    "digx = 5\\ndigy = 7\\nres = 2\\ncarry = 1\\ndigx = 0\\ndigy = 0\\nres = 1\\ncarry = 0\\nanswer = 12"

/* Grades these lines, with options; *outcome is a new reference. */
static json_t *grade(const char *lines, const char *options) {
    struct error error;
    json_t *outcome = NULL;
    make_file(getenv("SCRATCH"), "lines.jsonl", "%s", lines);
    const char *output =
        shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade lines.jsonl --json %s", options);
    assert_ok(json_file_parse("the outcome", 1, output, strlen(output), &outcome, &error), &error);
    return outcome;
}

/* What came of it must be this number. */
static void expect(json_t *outcome, const char *member, double want) {
    const json_t *got = json_object_get(outcome, member);
    if (!json_is_number(got) || json_number_value(got) < want - 1e-6 || json_number_value(got) > want + 1e-6)
        fail_msg("%s is %g, not %g", member, json_number_value(got), want);
}

static void refuse(const char *lines, const char *options, const char *says) {
    make_file(getenv("SCRATCH"), "lines.jsonl", "%s", lines);
    const char *output = shell_expect(2, "cd \"$SCRATCH\" && \"$COTNOISE\" grade lines.jsonl %s", options);
    if (!strstr(output, says)) fail_msg("'%s' is said of '%s', not '%s'", output, lines, says);
    if (strchr(output, '\n') != output + strlen(output) - 1) fail_msg("more than one line: %s", output);
}

static const char *written(void) { return shell_expect(0, "cat \"$SCRATCH/out.jsonl\""); }

/* --- our lines --- */

static void our_lines(void **state) {
    (void)state;
    json_t *outcome =
        grade("{" ADD ",\"completion\":\"" TRACE "\",\"correct\":false,\"more\":[1,{\"a\":null}]}\n"
              "{" ADD ",\"completion\":\"digx = 5\\nanswer = 12\"}\r\n\n"
              "{" ADD ",\"completion\":\"answer = 13\"}\n"
              "{\"task\":\"sort\",\"args\":[[3,1]],\"completion\":null}",
              "-o out.jsonl");
    expect(outcome, "problems", 4);
    expect(outcome, "correct", 2);
    expect(outcome, "accuracy", 0.5);
    expect(outcome, "trace_accuracy", 0.25);
    expect(outcome, "line_accuracy", (1 + 1 / 9.0 + 0 + 0) / 4);
    expect(outcome, "unsound", 0.5);
    expect(outcome, "malformed", 0.25);
    expect(outcome, "unanswered", 1);
    assert_true(json_is_null(json_object_get(outcome, "test_loss")));
    json_decref(outcome);
    assert_string_equal(
        written(),
        "{" ADD ",\"completion\":\"" TRACE "\",\"correct\":true,\"more\":[1,{\"a\":null}],\"answer\":\"12\","
        "\"trace_correct\":true,\"malformed\":false,\"read\":\"answer = 12\"}\n"
        "{" ADD ",\"completion\":\"digx = 5\\nanswer = 12\",\"answer\":\"12\",\"correct\":true,"
        "\"trace_correct\":false,\"malformed\":false,\"read\":\"answer = 12\"}\n"
        "{" ADD ",\"completion\":\"answer = 13\",\"answer\":\"12\",\"correct\":false,\"trace_correct\":false,"
        "\"malformed\":false,\"read\":\"answer = 13\"}\n"
        "{\"task\":\"sort\",\"args\":[[3,1]],\"completion\":null,\"answer\":\"[1, 3]\",\"correct\":false,"
        "\"trace_correct\":false,\"malformed\":true,\"read\":null}\n");
}

static void several_completions(void **state) {
    (void)state;
    json_t *outcome =
        grade("{" ADD ",\"completions\":[\"answer = 12\",\"answer = 13\",\"answer = 12\",\"Hm?\"]}\n"
              "{" ADD ",\"completions\":[\"answer = 1\",\"answer = 1\",\"answer = 12\",\"answer = 2\"]}\n"
              "{" ADD ",\"completions\":[]}\n",
              "-o out.jsonl");
    expect(outcome, "correct", 1);
    expect(outcome, "majority", 1 / 3.0);
    expect(outcome, "pass_samples", 4);
    expect(outcome, "pass_1", (0.5 + 0.25 + 0) / 3);
    expect(outcome, "pass_2", (1 - 1 / 6.0 + 0.5) / 3);
    expect(outcome, "pass_4", 2 / 3.0);
    expect(outcome, "pass_truncated", 5 / 12.0);
    expect(outcome, "unanswered", 1);
    json_decref(outcome);
    assert_non_null(strstr(written(),
                           "\"correct\":[true,false,true,false],\"trace_correct\":[false,false,false,false],"
                           "\"malformed\":[false,false,false,true],\"read\":[\"answer = 12\",\"answer = 13\","
                           "\"answer = 12\",null],\"vote\":\"answer = 12\",\"vote_correct\":true}"));
    assert_non_null(strstr(written(), "\"vote\":\"answer = 1\",\"vote_correct\":false}"));
    assert_non_null(
        strstr(written(), "\"read\":[null,null,null,null],\"vote\":null,\"vote_correct\":false}"));
    const char *text = shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade lines.jsonl");
    assert_non_null(strstr(text, "accuracy       0.3333"));
    assert_non_null(strstr(text, "\nunanswered     1 problem\n"));
    assert_non_null(strstr(text, "\n4 completions a problem:\npass@1         0.2500"));
    assert_non_null(strstr(text, "\nunreadable     0.4167\n"));
}

/* Texts stay with their problems. */
static void unanswered_between(void **state) {
    (void)state;
    json_t *outcome = grade("{\"task\":\"add\",\"args\":[1,2],\"completion\":null}\n{" ADD
                            ",\"completion\":\"answer = 12\"}\n"
                            "{\"task\":\"add\",\"args\":[1,2],\"completions\":[]}\n"
                            "{\"task\":\"add\",\"args\":[1,3],\"completion\":\"answer = 4\"}\n",
                            "");
    expect(outcome, "correct", 2);
    expect(outcome, "unanswered", 2);
    json_decref(outcome);
}

/* A limit may have taken the end of an answer away. */
static void cut_off(void **state) {
    (void)state;
    json_t *outcome = grade("{" ADD ",\"completion\":\"answer = 12\",\"finish_reason\":\"length\"}\n"
                            "{" ADD ",\"completion\":\"answer = 12\\nand\",\"finish_reason\":\"length\"}\n"
                            "{" ADD ",\"completion\":\"answer = 12\",\"finish_reason\":\"stop\"}\n",
                            "--lenient");
    expect(outcome, "correct", 2);
    expect(outcome, "malformed", 1 / 3.0);
    json_decref(outcome);
}

static void most_are_malformed(void **state) {
    (void)state;
    make_file(getenv("SCRATCH"), "lines.jsonl", "%s", "{" ADD ",\"completion\":\"The answer = 12.\"}\n");
    const char *output = shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade lines.jsonl");
    assert_non_null(
        strstr(output, "lines.jsonl: most completions are not traces of ours; --lenient reads others\n"));
    output = shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade --lenient - <lines.jsonl");
    assert_null(strstr(output, "--lenient"));
    assert_non_null(strstr(output, "accuracy       1.0000"));
}

/* How true traces are written. */
static void forms(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"gcd 98 8", "--visibility mod=hidden", "trace_accuracy"},
        {"gcd 98 8", "--visibility mod=full", "trace_accuracy"},
        {"gcd 98 8", "--format direct", "trace_accuracy"},
        {"gcd 98 8", "--format answer_first", "trace_accuracy"},
        {"add 58 7", "--reverse", "trace_accuracy"},
        {"collatz 27 1", "--line-limit 1000", "trace_accuracy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell_expect(0, "\"$COTNOISE\" trace %s %s --json >\"$SCRATCH/lines.jsonl\"", cases[i][0],
                     cases[i][1]);
        const char *output = shell_expect(0, "\"$COTNOISE\" grade \"$SCRATCH/lines.jsonl\" %s", cases[i][1]);
        assert_non_null(strstr(output, "trace accuracy 1.0000"));
        output = shell_expect(0, "\"$COTNOISE\" grade \"$SCRATCH/lines.jsonl\" %s --lenient", cases[i][1]);
        assert_non_null(strstr(output, "trace accuracy 1.0000"));
    }
    shell_expect(0, "\"$COTNOISE\" trace gcd 98 8 --visibility mod=hidden --json >\"$SCRATCH/lines.jsonl\"");
    const char *output = shell_expect(0, "\"$COTNOISE\" grade \"$SCRATCH/lines.jsonl\"");
    assert_non_null(strstr(output, "accuracy       1.0000"));
    assert_non_null(strstr(output, "trace accuracy 0.0000"));
}

/* More than one order is right. */
static void tasks_with_a_judge(void **state) {
    (void)state;
    json_t *outcome =
        grade("{\"task\":\"topological_sort\",\"args\":[\"[(1, 0)]\",3],\"completion\":\"Well:\\n"
              "answer = [2, 1, 0]\\n\"}\n"
              "{\"task\":\"topological_sort\",\"args\":[\"[(1, 0)]\",3],\"completion\":\"Well:\\n"
              "answer = [0, 1, 2]\\n\"}\n",
              "--lenient");
    expect(outcome, "correct", 1);
    json_decref(outcome);
}

/* --- lines of others --- */

static const char problems[] = "{\"task\":\"add\",\"index\":0,\"args\":[\"5\",\"7\"]}\n"
                               "{\"task\":\"add\",\"index\":1,\"args\":[\"1\",\"2\"]}\n"
                               "{\"task\":\"sum\",\"index\":1,\"args\":[4,5]}\n"
                               "{\"task\":\"add\",\"index\":2,\"args\":[\"2\",\"2\"]}\n";

#define CHOICE(text) \
    "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":" text "},\"finish_reason\":\"stop\"}"
#define BATCH(id, choices)              \
    "{\"id\":\"r\",\"custom_id\":\"" id \
    "\",\"response\":{\"status_code\":200,\"body\":{\"choices\":[" choices "]}},\"error\":null}\n"

static void batch_runs(void **state) {
    (void)state;
    make_file(getenv("SCRATCH"), "problems.jsonl", "%s", problems);
    json_t *outcome = grade(
        BATCH("sum-1", CHOICE("\"answer = 9\"")) BATCH(
            "add-0",
            "{\"text\":\"Right!\\nanswer = 12\\n\",\"finish_reason\":\"length\"}") "{\"custom_id\":"
                                                                                   "\"add-2\",\"response\":"
                                                                                   "null,\"error\":{\"code\":"
                                                                                   "\"batch_expired\"}}\n",
        "--lenient --problems problems.jsonl -o out.jsonl");
    expect(outcome, "problems", 4);
    expect(outcome, "correct", 2);
    expect(outcome, "unanswered", 2);
    expect(outcome, "malformed", 0.5);
    json_decref(outcome);
    assert_non_null(strstr(written(), "{\"custom_id\":\"add-1\",\"answer\":\"3\",\"correct\":false,"));
    outcome =
        grade(BATCH("add-0",
                    CHOICE("\"answer = 12\"") "," CHOICE(
                        "null")) "{\"custom_id\":\"add-1\",\"response\":{\"status_code\":500,\"body\":{}}}\n",
              "--problems problems.jsonl");
    expect(outcome, "pass_samples", 2);
    expect(outcome, "pass_1", 0.5 / 4);
    expect(outcome, "unanswered", 3);
    json_decref(outcome);
    refuse(BATCH("add-0", CHOICE("\"x\"")), "", "lines.jsonl:1: is of a batch run: --problems FILE must say");
    refuse("\n" BATCH("add-3", CHOICE("\"x\"")), "--problems problems.jsonl",
           "lines.jsonl:2: \"custom_id\" 'add-3' is of no line of problems.jsonl");
    refuse(BATCH("add-0", CHOICE("\"x\"")) BATCH("add-0", CHOICE("\"x\"")), "--problems problems.jsonl",
           "lines.jsonl:2: \"custom_id\" 'add-0' was there before");
    refuse(BATCH("add-0", CHOICE("4")), "--problems problems.jsonl", "lines.jsonl:1: \"response\" must have");
    refuse("{\"custom_id\":7,\"response\":{}}", "--problems problems.jsonl",
           "\"custom_id\" must be a string");
    refuse("{\"custom_id\":\"add-0\",\"response\":{}}", "--problems problems.jsonl",
           "\"response\" must have");
    refuse("", "--problems lines.jsonl", "lines.jsonl: holds no problem");
    refuse("{\"task\":\"add\",\"index\":0,\"args\":[]}", "--problems lines.jsonl", "lines.jsonl:1: ");
    refuse("{" ADD "}", "--problems lines.jsonl", "lines.jsonl:1: \"index\" must be a whole number");
    refuse("{" ADD ",\"index\":3}\n{" ADD ",\"index\":3}", "--problems lines.jsonl",
           "lines.jsonl:2: task add with index 3 was there before");
}

static void harness_logs(void **state) {
    (void)state;
    json_t *outcome = grade(
        "{\"doc_id\":0,\"doc\":{" ADD "},\"target\":\"12\",\"resps\":[[\"answer = 12\"]],"
        "\"filtered_resps\":[\"13\"],\"filter\":\"strict-match\"}\n"
        "{\"doc_id\":0,\"doc\":{" ADD "},\"resps\":[[\"answer = 12\"]],\"filter\":\"flexible\"}\n"
        "{\"doc_id\":1,\"doc\":{" ADD "},\"filtered_resps\":[\"answer = 1\"],\"filter\":\"strict-match\"}\n",
        "");
    expect(outcome, "problems", 2);
    expect(outcome, "correct", 1);
    json_decref(outcome);
    outcome = grade("{\"doc\":{" ADD "},\"resps\":[[\"answer = 12\",\"answer = 1\"]]}\n", "");
    expect(outcome, "pass_samples", 2);
    expect(outcome, "pass_1", 0.5);
    json_decref(outcome);
    refuse("{\"doc\":{" ADD "},\"resps\":[[[-2.5,false]]]}", "", "lines.jsonl:1: \"resps\" must hold texts");
    refuse("{\"doc\":\"{}\",\"resps\":[[\"x\"]]}", "", "lines.jsonl:1: \"doc\" must be an object");
    refuse("{\"doc\":{\"question\":\"?\"},\"resps\":[[\"x\"]]}", "", "lines.jsonl:1: \"task\" must be there");
}

/* --- what goes wrong --- */

static void wrong_lines(void **state) {
    (void)state;
    refuse("", "", "lines.jsonl: holds no completion");
    refuse("{\"prompt\":\"5 + 7\",\"completion\":\"12\"}", "", "lines.jsonl:1: is no completion: a line has");
    refuse("{" ADD "}", "", "lines.jsonl:1: one of \"completion\" and \"completions\" must be there");
    refuse("{" ADD ",\"completion\":\"\",\"completions\":[]}", "", "lines.jsonl:1: one of");
    refuse("{" ADD ",\"completion\":12}", "", "lines.jsonl:1: \"completion\" must be a string");
    refuse("{" ADD ",\"completions\":\"12\"}", "", "\"completions\" a list");
    refuse("{" ADD ",\"completions\":[\"12\",{}]}", "", "\"completions\" a list");
    refuse("{" ADD ",\"completions\":[\"1\"]}\n{" ADD ",\"completions\":[\"1\",\"2\"]}", "",
           "lines.jsonl:2: 2 completions where line 1 has 1; all must have as many");
    refuse("{\"task\":\"adding\",\"args\":[],\"completion\":\"\"}", "", "lines.jsonl:1: no task 'adding'");
    refuse("{\"task\":\"add\",\"args\":[\"x\",\"2\"],\"completion\":\"\"}", "", "lines.jsonl:1: ");
    refuse("{\"task\":\"add\",\"args\":{},\"completion\":\"\"}", "",
           "lines.jsonl:1: \"args\" must be a list");
    refuse("{\"task\":\"collatz\",\"args\":[27,1],\"completion\":\"\"}", "--line-limit 10",
           "lines.jsonl:1: ");
    refuse("{" ADD ",\"completion\":\"answer", "", "lines.jsonl:1");
    refuse("{" ADD ",\"completion\":\"\xff\xfe\"}", "", "lines.jsonl:1");
    refuse("[1, 2]", "", "lines.jsonl: is one JSON array");
    refuse("{\"a\":1}", "", "lines.jsonl:1: is no completion");
}

static void hostile_files(void **state) {
    (void)state;
    shell_expect(
        0, "cd \"$SCRATCH\" && python3 -c \"print('['*100000)\" >deep && python3 -c "
           "\"print('{\\\"a\\\":'*100000)\" "
           ">deeper && python3 -c \"print('{\\\"a\\\":\\\"'+'x'*2000000+'\\\"}')\" >long && head -c 100000 "
           "/dev/zero >zeros");
    static const char *const names[] = {"deep", "deeper", "long", "zeros", ".", "absent", "/dev/zero"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *output = shell_expect(2, "cd \"$SCRATCH\" && \"$COTNOISE\" grade %s", names[i]);
        assert_non_null(strstr(output, names[i]));
        assert_true(strchr(output, '\n') == output + strlen(output) - 1);
    }
    json_t *outcome =
        grade("{" ADD ",\"completion\":\"answer = 1\\u00002\"}\n{" ADD ",\"completion\":\"\\ud83d\"}\n",
              "--lenient");
    expect(outcome, "malformed", 1);
    json_decref(outcome);
    shell_expect(0, "cd \"$SCRATCH\" && python3 -c "
                    "\"print('{\\\"task\\\":\\\"add\\\",\\\"args\\\":[5,7],\\\"completion\\\":\\\"'+"
                    "'x = 1\\\\\\\\n'*140000+'answer = 12\\\"}')\" >large.jsonl");
    assert_non_null(
        strstr(shell_expect(0, "\"$COTNOISE\" grade \"$SCRATCH/large.jsonl\""), "accuracy       1.0000"));
}

static void wrong_command_lines(void **state) {
    (void)state;
    refuse("{}", "lines.jsonl", "needs one JSONL file");
    refuse("{}", "-o lines.jsonl", "lines.jsonl");
    refuse("{}", "--lenien=3", "--lenien");
    refuse("{}", "--format words", "trace, direct, answer_first");
    refuse("{}", "--visibility mod=shown", "full, call, hidden");
    refuse("{}", "--line-limit 0", "from 1 to 100000");
    refuse("{}", "--table", "--table: -o DIR must say where the report goes");
    refuse("{}", "--table -o grid --json", "--json: not with --table");
    refuse("{}", "--table -o grid --format direct",
           "--table: its lines say how true completions are written");
    refuse("{}", "--table -o lines.jsonl", "is not a directory");
    shell_expect(2, "\"$COTNOISE\" grade - --problems - </dev/null");
    shell_expect(2, "\"$COTNOISE\" grade");
    assert_non_null(strstr(shell_expect(0, "\"$COTNOISE\" grade --help"), "--lenient"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_lines),          cmocka_unit_test(several_completions),
        cmocka_unit_test(unanswered_between), cmocka_unit_test(cut_off),
        cmocka_unit_test(most_are_malformed), cmocka_unit_test(forms),
        cmocka_unit_test(tasks_with_a_judge), cmocka_unit_test(batch_runs),
        cmocka_unit_test(harness_logs),       cmocka_unit_test(wrong_lines),
        cmocka_unit_test(hostile_files),      cmocka_unit_test(wrong_command_lines),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
