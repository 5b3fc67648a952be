/* cotnoise score: how likely given completions are under a model. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_file.h"
#include "base/jsonl.h"
#include "base/memory.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "data/dataset.h"
#include "data/form.h"
#include "nn/levels.h"
#include "nn/score.h"
#include "record/model_directory.h"

static const char usage[] =
    "usage: cotnoise score DIR FILE.jsonl [-o OUT.jsonl]\n\n"
    "Log-probability of each completion given its prompt under the model in the run directory DIR. FILE "
    "holds\n"
    "objects with \"prompt\" and \"completion\" (- is standard input); they are written again with "
    "\"logprob\" (the\n"
    "sum, in nats) and \"token_logprobs\" (one a completion token, then one for the end of the sequence).\n\n"
    "  -o, --output FILE   where to (default -, standard output); a file appears when it is complete\n"
    "      --threads T     threads (default 1); the numbers are the same for any number\n"
    "  -h, --help          this text\n";

/* Lines are scored in groups, so that a file of any size takes little memory. */
enum { GROUP = 512 };

struct group {
    json_t *line[GROUP];
    struct dataset_builder builder;
    struct score_request requests[GROUP];
};

static enum err encode(const struct jsonl *jsonl, json_t *line, const char *key,
                       const struct vocabulary *vocabulary, struct tokens *tokens, struct error *error) {
    const char *text;
    size_t length;
    enum err code = jsonl_string(jsonl, line, key, &text, &length, error);
    tokens->count = 0;
    if (code) return code;
    code = vocabulary_encode(vocabulary, text, length, tokens, error);
    if (!code) return ERR_OK;
    return err_prefix(error, code, "%s:%ld: %s", jsonl->path, jsonl->line, key);
}

/* Reads up to GROUP lines. */
static enum err read_group(struct jsonl *jsonl, const struct vocabulary *vocabulary, struct group *group,
                           struct error *error) {
    struct tokens prompt = {0}, completion = {0};
    enum err code = ERR_OK;
    struct dataset *d = &group->builder.dataset;
    while (!code && d->samples < GROUP) {
        json_t *line = NULL;
        code = jsonl_next(jsonl, &line, error);
        if (code || !line) break;
        group->line[d->samples] = line;
        code = encode(jsonl, line, "prompt", vocabulary, &prompt, error);
        if (!code) code = encode(jsonl, line, "completion", vocabulary, &completion, error);
        if (!code)
            code = dataset_add(&group->builder, (struct token_span){prompt.id, prompt.count},
                               (struct token_span){completion.id, completion.count}, error);
        if (code) {
            json_decref(line);
            group->line[d->samples] = NULL;
        }
    }
    tokens_free(&prompt);
    tokens_free(&completion);
    return code;
}

