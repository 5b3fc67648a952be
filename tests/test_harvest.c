/* What is kept of the completions that are drawn: by which rule, labelled how, and which traces a search
 * finds. The model is right one time in five, so that there is something of everything. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "reinforce/harvest.h"
#include "tests/reinforce_run.h"

enum { STEPS = 200 };

static char folder[] = "/tmp/cotnoise-harvest-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/kept.jsonl", folder);
    unlink(path);
    return rmdir(folder);
}

struct bench {
    struct reinforce_run f;
    struct kept kept;
};

static void open_bench(struct bench *b, const char *const words[]) {
    reinforce_open(&b->f, STEPS, words);
    DONE(kept_open(folder, 0, vocabulary_count(b->f.run.vocabulary), run_work_longest(&b->f.run), &b->kept,
                   &error));
}
#define OPEN(b, ...) open_bench((b), (const char *const[]){__VA_ARGS__, NULL})

static void close_bench(struct bench *b) {
    kept_close(&b->kept);
    reinforce_close(&b->f);
}

/* The next that was kept is this one. */
static void assert_next(const struct bench *b, int64_t *next, struct token_span prompt,
                        struct token_span completion) {
    const struct dataset *data = &b->kept.data.dataset;
    assert_true(*next < data->samples);
    assert_true(judge_same(dataset_prompt(data, *next), prompt)); /* both with <bos> */
    assert_true(judge_same(dataset_completion(data, *next), completion));
    ++*next;
}

/* Counters: a drawing costs what the options say, whoever draws. */
static void assert_counted(const struct bench *b, int drawings) {
    const struct reinforcement *options = &b->f.config.rl;
    assert_int_equal(b->f.run.rollouts, drawings * options->prompts * options->generations);
    assert_int_equal(b->f.work->fresh, drawings * options->prompts);
    assert_int_equal(b->f.work->iteration, drawings);
}

/* --- its own right ones --- */

static bool is_repeated(const struct rollouts *r, size_t first, size_t c, const bool *taken) {
    for (size_t k = first; k < c; k++)
        if (taken[k] && judge_same(rollouts_text(r, k), rollouts_text(r, c))) return true;
    return false;
}

/* How often each rule left something out. */
struct left_out {
    int wrong, cut, same, many, kept;
};

static struct left_out check_own(const char *reward, const char *noise, int keep) {
    static struct bench b;
    char word[2][64];
    struct left_out left = {0};
    int64_t next = 0, drawings = 3;
    bool noisy = strcmp(noise, "rl.reward_noise=0");
    snprintf(word[0], sizeof word[0], "rl.reward=%s", reward);
    snprintf(word[1], sizeof word[1], "rl.keep=%d", keep);
    OPEN(&b, "rl.method=expert_iteration", word[0], word[1], noise, "rl.temperature=1.3",
         noisy ? "eval.max_new_tokens=20" : "eval.max_new_tokens=24"); /* of 24 in the longest */
    for (int64_t drawing = 0; drawing < drawings; drawing++) {
        DONE(harvest_gather(&b.f.run, &b.kept, 0, &error));
        const struct rollouts *r = &b.f.work->rollouts;
        assert_int_equal(r->count, 64);
        for (size_t first = 0; first < r->count; first += 8) {
            bool taken[64] = {false};
            int held = 0;
            for (size_t c = first; c < first + 8; c++) {
                const struct verdict *verdict = &r->verdict[c];
                double given = b.f.work->rewards.given[c];
                bool right = !strcmp(reward, "outcome") ? verdict->answer : verdict->trace;
                if (noisy) right = given == 1;
                left.wrong += !right;
                left.cut += right && !verdict->ended;
                bool same = is_repeated(r, first, c, taken);
                if (!right || !verdict->ended) continue;
                left.same += same && held < keep;
                left.many += !same && held == keep;
                if (same || held == keep) continue;
                taken[c] = true;
                held++;
                left.kept++;
                assert_next(&b, &next, dataset_prompt(r->problems, rollouts_problem(r, c)),
                            rollouts_text(r, c));
            }
        }
    }
    assert_int_equal(next, b.kept.data.dataset.samples);
    assert_counted(&b, (int)drawings);
    assert_true(b.f.work->latest.temperature == 1.3 && b.f.work->latest.reward == b.f.run.reward);
    close_bench(&b);
    return left;
}

