/* Labels of return-conditioned tuning: asked for before completions or lines, and gone from what is handed
 * on.
 */
#include <math.h>
#include <string.h>

#include "nn/score.h"
#include "tests/texts.h"
#include "tests/toy_model.h"
#include "train/labelling.h"

enum { REQUESTS = 80, NEW = 24 };

struct bench {
    struct vocabulary *vocabulary;
    struct label_words labels;
    struct gpt *gpt;
    struct team *team;
    struct folded folded;
    _Alignas(64) real head[64]; /* as the learner has it */
    int32_t prompt[REQUESTS][6];
    struct decoder_request request[REQUESTS];
    struct decoder_result result[REQUESTS];
};

static int open(void **state) {
    static struct bench b;
    b.vocabulary = texts_vocabulary();
    OK(labelling_add(b.vocabulary, &error));
    b.labels = labelling_of(b.vocabulary);
    struct gpt_config config = toy_config();
    config.vocabulary = vocabulary_count(b.vocabulary);
    OK(gpt_create(&config, &b.gpt, &error));
    gpt_initialise(b.gpt, 5);
    for (size_t i = 0; i < b.gpt->size; i++) b.gpt->values[i] *= (real)1.3;
    OK(team_create(2, &b.team, &error));
    OK(folded_create(b.gpt, 2, &b.folded, &error));
    struct pcg pcg = pcg_stream(2, "test", 0);
    for (int c = 0; c < 64; c++) b.head[c] = (real)pcg_normal(&pcg);
    for (int i = 0; i < REQUESTS; i++) {
        int length = 2 + (int)pcg_below(&pcg, 5);
        b.prompt[i][0] = TOKEN_BOS;
        for (int t = 1; t < length; t++) b.prompt[i][t] = TOKEN_DIGIT + (int32_t)pcg_below(&pcg, 10);
        b.request[i] = (struct decoder_request){b.prompt[i], length, (uint64_t)i};
    }
    *state = &b;
    return 0;
}

static int close(void **state) {
    struct bench *b = *state;
    folded_free(&b->folded);
    team_free(b->team);
    gpt_free(b->gpt);
    vocabulary_free(b->vocabulary);
    return 0;
}

static const struct decoder_options options = {
    .max_new_tokens = NEW, .stop = TOKEN_EOS, .temperature = 1.2, .seed = 8, .log_probabilities = true};

static void decode(struct bench *b, struct labelling labelling, bool all) {
    struct decoder_options wanted = options;
    wanted.log_probabilities = all;
    wanted.value_head = all ? b->head : NULL;
    OK(labelling_decode(labelling, &b->folded, b->team, b->request, REQUESTS, &wanted, b->result, &error));
}

static void words_are_added(void **state) {
    struct bench *b = *state;
    struct vocabulary *without = texts_vocabulary();
    struct label_words none = labelling_of(without);
    assert_true(none.good == -1 && none.bad == -1);
    assert_string_equal(vocabulary_text(b->vocabulary, b->labels.good), "good");
    assert_string_equal(vocabulary_text(b->vocabulary, b->labels.bad), "bad");
    assert_int_equal(vocabulary_count(b->vocabulary), vocabulary_count(without) + 2);
    assert_int_equal(b->labels.bad, vocabulary_count(without) + 1); /* behind the names */
    vocabulary_free(without);
}

static void wanted_and_lacking(void **state) {
    struct bench *b = *state;
    struct vocabulary *without = texts_vocabulary();
    struct labelling labelling;
    struct error error = {""};
    static struct config config;
    for (int method = RL_NONE; method <= RL_PPO; method++) {
        config.rl.method = (enum rl_method)method;
        assert_int_equal(labelling_wanted(&config, without, &labelling, &error), ERR_OK);
        assert_true(labelling.label == TOKEN_PAD && !labelling.lines);
    }
    config.rl.method = RL_RCRL;
    for (int lines = 0; lines < 2; lines++) {
        config.rl.labels = lines ? RL_LABEL_LINE : RL_LABEL_COMPLETION;
        assert_int_equal(labelling_wanted(&config, b->vocabulary, &labelling, &error), ERR_OK);
        assert_int_equal(labelling.label, b->labels.good);
        assert_true(labelling.lines == lines);
        assert_int_equal(labelling_wanted(&config, without, &labelling, &error), ERR_INPUT);
        assert_string_equal(error.message,
                            "the model's vocabulary lacks 'good' or 'bad', which rl.method: rcrl needs");
    }
    assert_int_equal(vocabulary_add(without, "good", NULL), ERR_OK);
    assert_int_equal(labelling_wanted(&config, without, &labelling, &error), ERR_INPUT);
    vocabulary_free(without);
}

/* Without a label the decoder is asked as it is, and with one before the completion as if the prompt had it.
 */
