/* Rollouts of a model that is right now and then: the same for any number of threads, judged with what they
 * begin with, and of the log-probabilities that scoring and the learner find, to the bit. */
#include <math.h>

#include "nn/score.h"
#include "tests/reinforce_run.h"

enum { STEPS = 200 };

static void draw_on(struct reinforce_run *f, int threads, const struct rollout_options *options,
                    struct rollouts *rollouts) {
    struct team *team = NULL;
    struct folded folded = {0};
    DONE(team_create(threads, &team, &error));
    DONE(folded_create(f->run.gpt, threads, &folded, &error));
    DONE(rollouts_draw(rollouts, &f->work->problems.dataset, options, &folded, team, f->work->judge, &error));
    folded_free(&folded);
    team_free(team);
}

static void assert_same(const struct rollouts *a, const struct rollouts *b) {
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->first_target, b->first_target, (a->count + 1) * sizeof *a->first_target);
    assert_memory_equal(a->first_line, b->first_line, (a->count + 1) * sizeof *a->first_line);
    assert_memory_equal(a->line_right, b->line_right, a->first_line[a->count] * sizeof *a->line_right);
    for (size_t c = 0; c < a->count; c++) {
        size_t targets = a->first_target[c + 1] - a->first_target[c];
        assert_true(judge_same(rollouts_written(a, c), rollouts_written(b, c)));
        assert_true(judge_same(rollouts_text(a, c), rollouts_text(b, c)));
        assert_memory_equal(a->written[c].log_probabilities, b->written[c].log_probabilities,
                            targets * sizeof(double));
        assert_memory_equal(&a->verdict[c], &b->verdict[c], sizeof *a->verdict);
    }
}

static void same_bits_for_any_threads(void **state) {
    struct reinforce_run *f = *state;
    struct rollouts one = {0}, more = {0};
    const struct rollout_options options = {
        .generations = 4, .max_new_tokens = 24, .temperature = 1, .seed = 9};
    reinforce_problems(f, 0, 24);
    draw_on(f, 1, &options, &one);
    for (int threads = 2; threads <= 4; threads += 2) {
        draw_on(f, threads, &options, &more);
        assert_same(&one, &more);
    }
    struct rollout_options other = options;
    other.seed = 10;
    draw_on(f, 1, &other, &more);
    int differ = 0;
    for (size_t c = 0; c < one.count; c++)
        differ += !judge_same(rollouts_written(&one, c), rollouts_written(&more, c));
    assert_true(differ > 30);
    rollouts_free(&one);
    rollouts_free(&more);
    assert_null(one.written);
}

/* Completion c is of problem c / generations; verdict and lines are the judge's of the whole text. Half of
 * the problems are begun with their first true line, the others with nothing. */
static void judged_with_what_they_begin_with(void **state) {
    struct reinforce_run *f = *state;
    enum { PROBLEMS = 24, GENERATIONS = 5 };
    struct rollouts rollouts = {0}, *r = &rollouts;
    struct token_span beginning[PROBLEMS];
    reinforce_problems(f, 100, PROBLEMS);
    const struct dataset *problems = &f->work->problems.dataset;
    for (int64_t i = 0; i < PROBLEMS; i++) {
        struct token_span truth = dataset_completion(problems, i);
        size_t length = 0;
        while (truth.id[length] != TOKEN_NEWLINE) length++;
        beginning[i] = (struct token_span){truth.id, i % 2 ? length + 1 : 0};
    }
    const struct rollout_options options = {.generations = GENERATIONS,
                                            .max_new_tokens = 20,
                                            .temperature = 1,
                                            .seed = 9,
                                            .beginning = beginning};
    draw_on(f, 1, &options, r);
    assert_int_equal(r->count, PROBLEMS * GENERATIONS);
    int right = 0, ended = 0, lines = 0;
    for (size_t c = 0; c < r->count; c++) {
        int64_t i = (int64_t)c / GENERATIONS;
        struct token_span text = rollouts_text(r, c), written = rollouts_written(r, c),
                          prompt = rollouts_prompt(r, c), asked = dataset_prompt(problems, i);
        assert_int_equal(rollouts_problem(r, c), i);
        assert_int_equal(text.count, beginning[i].count + written.count);
        assert_memory_equal(text.id, beginning[i].id, beginning[i].count * sizeof *text.id);
        assert_memory_equal(text.id + beginning[i].count, written.id, written.count * sizeof *text.id);
        assert_int_equal(prompt.count, asked.count + beginning[i].count);
        assert_memory_equal(prompt.id, asked.id, asked.count * sizeof *asked.id);
        assert_memory_equal(prompt.id + asked.count, beginning[i].id, beginning[i].count * sizeof *text.id);
        struct verdict verdict;
        DONE(task_judge_completion(f->work->judge, asked, dataset_completion(problems, i), text,
                                   r->written[c].stopped, &verdict, &error));
        assert_memory_equal(&verdict, &r->verdict[c], sizeof verdict);
        size_t count;
        const bool *line = task_judge_lines(f->work->judge, &count);
        assert_int_equal(count, r->first_line[c + 1] - r->first_line[c]);
        assert_memory_equal(line, r->line_right + r->first_line[c], count * sizeof *line);
        if (beginning[i].count) assert_true(r->line_right[r->first_line[c]]);
        assert_int_equal(r->first_target[c + 1] - r->first_target[c],
                         written.count + (size_t)r->written[c].stopped);
        right += verdict.trace;
        ended += verdict.ended;
        lines += (int)count;
    }
    assert_true(right > 5 && right < ended && ended > 60 && ended < PROBLEMS * GENERATIONS && lines > 200);
    rollouts_free(r);
}