static void right_different_and_not_too_many(void **state) {
    (void)state;
    struct left_out left = check_own("outcome", "rl.reward_noise=0", 1);
    assert_true(left.kept > 8 && left.wrong > 50 && left.many > 0);
    left = check_own("outcome", "rl.reward_noise=0", 4);
    assert_true(left.kept > 8 && left.same > 3);
    left = check_own("trace", "rl.reward_noise=0", 4);
    assert_true(left.kept > 4 && left.same > 3);
    left = check_own("line", "rl.reward_noise=0", 4); /* all lines right */
    assert_true(left.kept > 4);
    left = check_own("outcome", "rl.reward_noise=0.3", 4); /* as it was told, right or not */
    assert_true(left.kept > 10 && left.cut > 20);
}

/* --- labels --- */

/* The completion with labels before its lines, as a text with `true` ones good would have them. */
static struct token_span labelled_lines(const struct bench *b, size_t c, bool by_reward, int32_t *to) {
    const struct rollouts *r = &b->f.work->rollouts;
    struct label_words labels = labelling_of(b->f.run.vocabulary);
    struct token_span text = rollouts_text(r, c);
    size_t line = r->first_line[c], count = 0;
    bool starts = true;
    for (size_t t = 0; t <= text.count; t++) {
        if (starts) {
            bool good = by_reward ? b->f.work->rewards.line[line] == 1 : r->line_right[line];
            to[count++] = good ? labels.good : labels.bad;
            line++;
        }
        if (t == text.count) break;
        to[count++] = text.id[t];
        starts = text.id[t] == TOKEN_NEWLINE;
    }
    assert_int_equal(line, r->first_line[c + 1]);
    return (struct token_span){to, count};
}

static void check_labels(const char *labels, const char *reward) {
    static struct bench b;
    char word[2][64];
    int64_t next = 0;
    int kinds[2] = {0}, cut = 0;
    bool by_line = !strcmp(labels, "line"), by_reward = !strcmp(reward, "line");
    snprintf(word[0], sizeof word[0], "rl.labels=%s", labels);
    snprintf(word[1], sizeof word[1], "rl.reward=%s", reward);
    OPEN(&b, "rl.method=rcrl", word[0], word[1], "rl.keep=2", "eval.max_new_tokens=24", "rl.temperature=1.3");
    struct label_words words = labelling_of(b.f.run.vocabulary);
    for (int drawing = 0; drawing < 3; drawing++) {
        DONE(harvest_gather(&b.f.run, &b.kept, 0, &error));
        const struct rollouts *r = &b.f.work->rollouts;
        for (size_t first = 0; first < r->count; first += 8) {
            bool taken[64] = {false};
            int left[2] = {2, 2};
            for (size_t c = first; c < first + 8; c++) {
                bool good = by_reward ? r->verdict[c].trace : r->verdict[c].answer;
                int32_t prompt[64], text[128];
                struct token_span asked = dataset_prompt(r->problems, rollouts_problem(r, c)),
                                  written = rollouts_text(r, c);
                cut += !r->verdict[c].ended;
                if (!r->verdict[c].ended || !left[good] || is_repeated(r, first, c, taken)) continue;
                taken[c] = true;
                left[good]--;
                kinds[good]++;
                memcpy(prompt, asked.id, asked.count * sizeof *prompt);
                prompt[asked.count] = good ? words.good : words.bad;
                asked = (struct token_span){prompt, asked.count + !by_line};
                assert_next(&b, &next, asked, by_line ? labelled_lines(&b, c, by_reward, text) : written);
            }
        }
    }
    assert_int_equal(next, b.kept.data.dataset.samples);
    assert_true(kinds[0] > 20 && kinds[1] > 8 && cut > 0);
    close_bench(&b);
}

static void good_and_bad_are_labelled(void **state) {
    (void)state;
    check_labels("completion", "outcome");
    check_labels("line", "outcome");
    check_labels("line", "line");
}

