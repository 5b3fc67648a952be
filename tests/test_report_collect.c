/* Reading run directories: rows, results.csv, and everything that a result.json must not get away with. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/file.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

/* A fresh results directory. */
static const char *results(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    struct error error;
    assert_int_equal(file_make_directories(path, &error), ERR_OK);
    return path;
}

static struct collection collected(const char *directory) {
    struct collection collection;
    struct error error = {""};
    if (collect_directory(directory, &collection, &error)) fail_msg("%s", error.message);
    return collection;
}

static char *contents(const char *directory, const char *name) {
    char path[600], *bytes = NULL;
    size_t length;
    struct error error;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(file_read(path, 1 << 24, &bytes, &length, &error), ERR_OK);
    return bytes;
}

static void csv_is_as_designed(void **state) {
    (void)state;
    const char *directory = results("golden");
    make_run(directory, (struct made_run){.seed = 1, .correct = 100});
    make_run(directory, (struct made_run){.seed = 1, .noise = "digit", .rate = "0.5", .correct = 50});
    make_run(directory,
             (struct made_run){
                 .seed = 2, .model = "a,\\\"b\\\"", .noise = "digit+line", .rate = "0.5+0.25", .correct = 0});
    struct collection collection = collected(directory);
    struct error error;
    char path[600];
    snprintf(path, sizeof path, "%s/results.csv", directory);
    assert_int_equal(collection_write_csv(&collection, path, &error), ERR_OK);
    char *csv = contents(directory, "results.csv");
    assert_string_equal(
        csv,
        "run,task,format,model,parameters,seed,samples,epochs,noise,rate,contamination,accuracy,accuracy_low,"
        "accuracy_high,trace_accuracy,line_accuracy,malformed,test_loss,steps,tokens,seconds,tokens_per_"
        "second,"
        "stopped,commit\n"
        "add-trace-digit+line-0.5+0.25-1-2,add,trace,\"a,\"\"b\"\"\",1000,2,1000,2,digit+line,0.5+0.25,1,0,0,"
        "0.03699349820698568,0.25,0.5,0,0.125,10,4096,1.5,2048,end,abc\n"
        "add-trace-digit-0.5-1-1,add,trace,tiny,1000,1,1000,2,digit,0.5,1,0.5,0.4038315303659957,"
        "0.5961684696340044,0.25,0.5,0,0.125,10,4096,1.5,2048,end,abc\n"
        "add-trace-none-0-1-1,add,trace,tiny,1000,1,1000,2,none,0,1,1,0.9630065017930143,1,0.25,0.5,0,0.125,"
        "10,"
        "4096,1.5,2048,end,abc\n");
    free(csv);
    collection_free(&collection);
}

static void rows_are_in_numeric_order(void **state) {
    (void)state;
    const char *directory = results("order");
    static const char *const rates[] = {"1", "0.5", "0.05", "0.1", "0.9"};
    for (size_t i = 0; i < 5; i++)
        for (int64_t seed = 10; seed >= 9; seed--)
            make_run(directory, (struct made_run){.noise = "digit", .rate = rates[i], .seed = seed});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .seed = 1, .samples = 999});
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 11);
    assert_int_equal(collection.rows[0].samples, 999);
    static const char *const wanted[] = {"0.05", "0.1", "0.5", "0.9", "1"};
    for (size_t i = 0; i < 10; i++) {
        assert_string_equal(collection.rows[i + 1].rate, wanted[i / 2]);
        assert_int_equal(collection.rows[i + 1].seed, i % 2 ? 10 : 9);
    }
    collection_free(&collection);
}

