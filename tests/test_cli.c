/* The program as a user meets it: one run from spec to answers, its files, and what it says of bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "record/model_directory.h"
#include "tests/reference_gpt.h"
#include "tests/support/shell.h"

/* A model that learns little, in a second: what is tested is the machinery. */
#define SMALL_SPEC                                                                                          \
    "name: cli\\nseeds: [3]\\ntask: {name: add, max_digits: 2}\\n"                                          \
    "data: {samples: 400, epochs: 2}\\nnoise: {digit: 0.1}\\n"                                              \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\n"                                     \
    "train: {batch_tokens: 1024, learning_rate: 3e-3, checkpoint_every: 10}\\neval: {problems: 20, every: " \
    "8}\\n"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf '" SMALL_SPEC "' >$SCRATCH/spec.yaml");
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/run");
    return 0;
}

static json_t *load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    json_error_t fault;
    json_t *json = json_load_file(path, 0, &fault);
    if (!json) print_message("%s: %s\n", path, fault.text);
    assert_non_null(json);
    return json;
}

static void test_run_directory_holds_what_is_promised(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH/run && ls config.json examples.jsonl metrics.jsonl model.safetensors result.json "
           "tokenizer.json tokenizer_config.json && ! ls optimizer.safetensors && ! ls *.tmp.*");
    json_t *config = load("run/config.json"), *result = load("run/result.json");
    assert_string_equal(json_string_value(json_array_get(json_object_get(config, "architectures"), 0)),
                        "GPTNeoXForCausalLM");
    json_t *own = json_object_get(config, "cotnoise");
    assert_int_equal(json_integer_value(json_object_get(own, "seed")), 3);
    json_t *options = json_object_get(own, "options");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(options, "data"), "samples")), 400);
    static const char *const columns[] = {"run",
                                          "task",
                                          "format",
                                          "model",
                                          "parameters",
                                          "seed",
                                          "samples",
                                          "epochs",
                                          "noise",
                                          "rate",
                                          "contamination",
                                          "accuracy",
                                          "accuracy_low",
                                          "accuracy_high",
                                          "trace_accuracy",
                                          "line_accuracy",
                                          "malformed",
                                          "unsound",
                                          "test_loss",
                                          "validation_accuracy",
                                          "problems",
                                          "correct",
                                          "steps",
                                          "tokens",
                                          "seconds",
                                          "tokens_per_second",
                                          "stopped",
                                          "parent",
                                          "method",
                                          "commit"};
    const char *key;
    json_t *value;
    size_t i = 0;
    json_object_foreach(result, key, value) {
        if (i < sizeof columns / sizeof *columns) assert_string_equal(key, columns[i]);
        i++;
    }
    assert_true(i >= sizeof columns / sizeof *columns);
    assert_string_equal(json_string_value(json_object_get(result, "noise")), "digit");
    assert_string_equal(json_string_value(json_object_get(result, "rate")), "0.1");
    assert_string_equal(json_string_value(json_object_get(result, "run")),
                        json_string_value(json_object_get(own, "id")));
    json_decref(result);
    json_decref(config);
}

static void test_loss_falls(void **state) {
    (void)state;
    FILE *metrics = popen("grep learning_rate $SCRATCH/run/metrics.jsonl", "r");
    assert_non_null(metrics);
    char line[1024];
    double first = 0, last = 0;
    while (fgets(line, sizeof line, metrics)) {
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        last = json_real_value(json_object_get(json, "loss"));
        if (first == 0) first = last;
        json_decref(json);
    }
    pclose(metrics);
    assert_true(first > 2.5); /* near log of the vocabulary's size */
    assert_true(last < 0.7 * first);
}

static void test_eval_repeats_the_run_s_own_test(void **state) {
    (void)state;
    json_t *result = load("run/result.json");
    shell_expect(0, "$COTNOISE eval $SCRATCH/run --json >$SCRATCH/eval.json");
    json_t *again = load("eval.json");
    static const char *const keys[] = {"accuracy", "trace_accuracy", "line_accuracy", "test_loss"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        double expected = json_number_value(json_object_get(result, keys[i]));
        double seen = json_number_value(json_object_get(again, keys[i]));
        assert_true(seen > expected - 1e-6 && seen < expected + 1e-6);
    }
    json_decref(again);
    json_decref(result);
}

