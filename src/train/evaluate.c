/* Evaluation by exact match. See evaluate.h. */
#include "train/evaluate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/score.h"
#include "trace/judge.h"

static struct token_span text_of(const struct decoder_result *result) {
    return (struct token_span){result->tokens, (size_t)result->length};
}

/* vote.winner, among n completions. */
static int find_winner(const struct decoder_result *results, int n, bool answer_first) {
    int winner = -1, most = 0;
    for (int i = 0; i < n; i++) {
        if (!results[i].stopped) continue;
        struct token_span mine = judge_answer(text_of(&results[i]), answer_first);
        int votes = 0;
        for (int j = 0; j < n; j++)
            votes += results[j].stopped && judge_same(mine, judge_answer(text_of(&results[j]), answer_first));
        if (votes > most) {
            most = votes;
            winner = i;
        }
    }
    return winner;
}

void evaluate_judge(const struct dataset *problems, int samples, const struct decoder_result *written,
                    struct evaluation *evaluation, struct vote *votes) {
    struct evaluation sums = {.problems = problems->samples, .test_loss = evaluation->test_loss};
    int64_t answers = 0, unsound = 0;
    for (int64_t i = 0; i < problems->samples; i++) {
        const struct decoder_result *results = written + i * samples;
        struct token_span truth = dataset_completion(problems, i);
        struct vote vote = {.winner = find_winner(results, samples, judge_answers_first(truth))};
        for (int s = 0; s < samples; s++) {
            struct verdict verdict;
            judge_completion(truth, text_of(&results[s]), results[s].stopped, &verdict);
            if (s == vote.winner) vote.right = verdict.answer;
            answers += verdict.answer;
            unsound += verdict.answer && !verdict.trace;
            sums.trace_accuracy += verdict.trace;
            sums.line_accuracy += (double)verdict.lines_right / verdict.lines;
            sums.malformed += verdict.malformed;
        }
        sums.correct += vote.right;
        if (votes) votes[i] = vote;
    }
    double completions = (double)problems->samples * samples;
    sums.accuracy = (double)sums.correct / (double)problems->samples;
    sums.interval = wilson_interval(sums.correct, sums.problems);
    sums.trace_accuracy /= completions;
    sums.line_accuracy /= completions;
    sums.malformed /= completions;
    sums.unsound = answers ? (double)unsound / (double)answers : NAN;
    *evaluation = sums;
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
    if (!code) code = decoder_run(&folded, team, requests, count, &decoding, results, error);
    if (!code) {
        evaluate_judge(problems, options->samples, results, &made, votes);
        *evaluation = made;
        if (written)
            memcpy(written, results, count * sizeof *written);
        else
            decoder_free_results(results, count);
    }
    folded_free(&folded);
    free(requests);
    free(results);
    return code;
}
