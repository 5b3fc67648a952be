/* cotnoise trace: the trace of given arguments, clean or noised. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/difference.h"
#include "cli/printing.h"
#include "data/mix_names.h"
#include "noise/noises.h"
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char usage[] =
    "usage: cotnoise trace TASK ARGUMENT... [OPTION...]\n\n"
    "Prints the trace of a task, such as: cotnoise trace add 58679 52\n"
    "                                     cotnoise trace median \"[88, 80, 412]\" --noise digit=0.3 "
    "--diff\n\n"
    "  --noise KIND=RATE      corrupt with a kind of noise, rate 0 to 1 (repeatable; 'cotnoise noises' lists "
    "them)\n"
    "  --names NAME+NAME...   aim the noise at lines of these names, such as res+carry (default: every "
    "site)\n"
    "  --seed N               which corruptions (default 1)\n"
    "  --visibility OP=MODE   how calls of a task are written: full, call or hidden (repeatable)\n"
    "  --line-limit N         longest trace in lines (default 300, from 1 to 100000); a clean one that is\n"
    "                         longer is refused\n"
    "  --format FORMAT        trace, direct: the answer alone, or answer_first (default trace)\n"
    "  --refine SHARE         mend this share of the dynamic errors by a line `fix name = value`\n"
    "  --reverse              numbers least significant digit first\n"
    "  --answer clean         spare the digits of the answer line (default noisy)\n"
    "  --diff                 clean beside noised; what noise changed is red, or <marked> where there are no "
    "colours\n"
    "  --json                 the line that 'cotnoise gen' writes\n"
    "  --space-digits         a space between digits\n";

struct request {
    struct mix mix;
    int64_t seed;
    bool seeded, diff, json, space_digits, help;
    const char **words; /* TASK ARGUMENT... */
    int count;
};

static enum err read_noise(const char *text, struct mix *mix, struct error *error) {
    const char *equals = strchr(text, '=');
    const char *names[NOISE_KINDS_MAX + 1] = {0};
    char name[64], label[96];
    double rate;
    int kind = 0;
    if (!equals || (size_t)(equals - text) >= sizeof name)
        return err_set(error, ERR_INPUT, "--noise %s: must be KIND=RATE, such as digit=0.3", text);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    for (int i = 0; noise_list[i]; i++) names[i] = noise_list[i]->name;
    enum err code = arguments_word("--noise", name, names, &kind, error);
    snprintf(label, sizeof label, "--noise %s, rate", name);
    if (!code) code = arguments_number(label, equals + 1, 0, 1, &rate, error);
    if (!code) mix->rate[kind] = rate;
    return code;
}

static enum err read_names(const char *text, struct mix *mix, struct error *error) {
    if (!*text || !aim_is_list(text))
        return err_set(
            error, ERR_INPUT,
            "--names %s: must be names of lines, each once, with + between them, such as res+carry", text);
    strcpy(mix->names, text);
    return ERR_OK;
}

static enum err read_option(int option, const char *value, struct request *r, struct error *error) {
    static const char *const answers[] = {"noisy", "clean", NULL};
    enum err code = ERR_OK;
    int64_t number = 0;
    int word = 0;
    switch (option) {
    case 'n': return read_noise(value, &r->mix, error);
    case 'v': return arguments_visibility(value, &r->mix, error);
    case 's': r->seeded = true; return arguments_integer("--seed", value, 0, INT64_MAX, &r->seed, error);
    case 'l':
        code = arguments_integer("--line-limit", value, 1, TRACE_LINES_MAX, &number, error);
        if (!code) r->mix.line_limit = (int)number;
        return code;
    case 'f':
        code = arguments_word("--format", value, format_names, &word, error);
        if (!code) r->mix.format = (enum format)word;
        return code;
    case 'N': return read_names(value, &r->mix, error);
    case 'a':
        code = arguments_word("--answer", value, answers, &word, error);
        if (!code) r->mix.answer_clean = word == 1;
        return code;
    case 'r': return arguments_number("--refine", value, 0, 1, &r->mix.refine, error);
    case 'R': r->mix.reverse = true; return ERR_OK;
    case 'd': r->diff = true; return ERR_OK;
    case 'j': r->json = true; return ERR_OK;
    case 'p': r->space_digits = true; return ERR_OK;
    default: r->help = true; return ERR_OK;
    }
}

/* -5 is an argument, not an option. */
static bool is_negative_number(const char *word) { return word[0] == '-' && isdigit((unsigned char)word[1]); }

