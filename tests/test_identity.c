/* What identifies a run: what is in its files, wherever they lie, and what its tasks and noises do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cmocka.h>

#include "base/content.h"
#include "base/jsonl.h"
#include "data/behaviour.h"
#include "data/data_file.h"
#include "nn/checkpoint.h"
#include "noise/noises.h"
#include "spec/identity.h"
#include "spec/spec.h"
#include "tasks/tasks.h"
#include "tests/support/runs.h"
#include "trace/trace.h"

static char folder[] = "/tmp/cotnoise-identity-XXXXXX";

static int setup(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* --- files --- */

/* The ID of addition's only run with one word more, FOLDER/ in it where '@' stands; what spec_check_files
 * says comes in *code and *error. */
static const char *id_with(const char *word, enum err *code, struct error *error) {
    static char id[8][CONFIG_ID_LENGTH + 1];
    static int next;
    static const char text[] = "task: {name: add}\n";
    char full[256];
    const char *at = strchr(word, '@'), *words[] = {full};
    struct spec *spec;
    if (at)
        snprintf(full, sizeof full, "%.*s%s/%s", (int)(at - word), word, folder, at + 1);
    else
        snprintf(full, sizeof full, "%s", word);
    if (spec_parse("test.yaml", text, strlen(text), words, 1, &spec, error)) fail_msg("%s", error->message);
    next = (next + 1) % 8;
    memcpy(id[next], spec_run_id(spec, 0), sizeof id[next]);
    *code = spec_check_files(spec, error);
    spec_free(spec);
    return id[next];
}

static const char *id_of(const char *word) {
    enum err code;
    struct error error;
    const char *id = id_with(word, &code, &error);
    if (code) fail_msg("%s", error.message);
    return id;
}

static void a_file_counts_by_its_content(void **state) {
    (void)state;
    char back[1024];
    make_file(folder, "a.jsonl", "{}\n");
    make_file(folder, "same.jsonl", "{}\n");
    make_file(folder, "other.jsonl", "{} \n");
    const char *id = id_of("data.file=@a.jsonl");
    assert_string_equal(id, id_of("data.file=@same.jsonl"));
    assert_string_equal(id, id_of("data.file=@./a.jsonl"));
    assert_string_not_equal(id, id_of("data.file=@other.jsonl"));
    assert_string_not_equal(id, id_of("data.epochs=4")); /* none */
    assert_non_null(getcwd(back, sizeof back));
    assert_int_equal(chdir(folder), 0);
    assert_string_equal(id, id_of("data.file=a.jsonl"));
    assert_int_equal(chdir(back), 0);
    make_file(folder, "a.jsonl", "[]\n");
    assert_string_not_equal(id, id_of("data.file=@a.jsonl"));
}

