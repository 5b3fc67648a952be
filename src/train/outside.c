/* A run that a program of the user's trains. See outside.h; start reading at outside_execute. */
#include "train/outside.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/shell.h"
#include "base/words.h"
#include "data/problem_set.h"
#include "record/examples.h"
#include "record/layout.h"
#include "record/trainer_note.h"
#include "train/completions.h"

/* Of what a program printed before it failed, so much is told. */
enum { TAIL_BYTES = 600 };

struct outside {
    struct run_work *run;
    char *directory, *train, *test, *out, *parent; /* absolute; parent is "" where there is none */
    char *log;
    struct trainer_note note;
};

/* --- what it is given -------------------------------------------------------------------------------- */

static enum err write_epoch(const struct run_work *run, struct mix_sampler *sampler, FILE *stream,
                            struct error *error) {
    struct buffer line = {0};
    enum err code = ERR_OK;
    for (int64_t i = 0; i < run->config->data.samples && !code; i++) {
        struct sample sample;
        buffer_clear(&line);
        code = mix_sample(sampler, (uint64_t)run->config->seed, SPLIT_TRAIN, (uint64_t)i, &sample, error);
        if (!code) sample_json(&sample, run->vocabulary, false, &line);
        if (!code && line.failed) code = err_memory(error, "samples");
        if (!code) fwrite(line.bytes, 1, line.length, stream); /* errors are noticed at the end */
        if (!code && i % 1024 == 0) code = interrupt_check(error);
    }
    buffer_free(&line);
    return code;
}

/* Lines of data.file, of which nothing more is known. */
static enum err write_given(const struct run_work *run, FILE *stream, struct error *error) {
    struct buffer line = {0};
    const struct dataset *given = &run->training;
    for (int64_t i = 0; i < given->samples && !line.failed; i++) {
        struct token_span prompt = dataset_prompt(given, i);
        buffer_clear(&line);
        buffer_text(&line, "{\"prompt\":");
        vocabulary_render_json(run->vocabulary, (struct token_span){prompt.id + 1, prompt.count - 1}, false,
                               &line);
        buffer_text(&line, ",\"completion\":");
        vocabulary_render_json(run->vocabulary, dataset_completion(given, i), false, &line);
        buffer_text(&line, "}\n");
        if (!line.failed) fwrite(line.bytes, 1, line.length, stream);
    }
    enum err code = line.failed ? err_memory(error, "samples") : interrupt_check(error);
    buffer_free(&line);
    return code;
}

static enum err write_training(struct run_work *run, FILE *stream, struct error *error) {
    const struct config *config = run->config;
    struct mix_sampler *sampler;
    if (*config->data.file) return write_given(run, stream, error);
    enum err code = mix_sampler_create(&config->mix, run->vocabulary, false, &sampler, error);
    if (code) return code;
    int epochs = mix_varies(&config->mix, config->data.epochs) ? config->data.epochs : 1;
    for (int epoch = 0; epoch < epochs && !code; epoch++) {
        if (epochs > 1) mix_sampler_set_epoch(sampler, epoch, epochs);
        code = write_epoch(run, sampler, stream, error);
    }
    mix_sampler_free(sampler);
    return code;
}

/* The problems of run->test. */
static enum err write_test(struct run_work *run, FILE *stream, struct error *error) {
    const struct config *config = run->config;
    uint64_t seed = (uint64_t)config->seed;
    struct mix_sampler *sampler = NULL;
    struct problem_set set = {0};
    struct buffer line = {0};
    enum err code = problem_set_make(&config->mix, seed, SPLIT_TEST, config->eval.problems, &set, error);
    if (!code) code = mix_sampler_create(&config->mix, run->vocabulary, false, &sampler, error);
    for (int64_t i = 0; i < set.count && !code; i++) {
        struct sample sample;
        const struct set_problem *problem = &set.problem[i];
        buffer_clear(&line);
        code = mix_sample_of(sampler, seed, SPLIT_TEST, problem->index, problem->hash, &sample, error);
        if (!code) sample_json(&sample, run->vocabulary, false, &line);
        if (!code && line.failed) code = err_memory(error, "problems");
        if (!code) fwrite(line.bytes, 1, line.length, stream);
    }
    buffer_free(&line);
    if (sampler) mix_sampler_free(sampler);
    problem_set_free(&set);
    return code;
}

