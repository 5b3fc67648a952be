/* cotnoise eval: accuracy of a checkpoint on fresh problems or on given ones. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_file.h"
#include "base/jsonl.h"
#include "base/memory.h"
#include "base/plural.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/pass_table.h"
#include "cli/printing.h"
#include "cli/solutions.h"
#include "data/dataset.h"
#include "data/problem.h"
#include "data/problem_set.h"
#include "nn/levels.h"
#include "record/columns.h"
#include "record/model_directory.h"
#include "tasks/tasks.h"
#include "trace/judge.h"
#include "train/pass_evaluate.h"

static const char usage[] =
    "usage: cotnoise eval DIR [--problems FILE.jsonl] [-o OUT.jsonl]\n\n"
    "Lets the model in the run directory DIR solve problems and compares its answers with the true ones. "
    "Without\n"
    "--problems these are problems of the tasks that it was trained on, none of which was in its training "
    "set.\n\n"
    "      --problems FILE      JSONL whose lines have \"task\" and \"args\" (- is standard input); what "
    "else they "
    "hold\n"
    "                           is passed on to -o\n"
    "  -n, --number N           how many fresh problems (default: eval.problems of the run)\n"
    "      --seed N             of fresh problems and of sampling (default: the run's seed, which gives the\n"
    "                           problems of its result.json)\n"
    "      --samples N          completions a problem, majority vote (default: eval.samples of the run)\n"
    "      --temperature T      0 is greedy (default: eval.temperature of the run; of --pass 1)\n"
    "      --pass N             draws N completions a problem besides (1 to 1024): pass@k for k up to N, "
    "the\n"
    "                           share that a majority of N solves, different right traces a problem\n"
    "      --max-new-tokens N   (default: that of the run; else twice the longest true completion)\n"
    "  -o, --output OUT.jsonl   each problem with the model's \"completion\" and whether it is \"correct\"; "
    "with\n"
    "                           --samples above 1 \"completions\", \"correct\" of each, the answer line "
    "that\n"
    "                           won the \"vote\" and \"vote_correct\"; - is standard output, and the "
    "outcome\n"
    "                           then goes to standard error\n"
    "      --json               the outcome as a JSON object\n"
    "      --threads T          threads (default 1); the outcome is the same for any number\n"
    "  -h, --help               this text\n";

struct eval_choices {
    const char *problems, *output;
    int64_t number, seed, samples, max_new_tokens, threads, pass;
    double temperature, pass_temperature;
    bool json;
};

/* The problems, and the line of JSON that each came with or is written as. */
struct problems {
    struct dataset_builder builder;
    json_t **line;
    size_t capacity;
};

static void problems_free(struct problems *problems) {
    for (int64_t i = 0; problems->line && i < problems->builder.dataset.samples; i++)
        json_decref(problems->line[i]);
    free(problems->line);
    dataset_free(&problems->builder.dataset);
}

/* Adds one problem with its true completion; takes over `line`. */
static enum err add_problem(struct problems *problems, const struct sample *sample, json_t *line,
                            struct error *error) {
    size_t count = (size_t)problems->builder.dataset.samples;
    enum err code = ERR_OK;
    if (!line || memory_reserve(&problems->line, &problems->capacity, count + 1, sizeof *problems->line))
        code = err_memory(error, "the problems");
    if (!code) code = dataset_add(&problems->builder, sample->prompt, sample->completion, error);
    if (code)
        json_decref(line);
    else
        problems->line[count] = line;
    return code;
}

/* Puts what `gen` writes of a sample into *line. Of one that was given, task and arguments are what counts:
 * prompt and answer become the true ones, all else stays as it is. */
static enum err describe(const struct sample *sample, const struct vocabulary *vocabulary, json_t **line,
                         struct error *error) {
    struct buffer text = {0};
    sample_json(sample, vocabulary, false, &text);
    json_t *made = NULL;
    enum err code = text.failed ? err_memory(error, "the problems")
                                : json_file_parse("the problems", 1, text.bytes, text.length, &made, error);
    buffer_free(&text);
    if (code || !*line) {
        *line = made;
        return code;
    }
    if (json_object_set(*line, "prompt", json_object_get(made, "prompt")) ||
        json_object_set(*line, "answer", json_object_get(made, "answer")) ||
        json_object_update_missing(*line, made))
        code = err_memory(error, "the problems");
    json_decref(made);
    return code;
}

