/* pass@k and its companions. See pass_evaluate.h. */
#include "train/pass_evaluate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pass_at_k.h"
#include "tasks/tasks.h"

/* Completions that are kept at a time: some ten times as many as the decoder works on at once. */
enum { PART = 8192 };

/* Above all streams of other evaluations, which count completions from 0. */
static const uint64_t FIRST_STREAM = UINT64_C(1) << 62;

uint64_t pass_evaluate_stream(int64_t problem, int sample) {
    return FIRST_STREAM + (uint64_t)problem * PASS_SAMPLES_MAX + (uint64_t)sample;
}

/* Of the pass@k of single problems. */
struct estimates {
    double sum, squares;
};

/* What has been judged so far. */
struct judging {
    const struct dataset *problems;
    const struct evaluation_options *options;
    struct task_judge *judge; /* NULL: the true completions alone are right */
    struct tally_text *texts; /* room for those of a problem */
    bool *right, *sound;      /* of each of them: its answer; its trace too */
    struct estimates at[PASS_POWERS], all;
    int64_t answers, unsound, traces, malformed, truncated, completions, unique_traces, majority;
};

static void judging_end(struct judging *judging) {
    task_judge_free(judging->judge);
    free(judging->texts);
    free(judging->right);
    free(judging->sound);
}

static enum err judging_begin(const struct dataset *problems, const struct evaluation_options *options,
                              struct judging *judging, struct error *error) {
    size_t n = (size_t)options->samples;
    assert(problems->samples > 0 && n >= 1 && n <= PASS_SAMPLES_MAX);
    *judging = (struct judging){.problems = problems,
                                .options = options,
                                .texts = memory_array(n, sizeof *judging->texts),
                                .right = memory_array(n, sizeof *judging->right),
                                .sound = memory_array(n, sizeof *judging->sound)};
    bool has_room = judging->texts && judging->right && judging->sound;
    enum err code = has_room ? ERR_OK : err_memory(error, "the evaluation");
    if (!code && options->vocabulary)
        code = task_judge_create(options->vocabulary, task_list, options->reverse, &judging->judge, error);
    return code;
}

static void add_estimate(struct estimates *estimates, int n, int right, int k) {
    double estimate = pass_at_k(n, right, k);
    estimates->sum += estimate;
    estimates->squares += estimate * estimate;
}

/* How many different completions there are among those that count. */
static int count_different(struct judging *judging, const struct decoder_result *results,
                           const bool *counts) {
    int count = 0;
    for (int s = 0; s < judging->options->samples; s++)
        if (counts[s])
            judging->texts[count++] = (struct tally_text){{results[s].tokens, (size_t)results[s].length}, s};
    tally_sort(judging->texts, count);
    return tally_different(judging->texts, count);
}

static enum err judge_problem(struct judging *judging, int64_t i, const struct decoder_result *results,
                              struct error *error) {
    int n = judging->options->samples, right = 0;
    for (int s = 0; s < n; s++) {
        struct verdict verdict;
        enum err code =
            evaluate_completion(judging->judge, judging->problems, i, &results[s], &verdict, error);
        if (code) return code;
        judging->right[s] = verdict.answer;
        judging->sound[s] = verdict.trace;
        right += verdict.answer;
        judging->unsound += verdict.answer && !verdict.trace;
        judging->traces += verdict.trace;
        judging->malformed += verdict.malformed;
        judging->truncated += !verdict.ended;
    }
    bool answer_first = judge_answers_first(dataset_completion(judging->problems, i));
    int winner = evaluate_winner(results, n, answer_first, judging->texts);
    judging->majority += winner >= 0 && judging->right[winner];
    judging->answers += right;
    judging->completions += count_different(judging, results, judging->right);
    judging->unique_traces += count_different(judging, results, judging->sound);
    for (int p = 0; p < PASS_POWERS && 1 << p <= n; p++) add_estimate(&judging->at[p], n, right, 1 << p);
    add_estimate(&judging->all, n, right, n);
    return ERR_OK;
}

/* Where all problems have one estimate they say nothing of how far others stray; a share that is 0 or 1 in
 * each problem strays the most. */
static struct interval interval_of(double mean, double squares, double problems) {
    double spread = squares / problems - mean * mean, most = mean * (1 - mean);
    bool known = spread > 0 && spread < most;
    return wilson_interval_of_share(mean, known ? problems * most / spread : problems);
}

