/* Completions that a checker guides. See search.h. */
#include "reinforce/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reinforce/describe.h"
#include "reinforce/reinforce.h"

/* A problem that is being searched. */
struct searched {
    uint64_t number;
    int32_t *id;  /* its right beginning so far: whole lines, newlines and all */
    size_t count; /* of them */
};

struct searching {
    struct searched *problem; /* those that are not solved yet */
    int count;
    struct token_span *beginning;
};

/* The part of a completion up to the end of the last line of its right beginning. The answer's line is not in
 * it: nothing right goes on from there. */
static size_t right_length(const struct rollouts *r, size_t c) {
    struct token_span text = rollouts_text(r, c);
    size_t line = r->first_line[c], length = 0;
    for (size_t t = 0; t < text.count && r->line_right[line] && text.id[length] != TOKEN_ANSWER; t++)
        if (text.id[t] == TOKEN_NEWLINE) {
            length = t + 1;
            line++;
        }
    return length;
}

/* Keeps what is solved, and of the rest the beginning. */
static enum err sort_out(struct run_work *run, struct searching *s, struct kept *kept, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct rollouts *r = &work->rollouts;
    int left = 0;
    enum err code = ERR_OK;
    for (int i = 0; i < s->count && !code; i++) {
        struct searched *problem = &s->problem[i];
        struct token_span text = rollouts_text(r, (size_t)i), prompt = dataset_prompt(r->problems, i);
        if (r->verdict[i].trace) {
            code = kept_add(kept, (struct token_span){prompt.id + 1, prompt.count - 1}, text, error);
            continue;
        }
        size_t length = right_length(r, (size_t)i);
        if (length > problem->count && length <= reinforce_room(run, prompt)) {
            memcpy(problem->id, text.id, length * sizeof *text.id);
            problem->count = length;
        }
        struct searched held = s->problem[left]; /* exchanged, so that each keeps memory of its own */
        s->problem[left++] = *problem;
        *problem = held;
    }
    s->count = left;
    return code;
}

/* One more completion of each that is not solved. */
static enum err try_again(struct run_work *run, struct searching *s, int trial, struct kept *kept,
                          struct error *error) {
    struct reinforce *work = reinforce_of(run);
    for (int i = 0; i < s->count; i++) {
        work->numbers[i] = s->problem[i].number;
        s->beginning[i] = (struct token_span){s->problem[i].id, s->problem[i].count};
    }
    const struct rollout_options options = {.generations = 1,
                                            .temperature = reinforce_temperature(work),
                                            .beginning = s->beginning,
                                            .trial = trial};
    enum err code = prompts_make(work->prompts, work->numbers, s->count, &work->problems, error);
    if (!code) code = reinforce_draw(run, &options, error);
    if (!code && !trial) code = reinforce_reward(run, error);
    if (code) return code;
    if (!trial) describe_rollouts(&work->rollouts, &work->rewards, work->options->reward, &work->latest);
    work->latest.temperature = options.temperature;
    return sort_out(run, s, kept, error);
}

enum err search_traces(struct run_work *run, struct kept *kept, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    size_t count = (size_t)work->options->prompts, longest = (size_t)run_work_longest(run);
    struct searching s = {.problem = memory_array(count, sizeof *s.problem),
                          .count = (int)count,
                          .beginning = memory_array(count, sizeof *s.beginning)};
    int32_t *ids = memory_array(count * longest, sizeof *ids);
    enum err code = s.problem && s.beginning && ids ? ERR_OK : err_memory(error, "the search");
    for (size_t i = 0; i < count && !code; i++)
        s.problem[i] = (struct searched){.number = work->numbers[i], .id = ids + i * longest};
    for (int trial = 0; trial < work->options->generations && s.count && !code; trial++)
        code = try_again(run, &s, trial, kept, error);
    free(ids);
    free(s.beginning);
    free(s.problem);
    return code;
}