static enum err fresh_problems(const struct model_directory *model, const struct eval_choices *choices,
                               struct mix_sampler *sampler, struct problems *problems, struct error *error) {
    struct problem_set set;
    struct error message;
    uint64_t seed = (uint64_t)choices->seed;
    enum err code = problem_set_make(&model->config.mix, seed, SPLIT_TEST, choices->number, &set, error);
    if (code) return code;
    if (problem_set_is_small(set.count, choices->number, &message))
        printing_warning("eval", "%s", message.message);
    for (int64_t i = 0; i < set.count && !code; i++) {
        struct sample sample;
        json_t *line = NULL;
        code = mix_sample_of(sampler, seed, SPLIT_TEST, set.problem[i].index, set.problem[i].hash, &sample,
                             error);
        if (!code) code = describe(&sample, model->vocabulary, &line, error);
        if (!code) code = add_problem(problems, &sample, line, error);
    }
    problem_set_free(&set);
    return code;
}

/* What given lines hold that has no bearing on the outcome. */
struct disregarded {
    int64_t completions;     /* lines with other completions than the true one */
    int64_t answers;         /* lines with another answer than the true one */
    const struct task *task; /* one that the model was not trained on; NULL: none */
};

/* Whether a given text is these tokens, however it is spaced; a number or a list is the text of it. Without
 * memory it counts as the same: what follows will say so. */
