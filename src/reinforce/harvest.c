/* One drawing of a method that goes by rounds. See harvest.h; start reading at harvest_gather. */
#include "reinforce/harvest.h"

#include "base/clock.h"
#include "base/memory.h"
#include "reinforce/describe.h"
#include "reinforce/reinforce.h"
#include "reinforce/search.h"
#include "train/labelling.h"

static struct token_span without_bos(struct token_span prompt) {
    return (struct token_span){prompt.id + 1, prompt.count - 1};
}

/* --- traces made elsewhere ----------------------------------------------------------------------------- */

/* The problems' completions as they are: true ones, or noised. */
static enum err keep_all(const struct reinforce *work, struct kept *kept, struct error *error) {
    const struct dataset *problems = &work->problems.dataset;
    enum err code = ERR_OK;
    for (int64_t i = 0; i < problems->samples && !code; i++)
        code =
            kept_add(kept, without_bos(dataset_prompt(problems, i)), dataset_completion(problems, i), error);
    return code;
}

/* --- which of its own ---------------------------------------------------------------------------------- */

/* Whether a completion is one to learn from as it is. */
static bool is_good(const struct reinforce *work, size_t c) {
    const struct reinforcement *options = work->options;
    if (reinforcement_expert(options) == RL_GREEDY) return true;
    return options->reward == RL_REWARD_LINE ? work->rewards.given[c] >= 1 : work->rewards.given[c] >= 0.5;
}

static bool is_wanted(const struct reinforce *work, size_t c) {
    if (!work->rollouts.written[c].stopped) return false; /* it has no end to learn */
    return work->options->method == RL_RCRL || is_good(work, c);
}

/* --- labels -------------------------------------------------------------------------------------------- */

static bool is_good_line(const struct reinforce *work, size_t line) {
    return work->options->reward == RL_REWARD_LINE ? work->rewards.line[line] >= 0.5
                                                   : work->rollouts.line_right[line];
}

/* A completion with a label before each line, in work->sequences. */
static enum err label_lines(struct reinforce *work, const struct label_words *labels, size_t c) {
    const struct rollouts *r = &work->rollouts;
    struct token_span text = rollouts_text(r, c);
    struct tokens *to = &work->sequences;
    size_t line = r->first_line[c];
    if (memory_reserve(&to->id, &to->capacity, 2 * text.count + 1, sizeof *to->id)) return ERR_RUNTIME;
    to->count = 0;
    to->id[to->count++] = is_good_line(work, line) ? labels->good : labels->bad;
    for (size_t t = 0; t < text.count; t++) {
        to->id[to->count++] = text.id[t];
        if (text.id[t] != TOKEN_NEWLINE) continue;
        line++;
        to->id[to->count++] = is_good_line(work, line) ? labels->good : labels->bad;
    }
    return ERR_OK;
}

/* The problem's prompt with a label behind it, in work->sequences. */
static enum err label_prompt(struct reinforce *work, const struct label_words *labels, size_t c) {
    struct token_span prompt =
        without_bos(dataset_prompt(work->rollouts.problems, rollouts_problem(&work->rollouts, c)));
    struct tokens *to = &work->sequences;
    if (memory_reserve(&to->id, &to->capacity, prompt.count + 1, sizeof *to->id)) return ERR_RUNTIME;
    for (to->count = 0; to->count < prompt.count; to->count++) to->id[to->count] = prompt.id[to->count];
    to->id[to->count++] = is_good(work, c) ? labels->good : labels->bad;
    return ERR_OK;
}

static enum err keep_one(struct run_work *run, struct kept *kept, size_t c, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct token_span prompt = without_bos(
                          dataset_prompt(work->rollouts.problems, rollouts_problem(&work->rollouts, c))),
                      text = rollouts_text(&work->rollouts, c);
    if (work->options->method == RL_RCRL) {
        struct label_words labels = labelling_of(run->vocabulary);
        bool by_line = work->options->labels == RL_LABEL_LINE;
        if (by_line ? label_lines(work, &labels, c) : label_prompt(work, &labels, c))
            return err_memory(error, "labels");
        *(by_line ? &text : &prompt) = (struct token_span){work->sequences.id, work->sequences.count};
    }
    return kept_add(kept, prompt, text, error);
}

/* Of the completions of a problem the first rl.keep different ones that are wanted; for rcrl as many good and
 * as many bad ones. work->order has those that were kept. */
static enum err keep_best(struct run_work *run, struct kept *kept, size_t first, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct rollouts *r = &work->rollouts;
    size_t held = 0;
    int left[2] = {work->options->keep, work->options->keep};
    for (size_t c = first; c < first + (size_t)r->generations; c++) {
        bool good = is_good(work, c), repeated = false;
        if (!is_wanted(work, c) || !left[good]) continue;
        for (size_t k = 0; k < held && !repeated; k++)
            repeated = judge_same(rollouts_text(r, work->order[k]), rollouts_text(r, c));
        if (repeated) continue;
        work->order[held++] = c;
        left[good]--;
        enum err code = keep_one(run, kept, c, error);
        if (code) return code;
    }
    return ERR_OK;
}

/* --- drawing ------------------------------------------------------------------------------------------- */

/* What the model of the round writes of its own accord, or guided by the checker. */
static enum err draw(struct run_work *run, struct kept *kept, int64_t round, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    bool greedy = reinforcement_expert(options) == RL_GREEDY;
    struct rollout_options drawing = {.generations = greedy ? 1 : options->generations,
                                      .temperature = greedy ? 0 : reinforce_temperature(work)};
    if (round > 0) drawing.labelling = run->evaluating.labelling; /* the parent knows no labels */
    enum err code = reinforce_draw(run, &drawing, error);
    if (!code) code = reinforce_reward(run, error);
    if (!code &&
        memory_reserve(&work->order, &work->order_capacity, work->rollouts.count, sizeof *work->order))
        code = err_memory(error, "rollouts");
    for (size_t c = 0; c < work->rollouts.count && !code; c += (size_t)work->rollouts.generations)
        code = keep_best(run, kept, c, error);
    if (!code) describe_rollouts(&work->rollouts, &work->rewards, options->reward, &work->latest);
    work->latest.temperature = drawing.temperature;
    return code;
}

enum err harvest_gather(struct run_work *run, struct kept *kept, int64_t round, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    double started = clock_seconds();
    for (int p = 0; p < options->prompts; p++) work->numbers[p] = (uint64_t)(work->fresh++);
    describe_nothing(&work->latest);
    enum err code = prompts_make(work->prompts, work->numbers, options->prompts, &work->problems, error);
    enum rl_expert expert = reinforcement_expert(options);
    if (code)
        return code;
    else if (expert == RL_CLEAN_DATA || expert == RL_NOISY_DATA)
        code = keep_all(work, kept, error);
    else if (expert == RL_BEAM)
        code = search_traces(run, kept, error);
    else
        code = draw(run, kept, round, error);
    if (code) return code;
    /* What a drawing may cost, whoever draws: so are budgets equal. */
    int64_t rollouts = (int64_t)options->prompts * options->generations;
    work->latest.rollouts_per_second = (double)rollouts / (clock_seconds() - started);
    run->rollouts += rollouts;
    run->reward = work->latest.reward;
    work->iteration++;
    return ERR_OK;
}