static enum err read_command_line(int argc, char **argv, struct request *r, struct error *error) {
    static const struct option options[] = {{"noise", required_argument, NULL, 'n'},
                                            {"names", required_argument, NULL, 'N'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"visibility", required_argument, NULL, 'v'},
                                            {"line-limit", required_argument, NULL, 'l'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"answer", required_argument, NULL, 'a'},
                                            {"refine", required_argument, NULL, 'r'},
                                            {"reverse", no_argument, NULL, 'R'},
                                            {"diff", no_argument, NULL, 'd'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"space-digits", no_argument, NULL, 'p'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bool only_words = false;
    optind = 0;
    opterr = 0;
    while (optind < argc || optind == 0) {
        int next = optind ? optind : 1, option = -1;
        if (next < argc && !only_words && !is_negative_number(argv[next])) {
            option = getopt_long(argc, argv, "+:h", options, NULL);
            only_words = option == -1 && !strcmp(argv[next], "--");
        } else if (optind == 0) {
            optind = 1;
        }
        if (option == '?' || option == ':') return arguments_refused(option, argv, options, error);
        if (option != -1) {
            enum err code = read_option(option, optarg, r, error);
            if (code) return code;
        } else if (optind < argc && !(only_words && optind == next + 1)) {
            r->words[r->count++] = argv[optind++];
        }
    }
    return ERR_OK;
}

static enum err print_trace(const struct request *r, const struct task *task,
                            const struct arguments *arguments, struct error *error) {
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct buffer text = {0};
    struct sample sample;
    enum err code = mix_vocabulary(&r->mix, &vocabulary, error);
    if (!code) code = mix_sampler_create(&r->mix, vocabulary, r->diff, &sampler, error);
    if (!code)
        code =
            mix_sample_problem(sampler, (uint64_t)r->seed, SPLIT_TRAIN, 0, task, arguments, &sample, error);
    if (!code) {
        code = mix_check_whole(sampler, &sample, error);
        if (code) err_prefix(error, code, "--line-limit %d", r->mix.line_limit);
    }
    if (code) goto done;
    if (r->json) {
        sample_json(&sample, vocabulary, r->space_digits, &text);
    } else if (r->diff) {
        difference_print(&sample, vocabulary, r->space_digits, difference_colours(stdout), &text);
    } else {
        vocabulary_render(vocabulary, sample.completion.id, sample.completion.count, r->space_digits, &text);
        buffer_char(&text, '\n');
    }
    if (text.failed)
        code = err_memory(error, "the trace");
    else
        fwrite(text.bytes, 1, text.length, stdout);
done:
    buffer_free(&text);
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    return code;
}

static bool is_noised(const struct mix *mix, enum noise_stage stage) {
    for (int k = 0; noise_list[k]; k++)
        if (mix_noise_acts(mix, k) && noise_list[k]->stage == stage) return true;
    return false;
}

/* Options that change nothing here. */
static void warn_of_idle(const char *command, const struct request *r) {
    const struct mix *mix = &r->mix;
    arguments_check_visibility(command, mix);
    if (r->seeded && !mix_is_noisy(mix)) printing_warning(command, "--seed changes nothing without --noise");
    if (*mix->names && !mix_is_noisy(mix))
        printing_warning(command, "--names changes nothing without --noise");
    bool direct = mix->format == FORMAT_DIRECT, dynamic = is_noised(mix, NOISE_DYNAMIC);
    if (mix->refine > 0 && (direct || !dynamic))
        printing_warning(command, "--refine changes nothing without dynamic noise and lines to mend it");
    if (mix->answer_clean && !is_noised(mix, NOISE_VALUES))
        printing_warning(command,
                         "--answer clean changes nothing without a static noise that changes values");
    if (direct && is_noised(mix, NOISE_LINES))
        printing_warning(command, "a noise of lines changes nothing with --format direct, which has but one");
    if (direct && !dynamic && mix->line_limit != TRACE_LINE_LIMIT)
        printing_warning(command, "--line-limit changes nothing with --format direct, without dynamic noise");
}

enum err cli_trace(int argc, char **argv, struct error *error) {
    struct request r = {.seed = 1, .words = calloc((size_t)argc + 1, sizeof *r.words)};
    struct arguments *arguments = malloc(sizeof *arguments);
    enum err code = r.words && arguments ? ERR_OK : err_memory(error, "the command line");
    mix_default(&r.mix);
    if (!code) code = read_command_line(argc, argv, &r, error);
    if (!code && r.diff && r.json) code = err_set(error, ERR_INPUT, "--diff and --json do not go together");
    if (!code && r.help) {
        fputs(usage, stdout);
    } else if (!code && r.count == 0) {
        code = err_set(error, ERR_INPUT, "a task is missing; 'cotnoise tasks' lists them");
    } else if (!code) {
        const struct task *task = task_find(r.words[0]);
        if (!task)
            code = err_set(error, ERR_INPUT, "unknown task '%s'; 'cotnoise tasks' lists them", r.words[0]);
        else
            code = task_parse(task, r.count - 1, r.words + 1, arguments, error);
        r.mix.entries = 1;
        if (!code) {
            r.mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
            code = mix_names_check(&r.mix, error);
            if (code) err_prefix(error, code, "--names %s", r.mix.names);
        }
        if (!code) {
            warn_of_idle(argv[0], &r);
            code = print_trace(&r, task, arguments, error);
        }
    }
    free(arguments);
    free(r.words);
    return code;
}