/* With a point or an exponent, so that readers see a real number. */
static void print_real(double value, FILE *stream) {
    char text[32];
    snprintf(text, sizeof text, "%.9g", value);
    fprintf(stream, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

/* The line as it was given, every digit of its numbers, with two members behind it. */
static enum err write_line(json_t *line, const struct score_request *request, FILE *stream,
                           struct error *error) {
    int count = request->length - request->from;
    double sum = 0;
    for (int i = 0; i < count; i++) sum += request->log_probabilities[i];
    json_object_del(line, "logprob"); /* of a model that scored it before */
    json_object_del(line, "token_logprobs");
    char *given = json_file_dump(line, JSON_COMPACT);
    if (!given) return err_memory(error, "scores");
    given[strlen(given) - 1] = 0; /* there are members, so that a comma follows */
    fprintf(stream, "%s,\"logprob\":", given);
    print_real(sum, stream);
    for (int i = 0; i < count; i++) {
        fputs(i ? "," : ",\"token_logprobs\":[", stream);
        print_real(request->log_probabilities[i], stream);
    }
    fputs("]}\n", stream); /* the stream's errors are seen at the end */
    free(given);
    return ERR_OK;
}

static enum err score_group(const struct gpt *gpt, struct team *team, struct group *group, FILE *stream,
                            struct error *error) {
    const struct dataset *d = &group->builder.dataset;
    double *log_probabilities = memory_array((size_t)d->start[d->samples], sizeof *log_probabilities);
    if (!log_probabilities) return err_memory(error, "scores");
    double *next = log_probabilities;
    for (int64_t i = 0; i < d->samples; i++) {
        struct token_span sequence = dataset_sequence(d, i);
        group->requests[i] = (struct score_request){sequence.id, (int)sequence.count, d->prompt[i], next};
        next += (int64_t)sequence.count - d->prompt[i];
    }
    enum err code = score_sequences(gpt, team, group->requests, (size_t)d->samples, error);
    for (int64_t i = 0; i < d->samples && !code; i++)
        code = write_line(group->line[i], &group->requests[i], stream, error);
    free(log_probabilities);
    return code;
}

/* Scores of prompts unlike those that the model was trained on mean little: a newline is easily lost. Of a
 * model that was trained on a file it is not known what its prompts were like. */
static enum err warn_of_form(const struct model_directory *model, const struct dataset *given,
                             const char *path, struct team *team, struct error *error) {
    enum { PROBLEMS = 100 };
    const struct config *config = &model->config;
    struct dataset problems = {0};
    struct error message;
    bool differ = false;
    if (!model->has_config || *config->data.file) return ERR_OK;
    enum err code = dataset_build_problems(&config->mix, model->vocabulary, (uint64_t)config->seed,
                                           SPLIT_TEST, PROBLEMS, team, &problems, error);
    if (code == ERR_INPUT)
        return ERR_OK; /* tasks that have changed since: there is nothing to compare with */
    if (!code)
        code = form_prompts_differ(given, &problems, model->vocabulary, path, &differ, &message, error);
    if (!code && differ) printing_warning("score", "%s", message.message);
    dataset_free(&problems);
    return code;
}

static enum err score_file(const struct model_directory *model, struct jsonl *jsonl, struct team *team,
                           FILE *stream, struct error *error) {
    enum err code = ERR_OK;
    bool first = true;
    for (bool more = true; more && !code; first = false) {
        struct group *group = memory_array(1, sizeof *group);
        if (!group) return err_memory(error, "scores");
        struct dataset *d = &group->builder.dataset;
        code = read_group(jsonl, model->vocabulary, group, error);
        if (!code && first && d->samples) code = warn_of_form(model, d, jsonl->path, team, error);
        if (!code && d->samples) code = score_group(model->checkpoint.gpt, team, group, stream, error);
        more = d->samples == GROUP && !ferror(stream); /* which is told when the output is closed */
        for (int i = 0; i < GROUP; i++) json_decref(group->line[i]);
        dataset_free(d);
        free(group);
    }
    return code;
}

enum err cli_score(int argc, char **argv, struct error *error) {
    enum { THREADS = 256 };
    static const struct option options[] = {{"output", required_argument, 0, 'o'},
                                            {"threads", required_argument, 0, THREADS},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    const char *path = NULL;
    int64_t threads = 1;
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":o:h", options, NULL)) != -1;) switch (c) {
        case 'o': path = optarg; break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 256, &threads, error); break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code && argc - optind != 2)
        code =
            err_set(error, ERR_INPUT, "needs a run directory and a JSONL file; see 'cotnoise score --help'");
    struct model_directory model = {0};
    struct jsonl jsonl = {0};
    struct team *team = NULL;
    struct output *output = NULL;
    if (!code) code = arguments_path("the run directory", argv[optind], error);
    if (!code) code = arguments_path("the JSONL file", argv[optind + 1], error);
    if (!code) code = arguments_apart(path, argv[optind + 1], error);
    interrupt_install();
    if (!code) code = levels_check(error);
    if (!code) code = model_directory_read(argv[optind], &model, error);
    if (!code) code = printing_changes(argv[0], &model, error);
    if (!code) code = jsonl_open(&jsonl, argv[optind + 1], error);
    if (!code) code = team_create((int)threads, &team, error);
    if (!code) code = output_open(path, &output, error);
    if (!code) {
        code = score_file(&model, &jsonl, team, output_stream(output), error);
        code = output_close(output, code, error);
    }
    team_free(team);
    jsonl_close(&jsonl);
    model_directory_free(&model);
    return code;
}
