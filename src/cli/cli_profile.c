/* cotnoise profile: what noise a data set has, and what a model trained on it will do. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "curve/prediction.h"
#include "profile/profile.h"
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char usage[] =
    "usage: cotnoise profile FILE.jsonl --task TASK [OPTION...]\n\n"
    "Replays the problem of each sample (\"args\") and compares its \"completion\" with what the algorithm\n"
    "writes. Estimates contamination and the rates of digit, line and dynamic noise with 95 % intervals, "
    "and\n"
    "counts the samples with static noise (errors that later lines ignore), dynamic noise (errors that "
    "later\n"
    "lines follow from) and both. - is standard input.\n\n"
    "      --task TASK            the samples' task; lines of other tasks are passed over\n"
    "      --visibility OP=MODE   how calls are written in the samples: full, call or hidden (repeatable)\n"
    "      --line-limit N         longest trace in lines (default 300, from 1 to 100000)\n"
    "      --reverse              the samples' numbers are written least significant digit first\n"
    "      --from DIR             predict the accuracy of a model trained on these samples from the runs of "
    "a\n"
    "                             sweep (repeatable; all must be of the same sizes of problems, and the "
    "samples\n"
    "                             within them)\n"
    "      --filter KIND          static or dynamic: write the samples without that noise\n"
    "  -o, --output FILE          where --filter writes them (default -, standard output; the profile then\n"
    "                             goes to standard error); a file appears when it is complete\n"
    "      --json                 the profile as a JSON object\n"
    "      --threads T            threads (default 1); the result is the same for any number\n"
    "  -h, --help                 this text\n";

enum { FROM_MAX = 64 };

struct profile_choices {
    const char *from[FROM_MAX];
    int froms;
    const char *output;
    int filter; /* a label, or -1 */
    bool json;
    int64_t threads;
    struct mix mix;
};

static void warn(void *context, const char *message) {
    (void)context;
    printing_warning("profile", "%s", message);
}

static double share(int64_t part, int64_t whole) { return whole ? (double)part / (double)whole : 0; }

static void print_text(const struct profile *p, FILE *stream) {
    const struct estimate *e = &p->estimate;
    fprintf(stream, "samples        %lld\n", (long long)p->samples);
    if (p->others) fprintf(stream, "other tasks    %lld lines passed over\n", (long long)p->others);
    if (p->malformed) fprintf(stream, "malformed      %lld lines passed over\n", (long long)p->malformed);
    for (enum account_label label = ACCOUNT_CLEAN; label < ACCOUNT_LABELS; label++)
        fprintf(stream, "%-14s %lld (%.4f)\n", account_label_names[label], (long long)p->labelled[label],
                share(p->labelled[label], p->samples));
    fprintf(stream, "\n%-14s %8s   %s\n", "noise", "estimate", "95 % interval");
    for (int i = 0; i < ESTIMATE_PARAMETERS; i++)
        fprintf(stream, "%-14s %8.4f   %.4f to %.4f\n", estimate_parameter_names[i], e->value[i],
                e->interval[i].low, e->interval[i].high);
    fprintf(stream, "misfit         %8.2f   about 1 where these are the only kinds of noise\n", e->misfit);
}

static void print_json(const struct profile *p, FILE *stream) {
    const struct estimate *e = &p->estimate;
    fprintf(stream, "{\"samples\":%lld,\"other_tasks\":%lld,\"malformed\":%lld", (long long)p->samples,
            (long long)p->others, (long long)p->malformed);
    for (enum account_label label = ACCOUNT_CLEAN; label < ACCOUNT_LABELS; label++)
        fprintf(stream, ",\"%s\":%lld", account_label_names[label], (long long)p->labelled[label]);
    fprintf(stream, ",\"estimate\":{");
    for (int i = 0; i < ESTIMATE_PARAMETERS; i++)
        fprintf(stream, "%s\"%s\":{\"value\":%.9g,\"low\":%.9g,\"high\":%.9g}", i ? "," : "",
                estimate_parameter_names[i], e->value[i], e->interval[i].low, e->interval[i].high);
    fprintf(stream, "},\"misfit\":%.9g", e->misfit);
}

/* --- prediction --- */

static struct noise_level level_of(const struct estimate *e) {
    return (struct noise_level){.contamination = e->value[ESTIMATE_CONTAMINATION],
                                .rate = {[MEASURED_DIGIT] = e->value[ESTIMATE_DIGIT],
                                         [MEASURED_LINE] = e->value[ESTIMATE_LINE],
                                         [MEASURED_DYNAMIC] = e->value[ESTIMATE_DYNAMIC]}};
}

