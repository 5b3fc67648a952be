/* Mixes: train and test are disjoint, samples depend on nothing but their index, and the JSONL they become.
 */
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/sample.h"

static void the_sides_are_disjoint(void **state) {
    (void)state;
    struct fixture s;
    static int8_t side[100][100]; /* 0: not seen, otherwise 1 + its split */
    int seen[SPLITS] = {0};
    memset(side, 0, sizeof side);
    fixture_prepare(&s, "add");
    s.mix.entry[0].sizes.max_digits = 2;
    fixture_open(&s);
    for (uint64_t seed = 0; seed < 20; seed++) {
        for (int split = SPLIT_TRAIN; split < SPLITS; split++) {
            for (uint64_t i = 0; i < 2000; i++) {
                struct sample sample;
                assert_int_equal(mix_sample(s.sampler, seed, (enum split)split, i, &sample, &s.error),
                                 ERR_OK);
                int64_t x = decimal_int(&sample.arguments->atom[0].number),
                        y = decimal_int(&sample.arguments->atom[1].number);
                assert_true(side[x][y] == 0 || side[x][y] == split + 1);
                if (split != SPLIT_TRAIN) assert_true(x > 9 || y > 9); /* a hundred are too few to divide */
                seen[split] += side[x][y] == 0;
                side[x][y] = (int8_t)(split + 1);
            }
        }
    }
    /* one problem in ten of 9900 for each, within 4 standard errors; 20 seeds see nearly all */
    assert_in_range(seen[SPLIT_TEST], 990 - 120, 990 + 120);
    assert_in_range(seen[SPLIT_VALIDATION], 990 - 120, 990 + 120);
    assert_true(seen[SPLIT_TRAIN] > 6500);
    fixture_close(&s);
}

static void too_few_problems_is_an_error(void **state) {
    (void)state;
    struct fixture s;
    struct sample sample;
    fixture_prepare(&s, "gcd");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 5, .max = 5};
    fixture_open(&s);
    assert_int_equal(mix_sample(s.sampler, 1, SPLIT_TRAIN, 0, &sample, &s.error), ERR_OK);
    for (int split = SPLIT_TEST; split < SPLITS; split++) {
        assert_int_equal(mix_sample(s.sampler, 1, (enum split)split, 0, &sample, &s.error), ERR_INPUT);
        assert_non_null(strstr(s.error.message, "gcd"));
        assert_non_null(strstr(s.error.message, "allow larger sizes"));
    }
    fixture_close(&s);
}

/* Of numbers to 3 none has a factor of two digits: there is nothing that more numbers of these digits would
 * add. */
static void no_problems_at_all_is_another_error(void **state) {
    (void)state;
    struct fixture s;
    struct sample sample;
    fixture_prepare(&s, "prime_factors");
    s.mix.entry[0].sizes = (struct sizes){.min = 1, .max = 3, .min_length = 2, .max_length = 2};
    fixture_open(&s);
    for (int split = 0; split < SPLITS; split++) {
        assert_int_equal(mix_sample(s.sampler, 1, (enum split)split, 0, &sample, &s.error), ERR_INPUT);
        assert_non_null(strstr(s.error.message, "prime_factors: no problem of these sizes"));
    }
    fixture_close(&s);
}

static void sizes_are_checked(void **state) {
    (void)state;
    static const struct sizes bad[] = {
        {.min_digits = 0, .max_digits = 3, .max_length = 3},
        {.min_digits = 4, .max_digits = 3, .max_length = 3},
        {.min_digits = 1, .max_digits = DECIMAL_ARGUMENT + 1, .max_length = 3},
        {.sampling = SAMPLING_MAGNITUDE, .min = 2, .max = 1, .max_length = 3},
        {.min_digits = 1, .max_digits = 3, .min_length = 3, .max_length = 2},
        {.min_digits = 1, .max_digits = 3, .min_length = 0, .max_length = LIST_MAX + 1},
        {.min_digits = 1, .max_digits = 3, .min_length = -1, .max_length = 2},
    };
    struct fixture s;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fixture_prepare(&s, "median");
        assert_int_equal(mix_check(&s.mix, &s.error), ERR_OK);
        s.mix.entry[0].sizes = bad[i];
        assert_int_equal(mix_check(&s.mix, &s.error), ERR_INPUT);
    }
    fixture_prepare(&s, "mod");
    s.mix.entry[0].sizes = (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = -1, .max = 5};
    assert_int_equal(mix_check(&s.mix, &s.error), ERR_INPUT);
    s.mix.entries = 0;
    assert_int_equal(mix_check(&s.mix, &s.error), ERR_INPUT);
}