static void what_cannot_be_read_is_told_when_asked(void **state) {
    (void)state;
    struct error error;
    enum err code;
    char fifo[64];
    snprintf(fifo, sizeof fifo, "%s/pipe", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    static const char *const cases[][2] = {{"data.file=@absent", "data.file: "},
                                           {"data.file=@absent", "/absent: cannot open: No such file"},
                                           {"data.file=@", "not a regular file"},
                                           {"data.file=-", "data.file: '-' can be read once only"},
                                           {"data.file=@pipe", "a sweep needs a file"},
                                           {"model.init=@absent", "model.init: "},
                                           {"model.init=@absent", "/absent: cannot open: No such file"},
                                           {"model.init=@", "no model in it"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        id_with(cases[i][0], &code, &error);
        assert_int_equal(code, ERR_INPUT);
        if (!strstr(error.message, cases[i][1])) fail_msg("%s: %s", cases[i][0], error.message);
    }
    /* Until then the path stands for it. */
    const char *id = id_with("data.file=@absent", &code, &error);
    assert_string_equal(id, id_with("data.file=@absent", &code, &error));
    assert_string_not_equal(id, id_with("data.file=@absent2", &code, &error));
    make_file(folder, "absent", "{}\n");
    assert_string_not_equal(id, id_of("data.file=@absent"));
}

static void the_first_file_at_fault_is_named(void **state) {
    (void)state;
    static const char text[] =
        "task: {name: add}\ngrid: {data.file: ['', /nowhere/b, /nowhere/a, /nowhere/b]}\n";
    struct spec *spec;
    struct error error;
    assert_int_equal(spec_parse("x", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    assert_int_equal(spec_runs(spec), 3);
    assert_int_equal(spec_check_files(spec, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "data.file: /nowhere/b"));
    spec_free(spec);
}

static void make_model(const char *name, const char *weights, const char *config, const char *tokenizer) {
    static const char *const files[] = {"/model.safetensors", "/config.json", "/tokenizer.json"};
    const char *const texts[] = {weights, config, tokenizer};
    for (int i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s%s", name, files[i]);
        if (texts[i]) make_file(folder, path, "%s", texts[i]);
    }
}

static void a_model_counts_by_its_files(void **state) {
    (void)state;
    make_model("m", "w", "c", "t");
    make_model("same", "w", "c", "t");
    make_model("weights", "W", "c", "t");
    make_model("config", "w", "C", "t");
    make_model("tokenizer", "w", "c", "T");
    make_model("exchanged", "w", "t", "c");
    make_model("less", "w", "c", NULL);
    make_file(folder, "same/metrics.jsonl", "more"); /* none of the model's */
    const char *id = id_of("model.init=@m");
    assert_string_equal(id, id_of("model.init=@same"));
    assert_string_equal(id, id_of("model.init=@m/"));
    static const char *const others[] = {"@weights", "@config", "@tokenizer", "@exchanged", "@less"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char word[64];
        snprintf(word, sizeof word, "model.init=%s", others[i]);
        if (!strcmp(id, id_of(word))) fail_msg("%s", word);
    }
}

/* Weights in several files, as larger models have them. */
static void every_shard_of_a_model_counts(void **state) {
    (void)state;
    make_model("sharded", NULL, "c", "t");
    make_file(folder, "sharded/model.safetensors.index.json", "{}");
    make_file(folder, "sharded/model-1.safetensors", "first");
    make_file(folder, "sharded/model-2.safetensors", "second");
    char first[CONFIG_ID_LENGTH + 1];
    snprintf(first, sizeof first, "%s", id_of("model.init=@sharded"));
    make_file(folder, "sharded/model-2.safetensors", "changed");
    assert_string_not_equal(first, id_of("model.init=@sharded"));
    make_file(folder, "sharded/model-2.safetensors", "second");
    assert_string_equal(first, id_of("model.init=@sharded"));
    make_file(folder, "sharded/model.safetensors.index.json", "{ }");
    assert_string_not_equal(first, id_of("model.init=@sharded"));
}

/* Read line by line, as training does it, or as a whole: one number, whatever is in the lines. */
static void a_reader_of_lines_sees_the_same_content(void **state) {
    (void)state;
    static const char line[] = "{\"prompt\":\"1 + 1\",\"completion\":\"answer = 2\"}\n";
    char path[64];
    struct buffer text = {0};
    for (int i = 0; i < 300; i++) buffer_text(&text, line);
    buffer_text(&text, "\n{broken\r\n");
    for (int i = 0; i < 2 * JSONL_LINE_MAX; i++) buffer_char(&text, 'x'); /* too long a line */
    buffer_text(&text, "\n{} ");                                          /* and no newline at the end */
    snprintf(path, sizeof path, "%s/lines.jsonl", folder);
    for (size_t cut = 0; cut < 3; cut++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(text.bytes, 1, text.length - cut, file), text.length - cut);
        assert_int_equal(fclose(file), 0);
        struct vocabulary *vocabulary = NULL;
        assert_int_equal(vocabulary_create(&vocabulary), ERR_OK);
        struct data_file data;
        struct error error;
        uint64_t content;
        assert_int_equal(data_file_read(path, vocabulary, NULL, NULL, &data, &error), ERR_OK);
        assert_int_equal(data.builder.dataset.samples, 300);
        assert_int_equal(content_of_file(path, &content, &error), ERR_OK);
        assert_true(content == XXH64(text.bytes, text.length - cut, 0));
        assert_true(data.content == content);
        dataset_free(&data.builder.dataset);
        vocabulary_free(vocabulary);
    }
    buffer_free(&text);
}

/* What a run read from standard input is as if it had been read from a file. */
static void given_content_makes_the_same_id(void **state) {
    (void)state;
    struct identity identity = {0};
    struct config config;
    struct spec *spec;
    struct error error;
    static const char text[] = "task: {name: add}\ndata: {file: '-'}\n";
    char id[CONFIG_ID_LENGTH + 1];
    make_file(folder, "given.jsonl", "{}\n");
    assert_int_equal(spec_parse("x", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    spec_plain(spec, &config);
    spec_free(spec);
    assert_int_equal(identity_check_files(&config, &error), ERR_OK); /* the run will read it */
    assert_int_equal(identity_give(&identity, "-", XXH64("{}\n", 3, 0), &error), ERR_OK);
    assert_int_equal(identity_of(&identity, &config, id, &error), ERR_OK);
    assert_string_equal(id, id_of("data.file=@given.jsonl"));
    identity_free(&identity);
    strcpy(config.data.file, "/nowhere/x");
    assert_int_equal(identity_check_files(&config, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "data.file: /nowhere/x"));
}

/* --- behaviour --- */

static uint64_t behaviour(const struct task *task, int kind) {
    uint64_t hash;
    struct error error;
    if (behaviour_of(task, kind, &hash, &error)) fail_msg("%s: %s", task->name, error.message);
    return hash;
}

/* Three tasks of tasks/ once more, each with the choice between equals as it is there or the other way. */
static void sort_again(struct trace *t, const struct arguments *in, struct value *out, int below) {
    struct list rest;
    list_copy(&rest, &in->list[0]);
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    while (hold_int(t, rest.length) > 0) {
        int least = 0;
        for (int i = 1; i < rest.length; i++)
            if (decimal_compare(&rest.atom[i].number, &rest.atom[least].number) < below) least = i;
        int64_t index = hold_int(t, least);
        struct decimal value = let(t, "least", list_get(&rest, index));
        list_append(&out->list, &value);
        hold_list(t, &out->list);
        list_remove(&rest, index);
        if (rest.length > 0) let_list(t, "rest", &rest);
    }
}

static void insertion_sort_again(struct trace *t, const struct arguments *in, struct value *out, int below) {
    struct list *sorted = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(sorted);
    int64_t count = hold_int(t, in->list[0].length);
    for (int i = 0; i < count; i++) {
        struct decimal next = let(t, "next", list_get(&in->list[0], i));
        int stay = 0;
        while (stay < sorted->length && decimal_compare(&sorted->atom[stay].number, &next) < below) stay++;
        struct decimal place = let(t, "place", decimal_from(stay));
        list_insert(sorted, decimal_int(&place), &next);
        let_list(t, "sorted", sorted);
    }
}

static void binary_search_again(struct trace *t, const struct arguments *in, struct value *out, int below) {
    const struct list *xs = &in->list[0];
    const struct decimal *x = &in->atom[1].number, two = decimal_from(2), one = decimal_from(1);
    int64_t count = hold_int(t, xs->length);
    struct decimal lo = let(t, "lo", decimal_from(0)), hi = let(t, "hi", decimal_from(count)), value;
    while (decimal_compare(&lo, &hi) < 0) {
        struct decimal mid = decimal_add(&lo, &hi);
        decimal_divmod(&mid, &two, &mid, NULL);
        mid = let(t, "mid", mid);
        value = let(t, "value", list_get(xs, decimal_int(&mid)));
        if (decimal_compare(&value, x) < below)
            lo = let(t, "lo", decimal_add(&mid, &one));
        else
            hi = let(t, "hi", mid);
    }
    bool found = decimal_int(&lo) < count;
    if (found) {
        value = let(t, "value", list_get(xs, decimal_int(&lo)));
        found = decimal_compare(&value, x) == 0;
    }
    out->atom.number = found ? lo : decimal_from(-1);
}

#define AGAIN(name, way, below)                                                                \
    static void name##_##way(struct trace *t, const struct arguments *in, struct value *out) { \
        name##_again(t, in, out, below);                                                       \
    }
AGAIN(sort, as_it_is, 0)
AGAIN(sort, changed, 1)
AGAIN(insertion_sort, as_it_is, 1)
AGAIN(insertion_sort, changed, 0)
AGAIN(binary_search, as_it_is, 0)
AGAIN(binary_search, changed, 1)

static void a_changed_tie_break_is_another_behaviour(void **state) {
    (void)state;
    static const struct {
        const char *name;
        void (*same)(struct trace *t, const struct arguments *in, struct value *out);
        void (*changed)(struct trace *t, const struct arguments *in, struct value *out);
    } cases[] = {{"sort", sort_as_it_is, sort_changed},
                 {"insertion_sort", insertion_sort_as_it_is, insertion_sort_changed},
                 {"binary_search", binary_search_as_it_is, binary_search_changed}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct task task = *task_find(cases[i].name);
        for (int kind = BEHAVIOUR_CLEAN; kind < 0 || noise_list[kind]; kind++) {
            uint64_t today = behaviour(task_find(cases[i].name), kind);
            task.run = cases[i].same;
            assert_true(behaviour(&task, kind) == today);
            task.run = cases[i].changed;
            assert_true(behaviour(&task, kind) != today);
        }
    }
}

/* What is asked and how it is written counts as well as what is done. */
static void a_changed_description_is_another_behaviour(void **state) {
    (void)state;
    static const char *const names[] = {"carry", "digx", "digy", "res", NULL};
    const struct task *add = task_find("add"), *gcd = task_find("gcd");
    uint64_t today = behaviour(add, BEHAVIOUR_CLEAN);
    struct task task = *add;
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) == today);
    task.summary = "for people";
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) == today);
    task.infix = NULL; /* the prompt */
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) != today);
    task = *add;
    task.names = names; /* the order of the vocabulary: of the initial weights */
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) != today);
    task = *add;
    task.parameters[1].positive = true; /* what is drawn */
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) != today);
    task = *add;
    task.parameters[1].negative = true;
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) != today);
    task = *add;
    task.sizes.max_digits++;
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) != today);
    task = *gcd;
    task.visibility = VISIBILITY_HIDDEN; /* an option of its own */
    assert_true(behaviour(&task, BEHAVIOUR_CLEAN) == behaviour(gcd, BEHAVIOUR_CLEAN));
}

