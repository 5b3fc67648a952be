/* Reading run directories: rows, results.csv, and everything that a result.json must not get away with. */
#include <fcntl.h>
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
#include <jansson.h>

#include "base/csv.h"
#include "base/file.h"
#include "record/collect.h"
#include "record/columns.h"
#include "record/results_csv.h"
#include "spec/spec.h"
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
    if (collect_runs(directory, false, &collection, &error)) fail_msg("%s", error.message);
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
    make_run(directory, (struct made_run){.seed = 2,
                                          .noise = "digit+line",
                                          .rate = "0.5+0.25",
                                          .correct = 0,
                                          .options = "\"train\":{\"learning_rate\":0.01}"});
    struct collection collection = collected(directory);
    struct error error;
    char path[600];
    snprintf(path, sizeof path, "%s/results.csv", directory);
    assert_int_equal(results_csv_write(&collection, path, &error), ERR_OK);
    char *csv = contents(directory, "results.csv");
    assert_string_equal(
        csv,
        "run,task,format,model,parameters,seed,samples,epochs,noise,rate,contamination,accuracy,accuracy_low,"
        "accuracy_high,trace_accuracy,line_accuracy,malformed,unsound,test_loss,validation_accuracy,problems,"
        "correct,steps,tokens,seconds,tokens_per_second,stopped,parent,method,commit,"
        "noise.digit,noise.line,train.learning_rate\n"
        "add-trace-digit-0.5-1-1,add,trace,tiny,1000,1,1000,2,digit,0.5,1,0.5,0.4038315303659957,"
        "0.5961684696340044,0.25,0.5,0,,0.125,,100,50,10,4096,1.5,2048,end,,none,abc,0.5,0,0.001\n"
        "add-trace-digit+line-0.5+0.25-1-2,add,trace,tiny,1000,2,1000,2,digit+line,0.5+0.25,1,0,0,"
        "0.03699349820698568,0.25,0.5,0,,0.125,,100,0,10,4096,1.5,2048,end,,none,abc,0.5,0.25,0.01\n"
        "add-trace-none-0-1-1,add,trace,tiny,1000,1,1000,2,none,0,1,1,0.9630065017930143,1,0.25,0.5,0,,0.125,"
        ","
        "100,100,10,4096,1.5,2048,end,,none,abc,0,0,0.001\n");
    free(csv);
    collection_free(&collection);
}

static void rows_are_in_numeric_order(void **state) {
    (void)state;
    const char *directory = results("order");
    static const char *const rates[] = {"1", "0.5", "0.00001", "0.1", "0.9"};
    for (size_t i = 0; i < 5; i++)
        for (int64_t seed = 10; seed >= 9; seed--)
            make_run(directory, (struct made_run){.noise = "digit", .rate = rates[i], .seed = seed});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .seed = 1, .samples = 999});
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 11);
    assert_int_equal(collection.records[0]->outcome.samples, 999);
    static const char *const wanted[] = {"1e-05", "0.1", "0.5", "0.9", "1"};
    for (size_t i = 0; i < 10; i++) {
        assert_string_equal(collection.records[i + 1]->rate, wanted[i / 2]);
        assert_int_equal(collection.records[i + 1]->config.seed, i % 2 ? 10 : 9);
    }
    collection_free(&collection);
}

/* Whatever else differs between them. */
static void rows_are_in_order_of_contamination(void **state) {
    (void)state;
    const char *directory = results("contaminations");
    static const double contaminations[] = {1, 0.05, 0.5, 0.1};
    static const double wanted[] = {0.05, 0.1, 0.5, 1};
    for (int64_t i = 0; i < 4; i++)
        make_run(directory, (struct made_run){.noise = "digit",
                                              .rate = "0.5",
                                              .seed = i,
                                              .contamination = contaminations[i],
                                              .options = i ? NULL : "\"data\":{\"epochs\":1}"});
    struct collection collection = collected(directory);
    for (size_t i = 0; i < 4; i++) assert_true(collection.records[i]->contaminated == wanted[i]);
    collection_free(&collection);
}

/* A complete run with one member of its result replaced (or, with value NULL, left out). */
static void make_result_with(const char *directory, int64_t number, const char *member, const char *value) {
    const char *run = make_run(directory, (struct made_run){.seed = number, .correct = 50});
    char name[256];
    snprintf(name, sizeof name, "runs/%s/result.json", run);
    char *text = contents(directory, name);
    json_t *json = json_loads(text, 0, NULL);
    json_object_del(json, member);
    char *rest = json_dumps(json, JSON_COMPACT);
    if (value)
        make_file(directory, name, "{\"%s\":%s,%s", member, value, rest + 1);
    else
        make_file(directory, name, "%s", rest);
    free(rest);
    json_decref(json);
    free(text);
}