/* The same where completions are drawn: from the run's own seed. */
static void test_eval_draws_as_the_run_did(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && $COTNOISE train spec.yaml eval.temperature=1 --threads 2 -o warm && "
                    "$COTNOISE eval warm --json >warm.json && grep -q '\"threads\": 2' warm/config.json");
    json_t *result = load("warm/result.json"), *again = load("warm.json");
    static const char *const keys[] = {"accuracy", "line_accuracy", "malformed"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        double expected = json_number_value(json_object_get(result, keys[i]));
        double seen = json_number_value(json_object_get(again, keys[i]));
        assert_true(seen > expected - 1e-6 && seen < expected + 1e-6);
    }
    json_decref(again);
    json_decref(result);
}

/* Lines and nothing else go down a pipe. */
static void test_eval_keeps_its_outcome_apart_from_lines(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && $COTNOISE eval run -n 3 -o - >lines 2>told && grep -q '^accuracy' told && "
                 "[ $(wc -l <lines) = 3 ] && [ $(grep -c '^{.*\"completion\"' lines) = 3 ] && "
                 "(echo first && $COTNOISE eval run -n 3 --json -o /dev/stdout) >after 2>told && tail -n +2 "
                 "after >again && [ $(head -1 after) = first ] && cmp lines again && grep -q '^{\"' told");
}

/* With one completion a problem it follows from the other shares: right answers less true traces. */
static void test_eval_tells_unsound_answers(void **state) {
    (void)state;
    shell_expect(0, "printf 'name: maximum\\ntask: {name: max, min_digits: 1, max_digits: 1}\\n"
                    "data: {samples: 600, epochs: 8}\\n"
                    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\n"
                    "train: {batch_tokens: 512, learning_rate: 5e-3}\\neval: {problems: 10}\\n' "
                    ">$SCRATCH/maximum.yaml");
    shell_expect(0, "$COTNOISE train $SCRATCH/maximum.yaml -o $SCRATCH/learned");
    shell_expect(0, "$COTNOISE eval $SCRATCH/learned --json >$SCRATCH/eval.json");
    json_t *learned = load("eval.json");
    double correct = (double)json_integer_value(json_object_get(learned, "correct"));
    double traces = 10 * json_number_value(json_object_get(learned, "trace_accuracy"));
    double unsound = json_number_value(json_object_get(learned, "unsound"));
    assert_true(correct > 3 && traces < correct);
    assert_true(unsound > (correct - traces) / correct - 1e-6 &&
                unsound < (correct - traces) / correct + 1e-6);
    char said[64];
    snprintf(said, sizeof said, "unsound        %.4f of the right answers\n", unsound);
    assert_non_null(strstr(shell_expect(0, "$COTNOISE eval $SCRATCH/learned"), said));
    json_decref(learned);

    shell_expect(0, "$COTNOISE train $SCRATCH/maximum.yaml train.max_steps=1 -o $SCRATCH/fresh");
    shell_expect(0, "$COTNOISE eval $SCRATCH/fresh --json >$SCRATCH/eval.json");
    json_t *fresh = load("eval.json");
    assert_int_equal(json_integer_value(json_object_get(fresh, "correct")), 0);
    assert_true(json_is_null(json_object_get(fresh, "unsound")));
    assert_non_null(strstr(shell_expect(0, "$COTNOISE eval $SCRATCH/fresh"), "unsound        -\n"));
    json_decref(fresh);
}

static void test_eval_of_given_problems(void **state) {
    (void)state;
    shell_expect(0,
                 "$COTNOISE gen $SCRATCH/spec.yaml --split test -n 7 -o $SCRATCH/problems.jsonl && "
                 "$COTNOISE eval $SCRATCH/run --problems $SCRATCH/problems.jsonl -o $SCRATCH/solved.jsonl && "
                 "test $(wc -l <$SCRATCH/solved.jsonl) = 7 && grep -c '\"correct\":' $SCRATCH/solved.jsonl");
    const char *said =
        shell_expect(2, "echo '{\"task\":\"add\",\"args\":[\"1\"]}' | $COTNOISE eval $SCRATCH/run "
                        "--problems -");
    assert_non_null(strstr(said, "standard input:1"));
    said = shell_expect(
        2, "echo '{\"task\":\"nosuch\",\"args\":[]}' | $COTNOISE eval $SCRATCH/run --problems -");
    assert_non_null(strstr(said, "no task 'nosuch'"));
}