static void before_completions(void **state) {
    struct bench *b = *state;
    struct decoder_result plain[REQUESTS];
    int32_t prompt[REQUESTS][8];
    struct decoder_request request[REQUESTS];
    for (int labelled = 0; labelled < 2; labelled++) {
        for (int i = 0; i < REQUESTS; i++) {
            int length = b->request[i].length;
            memcpy(prompt[i], b->prompt[i], (size_t)length * sizeof **prompt);
            prompt[i][length] = b->labels.bad;
            request[i] = (struct decoder_request){prompt[i], length + labelled, (uint64_t)i};
        }
        struct decoder_options wanted = options;
        wanted.value_head = b->head;
        OK(decoder_run(&b->folded, b->team, request, REQUESTS, &wanted, plain, &error));
        decode(b, (struct labelling){.label = labelled ? b->labels.bad : TOKEN_PAD}, true);
        for (int i = 0; i < REQUESTS; i++) {
            size_t count = (size_t)plain[i].length, targets = count + plain[i].stopped;
            assert_int_equal(b->result[i].length, count);
            assert_true(b->result[i].stopped == plain[i].stopped);
            assert_memory_equal(b->result[i].tokens, plain[i].tokens, count * sizeof(int32_t));
            assert_memory_equal(b->result[i].log_probabilities, plain[i].log_probabilities,
                                targets * sizeof(double));
            assert_memory_equal(b->result[i].values, plain[i].values, targets * sizeof(double));
        }
        decoder_free_results(plain, REQUESTS);
        decoder_free_results(b->result, REQUESTS);
    }
}

/* Puts the labels back that were taken out of a result; where[n] is then the place of its n-th token, <eos>
 * included where it came. Returns the length. */
static int put_back(const struct bench *b, int i, int32_t *sequence, int *where) {
    const struct decoder_result *result = &b->result[i];
    int length = b->request[i].length;
    memcpy(sequence, b->prompt[i], (size_t)length * sizeof *sequence);
    bool starts = true;
    for (int n = 0; n < result->length + result->stopped; n++) {
        int32_t token = n < result->length ? result->tokens[n] : TOKEN_EOS;
        if (starts) sequence[length++] = b->labels.good;
        where[n] = length;
        sequence[length++] = token;
        starts = token == TOKEN_NEWLINE;
    }
    return length;
}

/* Before lines: with the labels in their places the model finds each log-probability again; labels count as
 * new tokens. */
static void before_lines(void **state) {
    struct bench *b = *state;
    int lines = 0, stopped = 0, cut = 0;
    decode(b, (struct labelling){.label = b->labels.good, .lines = true}, true);
    for (int i = 0; i < REQUESTS; i++) {
        const struct decoder_result *result = &b->result[i];
        int32_t sequence[64];
        int where[NEW + 1], prompt = b->request[i].length, length = put_back(b, i, sequence, where);
        double scored[64];
        struct score_request request = {sequence, length, prompt, scored};
        OK(score_prepared(&b->folded, b->team, &request, 1, options.temperature, &error));
        int drawn = result->length + result->stopped;
        for (int n = 0; n < drawn; n++)
            assert_true(result->log_probabilities[n] == scored[where[n] - prompt]);
        for (int n = 0; n < result->length; n++) lines += result->tokens[n] == TOKEN_NEWLINE;
        stopped += result->stopped;
        cut += !result->stopped;
        assert_true(length - prompt <= NEW);
        /* Cut off, all are used up, but for a label behind a newline at the end, which is nothing's. */
        bool opened = result->length && result->tokens[result->length - 1] == TOKEN_NEWLINE;
        if (!result->stopped) assert_true(length - prompt == NEW || (opened && length - prompt == NEW - 1));
    }
    assert_true(lines > 10 && stopped > 3 && cut > 3);
    decoder_free_results(b->result, REQUESTS);
}

/* Values move with their tokens; where nothing of that is asked for, the text is the same. */
static void values_and_nothing(void **state) {
    struct bench *b = *state;
    static int32_t text[REQUESTS][NEW];
    int length[REQUESTS];
    struct labelling labelling = {b->labels.good, true};
    decode(b, labelling, true);
    for (int i = 0; i < REQUESTS; i++) {
        const struct decoder_result *result = &b->result[i];
        int32_t sequence[64];
        int where[NEW + 1];
        put_back(b, i, sequence, where);
        /* The value is of the row that says what follows: one token more, greedily, behind that row. */
        for (int n = 0; n < result->length + result->stopped; n += 5) {
            struct decoder_request request = {sequence, where[n], 0};
            struct decoder_options one = {
                .max_new_tokens = 1, .stop = TOKEN_EOS, .value_head = b->head, .log_probabilities = true};
            struct decoder_result next;
            OK(decoder_run(&b->folded, b->team, &request, 1, &one, &next, &error));
            assert_true(next.values[0] == result->values[n]);
            decoder_free_results(&next, 1);
        }
        length[i] = result->length;
        memcpy(text[i], result->tokens, (size_t)result->length * sizeof **text);
    }
    decoder_free_results(b->result, REQUESTS);
    decode(b, labelling, false);
    for (int i = 0; i < REQUESTS; i++) {
        assert_int_equal(b->result[i].length, length[i]);
        assert_memory_equal(b->result[i].tokens, text[i], (size_t)length[i] * sizeof **text);
        assert_null(b->result[i].log_probabilities);
    }
    decoder_free_results(b->result, REQUESTS);
}

/* However little is asked for, a label of a line is not all that comes. */
static void labels_alone_are_no_text(void **state) {
    struct bench *b = *state;
    struct decoder_options wanted = options;
    struct labelling labelling = {b->labels.good, true};
    wanted.max_new_tokens = 1;
    OK(labelling_decode(labelling, &b->folded, b->team, b->request, REQUESTS, &wanted, b->result, &error));
    for (int i = 0; i < REQUESTS; i++) assert_int_equal(b->result[i].length + b->result[i].stopped, 1);
    decoder_free_results(b->result, REQUESTS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_added),    cmocka_unit_test(wanted_and_lacking),
        cmocka_unit_test(before_completions), cmocka_unit_test(before_lines),
        cmocka_unit_test(values_and_nothing), cmocka_unit_test(labels_alone_are_no_text),
    };
    return cmocka_run_group_tests(tests, open, close);
}
