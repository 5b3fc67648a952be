/* cotnoise profile: what noise a data set has. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "profile/profile.h"
#include "tasks/tasks.h"

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
    "      --filter KIND          static or dynamic: write the samples without that noise\n"
    "  -o, --output FILE          where --filter writes them (default -, standard output; the profile then\n"
    "                             goes to standard error); a file appears when it is complete\n"
    "      --json                 the profile as a JSON object\n"
    "      --threads T            threads (default 1); the result is the same for any number\n"
    "  -h, --help                 this text\n";

struct choices {
    const char *output;
    int filter; /* a label, or -1 */
    bool json;
    int64_t threads;
    struct mix mix;
};

static void warn(void *context, const char *message) {
    (void)context;
    fprintf(stderr, "cotnoise profile: %s\n", message);
}

static double share(int64_t part, int64_t whole) { return whole ? (double)part / (double)whole : 0; }

static void print_text(const struct profile *p, FILE *stream) {
    const struct estimate *e = &p->estimate;
    fprintf(stream, "samples        %lld\n", (long long)p->samples);
    if (p->others) fprintf(stream, "other tasks    %lld lines passed over\n", (long long)p->others);
    if (p->malformed) fprintf(stream, "malformed      %lld lines passed over\n", (long long)p->malformed);
    for (enum label label = LABEL_CLEAN; label < LABELS; label++)
        fprintf(stream, "%-14s %lld (%.4f)\n", label_names[label], (long long)p->labelled[label],
                share(p->labelled[label], p->samples));
    fprintf(stream, "\n%-14s %8s   %s\n", "noise", "estimate", "95 % interval");
    for (int i = 0; i < NOISE_PARAMETERS; i++)
        fprintf(stream, "%-14s %8.4f   %.4f to %.4f\n", noise_parameter_names[i], e->value[i],
                e->interval[i].low, e->interval[i].high);
    fprintf(stream, "misfit         %8.2f   about 1 where these are the only kinds of noise\n", e->misfit);
}

static void print_json(const struct profile *p, FILE *stream) {
    const struct estimate *e = &p->estimate;
    fprintf(stream, "{\"samples\":%lld,\"other_tasks\":%lld,\"malformed\":%lld", (long long)p->samples,
            (long long)p->others, (long long)p->malformed);
    for (enum label label = LABEL_CLEAN; label < LABELS; label++)
        fprintf(stream, ",\"%s\":%lld", label_names[label], (long long)p->labelled[label]);
    fprintf(stream, ",\"estimate\":{");
    for (int i = 0; i < NOISE_PARAMETERS; i++)
        fprintf(stream, "%s\"%s\":{\"value\":%.9g,\"low\":%.9g,\"high\":%.9g}", i ? "," : "",
                noise_parameter_names[i], e->value[i], e->interval[i].low, e->interval[i].high);
    fprintf(stream, "},\"misfit\":%.9g}\n", e->misfit);
}

static enum err run(const char *path, const struct choices *choices, struct error *error) {
    struct profile profile;
    struct output *output = NULL;
    struct profile_request request = {.path = path, .mix = &choices->mix, .warn = warn};
    bool filters = choices->filter >= 0;
    bool mixed = filters && (!choices->output || !strcmp(choices->output, "-"));
    struct team *team = team_create((int)choices->threads, error);
    if (!team) return ERR_RUNTIME;
    enum err code = ERR_OK;
    if (filters) {
        request.drop[choices->filter] = request.drop[LABEL_BOTH] = true;
        code = output_open(choices->output, &output, error);
        if (!code) request.kept = output_stream(output);
    }
    if (!code) {
        code = profile_file(&request, team, &profile, error);
        if (filters) code = output_close(output, code, error);
    }
    team_free(team);
    if (code) return code;
    FILE *stream = mixed ? stderr : stdout;
    if (choices->json)
        print_json(&profile, stream);
    else
        print_text(&profile, stream);
    if (filters && !choices->json)
        fprintf(stream, "written        %lld samples without %s noise\n", (long long)profile.written,
                label_names[choices->filter]);
    return ERR_OK;
}

enum err cli_profile(int argc, char **argv, struct error *error) {
    enum { TASK = 256, VISIBILITY, LINE_LIMIT, FILTER, JSON, THREADS };
    static const struct option options[] = {{"task", required_argument, 0, TASK},
                                            {"visibility", required_argument, 0, VISIBILITY},
                                            {"line-limit", required_argument, 0, LINE_LIMIT},
                                            {"filter", required_argument, 0, FILTER},
                                            {"output", required_argument, 0, 'o'},
                                            {"json", no_argument, 0, JSON},
                                            {"threads", required_argument, 0, THREADS},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    static const char *const filters[] = {"static", "dynamic", NULL};
    struct choices choices = {.filter = -1, .threads = 1};
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
            code = arguments_integer("--line-limit", optarg, 1, 100000, &number, error);
            if (!code) choices.mix.line_limit = (int)number;
            break;
        case FILTER:
            code = arguments_word("--filter", optarg, filters, &word, error);
            if (!code) choices.filter = word ? LABEL_DYNAMIC : LABEL_STATIC;
            break;
        case 'o': choices.output = optarg; break;
        case JSON: choices.json = true; break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 256, &choices.threads, error); break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(argc, argv, error);
        }
    if (!code && argc - optind != 1)
        code = err_set(error, ERR_INPUT, "needs one JSONL file; see 'cotnoise profile --help'");
    if (!code && !task) code = err_set(error, ERR_INPUT, "--task is missing; 'cotnoise tasks' lists them");
    if (!code && choices.output && choices.filter < 0)
        code = err_set(error, ERR_INPUT, "-o %s: only with --filter", choices.output);
    if (code) return code;
    choices.mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    choices.mix.entries = 1;
    return run(argv[optind], &choices, error);
}
