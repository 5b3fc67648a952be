/* Graded lines as JSONL. See grades.h. */
#include "cli/grades.h"

#include "base/buffer.h"
#include "base/jsonl.h"
#include "cli/arguments.h"
#include "tasks/tasks.h"
#include "trace/task_judge.h"

/* What is said of each completion, in the order of its members. */
enum { CORRECT, TRACE_CORRECT, MALFORMED, READ, MEMBERS };
static const char *const names[MEMBERS] = {"correct", "trace_correct", "malformed", "read"};

/* A new string, NULL without memory. */
static json_t *render(const struct graded *graded, struct token_span span) {
    struct buffer text = {0};
    vocabulary_render(graded->vocabulary, span.id, span.count, false, &text);
    json_t *string = text.failed ? NULL : json_stringn(text.bytes ? text.bytes : "", text.length);
    buffer_free(&text);
    return string;
}

static json_t *answer_read(const struct graded *graded, const struct decoder_result *result, bool first) {
    struct token_span text = {result->tokens, (size_t)result->length};
    return result->stopped ? render(graded, judge_answer(text, first)) : json_null();
}

/* Completes a line. 0, or not without memory. */
static int describe(const struct graded *graded, struct task_judge *judge, int64_t i, json_t *line) {
    const struct dataset *problems = &graded->builder.dataset;
    const struct decoder_result *written = graded->written + i * graded->samples;
    struct token_span truth = dataset_completion(problems, i);
    bool first = judge_answers_first(truth), several = graded->samples > 1;
    struct token_span answer = judge_answer(truth, first);
    json_t *made[MEMBERS];
    int failed = 0;
    for (int m = 0; m < MEMBERS; m++) made[m] = several ? json_array() : NULL;
    for (int s = 0; s < graded->samples && !failed; s++) {
        struct verdict verdict;
        struct token_span text = {written[s].tokens, (size_t)written[s].length};
        failed |= task_judge_completion(judge, dataset_prompt(problems, i), truth, text, written[s].stopped,
                                        &verdict, NULL);
        if (failed) break;
        json_t *values[MEMBERS] = {json_boolean(verdict.answer), json_boolean(verdict.trace),
                                   json_boolean(verdict.malformed), answer_read(graded, &written[s], first)};
        for (int m = 0; m < MEMBERS; m++)
            if (several)
                failed |= json_array_append_new(made[m], values[m]);
            else
                made[m] = values[m];
    }
    if (!json_object_get(line, "answer"))
        failed |= json_object_set_new(line, "answer",
                                      render(graded, (struct token_span){answer.id + 2, answer.count - 2}));
    for (int m = 0; m < MEMBERS; m++) failed |= json_object_set_new(line, names[m], made[m]);
    json_object_del(line, "vote"); /* of another evaluation */
    json_object_del(line, "vote_correct");
    int winner = graded->votes[i].winner;
    if (several)
        failed |= json_object_set_new(
                      line, "vote", winner < 0 ? json_null() : answer_read(graded, &written[winner], first)) |
                  json_object_set_new(line, "vote_correct", json_boolean(graded->votes[i].right));
    return failed;
}

enum err grades_write(const struct graded *graded, bool reverse, const char *path, struct error *error) {
    struct output *output;
    struct task_judge *judge = NULL;
    enum err code = task_judge_create(graded->vocabulary, task_list, reverse, &judge, error);
    if (code) return code;
    code = output_open(path, &output, error);
    if (!code) {
        for (int64_t i = 0; i < graded->builder.dataset.samples && !code; i++) {
            if (describe(graded, judge, i, graded->lines[i])) code = err_memory(error, "the verdicts");
            if (!code) code = jsonl_write(output_stream(output), json_incref(graded->lines[i]), 0, error);
        }
        code = output_close(output, code, error);
    }
    task_judge_free(judge);
    return code;
}