/* Each of several completions with its own verdict, and the vote apart. */
static void test_eval_writes_every_completion(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE eval learned -n 10 --samples 5 --temperature 1.5 -o five.jsonl --json "
           ">five.json 2>cut.txt; head -n 1 five.jsonl >one.json; test $(wc -l <five.jsonl) = 10");
    FILE *lines = popen("cat $SCRATCH/five.jsonl", "r");
    assert_non_null(lines);
    char line[65536];
    int right = 0, unlike = 0;
    while (fgets(line, sizeof line, lines)) {
        json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL),
               *correct = json_object_get(json, "correct");
        json_t *completions = json_object_get(json, "completions");
        const char *vote = json_string_value(json_object_get(json, "vote"));
        char truth[64];
        snprintf(truth, sizeof truth, "answer = %s", json_string_value(json_object_get(json, "answer")));
        bool won = json_is_true(json_object_get(json, "vote_correct"));
        assert_null(json_object_get(json, "completion"));
        assert_int_equal(json_array_size(completions), 5);
        assert_int_equal(json_array_size(correct), 5);
        assert_int_equal(won, vote && !strcmp(vote, truth));
        for (size_t i = 0; i < 5; i++) {
            const char *text = json_string_value(json_array_get(completions, i));
            size_t length = strlen(text);
            bool ends = length >= strlen(truth) && !strcmp(text + length - strlen(truth), truth);
            if (json_is_true(json_array_get(correct, i))) assert_true(ends);
            unlike += json_is_true(json_array_get(correct, i)) != won;
        }
        right += won;
        json_decref(json);
    }
    pclose(lines);
    assert_true(unlike > 0); /* else the vote could stand for all */
    json_t *outcome = load("five.json");
    assert_int_equal(json_integer_value(json_object_get(outcome, "correct")), right);
    json_decref(outcome);
    shell_expect(
        0, "$COTNOISE eval $SCRATCH/learned -n 10 -o $SCRATCH/one.jsonl && "
           "grep -c '\"completion\":\".*\"correct\":\\(true\\|false\\)}' $SCRATCH/one.jsonl | grep -x 10 && "
           "! grep -e completions -e vote $SCRATCH/one.jsonl");
    /* What another evaluation left in the problems does not stand beside this one's. */
    shell_expect(0, "cd $SCRATCH && $COTNOISE eval learned --problems five.jsonl -o again.jsonl && "
                    "test $(grep -c '\"completion\":' again.jsonl) = 10 && "
                    "test $(grep -cE '\"correct\":(true|false)' again.jsonl) = 10 && "
                    "! grep -e completions -e vote again.jsonl");
}

/* Whoever gives more than problems is told what becomes of it, and finds it in the output. */
static void test_eval_says_what_it_does_not_look_at(void **state) {
    (void)state;
    static const struct {
        const char *lines, *options, *says; /* NULL: nothing is said */
    } cases[] = {
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"]}", "", NULL},
        {"{\"task\":\"max\",\"args\":[[3, 5]],\"answer\":5,\"completion\":null,\"index\":17}", "", NULL},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"],\"answer\":\"3\"}", "",
         "the answers of 1 line are not the true ones"},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"],\"completion\":\"answer = 3\"}", "",
         "the completions of 1 line are not looked at"},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"],\"completions\":[]}", "", "are not looked at"},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"]}", "--samples 3",
         "3 samples at temperature 0 are all the same"},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"]}", "--seed 4", "--seed has no effect"},
        {"{\"task\":\"max\",\"args\":[\"[3, 5]\"]}", "--max-new-tokens 1",
         "1 of 1 completions did not end within 1 tokens and count as wrong; the longest true one is longer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = shell_expect(0,
                                        "echo '%s' | $COTNOISE eval $SCRATCH/learned --problems - %s -o "
                                        "$SCRATCH/out.jsonl 2>&1 >/dev/null",
                                        cases[i].lines, cases[i].options);
        if (cases[i].says ? !strstr(said, cases[i].says) || strchr(said, '\n')[1] : *said)
            fail_msg("%s %s: %s", cases[i].lines, cases[i].options, said);
        if (i == 1) shell_expect(0, "grep '\"index\":17,' $SCRATCH/out.jsonl");
    }
    shell_expect(0, "$COTNOISE gen $SCRATCH/maximum.yaml --split test -n 5 -o $SCRATCH/five.jsonl");
    assert_string_equal(
        shell_expect(0, "$COTNOISE eval $SCRATCH/learned --problems $SCRATCH/five.jsonl 2>&1 >/dev/null"),
        "");
    shell_expect(0,
                 "$COTNOISE train $SCRATCH/maximum.yaml task.name=sort train.max_steps=1 -o $SCRATCH/sorter");
    /* A list may be written as one. */
