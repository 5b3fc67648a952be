/* cotnoise gen: training or test samples as JSONL. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/team.h"
#include "base/utf8.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "data/mix.h"
#include "data/problem_set.h"
#include "data/sample_statistics.h"
#include "data/shots.h"
#include "data/sides.h"

static const char usage[] =
    "usage: cotnoise gen SPEC [key=value...] [-n N] [-o FILE]\n"
    "       cotnoise gen SPEC [key=value...] --shots K [--batch MODEL] [-n N] [-o FILE]\n\n"
    "Writes samples as JSONL, one object a line: the training samples of the spec, noise and all, or its\n"
    "test problems, which are never noised. With --shots these are prompts for a model that is trained\n"
    "already. Options of the spec are listed by 'cotnoise train --help'.\n"
    "SPEC is a file, or the name of an installed one ('cotnoise experiments').\n\n"
    "  -n, --samples N       how many (default: data.samples; eval.problems for other splits)\n"
    "  -o, --output FILE     where to (default -, standard output); a file appears when it is complete\n"
    "      --split SPLIT     train, test or validation (default train; with --shots and --batch test); of\n"
    "                        the last two each problem once, and fewer than asked for where there are no\n"
    "                        more\n"
    "      --shots K         puts K (1 to 256) training samples of its task, noise and all, in front of "
    "each\n"
    "                        problem, with an empty line behind each; all of it is the `prompt`\n"
    "      --batch MODEL     requests to the chat model of this name, as the OpenAI batch API takes them, "
    "in\n"
    "                        place of samples: prompts are the user's turns, completions the model's\n"
    "      --stats           instead of samples a table about them: rates of noise as measured,\n"
    "                        contamination, lengths in tokens, truncated traces; how many different "
    "problems\n"
    "                        each side of the split has, and how long their numbers and lists are\n"
    "      --json            the table as a JSON object\n"
    "      --epoch E         as they are in this epoch, where sparsify.schedule or data.fixed_noise: false\n"
    "                        makes them differ (default 1)\n"
    "      --first INDEX     index of the first sample (default 0)\n"
    "      --cell N          the N-th run of 'cotnoise sweep --dry-run' instead of the options as written\n"
    "      --space-digits    a space between digits, for subword tokenizers, in `answer` too, not in `args`\n"
    "      --threads T       threads (default 1); the output is the same for any number\n"
    "  -h, --help            this text\n";

/* Samples are made in rounds: in each, every lane renders BLOCK of them into its own buffer. */
enum { BLOCK = 256, LANES_MAX = 64 };

struct gen_lane {
    struct mix_sampler *sampler;
    struct shots *shots; /* with --shots or --batch */
    struct buffer text;
    struct sample_statistics statistics;
    enum err code;
    struct error error;
};

struct gen_job {
    const struct config *spec;
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    uint64_t seed;
    enum split split;
    struct problem_set problems; /* of the other sides than training; `next` and `end` count them */
    bool space_digits, only_statistics;
    int shots;         /* exemplars in front of a problem; < 0: as samples, not as prompts */
    const char *batch; /* the model that is asked, or NULL */
    int epoch, epochs;
    uint64_t next, end; /* indices of this round's first sample and behind the very last */
    struct gen_lane lane[LANES_MAX];
};

static void render_block(void *context, int number) {
    struct gen_job *job = context;
    struct gen_lane *lane = &job->lane[number];
    buffer_clear(&lane->text);
    uint64_t from = job->next + (uint64_t)number * BLOCK;
    for (uint64_t i = from; i < from + BLOCK && i < job->end && !lane->code; i++) {
        struct sample sample;
        const struct set_problem *problem = job->problems.problem ? &job->problems.problem[i] : NULL;
        lane->code = problem ? mix_sample_of(lane->sampler, job->seed, job->split, problem->index,
                                             problem->hash, &sample, &lane->error)
                             : mix_sample(lane->sampler, job->seed, job->split, i, &sample, &lane->error);
        if (!lane->code && lane->shots)
            lane->code = shots_prompt(lane->shots, job->seed, &sample, &lane->error);
        if (lane->code) break;
        if (job->only_statistics)
            lane->code = sample_statistics_add(&lane->statistics, &sample, &lane->error);
        else if (job->batch)
            shots_request(lane->shots, &sample, job->batch, job->space_digits, &lane->text);
        else
            sample_json(&sample, job->vocabulary, job->space_digits, &lane->text);
    }
    if (lane->text.failed && !lane->code) lane->code = err_memory(&lane->error, "samples");
}

static enum err write_samples(struct gen_job *job, struct team *team, FILE *stream, struct error *error) {
    int lanes = team_threads(team);
    while (job->next < job->end) {
        enum err code = interrupt_check(error);
        if (code) return code;
        team_run(team, lanes, render_block, job);
        for (int i = 0; i < lanes; i++) {
            struct gen_lane *lane = &job->lane[i];
            if (lane->code) {
                *error = lane->error;
                return lane->code;
            }
            fwrite(lane->text.bytes ? lane->text.bytes : "", 1, lane->text.length, stream);
        }
        if (ferror(stream)) return ERR_OK; /* reported when the output is closed */
        job->next += (uint64_t)lanes * BLOCK;
    }
    return ERR_OK;
}