static void print_level(const struct noise_level *level, FILE *stream) {
    bool any = false;
    for (int k = 0; k < MEASURED_KINDS; k++) {
        if (level->rate[k] <= 0) continue;
        fprintf(stream, "%s%s %.3g", any ? ", " : "", measured_kind_names[k], level->rate[k]);
        any = true;
    }
    if (any)
        fprintf(stream, ", contamination %.3g", level->contamination);
    else
        fprintf(stream, "clean");
}

static void print_prediction(const struct measured_setting *s, const struct prediction *p, FILE *stream) {
    fprintf(stream, "\n%s model, %lld samples", s->run->model, (long long)s->run->outcome.samples);
    if (s->run->epochs != 1) fprintf(stream, ", %g epochs", s->run->epochs);
    fprintf(stream, ", from %zu measured cells\n", s->count);
    fprintf(stream, "accuracy       %8.4f   %.4f to %.4f\n", p->accuracy, p->interval.low, p->interval.high);
    fprintf(stream, "nearest cell   %8.4f   at ", p->nearest_accuracy);
    print_level(&p->nearest, stream);
    fprintf(stream,
            "\ndistance       %8.4f   in contamination x rate; %.2f of the length over which accuracy "
            "changes%s\n",
            p->distance, p->relative_distance,
            p->outside ? "\nwarning        beyond all measured cells: an extrapolation" : "");
}

static void print_prediction_json(const struct measured_setting *s, const struct prediction *p, bool first,
                                  FILE *stream) {
    struct buffer model = {0};
    buffer_json_string(&model, s->run->model, strlen(s->run->model));
    fprintf(stream,
            "%s{\"model\":%s,\"samples\":%lld,\"epochs\":%.9g,\"cells\":%zu,\"accuracy\":%.9g,\"low\":%.9g,"
            "\"high\":%.9g,\"nearest\":{\"contamination\":%.9g",
            first ? "" : ",", model.bytes ? model.bytes : "null", (long long)s->run->outcome.samples,
            s->run->epochs, s->count, p->accuracy, p->interval.low, p->interval.high,
            p->nearest.contamination);
    buffer_free(&model);
    for (int k = 0; k < MEASURED_KINDS; k++)
        fprintf(stream, ",\"%s\":%.9g", measured_kind_names[k], p->nearest.rate[k]);
    fprintf(stream, ",\"accuracy\":%.9g},\"distance\":%.9g,\"relative_distance\":%.9g,\"outside\":%s}",
            p->nearest_accuracy, p->distance, p->relative_distance, p->outside ? "true" : "false");
}

/* A prediction for every setting that has cells enough. */
static enum err print_predictions(const struct profile_choices *choices, const struct measured *measured,
                                  const struct profile *profile, FILE *stream, struct error *error) {
    struct noise_level level = level_of(&profile->estimate);
    int predicted = 0;
    for (size_t i = 0; i < measured->count; i++) {
        const struct measured_setting *s = &measured->settings[i];
        struct prediction p;
        if (s->count < PREDICTION_CELLS_MIN) continue;
        enum err code = prediction_make(s, &level, &p, error);
        if (code) return code;
        if (choices->json)
            print_prediction_json(s, &p, !predicted, stream);
        else
            print_prediction(s, &p, stream);
        predicted++;
    }
    return ERR_OK;
}

static enum err read_measured(const struct profile_choices *choices, struct measured *measured,
                              struct error *error) {
    const struct task *task = choices->mix.entry[0].task;
    enum err code = ERR_OK;
    bool enough = !choices->froms;
    for (int i = 0; i < choices->froms && !code; i++)
        code = measured_read(measured, choices->from[i], task, error);
    for (size_t i = 0; i < measured->count && !code; i++) {
        size_t cells = measured->settings[i].count;
        enough |= cells >= PREDICTION_CELLS_MIN;
        if (cells > PREDICTION_CELLS_MAX)
            code = err_set(error, ERR_INPUT,
                           "--from: %zu different cells of one setting; at most %d are allowed", cells,
                           PREDICTION_CELLS_MAX);
    }
    if (!code && !enough)
        code = err_set(error, ERR_INPUT,
                       "--from %s: fewer than %d different cells of task %s with a chain of thought",
                       choices->from[choices->froms - 1], PREDICTION_CELLS_MIN, task->name);
    return code;
}

/* --- the command --- */