/* A complete result with one member replaced (or, with value NULL, left out). */
static void make_result_with(const char *directory, const char *run, const char *member, const char *value) {
    static const char *const members[][2] = {
        {"run", "\"r\""},        {"task", "\"add\""},
        {"format", "\"trace\""}, {"model", "\"tiny\""},
        {"parameters", "1"},     {"seed", "1"},
        {"samples", "1"},        {"epochs", "1"},
        {"noise", "\"digit\""},  {"rate", "\"0.5\""},
        {"contamination", "1"},  {"accuracy", "0.5"},
        {"accuracy_low", "0.2"}, {"accuracy_high", "0.8"},
        {"trace_accuracy", "0"}, {"line_accuracy", "0"},
        {"malformed", "0"},      {"test_loss", "0"},
        {"steps", "1"},          {"tokens", "1"},
        {"seconds", "1"},        {"tokens_per_second", "1"},
        {"stopped", "\"end\""},  {"commit", "\"c\""},
        {"problems", "4"},       {"correct", "2"},
    };
    struct buffer json = {0};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        bool replaced = !strcmp(members[i][0], member);
        const char *text = replaced ? value : members[i][1];
        if (text) buffer_printf(&json, "%s\"%s\":%s", json.length ? "," : "{", members[i][0], text);
    }
    buffer_char(&json, '}');
    char name[256];
    snprintf(name, sizeof name, "runs/%s/result.json", run);
    make_file(directory, name, "%s", json.bytes);
    buffer_free(&json);
}

static void hostile_results_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *member, *value, *message;
    } cases[] = {
        {"accuracy", NULL, "\"accuracy\" is missing"},
        {"commit", NULL, "\"commit\" is missing"},
        {"accuracy", "1.5", "\"accuracy\" is 1.5, allowed are 0 to 1"},
        {"accuracy", "-0.1", "allowed are 0 to 1"},
        {"accuracy", "NaN", "invalid token"},
        {"accuracy", "\"0.5\"", "\"accuracy\" is not a number"},
        {"accuracy", "null", "\"accuracy\" is not a number"},
        {"accuracy", "0.6", "2 of 4 problems are 0.5"},
        {"accuracy_low", "0.7", "outside its interval"},
        {"test_loss", "1e999", "real number overflow"},
        {"test_loss", "1e300", "allowed are 0 to 1e+15"},
        {"seconds", "-1", "allowed are 0 to 1e+15"},
        {"seed", "1.5", "\"seed\" is not a whole number"},
        {"tokens", "9223372036854775807", "allowed are 0 to 1e+15"},
        {"tokens", "92233720368547758070", "too big"},
        {"problems", "0", "\"correct\" is 2 of 0 problems"},
        {"correct", "5", "\"correct\" is 5 of 4 problems"},
        {"task", "\"a\\nb\"", "\"task\" is not one printable line"},
        {"task", "\"a\\u0000b\"", "NUL"},
        {"task", "[1]", "\"task\" is not one printable line"},
        {"noise", "\"digit+line\"", "do not match"},
        {"noise", "\"\"", "do not match"},
        {"rate", "\"2\"", "not in 0 to 1"},
        {"rate", "\"0.5x\"", "not in 0 to 1"},
        {"rate", "\"nan\"", "not in 0 to 1"},
        {"rate", "{}", "\"rate\" is not one printable line"},
    };
    const size_t count = sizeof cases / sizeof *cases;
    const char *directory = results("hostile");
    char run[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(run, sizeof run, "%02zu", i);
        make_result_with(directory, run, cases[i].member, cases[i].value);
    }
    make_result_with(directory, "fine", "", NULL);
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 1);
    assert_string_equal(collection.rows[0].run, "fine");
    assert_int_equal(collection.unreadable.count, count);
    for (size_t i = 0; i < count; i++) {
        const char *reason = collection.unreadable.fault[i].reason;
        if (!strstr(reason, cases[i].message))
            fail_msg("%s = %s: %s (not: %s)", cases[i].member, cases[i].value ? cases[i].value : "missing",
                     reason, cases[i].message);
    }
    collection_free(&collection);
}