static void no_two_behaviours_are_equal(void **state) {
    (void)state;
    uint64_t seen[TASKS_MAX * (NOISE_KINDS_MAX + 1)];
    size_t count = 0;
    for (int t = 0; task_list[t]; t++)
        for (int kind = BEHAVIOUR_CLEAN; kind < 0 || noise_list[kind]; kind++) {
            uint64_t hash = behaviour(task_list[t], kind);
            assert_true(hash == behaviour(task_list[t], kind));
            for (size_t i = 0; i < count; i++)
                if (seen[i] == hash) fail_msg("%s, kind %d", task_list[t]->name, kind);
            seen[count++] = hash;
        }
}

/* --- the record --- */

static void the_record_names_what_is_in_use(void **state) {
    (void)state;
    static const char text[] =
        "task: [{name: sort}, {name: add}]\nnoise: {digit: 0.5, line: {rate: 0.5, contamination: 0}}\n";
    struct identity identity = {0};
    struct spec *spec;
    struct config config;
    struct error error;
    char id[CONFIG_ID_LENGTH + 1], digits[2 * CONFIG_ID_LENGTH];
    json_t *json;
    make_file(folder, "d.jsonl", "{}\n");
    assert_int_equal(spec_parse("x", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    spec_plain(spec, &config);
    spec_free(spec);
    snprintf(config.data.file, sizeof config.data.file, "%s/d.jsonl", folder);
    assert_int_equal(identity_of(&identity, &config, id, &error), ERR_OK);
    assert_int_equal(identity_json(&identity, &config, &json, &error), ERR_OK);
    json_t *tasks = json_object_get(json_object_get(json, "behaviour"), "tasks"),
           *noises = json_object_get(json_object_get(json, "behaviour"), "noises");
    assert_int_equal(json_object_size(tasks), 2);
    snprintf(digits, sizeof digits, "%016llx",
             (unsigned long long)behaviour(task_find("add"), BEHAVIOUR_CLEAN));
    assert_string_equal(json_string_value(json_object_get(tasks, "add")), digits);
    assert_int_equal(json_object_size(noises), 1);
    assert_int_equal(json_string_length(json_object_get(noises, "digit")), 16);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)XXH64("{}\n", 3, 0));
    assert_string_equal(json_string_value(json_object_get(json, "data")), digits);
    assert_null(json_object_get(json, "init"));
    json_decref(json);
    identity_free(&identity);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_counts_by_its_content),
        cmocka_unit_test(what_cannot_be_read_is_told_when_asked),
        cmocka_unit_test(the_first_file_at_fault_is_named),
        cmocka_unit_test(a_model_counts_by_its_files),
        cmocka_unit_test(every_shard_of_a_model_counts),
        cmocka_unit_test(a_reader_of_lines_sees_the_same_content),
        cmocka_unit_test(given_content_makes_the_same_id),
        cmocka_unit_test(a_changed_tie_break_is_another_behaviour),
        cmocka_unit_test(a_changed_description_is_another_behaviour),
        cmocka_unit_test(no_two_behaviours_are_equal),
        cmocka_unit_test(the_record_names_what_is_in_use),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