static void weights_share_the_samples(void **state) {
    (void)state;
    struct fixture s;
    int counts[3] = {0};
    static const char *const names[] = {"add", "gcd", "median"};
    fixture_prepare(&s, "add");
    s.mix.entries = 3;
    for (int i = 0; i < 3; i++) {
        const struct task *task = task_find(names[i]);
        s.mix.entry[i] = (struct mix_entry){.task = task, .weight = i + 1, .sizes = task->sizes};
    }
    fixture_open(&s);
    for (uint64_t i = 0; i < 12000; i++) {
        struct sample sample = fixture_draw(&s, i);
        for (int k = 0; k < 3; k++) counts[k] += sample.task == s.mix.entry[k].task;
    }
    for (int k = 0; k < 3; k++) {
        double share = (k + 1) / 6.0;
        assert_true(fabs(counts[k] / 12000.0 - share) < 4 * sqrt(share * (1 - share) / 12000));
    }
    fixture_close(&s);
}

static void sampling_by_length_and_magnitude(void **state) {
    (void)state;
    struct fixture s;
    int lengths[5] = {0};
    fixture_prepare(&s, "add");
    fixture_open(&s);
    for (uint64_t i = 0; i < 8000; i++)
        lengths[decimal_length(&fixture_draw(&s, i).arguments->atom[0].number)]++;
    for (int digits = 1; digits <= 4; digits++) assert_true(abs(lengths[digits] - 2000) < 4 * 39);
    fixture_close(&s);

    int64_t sum = 0;
    fixture_prepare(&s, "sort");
    s.mix.entry[0].sizes = (struct sizes){SAMPLING_MAGNITUDE, 1, 1, -20, 30, 2, 4};
    fixture_open(&s);
    for (uint64_t i = 0; i < 2000; i++) {
        const struct list *list = &fixture_draw(&s, i).arguments->list[0];
        assert_in_range(list->length, 2, 4);
        int64_t first = decimal_int(&list->atom[0].number);
        assert_true(first >= -20 && first <= 30);
        sum += first;
    }
    assert_true(fabs(sum / 2000.0 - 5) < 4 * 14.8 / sqrt(2000));
    fixture_close(&s);
}

/* --- the same from any thread --- */

enum { SHARED = 400 };

struct worker {
    const struct fixture *shared;
    int first;
    struct buffer *lines; /* SHARED of them */
};

static void *write_every_fourth(void *context) {
    struct worker *worker = context;
    struct mix_sampler *sampler = NULL;
    struct sample sample;
    if (mix_sampler_create(&worker->shared->mix, worker->shared->vocabulary, false, &sampler, NULL))
        return worker;
    for (int i = SHARED - 4 + worker->first; i >= 0; i -= 4) {
        if (mix_sample(sampler, 11, SPLIT_TRAIN, (uint64_t)i, &sample, NULL)) return worker;
        sample_json(&sample, worker->shared->vocabulary, false, &worker->lines[i]);
    }
    mix_sampler_free(sampler);
    return NULL;
}

static void threads_make_the_same_samples(void **state) {
    (void)state;
    struct fixture s;
    struct buffer lines[SHARED] = {{0}}, expected = {0};
    pthread_t threads[4];
    struct worker workers[4];
    fixture_prepare(&s, "gcd");
    for (int k = 0; noise_list[k]; k++) s.mix.rate[k] = 0.1;
    fixture_open(&s);
    for (int t = 0; t < 4; t++) {
        workers[t] = (struct worker){&s, t, lines};
        assert_int_equal(pthread_create(&threads[t], NULL, write_every_fourth, &workers[t]), 0);
    }
    for (int t = 0; t < 4; t++) {
        void *failed;
        pthread_join(threads[t], &failed);
        assert_null(failed);
    }
    for (int i = 0; i < SHARED; i++) {
        struct sample sample = fixture_draw(&s, (uint64_t)i);
        buffer_clear(&expected);
        sample_json(&sample, s.vocabulary, false, &expected);
        assert_string_equal(lines[i].bytes, expected.bytes);
        buffer_free(&lines[i]);
    }
    buffer_free(&expected);
    fixture_close(&s);
}