static void what_is_no_json_object_is_refused(void **state) {
    (void)state;
    const char *directory = results("no-json");
    make_file(directory, "runs/a/result.json", "%s", "");
    make_file(directory, "runs/b/result.json", "%s", "{\"run\":");
    make_file(directory, "runs/c/result.json", "%s", "[]");
    make_file(directory, "runs/d/result.json", "%s", "{\"seed\":1,\"seed\":2}");
    make_file(directory, "runs/e/result.json", "%s%*s", "{", 70000, "}");
    make_file(directory, "runs/f/result.json/is-a-directory", "%s", "");
    struct buffer deep = {0};
    for (int i = 0; i < 30000; i++) buffer_char(&deep, '[');
    make_file(directory, "runs/g/result.json", "%s", deep.bytes);
    buffer_free(&deep);
    make_file(directory, "runs/h/result.json", "\xff\xfe%s", "{}");
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 0);
    assert_int_equal(collection.unreadable.count, 8);
    collection_free(&collection);
}

/* Neither a pipe, which would never end, nor a link to a file elsewhere is read. */
static void only_regular_files_are_read(void **state) {
    (void)state;
    const char *directory = results("special");
    char path[600];
    make_file(directory, "runs/a/x", "%s", "");
    snprintf(path, sizeof path, "%s/runs/a/result.json", directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    make_file(directory, "runs/b/x", "%s", "");
    snprintf(path, sizeof path, "%s/runs/b/result.json", directory);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    struct collection collection = collected(directory);
    assert_int_equal(collection.unreadable.count, 2);
    assert_non_null(strstr(collection.unreadable.fault[0].reason, "not a regular file"));
    collection_free(&collection);
}

static void failed_and_unfinished_runs_are_told_apart(void **state) {
    (void)state;
    const char *directory = results("failed");
    make_run(directory, (struct made_run){.seed = 1});
    make_file(directory, "runs/begun/metrics.jsonl", "%s", "");
    make_file(directory, "runs/broken/failed.json", "%s",
              "{\"reason\":\"killed\",\"exit\":137,\"attempts\":2}");
    make_file(directory, "runs/odd/failed.json", "%s", "{\"reason\":7,\"attempts\":1e300}");
    make_file(directory, "runs/.hidden/result.json", "%s", "{}");
    make_file(directory, "runs/a-file", "%s", "not a run");
    /* A result counts, whatever failed before it. */
    const char *run = make_run(directory, (struct made_run){.seed = 2});
    char name[256];
    snprintf(name, sizeof name, "runs/%s/failed.json", run);
    make_file(directory, name, "%s", "{\"reason\":\"first attempt\"}");
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 2);
    assert_int_equal(collection.unfinished, 1);
    assert_int_equal(collection.failed.count, 2);
    assert_string_equal(collection.failed.fault[0].reason, "killed");
    assert_int_equal(collection.failed.fault[0].attempts, 2);
    assert_string_equal(collection.failed.fault[1].reason, "no reason was recorded");
    assert_int_equal(collection.failed.fault[1].attempts, 0);
    collection_free(&collection);
}

static void not_a_results_directory(void **state) {
    (void)state;
    struct collection collection;
    struct error error;
    assert_int_equal(collect_directory("/no/such/place", &collection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "/no/such/place"));
    assert_int_equal(collect_directory(results("nothing"), &collection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "holds no runs"));
}

static void numbers_read_back(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } known[] = {
        {0.1, "0.1"}, {1, "1"}, {1 / 3., "0.3333333333333333"}, {1e-9, "1e-09"}, {123456789, "123456789"},
        {NAN, ""}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct buffer text = {0};
        buffer_text(&text, "");
        csv_number(&text, known[i].number);
        assert_string_equal(text.bytes, known[i].text);
        buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_as_designed),
        cmocka_unit_test(rows_are_in_numeric_order),
        cmocka_unit_test(hostile_results_are_refused),
        cmocka_unit_test(what_is_no_json_object_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(failed_and_unfinished_runs_are_told_apart),
        cmocka_unit_test(not_a_results_directory),
        cmocka_unit_test(numbers_read_back),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