static enum err write_file(struct run_work *run, const char *path,
                           enum err (*write)(struct run_work *run, FILE *stream, struct error *error),
                           struct error *error) {
    struct file_writer writer;
    enum err code = file_create_plain(&writer, path, error);
    if (code) return code;
    code = write(run, writer.stream, error);
    if (!code) return file_commit(&writer, error);
    file_abandon(&writer);
    return code;
}

/* --- how it is run ----------------------------------------------------------------------------------- */

/* The command with what it names in place. */
static void fill_in(const struct outside *outside, struct buffer *command) {
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRId64, outside->run->config->seed);
    const struct {
        const char *name, *value;
    } words[] = {{"{train}", outside->train},
                 {"{test}", outside->test},
                 {"{out}", outside->out},
                 {"{seed}", seed},
                 {"{parent}", outside->parent}};
    for (const char *c = outside->run->config->trainer; *c;) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof words / sizeof *words && !length; i++) {
            if (strncmp(c, words[i].name, strlen(words[i].name))) continue;
            length = strlen(words[i].name);
            words_quote(words[i].value, command);
        }
        if (!length) buffer_char(command, *c);
        c += length ? length : 1;
    }
}

/* A failure, with how what it printed from `from` on in its log ends. */
static enum err say_failure(const struct outside *outside, int64_t from, int64_t size, struct error *error) {
    char how[64] = "", *text = NULL, *end = NULL;
    size_t length = 0, most = size - from < TAIL_BYTES ? (size_t)(size - from) : TAIL_BYTES;
    int status = outside->note.status;
    snprintf(how, sizeof how, status > 128 ? "was ended by signal %d" : "ended with exit status %d",
             status > 128 ? status - 128 : status);
    if (most && file_read_tail(outside->log, most, &text, &length, NULL)) length = 0;
    while (length && strchr(" \n\r\t", text[length - 1])) text[--length] = 0;
    /* The last three lines, in one. */
    for (int lines = 0; length && (end = strrchr(text, '\n'));) {
        if (++lines == 3) break;
        *end = '|';
    }
    enum err code = err_set(error, ERR_RUNTIME, "the trainer %s (%s%s%s%s)", how, outside->log,
                            length ? " ends so: " : "", length ? (end ? end + 1 : text) : "",
                            length ? "" : " has nothing of it");
    free(text);
    return code;
}

/* Runs the command, with a note of how it ended. */
static enum err run_command(struct outside *outside, struct error *error) {
    struct run_work *run = outside->run;
    struct trainer_note *note = &outside->note;
    struct buffer command = {0};
    FILE *log;
    int64_t from;
    fill_in(outside, &command);
    if (command.failed) {
        buffer_free(&command);
        return err_memory(error, "the trainer");
    }
    enum err code = file_append(outside->log, &log, &from, error);
    if (!code) {
        int status = TRAINER_UNFINISHED;
        double started = clock_seconds();
        code = shell_run(command.bytes, outside->directory, fileno(log), &status, error);
        int64_t size = lseek(fileno(log), 0, SEEK_END);
        fclose(log);
        note->seconds += clock_seconds() - started;
        note->status = code ? TRAINER_UNFINISHED : status;
        note->faulty = false;
        struct error unwritten;
        enum err written = trainer_note_write(run->directory, note, &unwritten);
        if (!code && written) code = err_set(error, written, "%s", unwritten.message);
        if (!code && status) code = say_failure(outside, from, size, error);
        if (code == ERR_INTERRUPTED)
            err_set(error, code, "interrupted while its trainer was at work; run it again to go on");
    }
    buffer_free(&command);
    return code;
}

/* What an earlier attempt has written, the program is not credited with. */
static enum err train(struct outside *outside, struct error *error) {
    struct run_work *run = outside->run;
    enum err code = write_file(run, outside->train, write_training, error);
    if (!code) code = write_file(run, outside->test, write_test, error);
    if (!code && !file_is_missing(outside->out) && unlink(outside->out))
        code = err_set(error, ERR_RUNTIME, "%s: is in the way and cannot be removed", outside->out);
    if (!code) code = interrupt_check(error);
    if (code == ERR_INTERRUPTED)
        return err_set(error, code, "interrupted before its trainer began; run it again to go on");
    return code ? code : run_command(outside, error);
}

