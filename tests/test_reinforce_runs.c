/* Whole runs of reinforcement learning: however often they are stopped or killed, and however many threads
 * they have, they come to the same bits; a damaged state is set aside.
 *
 * The functions of base/interrupt.h are here, so that a stop, or the process's end, comes at a chosen look
 * for one: those lie in the drawing of completions, in the scoring of them, in steps, in validations and
 * between them. Each way to learn is begun and cut off twice, killed and stopped, two times over;
 * COTNOISE_MOMENTS=N: 2 N times (10: check-long). */
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "data/mix.h"
#include "nn/learner.h"
#include "reinforce/learn.h"
#include "spec/spec.h"
#include "tests/support/shell.h"
#include "tests/support/training.h"

/* --- moments ------------------------------------------------------------------------------------------- */

static atomic_long looks;
static long stop_at; /* which look, from when on a stop is asked for, or the process is killed; 0: never */
static bool kills;

bool interrupt_requested(void) {
    bool due = atomic_fetch_add(&looks, 1) + 1 >= stop_at && stop_at;
    if (due && kills) raise(SIGKILL);
    return due;
}

enum err interrupt_check(struct error *error) {
    return interrupt_requested() ? err_set(error, ERR_INTERRUPTED, "interrupted") : ERR_OK;
}

void interrupt_install(void) {}
void interrupt_install_worker(void) {}
void interrupt_remove(void) {}
void interrupt_block(void *before) { (void)before; }
bool interrupt_is_time_limit(void) { return false; }

/* --- runs ---------------------------------------------------------------------------------------------- */

/* A parent that solves some problems, and few rollouts. */
static const char small[] =
    "name: run\n"
    "seeds: [3]\n"
    "task: {name: max, sampling: length, min_digits: 1, max_digits: 2, min_length: 2, max_length: 2}\n"
    "data: {samples: 200, epochs: 12}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 256, learning_rate: 1e-2, warmup_steps: 3, checkpoint_every: 2}\n"
    "eval: {problems: 10}\n"
    "rl: {rollouts: 192, prompts: 8, generations: 4, rounds: 2, every: 2, learning_rate: 1e-3}\n";

struct way {
    const char *name;
    const char *words[8];
};

static const struct way ways[] = {
    {"own", {"rl.method=expert_iteration"}},
    {"beam", {"rl.method=expert_iteration", "rl.expert=beam", "rl.steps=5"}},
    {"greedy", {"rl.method=expert_iteration", "rl.expert=greedy"}},
    {"clean", {"rl.method=expert_iteration", "rl.expert=clean", "rl.steps=7"}},
    {"noisy", {"rl.method=expert_iteration", "rl.expert=noisy", "noise.digit=0.2"}},
    {"reinforce", {"rl.method=reinforce"}},
    {"rloo", {"rl.method=rloo", "rl.beta=0.02", "rl.reward=trace"}},
    {"grpo", {"rl.method=grpo"}},
    {"steps", {"rl.method=grpo", "rl.reward=line", "rl.iterations=2", "rl.minibatches=3"}},
    {"ppo", {"rl.method=ppo", "rl.beta=0.01"}},
    {"rcrl", {"rl.method=rcrl"}},
    {"lines", {"rl.method=rcrl", "rl.labels=line"}},
    {"replay", {"rl.method=grpo", "rl.curriculum=replay", "rl.beta=0.01", "rl.entropy=0.01"}},
    {"backtrack", {"rl.method=rloo", "rl.curriculum=backtrack"}},
    {"sparse", {"rl.method=grpo", "rl.reward=model", "rl.reward_rollouts=128"}},
    {"dense", {"rl.method=ppo", "rl.reward=model", "rl.reward_model=dense", "rl.reward_rollouts=128"}},
    {"noise", {"rl.method=grpo", "rl.reward_noise=0.2", "rl.temperature=0.3", "rl.final_temperature=1.5"}},
};
enum { WAYS = sizeof ways / sizeof *ways, WORDS_MAX = 12 };

static char warned[8192]; /* the warnings of a run */

static void warn(void *context, const char *message) {
    (void)context;
    size_t length = strlen(warned);
    snprintf(warned + length, sizeof warned - length, "%s\n", message);
}