static enum err print_all(const struct profile_choices *choices, const struct measured *measured,
                          const struct profile *profile, FILE *stream, struct error *error) {
    enum err code = ERR_OK;
    if (choices->json) {
        print_json(profile, stream);
        fprintf(stream, ",\"predictions\":[");
        code = print_predictions(choices, measured, profile, stream, error);
        fprintf(stream, "]}\n");
        return code;
    }
    print_text(profile, stream);
    code = print_predictions(choices, measured, profile, stream, error);
    if (choices->filter >= 0)
        fprintf(stream, "\nwritten        %lld samples without %s noise\n", (long long)profile->written,
                account_label_names[choices->filter]);
    return code;
}

static enum err run(const char *path, const struct profile_choices *choices, struct error *error) {
    struct profile profile = {.samples = 0};
    struct measured measured = {0};
    struct output *output = NULL;
    struct profile_request request = {.path = path, .mix = &choices->mix, .warn = warn};
    bool filters = choices->filter >= 0;
    bool mixed = filters && output_is_standard(choices->output);
    struct team *team = NULL;
    enum err code = team_create((int)choices->threads, &team, error);
    if (!code) code = read_measured(choices, &measured, error);
    if (!code && filters) {
        request.drop[choices->filter] = request.drop[ACCOUNT_BOTH] = true;
        code = output_open(choices->output, &output, error);
        if (!code) request.kept = output_stream(output);
    }
    if (!code) {
        code = profile_file(&request, team, &profile, error);
        if (filters) code = output_close(output, code, error);
    }
    if (!code) code = measured_check_sizes(&measured, profile.digits, profile.elements, error);
    if (!code) code = print_all(choices, &measured, &profile, mixed ? stderr : stdout, error);
    team_free(team);
    measured_free(&measured);
    return code;
}

enum err cli_profile(int argc, char **argv, struct error *error) {
    enum { TASK = 256, VISIBILITY, LINE_LIMIT, REVERSE, FROM, FILTER, JSON, THREADS };
    static const struct option options[] = {{"task", required_argument, 0, TASK},
                                            {"visibility", required_argument, 0, VISIBILITY},
                                            {"line-limit", required_argument, 0, LINE_LIMIT},
                                            {"reverse", no_argument, 0, REVERSE},
                                            {"from", required_argument, 0, FROM},
                                            {"filter", required_argument, 0, FILTER},
                                            {"output", required_argument, 0, 'o'},
                                            {"json", no_argument, 0, JSON},
                                            {"threads", required_argument, 0, THREADS},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    static const char *const filters[] = {"static", "dynamic", NULL};
    struct profile_choices choices = {.filter = -1, .threads = 1};
    const struct task *task = NULL;
    enum err code = ERR_OK;
    int64_t number;
    int word;
    mix_default(&choices.mix);
    for (int c; !code && (c = getopt_long(argc, argv, ":o:h", options, NULL)) != -1;) switch (c) {
        case TASK:
            task = task_find(optarg);
            if (!task)
                code =
                    err_set(error, ERR_INPUT, "--task %s: no such task; 'cotnoise tasks' lists them", optarg);
            break;
        case VISIBILITY: code = arguments_visibility(optarg, &choices.mix, error); break;
        case LINE_LIMIT:
            code = arguments_integer("--line-limit", optarg, 1, TRACE_LINES_MAX, &number, error);
            if (!code) choices.mix.line_limit = (int)number;
            break;
        case REVERSE: choices.mix.reverse = true; break;
        case FROM:
            code = arguments_path("--from", optarg, error);
            if (!code && choices.froms == FROM_MAX)
                code = err_set(error, ERR_INPUT, "--from %s: at most %d directories", optarg, FROM_MAX);
            else if (!code)
                choices.from[choices.froms++] = optarg;
            break;
        case FILTER:
            code = arguments_word("--filter", optarg, filters, &word, error);
            if (!code) choices.filter = word ? ACCOUNT_DYNAMIC : ACCOUNT_STATIC;
            break;
        case 'o': choices.output = optarg; break;
        case JSON: choices.json = true; break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 256, &choices.threads, error); break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code && argc - optind != 1)
        code = err_set(error, ERR_INPUT, "needs one JSONL file; see 'cotnoise profile --help'");
    if (!code) code = arguments_path("the JSONL file", argv[optind], error);
    if (!code) code = arguments_apart(choices.output, argv[optind], error);
    if (!code && !task) code = err_set(error, ERR_INPUT, "--task is missing; 'cotnoise tasks' lists them");
    if (!code && choices.output && choices.filter < 0)
        code = err_set(error, ERR_INPUT, "-o %s: only with --filter", choices.output);
    if (code) return code;
    choices.mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    choices.mix.entries = 1;
    arguments_check_visibility(argv[0], &choices.mix);
    interrupt_install();
    return run(argv[optind], &choices, error);
}