#define SORTED(answer)                                                                                     \
    shell_expect(0, "echo '{\"task\":\"sort\",\"args\":[[5, 3]],\"answer\":" answer "}' | $COTNOISE eval " \
                    "$SCRATCH/sorter --problems - 2>&1 >/dev/null")
    assert_null(strstr(SORTED("[3, 5]"), "the answers of"));
    assert_non_null(strstr(SORTED("[5, 3]"), "the answers of"));
#undef SORTED
    /* The name of a file is shown, not obeyed. */
    const char *said =
        shell_expect(0, "file=\"$SCRATCH/$(printf 'odd\\302\\233').jsonl\"; echo "
                        "'{\"task\":\"max\",\"args\":[[3, 5]],\"answer\":3}' "
                        ">\"$file\" && $COTNOISE eval $SCRATCH/learned --problems \"$file\" 2>&1 >/dev/null");
    assert_non_null(strstr(said, "odd\\u009b.jsonl: the answers of 1 line"));
}

static void test_solve_writes_lines(void **state) {
    (void)state;
    shell("$COTNOISE solve $SCRATCH/run '12 + 34' --max-new-tokens 40 2>/dev/null");
    const char *said = shell_expect(2, "$COTNOISE solve $SCRATCH/run '12 plus 34'");
    assert_non_null(strstr(said, "plus"));
    said = shell("$COTNOISE solve $SCRATCH/run '12 +' --max-new-tokens 40 2>&1 >/dev/null")->output;
    assert_non_null(strstr(said, "solve: add: argument y is ''"));
    said = shell("$COTNOISE solve $SCRATCH/run '12 + 34' --max-new-tokens 40 2>&1 >/dev/null")->output;
    assert_null(strstr(said, "argument"));
}

static void test_score_sums_its_tokens(void **state) {
    (void)state;
    shell_expect(
        0, "$COTNOISE gen $SCRATCH/spec.yaml -n 600 -o $SCRATCH/samples.jsonl && "
           "$COTNOISE score $SCRATCH/run $SCRATCH/samples.jsonl -o $SCRATCH/scored.jsonl && "
           "$COTNOISE score $SCRATCH/run $SCRATCH/samples.jsonl --threads 3 | cmp - $SCRATCH/scored.jsonl");
    FILE *scored = popen("cat $SCRATCH/scored.jsonl", "r");
    assert_non_null(scored);
    char line[16384];
    int lines = 0;
    while (fgets(line, sizeof line, scored)) {
        json_t *json = json_loads(line, 0, NULL), *each = json_object_get(json, "token_logprobs");
        double sum = 0;
        for (size_t i = 0; i < json_array_size(each); i++) {
            double one = json_number_value(json_array_get(each, i));
            assert_true(one <= 0 && one > -100);
            sum += one;
        }
        double total = json_number_value(json_object_get(json, "logprob"));
        assert_true(total < 0 && total > sum - 1e-4 && total < sum + 1e-4);
        assert_non_null(json_object_get(json, "prompt"));
        json_decref(json);
        lines++;
    }
    pclose(scored);
    assert_int_equal(lines, 600);
}