static bool says(const json_t *given, struct token_span span, const struct vocabulary *vocabulary) {
    struct tokens tokens = {0};
    char *written = json_is_string(given) ? NULL : json_file_dump(given, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *text = json_is_string(given) ? json_string_value(given) : written;
    enum err code = text ? vocabulary_encode(vocabulary, text, strlen(text), &tokens, NULL) : ERR_RUNTIME;
    bool same =
        code == ERR_RUNTIME || (!code && judge_same((struct token_span){tokens.id, tokens.count}, span));
    tokens_free(&tokens);
    free(written);
    return same;
}

static bool is_given(const json_t *value) { return value && !json_is_null(value); }

static void note_disregarded(const struct model_directory *model, const json_t *line,
                             const struct sample *sample, struct disregarded *d) {
    const json_t *completion = json_object_get(line, "completion"), *answer = json_object_get(line, "answer");
    bool has_other = is_given(completion) && !says(completion, sample->completion, model->vocabulary);
    d->completions += has_other || is_given(json_object_get(line, "completions"));
    d->answers += is_given(answer) && !says(answer, sample->answer, model->vocabulary);
    bool trained = !model->has_config;
    for (int e = 0; e < model->config.mix.entries; e++)
        trained |= model->config.mix.entry[e].task == sample->task;
    if (!trained) d->task = sample->task;
}

static void warn_disregarded(const char *path, const struct disregarded *d) {
    if (d->completions)
        printing_warning("eval",
                         "%s: the completions of %lld line%s are not looked at; the model writes its own",
                         path, (long long)d->completions, plural_s(d->completions));
    if (d->answers)
        printing_warning("eval",
                         "%s: the answers of %lld line%s are not the true ones, which are what counts", path,
                         (long long)d->answers, plural_s(d->answers));
    if (d->task)
        printing_warning("eval", "%s: task %s is none of those that the model was trained on", path,
                         d->task->name);
}

static enum err given_problems(const struct model_directory *model, const struct eval_choices *choices,
                               struct mix_sampler *sampler, struct problems *problems, struct error *error) {
    struct jsonl jsonl = {0};
    struct disregarded disregarded = {0};
    struct arguments *arguments = memory_array(1, sizeof *arguments);
    enum err code =
        arguments ? jsonl_open(&jsonl, choices->problems, error) : err_memory(error, "the problems");
    while (!code) {
        json_t *line = NULL;
        code = jsonl_next(&jsonl, &line, error);
        if (code || !line) break;
        const struct task *task;
        struct sample sample;
        code = problem_task(&jsonl, line, &task, error);
        if (!code) code = problem_arguments(&jsonl, line, task, arguments, error);
        if (!code) {
            code = mix_sample_problem(sampler, 0, SPLIT_TEST, 0, task, arguments, &sample, error);
            if (!code) code = mix_check_whole(sampler, &sample, error);
            if (code) err_prefix(error, code, "%s:%ld", jsonl.path, jsonl.line);
        }
        if (!code) note_disregarded(model, line, &sample, &disregarded);
        if (!code) code = describe(&sample, model->vocabulary, &line, error);
        if (code)
            json_decref(line);
        else
            code = add_problem(problems, &sample, line, error);
    }
    if (!code && !problems->builder.dataset.samples)
        code = err_set(error, ERR_INPUT, "%s: holds no problem", choices->problems);
    if (!code) warn_disregarded(choices->problems, &disregarded);
    jsonl_close(&jsonl);
    free(arguments);
    return code;
}

/* Completions that a limit cut off: tokens that a completion may have, or positions that the model has. */
static void warn_of_limit(const struct dataset *problems, const struct decoder_result *written, int samples,
                          int limit, int positions) {
    int64_t count = problems->samples * samples, cut = 0;
    for (int64_t i = 0; i < count; i++) cut += !written[i].stopped;
    if (!cut) return;
    const char *why = "";
    if (limit < problems->longest_completion)
        why = "; the longest true one is longer: raise --max-new-tokens";
    else if (positions < problems->longest)
        why = "; the longest problem with its true completion has more tokens than the model has positions";
    printing_warning("eval", "%lld of %lld completions did not end within %d tokens and count as wrong%s",
                     (long long)cut, (long long)count, limit < positions ? limit : positions, why);
}

static enum err evaluate_problems(const struct model_directory *model, const struct eval_choices *choices,
                                  struct problems *problems, struct error *error) {
    bool reverse = model->config.mix.reverse;
    const struct dataset *d = &problems->builder.dataset;
    size_t count = (size_t)d->samples, results = count * (size_t)choices->samples;
    struct evaluation_options options = {
        .max_new_tokens = choices->max_new_tokens ? (int)choices->max_new_tokens : 2 * d->longest_completion,
        .samples = (int)choices->samples,
        .temperature = choices->temperature,
        .seed = (uint64_t)choices->seed,
        .vocabulary = model->vocabulary,
        .reverse = reverse};
    struct task_judge *judge = NULL;
    struct vote *votes = memory_array(count, sizeof *votes);
    struct decoder_result *written = memory_array(results, sizeof *written);
    struct team *team = NULL;
    enum err code = team_create((int)choices->threads, &team, error);
    if (!code && (!votes || !written)) code = err_memory(error, "the evaluation");
    if (!code) code = labelling_wanted(&model->config, model->vocabulary, &options.labelling, error);
    struct evaluation evaluation;
    struct evaluation_options drawing = options;
    drawing.samples = (int)choices->pass;
    drawing.temperature = choices->pass_temperature;
    if (!code) code = task_judge_create(model->vocabulary, task_list, reverse, &judge, error);
    if (!code)
        code = evaluate_model(model->checkpoint.gpt, team, d, &options, &evaluation, votes, written, error);
    if (!code) {
        struct solutions solutions = {model->vocabulary, d,    problems->line, written, votes,
                                      options.samples,   judge};
        if (choices->output) code = solutions_write(&solutions, choices->output, error);
        if (!code)
            warn_of_limit(d, written, options.samples, options.max_new_tokens,
                          model->checkpoint.gpt->config.positions);
        decoder_free_results(written, results);
    }
    if (!code && choices->pass)
        code = pass_evaluate_model(model->checkpoint.gpt, team, d, &drawing, &evaluation.pass, error);
    FILE *told = choices->output && output_is_standard(choices->output)
                     ? stderr
                     : stdout; /* where the lines are not */
    if (!code && choices->json) code = jsonl_write(told, columns_evaluation_json(&evaluation), 9, error);
    if (!code && !choices->json) {
        char drawn[64];
        snprintf(drawn, sizeof drawn, ", drawn at temperature %g", drawing.temperature);
        pass_table_print_evaluation(&evaluation, told);
        if (choices->pass) pass_table_print(&evaluation.pass, drawn, "cut off", told);
    }
    task_judge_free(judge);
    team_free(team);
    free(written);
    free(votes);
    return code;
}

/* What was not said is as in the run; what was and does nothing is told. */
static void complete_choices(const struct config *config, struct eval_choices *choices) {
    bool seeded = choices->seed >= 0;
    if (choices->number < 0) choices->number = config->eval.problems;
    if (!seeded) choices->seed = config->seed;
    if (!choices->samples) choices->samples = config->eval.samples > 0 ? config->eval.samples : 1;
    choices->pass_temperature = choices->temperature < 0 ? 1 : choices->temperature;
    if (choices->temperature < 0) choices->temperature = config->eval.temperature;
    if (!choices->max_new_tokens) choices->max_new_tokens = config->eval.max_new_tokens;
    if (choices->temperature > 0) return;
    if (choices->samples > 1)
        printing_warning("eval", "%lld samples at temperature 0 are all the same; --temperature 1 draws them",
                         (long long)choices->samples);
    if (seeded && choices->problems && !choices->pass)
        printing_warning("eval", "--seed has no effect on given problems at temperature 0");
}

static enum err run(char *command, const char *directory, struct eval_choices *choices, struct error *error) {
    struct model_directory *model = memory_array(1, sizeof *model);
    if (!model) return err_memory(error, "the model");
    struct problems problems = {0};
    struct mix_sampler *sampler = NULL;
    enum err code = model_directory_read(directory, model, error);
    if (!code) code = printing_changes(command, model, error);
    if (!code && !model->has_config) {
        if (choices->problems)
            mix_default(&model->config.mix);
        else
            code = err_set(error, ERR_INPUT, "%s: was not trained here, so give it --problems", directory);
    }
    if (!code) {
        complete_choices(&model->config, choices);
        code = mix_sampler_create(&model->config.mix, model->vocabulary, false, &sampler, error);
    }
    if (!code)
        code = choices->problems ? given_problems(model, choices, sampler, &problems, error)
                                 : fresh_problems(model, choices, sampler, &problems, error);
    if (!code) code = evaluate_problems(model, choices, &problems, error);
    problems_free(&problems);
    mix_sampler_free(sampler);
    model_directory_free(model);
    free(model);
    return code;
}

/* What was said must go together: `count` run directories, the first of which is given. */
static enum err check_choices(int count, const char *directory, const struct eval_choices *choices,
                              struct error *error) {
    if (count != 1) return err_set(error, ERR_INPUT, "needs one run directory; see 'cotnoise eval --help'");
    enum err code = arguments_path("the run directory", directory, error);
    if (!code && choices->problems) code = arguments_apart(choices->output, choices->problems, error);
    if (!code && choices->problems && choices->number >= 0)
        code = err_set(error, ERR_INPUT, "-n %lld: only for fresh problems, not with --problems",
                       (long long)choices->number);
    if (!code && choices->pass && choices->temperature == 0)
        code = err_set(error, ERR_INPUT,
                       "--pass %lld: at temperature 0 all completions of a problem are the same",
                       (long long)choices->pass);
    return code;
}

enum err cli_eval(int argc, char **argv, struct error *error) {
    enum { PROBLEMS = 256, SEED, SAMPLES, TEMPERATURE, MAX_NEW_TOKENS, PASS, JSON, THREADS };
    static const struct option options[] = {{"problems", required_argument, 0, PROBLEMS},
                                            {"number", required_argument, 0, 'n'},
                                            {"seed", required_argument, 0, SEED},
                                            {"samples", required_argument, 0, SAMPLES},
                                            {"temperature", required_argument, 0, TEMPERATURE},
                                            {"max-new-tokens", required_argument, 0, MAX_NEW_TOKENS},
                                            {"pass", required_argument, 0, PASS},
                                            {"output", required_argument, 0, 'o'},
                                            {"json", no_argument, 0, JSON},
                                            {"threads", required_argument, 0, THREADS},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct eval_choices choices = {.number = -1, .seed = -1, .temperature = -1, .threads = 1};
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":n:o:h", options, NULL)) != -1;) switch (c) {
        case PROBLEMS:
            choices.problems = optarg;
            code = arguments_path("--problems", optarg, error);
            break;
        case 'n': code = arguments_integer("-n", optarg, 1, 100000000, &choices.number, error); break;
        case SEED: code = arguments_integer("--seed", optarg, 0, INT64_MAX, &choices.seed, error); break;
        case SAMPLES: code = arguments_integer("--samples", optarg, 1, 1000, &choices.samples, error); break;
        case TEMPERATURE:
            code = arguments_number("--temperature", optarg, 0, 100, &choices.temperature, error);
            break;
        case MAX_NEW_TOKENS:
            code = arguments_integer("--max-new-tokens", optarg, 1, 1 << 20, &choices.max_new_tokens, error);
            break;
        case PASS:
            code = arguments_integer("--pass", optarg, 1, PASS_SAMPLES_MAX, &choices.pass, error);
            break;
        case 'o': choices.output = optarg; break;
        case JSON: choices.json = true; break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 256, &choices.threads, error); break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code) code = check_choices(argc - optind, argv[optind], &choices, error);
    if (!code) code = levels_check(error);
    interrupt_install();
    return code ? code : run(argv[0], argv[optind], &choices, error);
}
