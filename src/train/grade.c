/* Grading. See grade.h. */
#include "train/grade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "data/answered.h"
#include "data/problem.h"
#include "tasks/tasks.h"
#include "trace/judge.h"
#include "trace/outside_text.h"
#include "train/evaluate.h"
#include "train/pass_evaluate.h"

/* A file that is being read. */
struct grading {
    const struct grade_options *options;
    struct answered_reader reader;
    struct answered answered;
    struct arguments arguments;
    struct alphabets alphabets;
    struct mix_sampler *sampler;
    struct decoder_result *read; /* texts, those of a problem together */
    size_t read_count, read_capacity;
    bool *is_answered; /* by problem: its texts are among them */
    size_t answered_capacity;
    long first_line; /* where the number of texts was first seen */
};

static void grading_free(struct grading *g) {
    if (!g) return;
    answered_close(&g->reader);
    mix_sampler_free(g->sampler);
    decoder_free_results(g->read, g->read_count);
    free(g->read);
    free(g->is_answered);
    free(g);
}

void graded_free(struct graded *graded) {
    size_t problems = (size_t)graded->builder.dataset.samples;
    for (size_t i = 0; graded->lines && i < problems; i++) json_decref(graded->lines[i]);
    free(graded->lines);
    if (graded->written) decoder_free_results(graded->written, problems * (size_t)graded->samples);
    free(graded->written);
    free(graded->votes);
    dataset_free(&graded->builder.dataset);
    vocabulary_free(graded->vocabulary);
    *graded = (struct graded){0};
}

static void note_task(struct graded *graded, const struct task *task) {
    for (int i = 0; i < graded->task_count; i++)
        if (graded->tasks[i] == task) return;
    graded->tasks[graded->task_count++] = task;
}

/* Makes the problem of the line, and its truth. */
static enum err take_problem(struct grading *g, struct graded *graded, struct sample *sample,
                             struct error *error) {
    const struct jsonl *jsonl = &g->reader.jsonl;
    const struct task *task;
    int place;
    enum err code = problem_task(jsonl, g->answered.problem, &task, error);
    if (!code) code = problem_arguments(jsonl, g->answered.problem, task, &g->arguments, error);
    if (code) return code;
    code = mix_sample_problem(g->sampler, 0, SPLIT_TEST, 0, task, &g->arguments, sample, error);
    if (!code) code = mix_check_whole(g->sampler, sample, error);
    if (code) return err_prefix(error, code, "%s:%ld", jsonl->path, jsonl->line);
    note_task(graded, task);
    alphabets_open(&g->alphabets, graded->vocabulary);
    if (task->alphabet && alphabets_find(&g->alphabets, task->alphabet, &place))
        return err_memory(error, jsonl->path); /* the vocabulary is of all tasks */
    alphabets_find(&g->alphabets, value_truth_texts, &place);
    return dataset_add(&graded->builder, sample->prompt, sample->completion, error);
}

static enum err take_texts(struct grading *g, const struct sample *sample, struct error *error) {
    const struct answered *a = &g->answered;
    struct outside_terms terms = {.alphabets = &g->alphabets,
                                  .reverse = g->options->mix->reverse,
                                  .answer_first = judge_answers_first(sample->completion),
                                  .lenient = g->options->lenient};
    size_t needed = g->read_count + (size_t)a->texts;
    if (memory_reserve(&g->read, &g->read_capacity, needed, sizeof *g->read))
        return err_memory(error, "the completions");
    for (int i = 0; i < a->texts; i++) {
        const struct answered_text *text = &a->text[i];
        struct tokens tokens = {0};
        bool whole = false;
        enum err code = text->text
                            ? outside_text_read(&terms, text->text, text->length, text->cut, &tokens, &whole)
                            : ERR_OK;
        g->read[g->read_count++] =
            (struct decoder_result){.tokens = tokens.id, .length = (int)tokens.count, .stopped = whole};
        if (code) return err_memory(error, "the completions");
    }
    return ERR_OK;
}

static bool is_unanswered(const struct answered *a) {
    for (int i = 0; i < a->texts; i++)
        if (a->text[i].text) return false;
    return true;
}