/* --- formats --- */

static void jsonl_has_the_agreed_keys(void **state) {
    (void)state;
    struct fixture s;
    struct sample sample;
    struct buffer line = {0};
    struct arguments *arguments = malloc(sizeof *arguments);
    fixture_prepare(&s, "add");
    fixture_open(&s);
    assert_int_equal(task_parse(task_find("add"), 2, (const char *const[]){"7", "12"}, arguments, &s.error),
                     ERR_OK);
    assert_int_equal(
        mix_sample_problem(s.sampler, 1, SPLIT_TRAIN, 3, task_find("add"), arguments, &sample, &s.error),
        ERR_OK);
    sample_json(&sample, s.vocabulary, false, &line);
    assert_string_equal(
        line.bytes,
        "{\"task\":\"add\",\"index\":3,\"args\":[\"7\",\"12\"],\"prompt\":\"7 + 12\\n\",\"completion\":\""
        "digx = 7\\ndigy = 2\\nres = 9\\ncarry = 0\\ndigx = 0\\ndigy = 1\\nres = 1\\ncarry = 0\\nanswer = "
        "19\","
        "\"answer\":\"19\",\"contaminated\":false,\"corrupted\":0,\"truncated\":false}\n");
    json_t *json = json_loads(line.bytes, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(json), 9);
    json_decref(json);
    free(arguments);
    buffer_free(&line);
    fixture_close(&s);
}

static void foreign_tasks_are_refused(void **state) {
    (void)state;
    struct fixture s;
    struct sample sample;
    struct arguments *arguments = calloc(1, sizeof *arguments);
    fixture_prepare(&s, "add");
    fixture_open(&s);
    s.mix.format = FORMAT_DIRECT;
    assert_int_equal(
        mix_sample_problem(s.sampler, 1, SPLIT_TEST, 0, task_find("sort"), arguments, &sample, &s.error),
        ERR_INPUT);
    assert_non_null(strstr(s.error.message, "sort"));
    free(arguments);
    fixture_close(&s);
}

static void direct_is_the_answer_alone(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "gcd");
    s.mix.format = FORMAT_DIRECT;
    s.mix.line_limit = 1;
    fixture_open(&s);
    for (uint64_t i = 0; i < 100; i++) {
        struct sample sample = fixture_draw(&s, i);
        assert_int_equal(sample.completion.count, sample.answer.count + 2);
        assert_int_equal(sample.completion.id[0], TOKEN_ANSWER);
        assert_memory_equal(sample.completion.id + 2, sample.answer.id,
                            sample.answer.count * sizeof(int32_t));
    }
    fixture_close(&s);
}

static void assert_vocabulary(const struct task *task, int count, const char *const *words) {
    struct fixture s;
    fixture_prepare(&s, task->name);
    s.mix.entry[0].task = task;
    fixture_open(&s);
    assert_int_equal(vocabulary_count(s.vocabulary), TOKEN_FIXED + count);
    for (int i = 0; i < count; i++)
        assert_string_equal(vocabulary_text(s.vocabulary, TOKEN_FIXED + i), words[i]);
    fixture_close(&s);
}

static void the_vocabulary_holds_what_is_called(void **state) {
    (void)state;
    static const char *const words[] = {"median", "xs", "mid", "hi", "lo", "both", "sort", "least", "rest"};
    assert_vocabulary(task_find("median"), 9, words);
}

/* Keywords and names by themselves, symbols, and truths also where the task takes them without writing any.
 */
static void the_vocabulary_holds_what_is_no_number(void **state) {
    (void)state;
    static const char *const brackets[] = {"dyck", "i",     "next", "push", "stack", "pop",
                                           "true", "false", "<",    ">",    "{",     "}"};
    static const char *const names[] = {"odd", NULL}, *const truths[] = {"parity", "odd", "false", "true"};
    struct task takes = *task_find("parity");
    assert_vocabulary(task_find("dyck"), 12, brackets);
    takes.names = names;
    assert_vocabulary(&takes, 4, truths);
}

/* --- numbers turned round, the answer first, lines left out --- */