/* The ids of <bos> and a line's prompt, then of its completion, then <eos>. */
static size_t sequence_of(const struct vocabulary *vocabulary, json_t *line, struct tokens *tokens,
                          size_t *prompt) {
    struct error error;
    tokens->count = 0;
    assert_int_equal(vocabulary_encode(vocabulary, "0", 1, tokens, &error),
                     ERR_OK); /* makes room for <bos> */
    tokens->id[0] = TOKEN_BOS;
    static const char *const keys[] = {"prompt", "completion"};
    for (int k = 0; k < 2; k++) {
        json_t *text = json_object_get(line, keys[k]);
        assert_int_equal(
            vocabulary_encode(vocabulary, json_string_value(text), json_string_length(text), tokens, &error),
            ERR_OK);
        if (k == 0) *prompt = tokens->count;
    }
    assert_int_equal(vocabulary_encode(vocabulary, "0", 1, tokens, &error), ERR_OK);
    tokens->id[tokens->count - 1] = TOKEN_EOS;
    return tokens->count;
}

/* What a line holds besides is written again as it was, but for what JSON has no number for. */
static void test_score_keeps_what_others_wrote(void **state) {
    (void)state;
    const char *said = shell_expect(
        0, "printf '%%s\\n' '{\"logprob\":3,\"id\":18446744073709551615,\"prompt\":\"1 + "
           "1\\n\",\"token_logprobs\":[],"
           "\"w\":NaN,\"s\":\"\\ud83d\",\"p\":0.30000000000000004,\"completion\":\"answer = 2\"}' | "
           "$COTNOISE score $SCRATCH/run -");
    const char *expected =
        "{\"id\":\"18446744073709551615\",\"prompt\":\"1 + 1\\n\",\"w\":null,\"s\":\"\xef\xbf\xbd\","
        "\"p\":0.30000000000000004,\"completion\":\"answer = 2\",\"logprob\":-";
    if (strncmp(said, expected, strlen(expected))) fail_msg("%s", said);
    json_t *json = json_loads(said, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "token_logprobs")), 4);
    json_decref(json);
}

static void test_score_agrees_with_a_plain_forward_pass(void **state) {
    (void)state;
    struct error error;
    char path[512];
    snprintf(path, sizeof path, "%s/run", getenv("SCRATCH"));
    struct model_directory *model = calloc(1, sizeof *model);
    assert_non_null(model);
    assert_int_equal(model_directory_read(path, model, &error), ERR_OK);
    const struct gpt *gpt = model->checkpoint.gpt;
    FILE *scored = popen("$COTNOISE gen $SCRATCH/spec.yaml -n 25 | $COTNOISE score $SCRATCH/run -", "r");
    assert_non_null(scored);
    struct tokens tokens = {0};
    char text[16384];
    int lines = 0;
    for (; fgets(text, sizeof text, scored); lines++) {
        json_t *line = json_loads(text, 0, NULL), *each = json_object_get(line, "token_logprobs");
        size_t prompt, length = sequence_of(model->vocabulary, line, &tokens, &prompt);
        assert_int_equal(json_array_size(each), length - prompt);
        double *logits = reference_logits(gpt, tokens.id, (int)length), sum = 0;
        for (size_t t = prompt; t < length; t++) {
            double expected =
                reference_log_probability(logits, gpt->config.vocabulary, (int)t - 1, tokens.id[t]);
            double seen = json_number_value(json_array_get(each, t - prompt));
            assert_true(fabs(seen - expected) < 1e-4);
            sum += expected;
        }
        assert_true(fabs(json_number_value(json_object_get(line, "logprob")) - sum) < 1e-4 * (double)length);
        free(logits);
        json_decref(line);
    }
    assert_int_equal(pclose(scored), 0);
    assert_int_equal(lines, 25);
    tokens_free(&tokens);
    model_directory_free(model);
    free(model);
}

static void test_gen_is_the_same_on_any_number_of_threads(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml -n 3000 -o $SCRATCH/one.jsonl && "
                    "$COTNOISE gen $SCRATCH/spec.yaml -n 3000 --threads 8 | cmp - $SCRATCH/one.jsonl");
    shell_expect(0, "sed -n 101,105p $SCRATCH/one.jsonl >$SCRATCH/part && "
                    "$COTNOISE gen $SCRATCH/spec.yaml -n 5 --first 100 | cmp - $SCRATCH/part");
}

/* Of fresh noise the first epoch is that of fixed noise, the next has the same problems only. */
static void test_gen_shows_an_epoch(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && gen() { $COTNOISE gen spec.yaml -n 50 noise.digit=0.5 \"$@\"; } && "
                 "gen >first.jsonl && gen --epoch 2 | cmp - first.jsonl && "
                 "gen data.fixed_noise=false | cmp - first.jsonl && "
                 "gen data.fixed_noise=false --epoch 2 >second.jsonl && ! cmp -s first.jsonl second.jsonl && "
                 "sed 's/.completion.*//' first.jsonl >asked && "
                 "sed 's/.completion.*//' second.jsonl | cmp - asked");
}