/* What must not be taken for a result; every member is needed. */
static void hostile_results_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *member, *value, *message;
    } cases[] = {
        {"accuracy", "1.5", "\"accuracy\" is 1.5, allowed are 0 to 1"},
        {"accuracy", "-0.1", "allowed are 0 to 1"},
        {"accuracy", "NaN", "invalid token"},
        {"accuracy", "\"0.5\"", "\"accuracy\" is not a number"},
        {"accuracy", "null", "\"accuracy\" is not a number"},
        {"accuracy", "0.6", "50 of 100 problems are 0.5"},
        {"accuracy", "0.5002", "50 of 100 problems are 0.5"},
        {"accuracy_low", "0.7", "outside its interval"},
        {"accuracy_high", "0.4", "outside its interval"},
        {"test_loss", "1e999", "real number overflow"},
        {"test_loss", "1e300", "allowed are 0 to 1e+15"},
        {"seconds", "-1", "allowed are 0 to 1e+15"},
        {"steps", "1.5", "\"steps\" is not a whole number"},
        {"tokens", "9223372036854775807", "allowed are 0 to 1e+15"},
        {"tokens", "92233720368547758070", "too big"},
        {"problems", "0", "\"correct\" is 50 of 0 problems"},
        {"correct", "101", "\"correct\" is 101 of 100 problems"},
        {"stopped", "\"a\\nb\"", "\"stopped\" is not one printable line"},
        {"stopped", "\"a\\u0000b\"", "NUL"},
        {"commit", "[1]", "\"commit\" is not one printable line"},
        {"run", "\"another\"", "is of run another, not of this run (add-"},
        {"run", "7", "\"run\" is not text"},
    };
    const size_t count = sizeof cases / sizeof *cases;
    const char *directory = results("hostile");
    for (size_t i = 0; i < count; i++)
        make_result_with(directory, (int64_t)(100 + i), cases[i].member, cases[i].value);
    size_t columns = 0;
    /* Marks, the last ones, are of unusual runs alone. */
    for (const struct column *column = columns_table(); column->name && !column->is_mark; column++, columns++)
        make_result_with(directory, (int64_t)(200 + columns), column->name, NULL);
    make_run(directory, (struct made_run){.seed = 900});
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 1);
    assert_int_equal(collection.records[0]->config.seed, 900);
    assert_int_equal(collection.spoilt.count, count + columns);
    for (size_t i = 0; i < count; i++) {
        const char *reason = collection.spoilt.fault[i].reason;
        if (!strstr(reason, cases[i].message) || !strstr(reason, "/result.json:"))
            fail_msg("%s = %s: %s (not: %s)", cases[i].member, cases[i].value, reason, cases[i].message);
    }
    for (size_t c = 0; c < columns; c++) {
        char message[64];
        snprintf(message, sizeof message, "\"%s\" is missing", columns_table()[c].name);
        if (!strstr(collection.spoilt.fault[count + c].reason, message))
            fail_msg("%s (not: %s)", collection.spoilt.fault[count + c].reason, message);
    }
    collection_free(&collection);
}

/* The same of the record of what the run is. */
static void configurations_must_be_the_runs(void **state) {
    (void)state;
    const char *directory = results("configurations");
    static const char *const cases[][2] = {
        {"", "is empty"},
        {"{}", "the options of the run"},
        {"{\"cotnoise\":{\"id\":\"b\",\"options\":{}}}", "is of run b, not of this run"},
        {"{\"cotnoise\":{\"options\":{}}}", "is of something else"},
    };
    char name[1024];
    for (int i = 0; i < 4; i++) {
        const char *run = make_run(directory, (struct made_run){.seed = i});
        snprintf(name, sizeof name, "runs/%s/config.json", run);
        make_file(directory, name, "%s", cases[i][0]);
    }
    snprintf(name, sizeof name, "%s/runs/%s/config.json", directory,
             make_run(directory, (struct made_run){.seed = 4}));
    assert_int_equal(unlink(name), 0);
    make_run(directory, (struct made_run){.seed = 5, .options = "\"train\":{\"learning_rate\":99}"});
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 0);
    assert_int_equal(collection.spoilt.count, 6);
    for (int i = 0; i < 4; i++)
        if (!strstr(collection.spoilt.fault[i].reason, cases[i][1]))
            fail_msg("%s (not: %s)", collection.spoilt.fault[i].reason, cases[i][1]);
    assert_non_null(strstr(collection.spoilt.fault[4].reason, "config.json: cannot open"));
    assert_non_null(strstr(collection.spoilt.fault[5].reason, "train.learning_rate: '99' is out of range"));
    collection_free(&collection);
}