/* --- what came out ----------------------------------------------------------------------------------- */

static enum err judge(const struct outside *outside, struct evaluation *evaluation, struct error *error) {
    struct run_work *run = outside->run;
    int64_t problems = run->test.samples;
    struct evaluation_options options = run->evaluating;
    struct vote *votes = memory_array((size_t)problems, sizeof *votes);
    struct decoder_result *written = memory_array((size_t)problems, sizeof *written);
    options.samples = 1;
    evaluation->test_loss = NAN;
    enum err code = votes && written ? ERR_OK : err_memory(error, "the evaluation");
    if (!code) code = completions_read(outside->out, run->vocabulary, problems, written, error);
    if (!code) {
        code = evaluate_judge(&run->test, &options, written, evaluation, votes, error);
        if (!code)
            code = examples_write(run->directory, run->config, run->vocabulary,
                                  *run->data ? &run->training : NULL, &run->test, votes, written, 1, error);
        decoder_free_results(written, (size_t)problems);
    }
    free(written);
    free(votes);
    return code;
}

static enum err grade(struct outside *outside, struct error *error) {
    struct run_work *run = outside->run;
    struct outcome outcome;
    double started = clock_seconds();
    run->stopped = "end";
    run_work_tell(run, RUN_EVALUATING, true);
    run_work_describe(run, &outcome);
    outcome.parameters = outcome.steps = outcome.tokens = OUTCOME_UNKNOWN;
    outcome.tokens_per_second = NAN;
    enum err code = judge(outside, &outcome.evaluation, error);
    if (code == ERR_INPUT) { /* the next attempt trains again, as these would never do */
        struct error unwritten;
        outside->note.faulty = true;
        if (trainer_note_write(run->directory, &outside->note, &unwritten))
            return err_set(error, ERR_RUNTIME, "%s", unwritten.message);
        return err_prefix(error, code, "what the trainer wrote");
    }
    if (code) return code;
    run->accuracy = outcome.evaluation.accuracy;
    outcome.seconds = outside->note.seconds + clock_seconds() - started;
    code = run_work_leave(run, &outcome, error);
    if (!code) {
        unlink(outside->train);
        run_work_tell(run, RUN_DONE, true);
    }
    return code;
}

/* --- all of it --------------------------------------------------------------------------------------- */

static enum err find_places(struct outside *outside, struct error *error) {
    const struct run_work *run = outside->run;
    outside->directory = realpath(run->directory, NULL);
    outside->parent = run->parent ? realpath(run->parent, NULL) : memory_string("");
    if (!outside->directory || !outside->parent)
        return err_set(error, ERR_RUNTIME, "%s: cannot be found from the root",
                       outside->directory ? run->parent : run->directory);
    outside->train = file_join(outside->directory, LAYOUT_TRAINING);
    outside->test = file_join(outside->directory, LAYOUT_TEST);
    outside->out = file_join(outside->directory, LAYOUT_COMPLETIONS);
    outside->log = file_join(run->directory, LAYOUT_TRAINER_LOG); /* shorter, in a message */
    bool whole = outside->train && outside->test && outside->out && outside->log;
    return whole ? ERR_OK : err_memory(error, "the trainer");
}

enum err outside_execute(struct run_work *run, struct error *error) {
    struct outside outside = {.run = run};
    enum err code = find_places(&outside, error);
    if (!code) code = trainer_note_read(run->directory, run->id, &outside.note, error);
    run->steps = 0; /* of which nobody here knows */
    run_work_tell(run, RUN_TRAINING, true);
    if (!code && (outside.note.status || outside.note.faulty)) code = train(&outside, error);
    if (!code) code = grade(&outside, error);
    free(outside.directory);
    free(outside.parent);
    free(outside.train);
    free(outside.test);
    free(outside.out);
    free(outside.log);
    return code;
}
