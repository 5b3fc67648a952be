/* cotnoise tasks: what can be asked, with parameters, defaults and ranges. */
#include "tasks/tasks.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/difference.h"
#include "data/mix.h"
#include "noise/noises.h"
#include "spec/nearest.h"
#include "trace/prompt.h"

/* What may stand behind two commands that only list: names, at optind and after it, or options. */
struct listing {
    const char *usage;
    bool of_tasks; /* --family is an option */
    enum family family;
    bool helped;
};

static enum err read_listing(int argc, char **argv, struct listing *listing, struct error *error) {
    static const struct option options[] = {
        {"help", no_argument, NULL, 'h'}, {"family", required_argument, NULL, 'f'}, {0}};
    static const struct option help_alone[] = {{"help", no_argument, NULL, 'h'}, {0}};
    const struct option *known = listing->of_tasks ? options : help_alone;
    int c, family = 0;
    optind = 0;
    opterr = 0;
    while ((c = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (c == 'f') {
            if (arguments_word("--family", optarg, family_names + 1, &family, error)) return ERR_INPUT;
            listing->family = (enum family)(family + 1);
        } else if (c == 'h') {
            fputs(listing->usage, stdout);
            listing->helped = true;
            return ERR_OK;
        } else {
            return arguments_refused(c, argv, known, error);
        }
    }
    return ERR_OK;
}

static enum err unknown(const char *what, const char *name, const struct nearest *nearest,
                        struct error *error) {
    return err_set(error, ERR_INPUT, "unknown %s '%s'%s%s%s; 'cotnoise %ss' lists them", what, name,
                   *nearest->best ? " (did you mean " : "", nearest->best, *nearest->best ? "?)" : "", what);
}

/* --- examples ------------------------------------------------------------------------------------ */

/* A problem of a task that fits on a screen, where its sizes have one. What is drawn by the task may go by
 * its largest number. */
static void make_small(struct sizes *sizes) {
    sizes->sampling = SAMPLING_LENGTH;
    if (sizes->max_digits > 2) sizes->max_digits = 2;
    sizes->min_digits = sizes->max_digits;
    if (sizes->max > 99 && sizes->min <= 99) sizes->max = 99;
    if (sizes->max_length > 3) sizes->max_length = 3;
    if (sizes->min_length > sizes->max_length) sizes->min_length = sizes->max_length;
}

static void print_indented(const struct buffer *text) {
    for (const char *line = text->bytes; line && *line;) {
        size_t length = strcspn(line, "\n");
        printf("        %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

/* "    example     cotnoise trace add 58 52" and the words that follow it. */
static enum err print_command(const struct sample *sample, const char *rest, struct error *error) {
    struct buffer line = {0};
    buffer_printf(&line, "    example     cotnoise trace %s", sample->task->name);
    for (int i = 0; i < task_argument_count(sample->task, sample->arguments); i++) {
        struct buffer argument = {0};
        task_print_argument(sample->task, sample->arguments, i, &argument);
        buffer_char(&line, ' ');
        line.failed |= argument.failed;
        if (argument.bytes) words_quote(argument.bytes, &line);
        buffer_free(&argument);
    }
    enum err code = line.failed ? err_memory(error, "the example") : ERR_OK;
    if (!code) printf("%s%s\n", line.bytes, rest);
    buffer_free(&line);
    return code;
}

/* The trace of a small problem: clean, or (noise of noise_list, else -1) beside what that noise makes of it.
 */
static enum err print_example(const struct task *task, int noise, struct error *error) {
    struct mix mix;
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct sample sample;
    struct buffer text = {0};
    char rest[96] = "";
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    make_small(&mix.entry[0].sizes);
    if (noise >= 0) mix.rate[noise] = 0.3;
    enum err code = mix_vocabulary(&mix, &vocabulary, error);
    if (!code) code = mix_sampler_create(&mix, vocabulary, noise >= 0, &sampler, error);
    int64_t seed = 1;
    if (!code) code = mix_sample(sampler, 1, SPLIT_TRAIN, 0, &sample, error);
    if (code) goto done;
    struct arguments arguments = *sample.arguments;
    /* The first seed whose noise is seen. */
    for (; noise >= 0 && !code && seed < 100; seed++) {
        code = mix_sample_problem(sampler, (uint64_t)seed, SPLIT_TRAIN, 0, task, &arguments, &sample, error);
        if (sample.corrupted) break;
    }
    if (code) goto done;
    if (noise >= 0) {
        snprintf(rest, sizeof rest, " --noise %s=0.3 --seed %lld --diff", noise_list[noise]->name,
                 (long long)seed);
        difference_print(&sample, vocabulary, false, difference_colours(stdout), &text);
    } else {
        vocabulary_render(vocabulary, sample.completion.id, sample.completion.count, false, &text);
    }
    if (text.failed) code = err_memory(error, "the example");
    if (!code) code = print_command(&sample, rest, error);
    if (!code) print_indented(&text);
done:
    buffer_free(&text);
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    return code;
}

/* --- tasks --------------------------------------------------------------------------------------- */

/* Prints a paragraph in lines of at most so many characters, indented. */
static void print_paragraph(const char *text) {
    enum { INDENT = 4, WIDTH = 100 };
    int column = 0;
    for (const char *word = text; *word; word += strspn(word, " ")) {
        int length = (int)strcspn(word, " ");
        bool begins = !column || column + 1 + length > WIDTH;
        printf("%s%*s%.*s", column && begins ? "\n" : "", begins ? INDENT : 1, "", length, word);
        column = (begins ? INDENT : column + 1) + length;
        word += length;
    }
    puts("\n");
}

/* Default sizes, and which may be asked for. */
static void print_sizes(const struct task *task) {
    const struct sizes *sizes = &task->sizes;
    bool digits = task_uses_digits(task), range = task_uses_range(task), lengths = task_uses_lengths(task);
    printf("    default     ");
    if (digits && range) printf("sampling: %s, ", sampling_names[sizes->sampling]);
    if (digits) printf("min_digits: %d, max_digits: %d", sizes->min_digits, sizes->max_digits);
    if (digits && range)
        printf(" (magnitude: min: %lld, max: %lld)", (long long)sizes->min, (long long)sizes->max);
    else if (range)
        printf("min: %lld, max: %lld", (long long)sizes->min, (long long)sizes->max);
    if (lengths)
        printf("%smin_length: %d, max_length: %d", digits || range ? ", " : "", sizes->min_length,
               sizes->max_length);
    if (digits) printf("\n    range       min_digits, max_digits: 1 to %d", DECIMAL_ARGUMENT);
    if (lengths) printf("%smin_length, max_length: 0 to %d", digits ? "; " : "\n    range       ", LIST_MAX);
    puts("");
}

static enum err print_task(const struct task *task, struct error *error) {
    printf("%s: %s\n\n", task->name, task->summary);
    if (task->about) print_paragraph(task->about);
    struct buffer form = {0};
    prompt_form(task, &form);
    if (!form.failed) printf("    prompt      %s\n", form.bytes);
    bool formless = form.failed;
    buffer_free(&form);
    if (formless) return err_memory(error, task->name);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        struct buffer text = {0};
        parameter_describe(p, task->alphabet, &text);
        if (p->drawn_max)
            buffer_printf(&text, "; drawn from %lld to %lld", (long long)p->min, (long long)p->drawn_max);
        bool failed = text.failed;
        if (!failed) printf("    %-11s %s\n", p->name, text.bytes);
        buffer_free(&text);
        if (failed) return err_memory(error, task->name);
    }
    print_sizes(task);
    printf("    writes     ");
    for (int i = 0; task->names && task->names[i]; i++)
        printf("%s %s", i ? "," : "", task->names[i]); /* a name may have a blank */
    for (int i = 0; task->calls && task->calls[i]; i++)
        printf("%s %s", i ? "" : "\n    calls      ", task->calls[i]->name);
    printf("\n    visibility  %s (when another task calls it)\n", visibility_names[task->visibility]);
    printf("    family      %s: %s\n", family_names[task->family], family_steps[task->family]);
    return ERR_OK;
}

/* The tasks of a family, a line each, those of no family too. Returns how many it has. */
static int print_family(enum family family, bool is_first) {
    int width = 0, tasks = 0;
    for (int i = 0; task_list[i]; i++) {
        int length = (int)strlen(task_list[i]->name);
        if (length > width) width = length;
    }
    for (int i = 0; task_list[i]; i++) {
        if (task_list[i]->family != family) continue;
        if (!tasks++) printf("%s%s: %s\n", is_first ? "" : "\n", family_names[family], family_steps[family]);
        printf("    %-*s  %s\n", width, task_list[i]->name, task_list[i]->summary);
    }
    return tasks;
}

static enum err check_task(const char *name, struct error *error) {
    struct nearest nearest = {.word = name};
    if (task_find(name)) return ERR_OK;
    for (int i = 0; task_list[i]; i++) nearest_offer(&nearest, task_list[i]->name);
    return unknown("task", name, &nearest, error);
}

enum err cli_tasks(int argc, char **argv, struct error *error) {
    struct listing listing = {
        .usage =
            "usage: cotnoise tasks [--family FAMILY]\n       cotnoise tasks TASK...\n\nLists the tasks "
            "by their families, or one family; of those that are named, tells how they go and how\ntheir "
            "traces are read, with parameters, defaults, ranges and an example. tasks/README.md tells how "
            "to\nadd one.\n\n"
            "      --family FAMILY   only the tasks of one family\n"
            "  -h, --help            this text\n",
        .of_tasks = true};
    enum err code = read_listing(argc, argv, &listing, error);
    if (code || listing.helped) return code;
    for (int i = optind; i < argc && !code; i++) code = check_task(argv[i], error);
    if (!code && listing.family && optind < argc)
        code = err_set(error, ERR_INPUT, "%s: not with --family, which lists all tasks of one", argv[optind]);
    int listed = 0;
    for (int family = FAMILY_NONE; family < FAMILY_KINDS && optind == argc && !code; family++)
        if (!listing.family || (int)listing.family == family)
            listed += print_family((enum family)family, !listed);
    if (!code && listing.family && !listed) printf("%s: no task\n", family_names[listing.family]);
    for (int i = optind; i < argc && !code; i++) {
        const struct task *task = task_find(argv[i]);
        if (i > optind) puts("");
        code = print_task(task, error);
        if (!code) code = print_example(task, -1, error);
    }
    return code;
}

/* --- noises -------------------------------------------------------------------------------------- */

static void print_noise(const struct noise *noise) {
    printf("%s (%s): %s\n", noise->name, noise->stage == NOISE_DYNAMIC ? "dynamic" : "static",
           noise->summary);
    printf("    site                         %s\n", noise->site);
    printf("    noise.%-22s rate: chance that a site is corrupted; default 0, from 0 to 1\n", noise->name);
    printf("    noise.%s.contamination%*s share of the samples it is applied to; default "
           "data.contamination, from 0 to 1\n",
           noise->name, strlen(noise->name) < 8 ? (int)(8 - strlen(noise->name)) : 0, "");
}

static enum err check_noise(const char *name, struct error *error) {
    struct nearest nearest = {.word = name};
    if (noise_find(name) >= 0) return ERR_OK;
    for (int i = 0; noise_list[i]; i++) nearest_offer(&nearest, noise_list[i]->name);
    return unknown("noise", name, &nearest, error);
}

enum err cli_noises(int argc, char **argv, struct error *error) {
    struct listing listing = {
        .usage = "usage: cotnoise noises [NOISE...]\n\nLists the kinds of noise with their parameters, "
                 "defaults and ranges; those that are named, with an example.\nnoise/README.md tells how "
                 "to add one.\n\n"
                 "  -h, --help   this text\n"};
    enum err code = read_listing(argc, argv, &listing, error);
    if (code || listing.helped) return code;
    for (int i = optind; i < argc && !code; i++) code = check_noise(argv[i], error);
    bool named = optind < argc;
    for (int i = 0; !code && (named ? optind + i < argc : noise_list[i] != NULL); i++) {
        int noise = named ? noise_find(argv[optind + i]) : i;
        if (i) puts("");
        print_noise(noise_list[noise]);
        if (named) code = print_example(task_list[0], noise, error);
    }
    return code;
}