/* Turns every run of digits round. */
static void reverse_numbers(int32_t *ids, size_t count) {
    for (size_t from = 0, to; from < count; from = to + 1) {
        for (to = from; to < count && token_is_digit(ids[to]); to++) continue;
        for (size_t a = from, b = to; a + 1 < b; a++) {
            int32_t held = ids[a];
            ids[a] = ids[--b];
            ids[b] = held;
        }
    }
}

static void reversed_completions_are_the_plain_ones_turned_round(void **state) {
    (void)state;
    static const char *const tasks[] = {"lcm", "median", "sub"};
    for (int n = 0; n < 3; n++) {
        struct fixture plain, reversed;
        fixture_prepare(&plain, tasks[n]);
        fixture_prepare(&reversed, tasks[n]);
        reversed.mix.reverse = true;
        fixture_open(&plain);
        fixture_open(&reversed);
        for (uint64_t i = 0; i < 500; i++) {
            struct sample a = fixture_draw(&plain, i), b = fixture_draw(&reversed, i);
            assert_int_equal(a.prompt.count, b.prompt.count);
            assert_memory_equal(a.prompt.id, b.prompt.id, a.prompt.count * sizeof(int32_t));
            assert_memory_equal(a.answer.id, b.answer.id, a.answer.count * sizeof(int32_t));
            assert_int_equal(a.completion.count, b.completion.count);
            int32_t *turned = malloc(a.completion.count * sizeof *turned);
            memcpy(turned, a.completion.id, a.completion.count * sizeof *turned);
            reverse_numbers(turned, a.completion.count);
            assert_memory_equal(turned, b.completion.id, a.completion.count * sizeof *turned);
            free(turned);
        }
        fixture_close(&plain);
        fixture_close(&reversed);
    }
}

static void the_answer_can_come_first(void **state) {
    (void)state;
    struct fixture plain, first;
    fixture_prepare(&plain, "add");
    fixture_prepare(&first, "add");
    first.mix.format = FORMAT_ANSWER_FIRST;
    plain.mix.rate[noise_find("line")] = first.mix.rate[noise_find("line")] = 0.3;
    fixture_open(&plain);
    fixture_open(&first);
    for (uint64_t i = 0; i < 500; i++) {
        struct sample a = fixture_draw(&plain, i), b = fixture_draw(&first, i);
        size_t count = a.completion.count, answer = a.answer.count + 2;
        assert_int_equal(b.completion.count, count);
        assert_memory_equal(b.completion.id, a.completion.id + count - answer, answer * sizeof(int32_t));
        if (a.lines > 1)
            assert_memory_equal(b.completion.id + answer + 1, a.completion.id,
                                (count - answer - 1) * sizeof(int32_t));
        assert_int_equal(b.origins[0], b.trace_lines - 1);
    }
    fixture_close(&plain);
    fixture_close(&first);
}

/* In every epoch the share that the schedule says, of every trace; later epochs leave out the same and more.
 */
static void lines_are_left_out_on_schedule(void **state) {
    (void)state;
    enum { EPOCHS = 5, LINES = 300 };
    for (int order = SPARSIFY_RANDOM; order <= SPARSIFY_EARLIEST; order++) {
        for (int schedule = SPARSIFY_CONSTANT; schedule <= SPARSIFY_LINEAR; schedule++) {
            struct fixture s;
            fixture_prepare(&s, "add");
            s.mix.sparsify.share = 0.6;
            s.mix.sparsify.order = (enum sparsify_order)order;
            s.mix.sparsify.schedule = (enum sparsify_schedule)schedule;
            fixture_open(&s);
            assert_true(mix_varies(&s.mix, EPOCHS) == (schedule == SPARSIFY_LINEAR));
            for (uint64_t i = 0; i < 200; i++) {
                bool written[LINES];
                memset(written, 1, sizeof written);
                for (int epoch = 0; epoch < EPOCHS; epoch++) {
                    bool now[LINES] = {false};
                    mix_sampler_set_epoch(s.sampler, epoch, EPOCHS);
                    struct sample sample = fixture_draw(&s, i);
                    double share = schedule == SPARSIFY_LINEAR ? 0.6 * epoch / (EPOCHS - 1) : 0.6;
                    int dropped = (int)(share * (sample.trace_lines - 1) + 0.5);
                    assert_int_equal(sample.lines, sample.trace_lines - dropped);
                    for (int l = 0; l < sample.lines; l++) {
                        now[sample.origins[l]] = true;
                        assert_true(written[sample.origins[l]]);
                        if (order == SPARSIFY_EARLIEST) assert_int_equal(sample.origins[l], dropped + l);
                    }
                    assert_true(now[sample.trace_lines - 1]);
                    memcpy(written, now, sizeof now);
                }
            }
            struct sample test;
            assert_int_equal(mix_sample(s.sampler, 11, SPLIT_TEST, 0, &test, &s.error), ERR_OK);
            assert_int_equal(test.lines, test.trace_lines);
            fixture_close(&s);
        }
    }
}