/* Starts a run of some length, and when metrics.jsonl has that many lines sends a signal; the run must not
 * have been complete by then. */
#define LONG_RUN "$COTNOISE train $SCRATCH/spec.yaml data.epochs=40 -o $SCRATCH/cut"
#define CUT_OFF(signal, lines)                                                                            \
    LONG_RUN " & while [ \"$(cat $SCRATCH/cut/metrics.jsonl 2>/dev/null | wc -l)\" -lt " #lines " ]; do " \
             "sleep 0.01; done; kill -" #signal " $!; wait $!; ! test -e $SCRATCH/cut/result.json"

static void test_a_killed_run_goes_on_to_the_same_result(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml data.epochs=40 -o $SCRATCH/whole");
    shell_expect(0, CUT_OFF(KILL, 25));
    shell_expect(0, CUT_OFF(TERM, 120));
    shell_expect(0, CUT_OFF(KILL, 300));
    shell_expect(0, LONG_RUN);
    shell_expect(0, "cmp $SCRATCH/whole/model.safetensors $SCRATCH/cut/model.safetensors && "
                    "cmp $SCRATCH/whole/examples.jsonl $SCRATCH/cut/examples.jsonl");
    /* All but the times. */
    shell_expect(0, "cd $SCRATCH; for d in whole cut; do "
                    "sed -E 's/\"(tokens_per_)?seconds?\": ?[0-9.e+-]+//g' $d/result.json >$d.result; "
                    "sed -E 's/\"tokens_per_second\":[0-9.e+-]+//' $d/metrics.jsonl >$d.metrics; done; "
                    "cmp whole.result cut.result && cmp whole.metrics cut.metrics");
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml train.threads=2 -o $SCRATCH/two && "
                    "cmp $SCRATCH/run/model.safetensors $SCRATCH/two/model.safetensors");
}

static void test_a_directory_belongs_to_one_run(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/run"); /* complete: nothing is done */
    const char *said = shell_expect(2, "$COTNOISE train $SCRATCH/spec.yaml data.samples=300 -o $SCRATCH/run");
    assert_non_null(strstr(said, "not of this run"));
}

static void test_damaged_checkpoints_are_refused(void **state) {
    (void)state;
    shell_expect(0, "cp -r $SCRATCH/run $SCRATCH/bad && head -c 5000 $SCRATCH/run/model.safetensors "
                    ">$SCRATCH/bad/model.safetensors");
    assert_non_null(strstr(shell_expect(2, "$COTNOISE eval $SCRATCH/bad"), "model.safetensors"));
    shell_expect(0,
                 "cp $SCRATCH/run/model.safetensors $SCRATCH/bad/ && "
                 "printf X | dd of=$SCRATCH/bad/model.safetensors bs=1 seek=9000 conv=notrunc 2>/dev/null");
    assert_non_null(strstr(shell_expect(2, "$COTNOISE eval $SCRATCH/bad"), "model.safetensors"));
    shell_expect(0, "cp $SCRATCH/run/model.safetensors $SCRATCH/bad/ && echo '{' >$SCRATCH/bad/config.json");
    assert_non_null(strstr(shell_expect(2, "$COTNOISE solve $SCRATCH/bad '1 + 1'"), "config.json"));
    shell_expect(2, "$COTNOISE eval $SCRATCH/nowhere");
}

/* A file size limit stands in for a full disk: write() fails after so many blocks of 512 bytes. */
static void test_full_disk_loses_nothing(void **state) {
    (void)state;
    shell_expect(0, "echo precious >$SCRATCH/out.jsonl");
    const char *said = shell_expect(1, "trap '' XFSZ; ulimit -f 8; $COTNOISE gen $SCRATCH/spec.yaml -n 400 "
                                       "-o $SCRATCH/out.jsonl");
    assert_non_null(strstr(said, "out.jsonl: cannot write"));
    shell_expect(0, "grep -qx precious $SCRATCH/out.jsonl && ! ls $SCRATCH/out.jsonl.tmp.*");
    said = shell_expect(1, "$COTNOISE gen $SCRATCH/spec.yaml -n 400 >/dev/full");
    assert_non_null(strstr(said, "standard output"));
    said = shell_expect(1, "trap '' XFSZ; ulimit -f 40; $COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/full");
    assert_non_null(strstr(said, "cannot write"));
    /* With room again it goes on, to the same model. */
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/full && "
                    "cmp $SCRATCH/run/model.safetensors $SCRATCH/full/model.safetensors");
}

