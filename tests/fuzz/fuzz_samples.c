/* Fuzz target of the profiler from file to label: whatever the lines of a JSONL file, samples that are
 * measured and labelled or messages, with counts that fit together.
 *
 * The first two bytes say which task the samples are of and how its calls are written; the rest is the file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/problem.h"
#include "profile/account.h"
#include "profile/moments.h"
#include "tasks/tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

struct bench {
    struct mix mix;
    struct vocabulary *vocabulary;
    struct accountant accountant;
    struct line_store store;
    struct tokens tokens;
    struct arguments arguments;
    struct moments moments;
};

static void check(const struct account *a, struct lines given, enum account_label label) {
    const struct pairing *p = &a->pairing;
    const struct replay_outcome *o = &a->dynamic;
    require(label < ACCOUNT_LABELS && (label == ACCOUNT_CLEAN) == !a->visible);
    require(p->wrong <= p->digits && p->missing >= 0 && p->added >= 0);
    require(a->clean_lines - p->missing == given.count - p->added);
    require(o->dynamic_wrong <= o->dynamic_digits + 2 * o->reshaped && o->dynamic_errors <= o->dynamic_wrong);
    require(o->left >= 0 && o->left < given.count && o->missing <= o->lines);
    require(!a->visible || o->lines - 1 - o->missing == given.count - 1 - o->left);
}

/* Measures and labels one line, if it can be read as a sample. */
static void take_line(struct bench *b, const struct jsonl *jsonl, json_t *line) {
    const struct task *task = b->mix.entry[0].task;
    const char *text;
    size_t length;
    struct account account;
    struct error error;
    enum account_label label;
    bool tie;
    b->tokens.count = 0;
    if (problem_arguments(jsonl, line, task, &b->arguments, &error) ||
        jsonl_string(jsonl, line, "completion", &text, &length, &error) ||
        vocabulary_encode(b->vocabulary, text, length, &b->tokens, &error))
        return;
    require(!line_store_fill(&b->store, (struct token_span){b->tokens.id, b->tokens.count}));
    struct lines given = b->store.lines;
    if (given.count < 1 || given.count > 4 * b->mix.line_limit) return;
    enum err code = account_measure(&b->accountant, task, &b->arguments, given, &account, &error);
    require(!code || (code == ERR_INPUT && strstr(error.message, "line_limit"))); /* the clean trace is cut */
    if (code) return;
    require(!account_label(&b->accountant, task, &b->arguments, given, &account, &label, &tie, &error));
    check(&account, given, label);
    moments_add(&b->moments, &account, given.count);
}

static void open_bench(struct bench *b, unsigned task, unsigned visibility) {
    unsigned tasks = 0;
    struct error error;
    while (task_list[tasks]) tasks++;
    mix_default(&b->mix);
    b->mix.entries = 1;
    b->mix.entry[0] = (struct mix_entry){
        .task = task_list[task % tasks], .weight = 1, .sizes = task_list[task % tasks]->sizes};
    if (visibility % 4 < 3)
        for (unsigned i = 0; i < tasks; i++) b->mix.visibility[i] = (enum visibility)(visibility % 4);
    require(!mix_vocabulary(&b->mix, &b->vocabulary, &error));
    require(!replayer_create(&b->mix, b->vocabulary, &b->accountant.replayer, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) return 0;
    struct bench *b = calloc(1, sizeof *b);
    char *copy = malloc(size);
    require(b && copy);
    memcpy(copy, data + 2, size - 2);
    struct jsonl jsonl = {.path = "fuzz.jsonl", .stream = fmemopen(copy, size - 2, "rb")};
    require(jsonl.stream);
    open_bench(b, data[0], data[1]);
    for (bool more = true; more;) {
        json_t *line = NULL;
        struct error error;
        enum err code = jsonl_next(&jsonl, &line, &error);
        if (line) take_line(b, &jsonl, line);
        more = code || line;
        json_decref(line);
    }
    if (b->moments.samples) {
        double mean[MOMENTS];
        moments_mean(&b->moments, mean);
        for (int i = 0; i < MOMENTS; i++) require(mean[i] >= 0);
        require(mean[MOMENT_VISIBLE] <= 1);
    }
    jsonl_close(&jsonl);
    replayer_free(b->accountant.replayer);
    pairing_scratch_free(&b->accountant.scratch);
    line_store_free(&b->store);
    tokens_free(&b->tokens);
    vocabulary_free(b->vocabulary);
    free(b);
    free(copy);
    return 0;
}