static void read_spec(const char *const words[], struct config *config, struct config *parent) {
    struct spec *spec;
    struct error error;
    int count = 0;
    while (words[count]) count++;
    if (spec_parse("run.yaml", small, strlen(small), words, count, &spec, &error))
        fail_msg("%s", error.message);
    spec_plain(spec, config);
    assert_true(spec_plain_parent(spec, parent));
    spec_free(spec);
}

/* Goes on with the run in $SCRATCH/NAME; its parent, which others share, is trained before. */
static enum err go_on(const char *name, const char *const words[], struct error *error) {
    struct config config, parent;
    char shared[64];
    long at = stop_at;
    read_spec(words, &config, &parent);
    snprintf(shared, sizeof shared, "parent-%s", config.parent);
    char *start = training_path(shared, ""), *folder = training_path(name, "");
    stop_at = 0;
    if (learn_execute(&parent, start, NULL, error)) fail_msg("%s", error->message);
    stop_at = at;
    atomic_store(&looks, 0);
    *warned = 0;
    struct run_hooks hooks = {.parent = start, .warn = warn};
    enum err code = learn_execute(&config, folder, &hooks, error);
    free(start);
    free(folder);
    return code;
}

static void to_the_end(const char *name, const char *const words[]) {
    struct error error = {""};
    if (go_on(name, words, &error)) fail_msg("%s: %s", name, error.message);
}

