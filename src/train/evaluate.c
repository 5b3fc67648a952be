/* Evaluation by exact match. See evaluate.h. */
#include "train/evaluate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/score.h"
#include "trace/vocabulary.h"

static bool same_tokens(struct token_span a, struct token_span b) {
    return a.count == b.count && !memcmp(a.id, b.id, a.count * sizeof *a.id);
}

/* Takes the next line off *text, without its newline. False when there is none left. */
static bool next_line(struct token_span *text, bool *first, struct token_span *line) {
    if (!*first) {
        if (!text->count) return false;
        text->id++; /* the newline before it */
        text->count--;
    }
    *first = false;
    size_t length = 0;
    while (length < text->count && text->id[length] != TOKEN_NEWLINE) length++;
    *line = (struct token_span){text->id, length};
    text->id += length;
    text->count -= length;
    return true;
}

static struct token_span last_line(struct token_span text) {
    size_t start = text.count;
    while (start > 0 && text.id[start - 1] != TOKEN_NEWLINE) start--;
    return (struct token_span){text.id + start, text.count - start};
}

static struct token_span first_line(struct token_span text) {
    struct token_span line = {text.id, 0};
    while (line.count < text.count && text.id[line.count] != TOKEN_NEWLINE) line.count++;
    return line;
}

/* Whether a true completion begins with its answer (format answer_first) and does not end with it. */
static bool answers_first(struct token_span truth) {
    return truth.count > 0 && truth.id[0] == TOKEN_ANSWER && last_line(truth).id[0] != TOKEN_ANSWER;
}

static struct token_span answer_line(struct token_span text, bool first) {
    return first ? first_line(text) : last_line(text);
}

static bool is_name(int32_t id) { return id == TOKEN_ANSWER || id >= TOKEN_FIXED; }

/* `name = ...` with something after the sign, or `fix name = ...`. */
static bool is_assignment(struct token_span line) {
    if (line.count >= 4 && is_name(line.id[0]) && is_name(line.id[1]))
        line = (struct token_span){line.id + 1, line.count - 1};
    return line.count >= 3 && is_name(line.id[0]) && line.id[1] == TOKEN_EQUALS;
}

static bool is_malformed(const struct decoder_result *result, bool first_answers) {
    if (!result->stopped) return true;
    struct token_span text = {result->tokens, (size_t)result->length}, line;
    struct token_span answer = answer_line(text, first_answers);
    if (!is_assignment(answer) || answer.id[0] != TOKEN_ANSWER) return true;
    bool first = true;
    while (next_line(&text, &first, &line))
        if (!is_assignment(line)) return true;
    return false;
}

/* Share of the lines of `truth` that `written` has at the same place. */
static double lines_right(struct token_span truth, struct token_span written) {
    struct token_span true_line, line;
    int lines = 0, right = 0;
    bool first_true = true, first = true, more = true;
    while (next_line(&truth, &first_true, &true_line)) {
        lines++;
        more = more && next_line(&written, &first, &line);
        right += more && same_tokens(true_line, line);
    }
    return (double)right / lines;
}

/* The completion whose answer wins the vote among n: the first of those with the most frequent last line.
 * One that did not end has no vote; -1 when none has. */
static int vote(const struct decoder_result *results, int n, bool first_answers) {
    int winner = -1, most = 0;
    for (int i = 0; i < n; i++) {
        if (!results[i].stopped) continue;
        struct token_span whole = {results[i].tokens, (size_t)results[i].length};
        struct token_span mine = answer_line(whole, first_answers);
        int votes = 0;
        for (int j = 0; j < n; j++) {
            struct token_span text = {results[j].tokens, (size_t)results[j].length};
            votes += results[j].stopped && same_tokens(mine, answer_line(text, first_answers));
        }
        if (votes > most) {
            most = votes;
            winner = i;
        }
    }
    return winner;
}

static void judge(const struct dataset *problems, const struct evaluation_options *options,
                  const struct decoder_result *written, struct evaluation *evaluation, bool *solved) {
    struct evaluation sums = {.problems = problems->samples};
    for (int64_t i = 0; i < problems->samples; i++) {
        const struct decoder_result *results = written + i * options->samples;
        struct token_span truth = dataset_completion(problems, i);
        bool first = answers_first(truth);
        int winner = vote(results, options->samples, first);
        bool right = false;
        if (winner >= 0) {
            struct token_span text = {results[winner].tokens, (size_t)results[winner].length};
            right = same_tokens(answer_line(text, first), answer_line(truth, first));
        }
        sums.correct += right;
        if (solved) solved[i] = right;
        for (int s = 0; s < options->samples; s++) {
            struct token_span text = {results[s].tokens, (size_t)results[s].length};
            sums.trace_accuracy += results[s].stopped && same_tokens(text, truth);
            sums.line_accuracy += lines_right(truth, text);
            sums.malformed += is_malformed(&results[s], first);
        }
    }
    double completions = (double)problems->samples * options->samples;
    sums.accuracy = (double)sums.correct / (double)problems->samples;
    sums.interval = wilson_interval(sums.correct, sums.problems);
    sums.trace_accuracy /= completions;
    sums.line_accuracy /= completions;
    sums.malformed /= completions;
    sums.test_loss = evaluation->test_loss;
    *evaluation = sums;
}

/* Mean cross entropy over the completions and their <eos>. */
static enum err measure_loss(const struct gpt *gpt, struct team *team, const struct dataset *problems,
                             double *loss, struct error *error) {
    int64_t total = problems->start[problems->samples];
    struct score_request *requests = memory_array((size_t)problems->samples, sizeof *requests);
    double *log_probabilities = memory_array((size_t)total, sizeof *log_probabilities);
    enum err code = requests && log_probabilities ? ERR_OK : err_memory(error, "scores");
    int64_t scored = 0;
    for (int64_t i = 0; i < problems->samples && !code; i++) {
        struct token_span sequence = dataset_sequence(problems, i);
        int from = problems->prompt[i];
        requests[i] =
            (struct score_request){sequence.id, (int)sequence.count, from, log_probabilities + scored};
        scored += (int64_t)sequence.count - from;
    }
    if (!code) code = score_sequences(gpt, team, requests, (size_t)problems->samples, error);
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
                        const struct evaluation_options *options, struct evaluation *evaluation, bool *solved,
                        struct decoder_result *written, struct error *error) {
    assert(problems->samples > 0 && options->samples > 0);
    struct evaluation made = {0};
    enum err code = measure_loss(gpt, team, problems, &made.test_loss, error);
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
    if (!code) code = decoder_run(gpt, team, requests, count, &decoding, results, error);
    if (!code) {
        judge(problems, options, results, &made, solved);
        *evaluation = made;
        if (written)
            memcpy(written, results, count * sizeof *written);
        else
            decoder_free_results(results, count);
    }
    free(requests);
    free(results);
    return code;
}