/* Scores all completions with the model that wrote them; the largest difference, which is exact. */
static double score_again(struct reinforce_run *f, const struct rollouts *r, double temperature) {
    struct score_request *requests = calloc(r->count, sizeof *requests);
    double *scored = calloc(r->first_target[r->count], sizeof *scored), difference = 0;
    for (size_t c = 0; c < r->count; c++) {
        struct token_span prompt = rollouts_prompt(r, c), written = rollouts_written(r, c);
        int32_t *tokens = calloc(prompt.count + written.count + 1, sizeof *tokens);
        memcpy(tokens, prompt.id, prompt.count * sizeof *tokens);
        memcpy(tokens + prompt.count, written.id, written.count * sizeof *tokens);
        tokens[prompt.count + written.count] = TOKEN_EOS; /* looked at where it came */
        requests[c] =
            (struct score_request){.tokens = tokens,
                                   .length = (int)(prompt.count + written.count) + r->written[c].stopped,
                                   .from = (int)prompt.count,
                                   .log_probabilities = scored + r->first_target[c]};
    }
    DONE(
        score_prepared(learner_folded(f->run.learner), f->run.team, requests, r->count, temperature, &error));
    for (size_t c = 0; c < r->count; c++) {
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
            difference =
                fmax(difference, fabs(scored[t] - r->written[c].log_probabilities[t - r->first_target[c]]));
        free((void *)(uintptr_t)requests[c].tokens);
    }
    free(scored);
    free(requests);
    return difference;
}

/* The same by the learner, on lanes. */
static double learn_again(struct reinforce_run *f, const struct rollouts *r, double temperature) {
    struct packing packing = {0};
    struct gpt_batch lanes[BATCH_LANES];
    struct learner_step step;
    struct objective_sums sums;
    const struct objective objective = {.temperature = temperature};
    size_t *order = calloc(r->count, sizeof *order);
    struct objective_target *goals = calloc(r->first_target[r->count], sizeof *goals);
    for (size_t c = 0; c < r->count; c++) {
        order[c] = c;
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
            goals[t].old = r->written[c].log_probabilities[t - r->first_target[c]];
    }
    assert_int_equal(packing_fill(&packing, r, order, r->count, goals, lanes), ERR_OK);
    DONE(learner_objective_gradient(f->run.learner, f->run.team, lanes, &objective, &step, &sums, NULL,
                                    &error));
    assert_int_equal(sums.targets, r->first_target[r->count]);
    packing_free(&packing);
    free(goals);
    free(order);
    return sums.difference;
}

/* COTNOISE_TOKENS says of how many tokens. */
static void log_probabilities_are_found_again(void **state) {
    struct reinforce_run *f = *state;
    const char *wanted = getenv("COTNOISE_TOKENS");
    size_t tokens = 0, most = wanted ? (size_t)strtoull(wanted, NULL, 10) : 100000;
    double scored = 0, learned = 0;
    struct rollouts r = {0};
    for (uint64_t drawing = 0; tokens < most; drawing++) {
        double temperature = drawing % 2 ? 0.7 : 1.6;
        const struct rollout_options options = {
            .generations = 8, .max_new_tokens = 24, .temperature = temperature, .seed = drawing};
        reinforce_problems(f, 64 * drawing, 64);
        DONE(rollouts_draw(&r, &f->work->problems.dataset, &options, learner_folded(f->run.learner),
                           f->run.team, f->work->judge, &error));
        scored = fmax(scored, score_again(f, &r, temperature));
        learned = fmax(learned, learn_again(f, &r, temperature));
        tokens += r.first_target[r.count];
    }
    if (wanted)
        print_message("largest difference over %zu tokens: %g scored, %g learned\n", tokens, scored, learned);
    assert_true(scored == 0 && learned == 0);
    rollouts_free(&r);
}

static int open_run(void **state) {
    static struct reinforce_run f;
    REINFORCE_OPEN(&f, STEPS, "train.threads=2");
    *state = &f;
    return 0;
}

static int close_run(void **state) {
    reinforce_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_for_any_threads),
        cmocka_unit_test(judged_with_what_they_begin_with),
        cmocka_unit_test(log_probabilities_are_found_again),
    };
    return cmocka_run_group_tests(tests, open_run, close_run);
}