/* Command, exit status, what standard error must say. */
static const struct {
    const char *command;
    int status;
    const char *says;
} refused[] = {
    {"$COTNOISE", 2, "usage"},
    {"$COTNOISE nosuch", 2, "unknown command 'nosuch'"},
    {"$COTNOISE trace", 2, "trace"},
    {"$COTNOISE trace nosuch 1 2", 2, "nosuch"},
    {"$COTNOISE trace add 1", 2, "add"},
    {"$COTNOISE trace add 1 x", 2, "x"},
    {"$COTNOISE trace mod 5 0", 2, "y"},
    {"$COTNOISE trace median []", 2, "xs"},
    {"$COTNOISE trace add 1 2 --noise digit=1.2", 2, "1.2"},
    {"$COTNOISE trace add 1 2 --noise nosuch=0.2", 2, "nosuch"},
    {"$COTNOISE trace add 1 2 --nosuch", 2, "--nosuch"},
    {"$COTNOISE gen $SCRATCH/nowhere.yaml", 2, "nowhere.yaml"},
    {"$COTNOISE gen", 2, "spec"},
    {"$COTNOISE gen $SCRATCH/spec.yaml -n x", 2, "-n x"},
    {"$COTNOISE gen $SCRATCH/spec.yaml --split both", 2, "--split both"},
    {"$COTNOISE gen $SCRATCH/spec.yaml --cell 9", 2, "--cell 9"},
    {"$COTNOISE gen $SCRATCH/spec.yaml noise.digit=1.2", 2, "noise.digit=1.2"},
    {"$COTNOISE gen $SCRATCH/spec.yaml noise.nosuch=0.2", 2, "noise.nosuch"},
    {"$COTNOISE gen $SCRATCH/spec.yaml data.samples=many", 2, "data.samples=many"},
    {"$COTNOISE gen $SCRATCH/spec.yaml data.samples=", 2, "data.samples="},
    {"$COTNOISE gen $SCRATCH/spec.yaml nonsense", 2, "nonsense"},
    {"$COTNOISE gen $SCRATCH/spec.yaml -o $SCRATCH/no/such/folder/x", 2, "cannot be written"},
    {"$COTNOISE train $SCRATCH/spec.yaml", 2, "-o DIR"},
    {"$COTNOISE train $SCRATCH/spec.yaml model.heads=5 -o $SCRATCH/never", 2, "heads"},
    {"$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/spec.yaml", 2, "spec.yaml"},
    {"$COTNOISE train $SCRATCH/spec.yaml task.max_digits=0 -o $SCRATCH/never", 2, "task.max_digits=0"},
    {"$COTNOISE eval", 2, "run directory"},
    {"$COTNOISE eval $SCRATCH/run --problems $SCRATCH/nowhere.jsonl", 2, "nowhere.jsonl"},
    {"$COTNOISE eval $SCRATCH/run --problems /dev/null", 2, "holds no problem"},
    {"$COTNOISE eval $SCRATCH/run -n 5 --problems /dev/null", 2, "-n 5: only for fresh problems"},
    {"echo '{\"task\":7}' | $COTNOISE eval $SCRATCH/run --problems -", 2, ":1"},
    {"echo nonsense | $COTNOISE score $SCRATCH/run -", 2, "standard input:1"},
    {"echo '[]' | $COTNOISE score $SCRATCH/run -", 2, "is one JSON array"},
    {"echo '7' | $COTNOISE score $SCRATCH/run -", 2, "standard input:1:1: not JSON"},
    {"echo '{\"prompt\":\"1 + 1\"}' | $COTNOISE score $SCRATCH/run -", 2, "completion"},
    {"echo '{\"prompt\":\"1 + 1\",\"completion\":\"zebra = 2\"}' | $COTNOISE score $SCRATCH/run -", 2,
     "zebra"},
    {"$COTNOISE score $SCRATCH/run", 2, "JSONL"},
    {"$COTNOISE solve $SCRATCH/run", 2, "problem"},
    {"$COTNOISE sweep", 2, "spec"},
    {"$COTNOISE sweep $SCRATCH/spec.yaml -j 0", 2, "-j 0"},
    {"$COTNOISE sweep $SCRATCH/spec.yaml data.file=- data.samples=20000 noise.digit=0 --results "
     "$SCRATCH/never",
     2, "a sweep needs a file"},
    {"$COTNOISE sweep $SCRATCH/spec.yaml --launcher nosuch", 2, "--launcher nosuch"},
    {"$COTNOISE solve $SCRATCH/run ''", 2, "empty"},
    {"$COTNOISE report", 2, ""},
    {"$COTNOISE report $SCRATCH/nowhere", 2, "nowhere"},
    {"$COTNOISE train $SCRATCH/spec.yaml noise.digit=0,0.5 -o $SCRATCH/never", 2,
     "noise.digit=0,0.5: several"},
    {"$COTNOISE gen $SCRATCH/spec.yaml 'noise.digit=[0, 0.5]' -n 1", 2, "choose a run with --cell"},
    {"$COTNOISE gen $SCRATCH/spec.yaml --split test --first 100000 -n 1", 2, "--first 100000: there are "},
};