static void put(const struct estimates *estimates, double problems, double *share,
                struct interval *interval) {
    *share = fmin(1, estimates->sum / problems);
    *interval = interval_of(*share, estimates->squares, problems);
}

static void sum_up(const struct judging *judging, struct pass_evaluation *pass) {
    int n = judging->options->samples;
    double problems = (double)judging->problems->samples, drawn = problems * n;
    struct pass_evaluation made = {
        .samples = n,
        .majority = (double)judging->majority / problems,
        .trace_accuracy = (double)judging->traces / drawn,
        .malformed = (double)judging->malformed / drawn,
        .unsound = judging->answers ? (double)judging->unsound / (double)judging->answers : NAN,
        .truncated = (double)judging->truncated / drawn,
        .unique_completions = (double)judging->completions / problems,
        .unique_traces = (double)judging->unique_traces / problems};
    put(&judging->all, problems, &made.all, &made.all_interval);
    for (int p = 0; p < PASS_POWERS; p++) {
        made.at[p] = made.interval[p].low = made.interval[p].high = NAN;
        if (1 << p <= n) put(&judging->at[p], problems, &made.at[p], &made.interval[p]);
    }
    *pass = made;
}

enum err pass_evaluate_judge(const struct dataset *problems, const struct evaluation_options *options,
                             const struct decoder_result *written, struct pass_evaluation *pass,
                             struct error *error) {
    struct judging judging;
    enum err code = judging_begin(problems, options, &judging, error);
    for (int64_t i = 0; i < problems->samples && !code; i++)
        code = judge_problem(&judging, i, written + i * options->samples, error);
    if (!code) sum_up(&judging, pass);
    judging_end(&judging);
    return code;
}

/* --- drawing ------------------------------------------------------------------------------------------ */

/* Room for the completions of a part of the problems. */
struct chunk {
    struct decoder_request *requests;
    struct decoder_result *results;
};

/* Draws and judges those of `count` problems from `first` on. */
static enum err do_chunk(const struct folded *folded, struct team *team, struct judging *judging,
                         int64_t first, int64_t count, const struct chunk *chunk, struct error *error) {
    const struct evaluation_options *options = judging->options;
    int n = options->samples;
    size_t completions = (size_t)count * (size_t)n;
    struct decoder_options decoding = {.max_new_tokens = options->max_new_tokens,
                                       .stop = TOKEN_EOS,
                                       .temperature = options->temperature,
                                       .seed = options->seed};
    for (int64_t i = 0; i < count; i++) {
        struct token_span prompt = dataset_prompt(judging->problems, first + i);
        for (int s = 0; s < n; s++)
            chunk->requests[i * n + s] =
                (struct decoder_request){prompt.id, (int)prompt.count, pass_evaluate_stream(first + i, s)};
    }
    enum err code = labelling_decode(options->labelling, folded, team, chunk->requests, completions,
                                     &decoding, chunk->results, error);
    if (code) return code;
    for (int64_t i = 0; i < count && !code; i++)
        code = judge_problem(judging, first + i, chunk->results + i * n, error);
    decoder_free_results(chunk->results, completions);
    return code;
}

enum err pass_evaluate_model(const struct gpt *gpt, struct team *team, const struct dataset *problems,
                             const struct evaluation_options *options, struct pass_evaluation *pass,
                             struct error *error) {
    assert(options->temperature > 0);
    struct judging judging;
    enum err code = judging_begin(problems, options, &judging, error);
    int64_t most = PART / options->samples; /* at least 8: PASS_SAMPLES_MAX is no more */
    if (most > problems->samples) most = problems->samples;
    size_t room = (size_t)most * (size_t)options->samples;
    struct chunk chunk = {memory_array(room, sizeof *chunk.requests),
                          memory_array(room, sizeof *chunk.results)};
    if (!code && (!chunk.requests || !chunk.results)) code = err_memory(error, "completions");
    struct folded folded = {0};
    if (!code) code = folded_create(gpt, team_threads(team), &folded, error);
    for (int64_t first = 0; first < problems->samples && !code; first += most) {
        int64_t left = problems->samples - first;
        code = do_chunk(&folded, team, &judging, first, left < most ? left : most, &chunk, error);
    }
    if (!code) sum_up(&judging, pass);
    folded_free(&folded);
    free(chunk.requests);
    free(chunk.results);
    judging_end(&judging);
    return code;
}