/* The parent knows no labels; models of later rounds are asked for good completions. */
static void good_is_asked_for_after_a_round(void **state) {
    (void)state;
    static struct bench b;
    struct rollouts plain = {0};
    OPEN(&b, "rl.method=rcrl");
    for (int round = 0; round < 2; round++) {
        b.f.work->iteration = b.f.work->fresh = 0;
        DONE(harvest_gather(&b.f.run, &b.kept, round, &error));
        struct pcg pcg = pcg_stream(3, "rollout", 0);
        uint64_t high = pcg_next(&pcg);
        struct rollout_options options = {.generations = 8,
                                          .max_new_tokens = b.f.run.evaluating.max_new_tokens,
                                          .temperature = 1,
                                          .seed = high << 32 | pcg_next(&pcg)};
        if (round) options.labelling.label = labelling_of(b.f.run.vocabulary).good;
        DONE(rollouts_draw(&plain, &b.f.work->problems.dataset, &options, learner_folded(b.f.run.learner),
                           b.f.run.team, b.f.work->judge, &error));
        for (size_t c = 0; c < plain.count; c++)
            assert_true(judge_same(rollouts_text(&plain, c), rollouts_text(&b.f.work->rollouts, c)));
    }
    rollouts_free(&plain);
    close_bench(&b);
}

/* --- others' traces --- */

/* One likeliest completion a problem is kept if it ended, right or not. */
static void greedy_ones_unfiltered(void **state) {
    (void)state;
    static struct bench b;
    int64_t next = 0;
    int wrong = 0;
    OPEN(&b, "rl.method=expert_iteration", "rl.expert=greedy", "rl.keep=1", "eval.max_new_tokens=24");
    for (int drawing = 0; drawing < 4; drawing++) {
        DONE(harvest_gather(&b.f.run, &b.kept, 0, &error));
        const struct rollouts *r = &b.f.work->rollouts;
        struct decoder_options greedy = {.max_new_tokens = 24, .stop = TOKEN_EOS};
        struct decoder_result result[8];
        assert_int_equal(r->count, 8);
        DONE(decoder_run(learner_folded(b.f.run.learner), b.f.run.team, r->request, 8, &greedy, result,
                         &error));
        for (size_t c = 0; c < 8; c++) {
            struct token_span text = {result[c].tokens, (size_t)result[c].length};
            if (!result[c].stopped) continue;
            wrong += !r->verdict[c].answer;
            assert_next(&b, &next, dataset_prompt(r->problems, (int64_t)c), text);
        }
        decoder_free_results(result, 8);
    }
    assert_int_equal(next, b.kept.data.dataset.samples);
    assert_true(wrong > 0 && next > wrong);
    assert_counted(&b, 4);
    close_bench(&b);
}

static void data_are_kept_as_they_are(void **state) {
    (void)state;
    static struct bench b;
    static const char *const experts[] = {"rl.expert=clean", "rl.expert=noisy"};
    for (int noisy = 0; noisy < 2; noisy++) {
        int64_t next = 0;
        OPEN(&b, "rl.method=expert_iteration", experts[noisy], "noise.digit.rate=0.5");
        for (int drawing = 0; drawing < 2; drawing++) {
            DONE(harvest_gather(&b.f.run, &b.kept, 0, &error));
            const struct dataset *problems = &b.f.work->problems.dataset;
            assert_int_equal(problems->samples, 8);
            for (int64_t i = 0; i < 8; i++)
                assert_next(&b, &next, dataset_prompt(problems, i), dataset_completion(problems, i));
        }
        assert_int_equal(next, b.kept.data.dataset.samples);
        assert_int_equal(b.f.work->rollouts.count, 0); /* nothing is drawn, and it costs as much */
        assert_true(isnan(b.f.work->latest.reward) && isnan(b.f.work->latest.length));
        assert_counted(&b, 2);
        close_bench(&b);
    }
}

/* --- search --- */

/* A problem as the search below sees it. */
struct sought {
    uint64_t number;
    int32_t beginning[128];
    size_t count;
};

/* The same search, written down once more: goes through one iteration and finds what the other one kept.
 * Returns the number of completions it drew. */
struct found {
    int solved, drawn, went_on, held_back;
};