/* A result that is full of what nobody knows costs a line, not the time to sort it. */
static void too_many_unknown_members_are_refused(void **state) {
    (void)state;
    const char *directory = results("crowd");
    const char *run = make_run(directory, (struct made_run){.seed = 1});
    char name[80];
    snprintf(name, sizeof name, "runs/%s/result.json", run);
    char *text = contents(directory, name);
    struct buffer more = {0};
    for (int i = 0; i < 50000; i++) buffer_printf(&more, "\"m%d\":1,", i);
    make_file(directory, name, "{%s%s", more.bytes, text + 1);
    buffer_free(&more);
    free(text);
    struct collection collection = collected(directory);
    assert_int_equal(collection.count, 0);
    assert_int_equal(collection.spoilt.count, 1);
    assert_non_null(
        strstr(collection.spoilt.fault[0].reason, "more than 256 members that are not known here"));
    collection_free(&collection);
}

/* What another version of the program wrote: members that are not known here are kept, missing ones are none.
 */
static void other_versions_are_tolerated(void **state) {
    (void)state;
    const char *directory = results("versions");
    make_run(directory, (struct made_run){.seed = 1});
    const char *run =
        make_run(directory, (struct made_run){.seed = 2,
                                              .options = "\"train\":{\"warp\":9.5},\"noise\":"
                                                         "{\"frost\":{\"rate\":0.25}},\"dance\":"
                                                         "[1,\"a\"]"});
    char name[256];
    snprintf(name, sizeof name, "runs/%s/result.json", run);
    make_file(directory, name,
              "{\"run\":\"%s\",\"accuracy\":0.5,\"accuracy_low\":0.4,\"accuracy_high\":0.6,\"problems\":100,"
              "\"correct\":50,\"version\":\"7.0.0\",\"elegance\":\"much\"}",
              run);
    struct collection collection = collected(directory);
    assert_int_equal(collection.spoilt.count, 0);
    assert_int_equal(collection.count, 2);
    const struct record *other =
        collection.records[0]->config.seed == 2 ? collection.records[0] : collection.records[1];
    assert_true(isnan(other->outcome.evaluation.trace_accuracy));
    assert_int_equal(other->extra_count, 4);
    static const char *const extras[][2] = {
        {"dance", "[1,\"a\"]"}, {"elegance", "much"}, {"noise.frost.rate", "0.25"}, {"train.warp", "9.5"}};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(other->extras[i].name, extras[i][0]);
        assert_string_equal(other->extras[i].text, extras[i][1]);
        assert_int_equal(other->extras[i].is_option, i != 1);
    }
    struct error error;
    char path[600];
    snprintf(path, sizeof path, "%s/results.csv", directory);
    assert_int_equal(results_csv_write(&collection, path, &error), ERR_OK);
    char *csv = contents(directory, "results.csv");
    assert_non_null(strstr(csv, ",commit,dance,elegance,noise.frost.rate,train.warp\n"));
    assert_non_null(strstr(csv, ",\"[1,\"\"a\"\"]\",much,0.25,9.5\n"));
    free(csv);
    collection_free(&collection);
}