/* The training side as far as it was looked at, or else as far as the spec uses it. */
static enum err count_sides(const struct gen_job *job, struct sides *sides, struct error *error) {
    bool training = job->split == SPLIT_TRAIN;
    return sides_count(job->mix, job->seed, training ? (int64_t)job->end : job->spec->data.samples,
                       training ? job->spec->eval.problems : job->problems.count, sides, error);
}

static enum err write_statistics(struct gen_job *job, int threads, bool as_json, FILE *stream,
                                 struct error *error) {
    struct sample_statistics *all = &job->lane[0].statistics;
    struct buffer text = {0};
    enum err code = ERR_OK;
    for (int i = 1; i < threads && !code; i++)
        code = sample_statistics_merge(all, &job->lane[i].statistics, error);
    struct sides *sides = memory_array(1, sizeof *sides);
    if (!code) code = sides ? count_sides(job, sides, error) : err_memory(error, "statistics");
    if (!code && as_json) sample_statistics_json(all, job->mix, sides, &text);
    if (!code && !as_json) {
        sample_statistics_print(all, job->mix, &text);
        sides_print(sides, &text);
    }
    free(sides);
    if (!code && text.failed) code = err_memory(error, "statistics");
    if (!code) fwrite(text.bytes, 1, text.length, stream);
    buffer_free(&text);
    return code;
}

static enum err make_lane(const struct gen_job *job, struct gen_lane *lane, struct error *error) {
    enum err code = mix_sampler_create(job->mix, job->vocabulary, false, &lane->sampler, error);
    if (code) return code;
    mix_sampler_set_epoch(lane->sampler, job->epoch, job->epochs);
    if (job->shots < 0) return ERR_OK;
    return shots_create(job->mix, job->vocabulary, job->shots, job->epoch, job->epochs, &lane->shots, error);
}

static enum err generate(struct gen_job *job, int threads, bool as_json, FILE *stream, struct error *error) {
    struct team *team;
    enum err code = team_create(threads, &team, error);
    if (code) return code;
    for (int i = 0; i < threads && !code; i++) code = make_lane(job, &job->lane[i], error);
    if (!code) code = write_samples(job, team, stream, error);
    if (!code && job->only_statistics) code = write_statistics(job, threads, as_json, stream, error);
    for (int i = 0; i < threads; i++) {
        sample_statistics_free(&job->lane[i].statistics);
        shots_free(job->lane[i].shots);
        mix_sampler_free(job->lane[i].sampler);
        buffer_free(&job->lane[i].text);
    }
    team_free(team);
    return code;
}

/* The distinct problems up to the last that is asked for, or as many as there are. */
static enum err find_problems(struct gen_job *job, struct error *error) {
    struct error message;
    enum err code =
        problem_set_make(job->mix, job->seed, job->split, (int64_t)job->end, &job->problems, error);
    if (code) return code;
    if (problem_set_is_small(job->problems.count, (int64_t)job->end, &message))
        printing_warning("gen", "%s", message.message);
    if (job->next > 0 && job->next >= (uint64_t)job->problems.count)
        return err_set(error, ERR_INPUT, "--first %llu: there are %lld different %s problems",
                       (unsigned long long)job->next, (long long)job->problems.count,
                       split_names[job->split]);
    if (job->end > (uint64_t)job->problems.count) job->end = (uint64_t)job->problems.count;
    return ERR_OK;
}

struct gen_choices {
    int64_t samples, first, threads, cell, epoch, shots;
    const char *output, *batch;
    enum split split;
    bool space_digits, stats, json;
};

static enum err run(int argc, char **argv, const struct gen_choices *choices, struct error *error) {
    struct config config;
    enum err code = arguments_config(argc, argv, optind, choices->cell, &config, NULL, error);
    if (code) return code;
    if (choices->epoch > config.data.epochs)
        return err_set(error, ERR_INPUT, "--epoch %lld: data.epochs is %d", (long long)choices->epoch,
                       config.data.epochs);
    bool trains = choices->split == SPLIT_TRAIN || choices->shots > 0;
    if (choices->epoch > 1 && (!trains || !mix_varies(&config.mix, config.data.epochs)))
        printing_warning(argv[0], "--epoch %lld changes nothing: these samples are the same in every epoch",
                         (long long)choices->epoch);
    if (*config.data.file && trains)
        printing_warning(
            argv[0],
            "data.file: what is written is samples of the spec's tasks; a training learns from the file");
    int64_t samples = choices->samples;
    if (samples < 0) samples = choices->split == SPLIT_TRAIN ? config.data.samples : config.eval.problems;
    struct vocabulary *vocabulary = NULL;
    struct output *output = NULL;
    struct gen_job *job = memory_array(1, sizeof *job);
    code = job ? mix_vocabulary(&config.mix, &vocabulary, error) : err_memory(error, "samples");
    if (!code) code = arguments_apart_from_spec(choices->output, argv[optind], error);
    if (!code) code = arguments_apart(choices->output, config.data.file, error);
    if (!code) code = output_open(choices->output, &output, error);
    if (!code) {
        job->spec = &config;
        job->mix = &config.mix;
        job->vocabulary = vocabulary;
        job->seed = (uint64_t)config.seed;
        job->split = choices->split;
        job->shots = choices->shots > 0 || choices->batch ? (int)choices->shots : -1;
        job->batch = choices->batch;
        job->space_digits = choices->space_digits;
        job->next = (uint64_t)choices->first;
        job->end = job->next + (uint64_t)samples;
        job->only_statistics = choices->stats;
        job->epoch = (int)choices->epoch - 1;
        job->epochs = config.data.epochs;
        if (job->split != SPLIT_TRAIN) code = find_problems(job, error);
        if (!code) code = generate(job, (int)choices->threads, choices->json, output_stream(output), error);
        code = output_close(output, code, error);
    }
    if (job) problem_set_free(&job->problems);
    free(job);
    vocabulary_free(vocabulary);
    return code;
}