/* Adds the line that was read. */
static enum err take_line(struct grading *g, struct graded *graded, struct error *error) {
    struct answered *a = &g->answered;
    const struct jsonl *jsonl = &g->reader.jsonl;
    size_t i = (size_t)graded->builder.dataset.samples;
    struct sample sample;
    bool unanswered = is_unanswered(a);
    if (!unanswered && graded->samples && graded->samples != a->texts)
        return err_set(error, ERR_INPUT,
                       "%s:%ld: %d completions where line %ld has %d; all must have as many", jsonl->path,
                       jsonl->line, a->texts, g->first_line, graded->samples);
    if (memory_reserve(&graded->lines, &graded->line_capacity, i + 1, sizeof *graded->lines) ||
        memory_reserve(&g->is_answered, &g->answered_capacity, i + 1, sizeof *g->is_answered))
        return err_memory(error, "the problems");
    enum err code = take_problem(g, graded, &sample, error);
    if (code) return code;
    graded->lines[i] = g->options->keep_lines ? json_incref(a->line) : NULL;
    g->is_answered[i] = !unanswered;
    graded->unanswered += unanswered;
    if (unanswered) return ERR_OK;
    if (!graded->samples) g->first_line = jsonl->line;
    graded->samples = a->texts;
    return take_texts(g, &sample, error);
}

static enum err read_file(struct grading *g, const char *path, struct graded *graded, struct error *error) {
    enum err code = answered_open(&g->reader, path, g->options->problems, error);
    while (!code) {
        code = interrupt_check(error);
        if (!code) code = answered_next(&g->reader, &g->answered, error);
        if (code || !g->answered.line) break;
        code = take_line(g, graded, error);
        json_decref(g->answered.line);
    }
    if (!code && !graded->builder.dataset.samples)
        code = err_set(error, ERR_INPUT, "%s: holds no completion", g->reader.jsonl.path);
    return code;
}

/* Puts texts beside their problems: of those without an answer they are empty and did not end. */
static enum err arrange(struct grading *g, struct graded *graded, struct error *error) {
    size_t problems = (size_t)graded->builder.dataset.samples, next = 0;
    if (!graded->samples) graded->samples = 1;
    size_t samples = (size_t)graded->samples;
    graded->written = memory_array(problems * samples, sizeof *graded->written);
    graded->votes = memory_array(problems, sizeof *graded->votes);
    if (!graded->written || !graded->votes) return err_memory(error, "the completions");
    for (size_t i = 0; i < problems; i++) {
        if (!g->is_answered[i]) continue;
        memcpy(graded->written + i * samples, g->read + next, samples * sizeof *g->read);
        next += samples;
    }
    g->read_count = 0; /* their tokens have gone over */
    return ERR_OK;
}

static enum err judge(struct graded *graded, bool reverse, struct error *error) {
    const struct dataset *problems = &graded->builder.dataset;
    struct evaluation_options options = {
        .samples = graded->samples, .vocabulary = graded->vocabulary, .reverse = reverse};
    struct pass_evaluation pass;
    graded->evaluation = (struct evaluation){.test_loss = NAN};
    enum err code =
        evaluate_judge(problems, &options, graded->written, &graded->evaluation, graded->votes, error);
    if (!code && graded->samples > 1) {
        code = pass_evaluate_judge(problems, &options, graded->written, &pass, error);
        if (!code) graded->evaluation.pass = pass;
    }
    return code;
}

enum err grade_file(const char *path, const struct grade_options *options, struct graded *graded,
                    struct error *error) {
    struct grading *g = memory_array(1, sizeof *g);
    *graded = (struct graded){0};
    enum err code = g ? mix_vocabulary_of_all(&graded->vocabulary, error) : err_memory(error, path);
    if (!code) {
        g->options = options;
        code = mix_sampler_create(options->mix, graded->vocabulary, false, &g->sampler, error);
    }
    if (!code) code = read_file(g, path, graded, error);
    if (!code) code = arrange(g, graded, error);
    if (!code) code = judge(graded, options->mix->reverse, error);
    grading_free(g);
    if (code) graded_free(graded);
    return code;
}