/* But what the run came to must be there, whatever wrote it. */
static void every_version_has_an_accuracy(void **state) {
    (void)state;
    static const char *const members[] = {"accuracy", "problems", "correct"};
    const char *directory = results("essential");
    for (int i = 0; i < 3; i++) {
        char name[256];
        const char *run = make_run(directory, (struct made_run){.seed = i});
        json_t *json = json_pack("{s:s, s:f, s:i, s:i, s:s}", "run", run, "accuracy", 0.5, "problems", 100,
                                 "correct", 50, "version", "7.0.0");
        json_object_del(json, members[i]);
        char *text = json_dumps(json, JSON_COMPACT);
        snprintf(name, sizeof name, "runs/%s/result.json", run);
        make_file(directory, name, "%s", text);
        free(text);
        json_decref(json);
    }
    struct collection collection = collected(directory);
    assert_int_equal(collection.spoilt.count, 3);
    for (int i = 0; i < 3; i++) {
        char message[64];
        snprintf(message, sizeof message, "\"%s\" is missing", members[i]);
        assert_non_null(strstr(collection.spoilt.fault[i].reason, message));
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
    assert_int_equal(collection.spoilt.count, 8);
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
    assert_int_equal(collection.spoilt.count, 2);
    assert_non_null(strstr(collection.spoilt.fault[0].reason, "not a regular file"));
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

/* What the spec asks for now is reported; the rest is counted. */
static void the_spec_says_which_runs_count(void **state) {
    (void)state;
    static const char text[] = "name: asked\nseeds: [1, 2, 3]\ntask: {name: add}\n";
    const char *directory = results("asked");
    struct spec *spec;
    struct collection collection;
    struct error error = {""};
    char name[256];
    if (spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error)) fail_msg("%s", error.message);
    make_file(directory, "spec.yaml", "%s", text);
    snprintf(name, sizeof name, "runs/%s/failed.json", spec_run_id(spec, 1));
    make_file(directory, name, "%s", "{\"reason\":\"killed\"}");
    spec_free(spec);
    make_run(directory, (struct made_run){.seed = 1, .correct = 50});
    make_run(directory, (struct made_run){.seed = 2, .correct = 50});
    make_file(directory, "runs/gone.aside/result.json", "%s", "{}");
    collection = collected(directory);
    assert_int_equal(collection.count, 0);
    assert_int_equal(collection.others, 2);
    assert_int_equal(collection.failed.count, 1);
    assert_int_equal(collection.unfinished, 2);
    assert_int_equal(collection.spoilt.count, 0);
    assert_null(collection.notice);
    collection_free(&collection);
    assert_int_equal(collect_runs(directory, true, &collection, &error), ERR_OK);
    assert_int_equal(collection.count, 2);
    assert_int_equal(collection.others, 0);
    assert_int_equal(collection.failed.count, 1);
    assert_int_equal(collection.spoilt.count, 0);
    collection_free(&collection);
    /* With a spec that cannot be read all are, and that is noted. */
    make_file(directory, "spec.yaml", "%s", "grid: [");
    collection = collected(directory);
    assert_int_equal(collection.count, 2);
    assert_non_null(strstr(collection.notice, "spec.yaml"));
    collection_free(&collection);
}

static void the_last_run_is_known(void **state) {
    (void)state;
    const char *directory = results("times");
    for (int i = 0; i < 3; i++) {
        char path[1024];
        const char *run = make_run(directory, (struct made_run){.seed = i});
        snprintf(path, sizeof path, "%s/runs/%s/result.json", directory, run);
        const struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1000000000 + (i == 1)}};
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    struct collection collection = collected(directory);
    assert_int_equal(collection.last_finished, 1000000001);
    collection_free(&collection);
}

/* Of two sweeps together all is counted, and faults are told under their sweep's name. */
static void two_collections_become_one(void **state) {
    (void)state;
    struct error error = {""};
    struct collection one, two;
    for (int i = 0; i < 2; i++) {
        const char *directory = results(i ? "right" : "left");
        make_run(directory, (struct made_run){.seed = i});
        for (int k = 0; k <= i; k++) make_file(directory, k ? "runs/b/x" : "runs/a/x", "%s", "");
        make_file(directory, "runs/failed/failed.json", "%s", "{\"reason\":\"killed\"}");
    }
    one = collected(results("left"));
    two = collected(results("right"));
    one.last_finished = 5;
    two.last_finished = 7;
    one.others = 10;
    two.others = 20;
    assert_int_equal(collection_merge(&one, &two, &error), ERR_OK);
    assert_int_equal(one.count, 2);
    assert_int_equal(one.unfinished, 3);
    assert_int_equal(one.others, 30);
    assert_int_equal(one.last_finished, 7);
    assert_int_equal(one.failed.count, 2);
    assert_string_equal(one.failed.fault[1].run, "right/failed");
    collection_free(&one);
    collection_free(&two);
}

static void not_a_results_directory(void **state) {
    (void)state;
    struct collection collection;
    struct error error;
    assert_int_equal(collect_runs("/no/such/place", false, &collection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "/no/such/place"));
    assert_int_equal(collect_runs(results("nothing"), false, &collection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "holds no runs"));
}

/* An old table does not stand for runs that are there and cannot be read. */
static void runs_that_cannot_be_read_are_no_table(void **state) {
    (void)state;
    struct collection collection;
    struct error error;
    shell_expect(0, "cd $SCRATCH && mkdir -p unread && ln -s runs unread/runs && echo >unread/results.csv");
    char path[600];
    snprintf(path, sizeof path, "%s/unread", getenv("SCRATCH"));
    assert_int_equal(collect_runs(path, false, &collection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "unread/runs: cannot open"));
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
        cmocka_unit_test(rows_are_in_order_of_contamination),
        cmocka_unit_test(hostile_results_are_refused),
        cmocka_unit_test(configurations_must_be_the_runs),
        cmocka_unit_test(other_versions_are_tolerated),
        cmocka_unit_test(too_many_unknown_members_are_refused),
        cmocka_unit_test(every_version_has_an_accuracy),
        cmocka_unit_test(what_is_no_json_object_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(failed_and_unfinished_runs_are_told_apart),
        cmocka_unit_test(the_spec_says_which_runs_count),
        cmocka_unit_test(the_last_run_is_known),
        cmocka_unit_test(two_collections_become_one),
        cmocka_unit_test(not_a_results_directory),
        cmocka_unit_test(runs_that_cannot_be_read_are_no_table),
        cmocka_unit_test(numbers_read_back),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