static bool is_utf8(const char *text) {
    uint32_t number;
    for (size_t left = strlen(text), length; left > 0; text += length, left -= length)
        if (!(length = utf8_character(text, left, &number))) return false;
    return true;
}

/* What goes together. The split is set where it was not given. */
static enum err check(struct gen_choices *choices, struct error *error) {
    const char *asks = choices->shots > 0 ? "--shots" : choices->batch ? "--batch" : NULL;
    if (choices->json && !choices->stats)
        return err_set(error, ERR_INPUT, "--json: only with --stats; samples are JSON anyway");
    if (choices->space_digits && choices->stats)
        return err_set(error, ERR_INPUT, "--space-digits: not with --stats, which counts tokens");
    if (asks && choices->stats)
        return err_set(error, ERR_INPUT, "%s: not with --stats, which counts samples", asks);
    if (asks && choices->split == SPLIT_TRAIN)
        return err_set(error, ERR_INPUT, "%s: not with --split train (allowed: test, validation)", asks);
    if (choices->batch && (!*choices->batch || !is_utf8(choices->batch)))
        return err_set(error, ERR_INPUT, "--batch '%s': must be the name of a model, in UTF-8",
                       choices->batch);
    if (choices->split == SPLITS) choices->split = asks ? SPLIT_TEST : SPLIT_TRAIN;
    return ERR_OK;
}

enum err cli_gen(int argc, char **argv, struct error *error) {
    enum { SPLIT = 256, FIRST, CELL, SPACE_DIGITS, THREADS, STATS, JSON, EPOCH, SHOTS, BATCH };
    static const struct option options[] = {
        {"samples", required_argument, 0, 'n'}, {"output", required_argument, 0, 'o'},
        {"split", required_argument, 0, SPLIT}, {"first", required_argument, 0, FIRST},
        {"cell", required_argument, 0, CELL},   {"space-digits", no_argument, 0, SPACE_DIGITS},
        {"stats", no_argument, 0, STATS},       {"json", no_argument, 0, JSON},
        {"epoch", required_argument, 0, EPOCH}, {"threads", required_argument, 0, THREADS},
        {"shots", required_argument, 0, SHOTS}, {"batch", required_argument, 0, BATCH},
        {"help", no_argument, 0, 'h'},          {0, 0, 0, 0}};
    struct gen_choices choices = {.samples = -1, .threads = 1, .epoch = 1, .split = SPLITS};
    enum err code = ERR_OK;
    arguments_accept_dashes(argc, argv, options);
    for (int c; !code && (c = getopt_long(argc, argv, ":n:o:h", options, NULL)) != -1;) switch (c) {
        case 'n': code = arguments_integer("-n", optarg, 0, INT64_C(1) << 40, &choices.samples, error); break;
        case 'o': choices.output = optarg; break;
        case SPLIT:
            choices.split = SPLIT_TRAIN;
            while (choices.split < SPLITS && strcmp(optarg, split_names[choices.split])) choices.split++;
            if (choices.split == SPLITS)
                code = err_set(error, ERR_INPUT, "--split %s: must be train, test or validation", optarg);
            break;
        case FIRST:
            code = arguments_integer("--first", optarg, 0, INT64_C(1) << 40, &choices.first, error);
            break;
        case CELL: code = arguments_integer("--cell", optarg, 1, SPEC_RUNS_MAX, &choices.cell, error); break;
        case SPACE_DIGITS: choices.space_digits = true; break;
        case STATS: choices.stats = true; break;
        case JSON: choices.json = true; break;
        case EPOCH: code = arguments_integer("--epoch", optarg, 1, 1000000, &choices.epoch, error); break;
        case THREADS:
            code = arguments_integer("--threads", optarg, 1, LANES_MAX, &choices.threads, error);
            break;
        case SHOTS: code = arguments_integer("--shots", optarg, 1, SHOTS_MAX, &choices.shots, error); break;
        case BATCH: choices.batch = optarg; break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code) code = check(&choices, error);
    interrupt_install();
    return code ? code : run(argc, argv, &choices, error);
}