static void test_bad_input_is_refused_in_one_clear_line(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *said = shell_expect(refused[i].status, "%s", refused[i].command);
        if (!strstr(said, refused[i].says)) print_message("%s\nsaid: %s\n", refused[i].command, said);
        assert_non_null(strstr(said, refused[i].says));
        if (i == 0) continue;
        const char *newline = strchr(said, '\n');
        assert_non_null(newline);
        if (newline[1]) print_message("%s\nsaid: %s\n", refused[i].command, said);
        assert_int_equal(newline[1], 0);
    }
    shell_expect(0, "! ls $SCRATCH/never");
}

static void test_help_is_there(void **state) {
    (void)state;
    static const char *const commands[] = {"tasks", "noises", "trace", "gen",    "train", "eval",
                                           "score", "solve",  "sweep", "report", "bench"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *said = shell_expect(0, "$COTNOISE %s --help", commands[i]);
        assert_non_null(strstr(said, "usage: cotnoise"));
    }
    assert_non_null(strstr(shell_expect(0, "$COTNOISE --help"), "usage: cotnoise"));
    assert_non_null(strstr(shell_expect(0, "$COTNOISE --version"), "cotnoise "));
    assert_non_null(strstr(shell_expect(0, "$COTNOISE train --help"), "data.contamination"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_directory_holds_what_is_promised),
        cmocka_unit_test(test_loss_falls),
        cmocka_unit_test(test_eval_repeats_the_run_s_own_test),
        cmocka_unit_test(test_eval_keeps_its_outcome_apart_from_lines),
        cmocka_unit_test(test_eval_draws_as_the_run_did),
        cmocka_unit_test(test_eval_tells_unsound_answers),
        cmocka_unit_test(test_eval_of_given_problems),
        cmocka_unit_test(test_eval_writes_every_completion),
        cmocka_unit_test(test_eval_says_what_it_does_not_look_at),
        cmocka_unit_test(test_solve_writes_lines),
        cmocka_unit_test(test_score_sums_its_tokens),
        cmocka_unit_test(test_score_keeps_what_others_wrote),
        cmocka_unit_test(test_score_agrees_with_a_plain_forward_pass),
        cmocka_unit_test(test_gen_is_the_same_on_any_number_of_threads),
        cmocka_unit_test(test_gen_shows_an_epoch),
        cmocka_unit_test(test_a_killed_run_goes_on_to_the_same_result),
        cmocka_unit_test(test_a_directory_belongs_to_one_run),
        cmocka_unit_test(test_damaged_checkpoints_are_refused),
        cmocka_unit_test(test_full_disk_loses_nothing),
        cmocka_unit_test(test_bad_input_is_refused_in_one_clear_line),
        cmocka_unit_test(test_help_is_there),
    };
    return cmocka_run_group_tests_name("cli", tests, setup, shell_teardown);
}