static void search_again(struct bench *b, int64_t iteration, int64_t *next, struct found *found) {
    static struct sought sought[64];
    struct reinforce_run *f = &b->f;
    struct dataset_builder problems = {0};
    struct rollouts r = {0};
    int left = f->config.rl.prompts, room = run_work_longest(&f->run) - f->run.evaluating.max_new_tokens;
    for (int i = 0; i < left; i++)
        sought[i] = (struct sought){.number = (uint64_t)(iteration * f->config.rl.prompts + i)};
    for (uint64_t trial = 0; trial < (uint64_t)f->config.rl.generations && left; trial++) {
        uint64_t numbers[64];
        struct token_span beginning[64];
        for (int i = 0; i < left; i++) {
            numbers[i] = sought[i].number;
            beginning[i] = (struct token_span){sought[i].beginning, sought[i].count};
            found->went_on += sought[i].count > 0;
        }
        struct pcg pcg = pcg_stream(3, "rollout", (uint64_t)iteration * 1024 + trial);
        uint64_t high = pcg_next(&pcg);
        const struct rollout_options options = {.generations = 1,
                                                .max_new_tokens = f->run.evaluating.max_new_tokens,
                                                .temperature = 1,
                                                .seed = high << 32 | pcg_next(&pcg),
                                                .beginning = beginning};
        DONE(prompts_make(f->work->prompts, numbers, left, &problems, &error));
        DONE(rollouts_draw(&r, &problems.dataset, &options, learner_folded(f->run.learner), f->run.team,
                           f->work->judge, &error));
        found->drawn += left;
        int kept = 0;
        for (int i = 0; i < left; i++) {
            struct token_span text = rollouts_text(&r, (size_t)i),
                              truth = dataset_completion(&problems.dataset, i),
                              prompt = dataset_prompt(&problems.dataset, i);
            if (r.written[i].stopped && judge_same(text, truth)) {
                assert_next(b, next, prompt, truth);
                found->solved++;
                continue;
            }
            size_t same = 0, lines = 0; /* whole true lines that it begins with */
            for (; same < text.count && same < truth.count && text.id[same] == truth.id[same]; same++)
                if (text.id[same] == TOKEN_NEWLINE) lines = same + 1;
            bool fits = (int)(prompt.count + lines) <= room;
            found->held_back += lines > sought[i].count && !fits;
            struct sought one = sought[i];
            if (lines > one.count && fits) {
                memcpy(one.beginning, text.id, lines * sizeof *text.id);
                one.count = lines;
            }
            sought[kept++] = one;
        }
        left = kept;
    }
    rollouts_free(&r);
    dataset_free(&problems.dataset);
}

/* Searches `drawings` times, with room for so many tokens behind a prompt's beginning (0: as it is). */
static struct found check_search(const char *generations, const char *tokens, int longest) {
    static struct bench b;
    struct found found = {0};
    int64_t next = 0;
    OPEN(&b, "rl.method=expert_iteration", "rl.expert=beam", generations, tokens);
    if (longest) {
        b.f.run.training.longest = 0;
        b.f.run.test.longest = longest; /* and the new tokens */
    }
    for (int64_t drawing = 0; drawing < 3; drawing++) {
        DONE(harvest_gather(&b.f.run, &b.kept, 0, &error));
        assert_true(b.f.work->latest.trace_drawn <= 1 && b.f.work->latest.length > 3);
        search_again(&b, drawing, &next, &found);
    }
    assert_int_equal(next, b.kept.data.dataset.samples);
    assert_counted(&b, 3);
    close_bench(&b);
    return found;
}

static void true_traces_alone_are_found(void **state) {
    (void)state;
    struct found one = check_search("rl.generations=1", "eval.max_new_tokens=24", 0),
                 more = check_search("rl.generations=6", "eval.max_new_tokens=24", 0);
    assert_int_equal(one.drawn, 24);
    assert_int_equal(one.went_on, 0);
    assert_true(one.solved < more.solved && more.solved < 24 && more.went_on > 20);
    assert_true(more.drawn < 6 * 24 && more.held_back == 0);
    /* Traces of several times the new tokens of one trial. */
    struct found pieces = check_search("rl.generations=40", "eval.max_new_tokens=6", 0);
    assert_true(pieces.solved > 3);
    /* Where beginnings leave no room they are not gone on from. */
    struct found narrow = check_search("rl.generations=6", "eval.max_new_tokens=24", 18);
    assert_true(narrow.held_back > 5 && narrow.went_on > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_different_and_not_too_many), cmocka_unit_test(good_and_bad_are_labelled),
        cmocka_unit_test(good_is_asked_for_after_a_round),  cmocka_unit_test(greedy_ones_unfiltered),
        cmocka_unit_test(data_are_kept_as_they_are),        cmocka_unit_test(true_traces_alone_are_found),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
