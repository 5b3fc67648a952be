/* Evaluation by exact match. See evaluate.h. */
#include "train/evaluate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/score.h"
#include "tasks/tasks.h"

static struct token_span text_of(const struct decoder_result *result) {
    return (struct token_span){result->tokens, (size_t)result->length};
}

int evaluate_winner(const struct decoder_result *results, int n, bool answer_first,
                    struct tally_text *answers) {
    int count = 0;
    for (int i = 0; i < n; i++)
        if (results[i].stopped)
            answers[count++] = (struct tally_text){judge_answer(text_of(&results[i]), answer_first), i};
    tally_sort(answers, count);
    return tally_commonest(answers, count);
}

enum err evaluate_completion(struct task_judge *judge, const struct dataset *problems, int64_t i,
                             const struct decoder_result *result, struct verdict *verdict,
                             struct error *error) {
    struct token_span truth = dataset_completion(problems, i), written = text_of(result);
    if (judge)
        return task_judge_completion(judge, dataset_prompt(problems, i), truth, written, result->stopped,
                                     verdict, error);
    judge_completion(truth, written, result->stopped, verdict);
    return ERR_OK;
}

/* Sums of verdicts, which evaluate_judge makes means of. */
struct judged_sums {
    int64_t answers, unsound;
};

static enum err judge_problem(struct task_judge *judge, const struct dataset *problems, int64_t i,
                              int samples, const struct decoder_result *results, struct evaluation *sums,
                              struct tally_text *answers, struct judged_sums *judged, struct vote *vote,
                              struct error *error) {
    bool answer_first = judge_answers_first(dataset_completion(problems, i));
    *vote = (struct vote){.winner = evaluate_winner(results, samples, answer_first, answers)};
    for (int s = 0; s < samples; s++) {
        struct verdict verdict;
        enum err code = evaluate_completion(judge, problems, i, &results[s], &verdict, error);
        if (code) return code;
        if (s == vote->winner) vote->right = verdict.answer;
        judged->answers += verdict.answer;
        judged->unsound += verdict.answer && !verdict.trace;
        sums->trace_accuracy += verdict.trace;
        sums->line_accuracy += (double)verdict.lines_right / verdict.lines;
        sums->malformed += verdict.malformed;
    }
    sums->correct += vote->right;
    return ERR_OK;
}

enum err evaluate_judge(const struct dataset *problems, const struct evaluation_options *options,
                        const struct decoder_result *written, struct evaluation *evaluation,
                        struct vote *votes, struct error *error) {
    struct evaluation sums = {.problems = problems->samples, .test_loss = evaluation->test_loss};
    struct judged_sums judged = {0};
    struct task_judge *judge = NULL;
    struct tally_text *answers = memory_array((size_t)options->samples, sizeof *answers);
    enum err code = answers ? ERR_OK : err_memory(error, "the evaluation");
    if (!code && options->vocabulary)
        code = task_judge_create(options->vocabulary, task_list, options->reverse, &judge, error);
    for (int64_t i = 0; i < problems->samples && !code; i++) {
        struct vote vote;
        code = judge_problem(judge, problems, i, options->samples, written + i * options->samples, &sums,
                             answers, &judged, &vote, error);
        if (votes && !code) votes[i] = vote;
    }
    task_judge_free(judge);
    free(answers);
    if (code) return code;
    double completions = (double)problems->samples * options->samples;
    sums.accuracy = (double)sums.correct / (double)problems->samples;
    sums.interval = wilson_interval(sums.correct, sums.problems);
    sums.trace_accuracy /= completions;
    sums.line_accuracy /= completions;
    sums.malformed /= completions;
    sums.unsound = judged.answers ? (double)judged.unsound / (double)judged.answers : NAN;
    *evaluation = sums;
    return ERR_OK;
}

enum err evaluate_loss(const struct gpt *gpt, struct team *team, const struct dataset *samples, int64_t most,
                       double *loss, struct error *error) {
    int64_t count = samples->samples < most ? samples->samples : most;
    int64_t total = count * (int64_t)samples->longest;
    struct score_request *requests = memory_array((size_t)count, sizeof *requests);
    double *log_probabilities = memory_array((size_t)total, sizeof *log_probabilities);
    enum err code = requests && log_probabilities ? ERR_OK : err_memory(error, "scores");
    int64_t scored = 0;
    for (int64_t i = 0; i < count && !code; i++) {
        int64_t sample = i * samples->samples / count;
        struct token_span sequence = dataset_sequence(samples, sample);
        int from = samples->prompt[sample];
        requests[i] =
            (struct score_request){sequence.id, (int)sequence.count, from, log_probabilities + scored};
        scored += (int64_t)sequence.count - from;
    }
    if (!code) code = score_sequences(gpt, team, requests, (size_t)count, error);
    if (!code) {
        double sum = 0;
        for (int64_t t = 0; t < scored; t++) sum += log_probabilities[t];
        *loss = -sum / (double)scored;
    }
    free(requests);
    free(log_probabilities);
    return code;
}

enum err evaluate_model(const struct gpt *gpt, struct team *team, const struct dataset *problems,
                        const struct evaluation_options *options, struct evaluation *evaluation,
                        struct vote *votes, struct decoder_result *written, struct error *error) {
    assert(problems->samples > 0 && options->samples > 0);
    struct evaluation made = {0};
    enum err code = evaluate_loss(gpt, team, problems, problems->samples, &made.test_loss, error);
    if (code) return code;
    size_t count = (size_t)problems->samples * (size_t)options->samples;
    struct decoder_request *requests = memory_array(count, sizeof *requests);
    struct decoder_result *results = memory_array(count, sizeof *results);
    code = requests && results ? ERR_OK : err_memory(error, "completions");
    for (size_t r = 0; r < count && !code; r++) {
        struct token_span prompt = dataset_prompt(problems, (int64_t)(r / (size_t)options->samples));
        requests[r] = (struct decoder_request){prompt.id, (int)prompt.count, r};
    }
    struct decoder_options decoding = {.max_new_tokens = options->max_new_tokens,
                                       .stop = TOKEN_EOS,
                                       .temperature = options->temperature,
                                       .seed = options->seed};
    struct folded folded = {0};
    if (!code) code = folded_create(gpt, team_threads(team), &folded, error);
    if (!code)
        code =
            labelling_decode(options->labelling, &folded, team, requests, count, &decoding, results, error);
    if (!code) {
        code = evaluate_judge(problems, options, results, &made, votes, error);
        if (!code) *evaluation = made;
        if (!code && written)
            memcpy(written, results, count * sizeof *written);
        else
            decoder_free_results(results, count);
    }
    folded_free(&folded);
    free(requests);
    free(results);
    return code;
}
