/* Problems with what a model made of them, as JSONL. See solutions.h. */
#include "cli/solutions.h"

#include "base/buffer.h"
#include "base/jsonl.h"
#include "cli/arguments.h"

static struct token_span text_of(const struct decoder_result *result) {
    return (struct token_span){result->tokens, (size_t)result->length};
}

/* A new string, NULL without memory. */
static json_t *render(const struct solutions *s, struct token_span span) {
    struct buffer text = {0};
    vocabulary_render(s->vocabulary, span.id, span.count, false, &text);
    json_t *string = text.failed ? NULL : json_stringn(text.bytes ? text.bytes : "", text.length);
    buffer_free(&text);
    return string;
}

/* Whether a completion of problem i is, as a new value; NULL without memory. */
static json_t *is_correct(const struct solutions *s, int64_t i, const struct decoder_result *result) {
    struct verdict verdict;
    struct error error;
    struct token_span prompt = dataset_prompt(s->problems, i), truth = dataset_completion(s->problems, i);
    enum err code =
        task_judge_completion(s->judge, prompt, truth, text_of(result), result->stopped, &verdict, &error);
    return code ? NULL : json_boolean(verdict.answer);
}

/* The answer line that won. */
static json_t *winning_answer(const struct solutions *s, int64_t i, struct token_span truth) {
    int winner = s->votes[i].winner;
    if (winner < 0) return json_null();
    return render(s, judge_answer(text_of(&s->written[i * s->samples + winner]), judge_answers_first(truth)));
}

/* 0, or not without memory. */
static int describe_all(const struct solutions *s, int64_t i, json_t *line) {
    struct token_span truth = dataset_completion(s->problems, i);
    json_t *completions = json_array(), *correct = json_array();
    int failed = 0;
    for (int k = 0; k < s->samples && !failed; k++) {
        const struct decoder_result *result = &s->written[i * s->samples + k];
        failed |= json_array_append_new(completions, render(s, text_of(result)));
        failed |= json_array_append_new(correct, is_correct(s, i, result));
    }
    json_object_del(line, "completion"); /* a true or a given one, which is none of these */
    failed |= json_object_set_new(line, "completions", completions);
    failed |= json_object_set_new(line, "correct", correct);
    failed |= json_object_set_new(line, "vote", winning_answer(s, i, truth));
    failed |= json_object_set_new(line, "vote_correct", json_boolean(s->votes[i].right));
    return failed;
}

static int describe_one(const struct solutions *s, int64_t i, json_t *line) {
    static const char *const of_several[] = {"completions", "vote",
                                             "vote_correct"}; /* of another evaluation */
    for (size_t k = 0; k < sizeof of_several / sizeof *of_several; k++) json_object_del(line, of_several[k]);
    return json_object_set_new(line, "completion", render(s, text_of(&s->written[i]))) |
           json_object_set_new(line, "correct", json_boolean(s->votes[i].right));
}

enum err solutions_write(const struct solutions *s, const char *path, struct error *error) {
    struct output *output;
    enum err code = output_open(path, &output, error);
    if (code) return code;
    for (int64_t i = 0; i < s->problems->samples && !code; i++) {
        json_t *line = s->lines[i];
        if (s->samples > 1 ? describe_all(s, i, line) : describe_one(s, i, line))
            code = err_memory(error, "the completions");
        if (!code) code = jsonl_write(output_stream(output), json_incref(line), 0, error);
    }
    return output_close(output, code, error);
}