/* At random: every line as often as every other, and not the same lines of each sample. */
static void any_line_may_be_left_out(void **state) {
    (void)state;
    enum { LINES = 12, DRAWN = 1000 }; /* three digits: four lines each */
    struct fixture s;
    int left_out[LINES];
    fixture_prepare(&s, "add");
    s.mix.entry[0].sizes.min_digits = s.mix.entry[0].sizes.max_digits = 3;
    s.mix.sparsify.share = 0.5;
    s.mix.sparsify.order = SPARSIFY_RANDOM;
    fixture_open(&s);
    int samples = 0;
    for (int l = 0; l < LINES; l++) left_out[l] = DRAWN;
    for (uint64_t i = 0; samples < DRAWN; i++) {
        struct sample sample = fixture_draw(&s, i);
        if (sample.trace_lines != LINES + 1) continue; /* a carry at the end makes one more */
        samples++;
        for (int l = 0; l + 1 < sample.lines; l++) left_out[sample.origins[l]]--;
    }
    for (int l = 0; l < LINES; l++) assert_true(abs(left_out[l] - DRAWN / 2) < 4 * 16);
    fixture_close(&s);
}

/* Where the line limit cuts a trace, its completion says 0, and the answer is the true one all the same. */
static void a_cut_trace_has_its_true_answer(void **state) {
    (void)state;
    struct fixture whole, cut;
    int truncated = 0;
    fixture_prepare(&whole, "gcd");
    fixture_prepare(&cut, "gcd");
    cut.mix.line_limit = 4;
    fixture_open(&whole);
    fixture_open(&cut);
    for (uint64_t i = 0; i < 200; i++) {
        struct drawn drawn;
        struct sample a = fixture_draw(&whole, i), b = fixture_draw_cut(&cut, i, &drawn);
        assert_int_equal(fixture_number(b.answer), fixture_number(a.answer));
        assert_true(b.truncated == (a.lines > 4));
        if (b.truncated) assert_int_equal(b.completion.id[b.completion.count - 1], TOKEN_DIGIT);
        truncated += b.truncated;
    }
    assert_true(truncated > 50 && truncated < 200);
    fixture_close(&whole);
    fixture_close(&cut);
}

/* A data set has no problem whose clean trace is cut, whatever noise makes of it, with and without the clean
 * form. */
static void noise_hides_no_cut_trace(void **state) {
    (void)state;
    for (int want_clean = 0; want_clean < 2; want_clean++) {
        struct fixture whole, cut;
        struct mix_sampler *sampler;
        int refused = 0, noised_only = 0;
        fixture_prepare(&whole, "gcd");
        fixture_prepare(&cut, "gcd");
        cut.mix.rate[noise_find("dynamic")] = 0.5;
        cut.mix.line_limit = 9;
        fixture_open(&whole);
        fixture_open(&cut);
        assert_int_equal(mix_sampler_create(&cut.mix, cut.vocabulary, want_clean, &sampler, &cut.error),
                         ERR_OK);
        for (uint64_t i = 0; i < 200; i++) {
            struct sample clean = fixture_draw(&whole, i), sample = {0};
            enum err code = mix_sample(sampler, 11, SPLIT_TRAIN, i, &sample, &cut.error);
            assert_int_equal(code, clean.lines > 9 ? ERR_INPUT : ERR_OK);
            refused += code != ERR_OK;
            noised_only += !code && sample.truncated;
        }
        assert_true(refused > 20 && noised_only > 20);
        mix_sampler_free(sampler);
        fixture_close(&whole);
        fixture_close(&cut);
    }
}

/* --- several tasks, several noises --- */