/* The same until that look, in a process of its own. Whether it came to its end before. */
static bool until(const char *name, const char *const words[], long look, bool killed) {
    int status;
    fflush(NULL);
    pid_t process = fork();
    if (!process) {
        stop_at = look;
        kills = killed;
        struct error error;
        enum err code = go_on(name, words, &error);
        _exit(!code ? 0 : code == ERR_INTERRUPTED ? 7 : 8);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    if (WIFSIGNALED(status)) assert_true(killed && WTERMSIG(status) == SIGKILL);
    if (WIFEXITED(status) && WEXITSTATUS(status)) assert_true(!killed && WEXITSTATUS(status) == 7);
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void forget(const char *name) { shell_expect(0, "rm -rf $SCRATCH/%s", name); }

/* --- the same bits ---------------------------------------------------------------------------------------
 */

static void with_threads(const struct way *way, const char *threads) {
    char name[64];
    const char *words[WORDS_MAX] = {NULL};
    int count = 0;
    for (; way->words[count]; count++) words[count] = way->words[count];
    words[count] = threads;
    snprintf(name, sizeof name, "%s-%s", way->name, strchr(threads, '=') + 1);
    to_the_end(name, words);
    training_assert_same_run(way->name, name);
    forget(name);
}

static void come_to_the_same(void **state) {
    const struct way *way = *state;
    const char *wanted = getenv("COTNOISE_MOMENTS");
    long moments = wanted ? atol(wanted) : 1;
    to_the_end(way->name, way->words);
    long total = atomic_load(&looks);
    assert_true(training_number(way->name, "steps") > 3);
    assert_true(training_number(way->name, "rollouts") == 192);
    with_threads(way, "train.threads=2");
    with_threads(way, "train.threads=4");
    for (long m = 0; m < 2 * moments; m++) {
        /* Killed first and then stopped, or the other way round; the second time anywhere in what is left. */
        long first = total * (2 * m + 1) / (4 * moments),
             second = 1 + (total - first) * ((m * 7 + 3) % 10) / 10;
        assert_false(until("cut", way->words, first, m % 2));
        until("cut", way->words, second, m % 2 == 0);
        to_the_end("cut", way->words);
        training_assert_same_run(way->name, "cut");
        forget("cut");
    }
}

/* An iteration without a step leaves the learner as it is: one that a stop cut off in the validation behind
 * it is told once, all the same. Every look there. */
static void an_iteration_without_a_step_is_told_once(void **state) {
    (void)state;
    static const char *const words[] = {"rl.method=grpo",
                                        "eval.max_new_tokens=1",
                                        "rl.rollouts=96",
                                        "rl.every=1",
                                        "rl.temperature=0.001",
                                        "eval.problems=4",
                                        NULL};
    to_the_end("still", words);
    assert_true(training_number("still", "steps") == 0);
    assert_true(training_number("still", "rollouts") == 96);
    long total = atomic_load(&looks);
    for (long look = 1 + total / 3; look < total; look++) {
        if (until("cut", words, look, false)) break;
        to_the_end("cut", words);
        training_assert_same_file("still", "cut", "model.safetensors");
        json_t *lines[2] = {training_metrics("still", false), training_metrics("cut", false)};
        assert_true(json_array_size(lines[0]) == 3 && json_equal(lines[0], lines[1]));
        json_decref(lines[0]), json_decref(lines[1]);
        forget("cut");
    }
}

/* --- damage ----------------------------------------------------------------------------------------------
 */

/* Runs it until it was stopped halfway, with a state. */
static void halfway(const char *name, const char *const words[], long total) {
    forget(name);
    assert_false(until(name, words, total * 4 / 5, false));
    char *path = training_path(name, "optimizer.safetensors");
    assert_true(file_exists(path));
    free(path);
}

/* It is told and set aside once, and the run then starts afresh. */
static void is_set_aside(const char *what, const char *whole, const char *const words[]) {
    struct error error = {""};
    enum err code = go_on("hurt", words, &error);
    if (code || !strstr(warned, "it is set aside, and the run starts afresh"))
        fail_msg("%s: %d, %s%s", what, code, error.message, warned);
    training_assert_same_run(whole, "hurt");
    shell_expect(0, "test -e $SCRATCH/hurt/optimizer.safetensors.aside");
}

/* Puts `value` in place of a member of the state ("rounds.step"), or takes it out (NULL); the file is in
 * order. */
static void change_state(const char *const words[], const char *member, json_t *value) {
    struct config config, parent;
    struct vocabulary *vocabulary;
    struct gpt *gpt;
    struct learner *learner;
    struct error error;
    char *path = training_path("hurt", "optimizer.safetensors"), *note;
    read_spec(words, &config, &parent);
    assert_int_equal(mix_vocabulary(&config.mix, &vocabulary, &error), ERR_OK);
    struct gpt_config shape = config_shape(&config, vocabulary_count(vocabulary), 2048);
    struct learner_options options = learner_defaults(64);
    assert_int_equal(gpt_create(&shape, &gpt, &error), ERR_OK);
    assert_int_equal(learner_create(gpt, &options, &learner, &error), ERR_OK);
    if (learner_load(learner, path, &note, &error)) fail_msg("%s", error.message);
    json_t *json = json_loads(note, 0, NULL), *within = json_object_get(json, "method");
    if (!strcmp(member, "method")) within = json;
    if (!strncmp(member, "rounds.", 7)) within = json_object_get(within, "rounds");
    const char *name = strchr(member, '.') ? strchr(member, '.') + 1 : member;
    assert_non_null(json_object_get(within, name));
    assert_int_equal(value ? json_object_set_new(within, name, value) : json_object_del(within, name), 0);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_int_equal(learner_save(learner, path, text, &error), ERR_OK);
    free(text);
    free(note);
    free(path);
    json_decref(json);
    learner_free(learner);
    gpt_free(gpt);
    vocabulary_free(vocabulary);
}

/* Each member of the state in turn missing, negative, and more than there can be. */
static void damaged_states_are_set_aside(void **state) {
    (void)state;
    static const struct {
        const char *words[4], *members[8];
    } cases[] = {{{"rl.method=grpo", "rl.curriculum=replay"},
                  {"method", "iteration", "rollouts", "fresh", "steps", "guards", "replay"}},
                 {{"rl.method=grpo", "rl.curriculum=backtrack"}, {"backtrack"}},
                 {{"rl.method=expert_iteration"},
                  {"rounds", "rounds.round", "rounds.draws", "rounds.step", "rounds.kept", "rounds.content",
                   "rounds.trains"}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *words = cases[i].words;
        forget("sound");
        to_the_end("sound", words);
        long total = atomic_load(&looks);
        halfway("half", words, total);
        for (int m = 0; cases[i].members[m]; m++)
            for (int damage = 0; damage < 3; damage++) {
                json_t *value = damage ? json_integer(damage == 1 ? -1 : INT64_C(1) << 60) : NULL;
                char what[128];
                snprintf(what, sizeof what, "%s, damage %d", cases[i].members[m], damage);
                shell_expect(0, "cd $SCRATCH && rm -rf hurt && cp -r half hurt");
                change_state(words, cases[i].members[m], value);
                is_set_aside(what, "sound", words);
            }
    }
}

static void damaged_completions_are_told_of(void **state) {
    (void)state;
    static const char *const words[] = {"rl.method=expert_iteration", NULL};
    static const char *const damages[] = {"rm kept.jsonl",
                                          "truncate -s 50 kept.jsonl",
                                          ": >kept.jsonl",
                                          "sed -i '1s/[0-9]/9999/' kept.jsonl",
                                          "sed -i '1s/:/;/' kept.jsonl",
                                          "sed -i '1s/,1/,2/' kept.jsonl"};
    forget("sound");
    to_the_end("sound", words);
    halfway("half", words, atomic_load(&looks));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        shell_expect(0, "cd $SCRATCH && rm -rf hurt && cp -r half hurt && cd hurt && %s", damages[i]);
        is_set_aside(damages[i], "sound", words);
    }
    /* What was written after the state is of a drawing that is made again. */
    shell_expect(
        0, "cd $SCRATCH && rm -rf hurt && cp -r half hurt && head -n 1 half/kept.jsonl >>hurt/kept.jsonl");
    to_the_end("hurt", words);
    training_assert_same_run("sound", "hurt");
    training_assert_same_file("sound", "hurt", "kept.jsonl");
}

/* Lengths at their bounds: what is drawn, begun with and learned never outgrows the learner, whose room
 * follows from few samples here. */
static void no_text_outgrows_the_learner(void **state) {
    (void)state;
    static const struct way cases[] = {
        {"beam", {"rl.method=expert_iteration", "rl.expert=beam", "eval.max_new_tokens=5"}},
        {"clean", {"rl.method=expert_iteration", "rl.expert=clean", "eval.max_new_tokens=1"}},
        {"begun", {"rl.method=grpo", "rl.curriculum=backtrack", "eval.max_new_tokens=5"}},
        {"lines", {"rl.method=rcrl", "rl.labels=line", "eval.max_new_tokens=30"}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *words[WORDS_MAX] = {"task.max_length=30", "data.samples=2", "data.epochs=1",
                                        "eval.problems=1"};
        for (int w = 0; cases[i].words[w]; w++) words[4 + w] = cases[i].words[w];
        to_the_end(cases[i].name, words);
        forget(cases[i].name);
    }
}

/* With a file the option data.samples is no part of a run: it chooses no problems. */
static void a_file_says_how_many_samples_there_are(void **state) {
    (void)state;
    shell_expect(0,
                 "printf '%s' >$SCRATCH/run.yaml && $COTNOISE gen $SCRATCH/run.yaml -n 60 -o "
                 "$SCRATCH/data.jsonl",
                 small);
    char *path = training_path("data.jsonl", ""), word[4200];
    path[strlen(path) - 1] = 0;
    snprintf(word, sizeof word, "data.file=%s", path);
    const char *few[] = {"rl.method=grpo", word, "data.samples=1", NULL};
    const char *many[] = {"rl.method=grpo", word, "data.samples=1000", NULL};
    to_the_end("few", few);
    to_the_end("many", many);
    training_assert_same_run("few", "many");
    free(path);
}

/* The parent is as good as is asked for; the run ends where itself is looked at and is so, not before. */
static void ends_early_by_what_it_has_learned(void **state) {
    (void)state;
    static const char *const words[] = {"rl.method=grpo", "train.stop_at=0.1", "eval.every=5",
                                        "rl.learning_rate=1e-6", NULL};
    to_the_end("early", words);
    training_assert_stopped("early", "stop_at");
    assert_true(training_number("early", "rollouts") == 64); /* rl.every: 2 iterations of 32 */
    static const char *const rounds[] = {"rl.method=expert_iteration", "train.stop_at=0.1", "eval.every=5",
                                         "rl.learning_rate=1e-6", NULL};
    to_the_end("early_round", rounds);
    training_assert_stopped("early_round", "stop_at");
    assert_true(training_number("early_round", "rollouts") == 96); /* one round of two */
}

int main(void) {
    struct CMUnitTest tests[WAYS + 6] = {
        cmocka_unit_test(an_iteration_without_a_step_is_told_once),
        cmocka_unit_test(damaged_states_are_set_aside),
        cmocka_unit_test(damaged_completions_are_told_of),
        cmocka_unit_test(no_text_outgrows_the_learner),
        cmocka_unit_test(a_file_says_how_many_samples_there_are),
        cmocka_unit_test(ends_early_by_what_it_has_learned),
    };
    for (int i = 0; i < WAYS; i++)
        tests[6 + i] =
            (struct CMUnitTest){ways[i].name, come_to_the_same, NULL, NULL, (void *)(uintptr_t)&ways[i]};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