/* Two kinds with one site a line hit other lines: each has a stream of its own. */
static void kinds_draw_apart(void **state) {
    (void)state;
    struct fixture s;
    int line = noise_find("line"), repeat = noise_find("line_repeat"), apart = 0;
    fixture_prepare(&s, "add");
    s.mix.rate[line] = s.mix.rate[repeat] = 0.5;
    fixture_open(&s);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        assert_int_equal(sample.tallies[line].sites, sample.tallies[repeat].sites);
        apart += sample.tallies[line].hits != sample.tallies[repeat].hits;
    }
    assert_true(apart > 100);
    fixture_close(&s);
}

static void a_mix_keeps_every_share(void **state) {
    (void)state;
    enum { SAMPLES = 12000 };
    static const char *const tasks[] = {"add", "mul", "max"}, *const kinds[] = {"digit", "slip", "line_swap"};
    static const double own[] = {0.1, 0.5, -1};
    struct fixture s;
    int drawn[3] = {0}, acted[3] = {0};
    struct tally tally[3] = {{0, 0}};
    fixture_prepare(&s, "add");
    s.mix.entries = 3;
    s.mix.contamination = 0.3;
    for (int i = 0; i < 3; i++) {
        const struct task *task = task_find(tasks[i]);
        s.mix.entry[i] = (struct mix_entry){.task = task, .weight = 3 - i, .sizes = task->sizes};
        s.mix.rate[noise_find(kinds[i])] = 0.2;
        s.mix.kind_contamination[noise_find(kinds[i])] = own[i];
    }
    fixture_open(&s);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sample sample = fixture_draw(&s, i);
        for (int k = 0; k < 3; k++) {
            int kind = noise_find(kinds[k]);
            drawn[k] += sample.task == s.mix.entry[k].task;
            acted[k] += sample.acting >> kind & 1;
            tally[k].sites += sample.tallies[kind].sites;
            tally[k].hits += sample.tallies[kind].hits;
        }
        /* One draw decides for all: the samples of the rarer kind are among those of the commoner. */
        bool digit = sample.acting >> noise_find("digit") & 1,
             swap = sample.acting >> noise_find("line_swap") & 1;
        bool slip = sample.acting >> noise_find("slip") & 1;
        assert_true(digit <= swap && swap <= slip);
        assert_int_equal(sample.contaminated, slip);
        int64_t hits = 0;
        for (int k = 0; noise_list[k]; k++) hits += sample.tallies[k].hits;
        assert_int_equal(sample.corrupted, hits);
    }
    for (int k = 0; k < 3; k++) {
        double share = (3 - k) / 6.0, contamination = own[k] < 0 ? 0.3 : own[k];
        assert_true(fabs((double)drawn[k] / SAMPLES - share) < 4 * sqrt(share * (1 - share) / SAMPLES));
        assert_true(fabs((double)acted[k] / SAMPLES - contamination) <
                    4 * sqrt(contamination * (1 - contamination) / SAMPLES));
        assert_true(fabs((double)tally[k].hits / (double)tally[k].sites - 0.2) <
                    4 * sqrt(0.2 * 0.8 / (double)tally[k].sites));
    }
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sides_are_disjoint),
        cmocka_unit_test(too_few_problems_is_an_error),
        cmocka_unit_test(no_problems_at_all_is_another_error),
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(weights_share_the_samples),
        cmocka_unit_test(sampling_by_length_and_magnitude),
        cmocka_unit_test(threads_make_the_same_samples),
        cmocka_unit_test(jsonl_has_the_agreed_keys),
        cmocka_unit_test(foreign_tasks_are_refused),
        cmocka_unit_test(direct_is_the_answer_alone),
        cmocka_unit_test(the_vocabulary_holds_what_is_called),
        cmocka_unit_test(the_vocabulary_holds_what_is_no_number),
        cmocka_unit_test(reversed_completions_are_the_plain_ones_turned_round),
        cmocka_unit_test(the_answer_can_come_first),
        cmocka_unit_test(lines_are_left_out_on_schedule),
        cmocka_unit_test(any_line_may_be_left_out),
        cmocka_unit_test(a_cut_trace_has_its_true_answer),
        cmocka_unit_test(noise_hides_no_cut_trace),
        cmocka_unit_test(kinds_draw_apart),
        cmocka_unit_test(a_mix_keeps_every_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
