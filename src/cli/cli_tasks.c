/* cotnoise tasks: what can be asked, with parameters, defaults and ranges. */
#include "tasks/tasks.h"

#include <getopt.h>
#include <stdio.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "noise/noises.h"

/* The common part of two commands that only list: --help, and nothing else. */
static enum err only_help(int argc, char **argv, const char *usage, bool *helped, struct error *error) {
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    int c;
    optind = 0;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c != 'h') return arguments_refused(argc, argv, error);
        fputs(usage, stdout);
        *helped = true;
        return ERR_OK;
    }
    if (optind < argc) return err_set(error, ERR_INPUT, "%s: takes no arguments", argv[optind]);
    return ERR_OK;
}

static void print_prompt(const struct task *task) {
    printf("    prompt      %s", task->infix ? "" : task->name);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const char *between = task->infix ? " " : ", ";
        if (i) printf("%s%s%s", task->infix ? " " : "", task->infix ? task->infix : "", between);
        printf("%s%s", i || task->infix ? "" : "(", task->parameters[i].name);
        if (task->parameters[i].kind == PARAMETER_NUMBERS) printf("%s%s...", task->infix ? " " : "", between);
    }
    puts(task->infix ? "" : ")");
}

static enum err print_task(const struct task *task, struct error *error) {
    bool lists = false;
    printf("%s: %s\n", task->name, task->summary);
    print_prompt(task);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        struct buffer text = {0};
        parameter_describe(p, &text);
        if (p->drawn_max)
            buffer_printf(&text, "; drawn from %lld to %lld", (long long)p->min, (long long)p->drawn_max);
        bool failed = text.failed;
        if (!failed) printf("    %-11s %s\n", p->name, text.bytes);
        buffer_free(&text);
        if (failed) return err_memory(error, task->name);
        lists = lists || p->kind != PARAMETER_NUMBER;
    }
    const struct sizes *sizes = &task->sizes;
    printf("    default     sampling: %s, min_digits: %d, max_digits: %d (magnitude: min: %lld, max: %lld)",
           sampling_names[sizes->sampling], sizes->min_digits, sizes->max_digits, (long long)sizes->min,
           (long long)sizes->max);
    if (lists) printf(", min_length: %d, max_length: %d", sizes->min_length, sizes->max_length);
    printf("\n    range       min_digits, max_digits: 1 to %d", DECIMAL_ARGUMENT);
    if (lists) printf("; min_length, max_length: 0 to %d", LIST_MAX);
    printf("\n    writes     ");
    for (int i = 0; task->names && task->names[i]; i++) printf(" %s", task->names[i]);
    for (int i = 0; task->calls && task->calls[i]; i++)
        printf("%s %s", i ? "" : "\n    calls      ", task->calls[i]->name);
    printf("\n    visibility  %s (when another task calls it)\n", visibility_names[task->visibility]);
    return ERR_OK;
}

enum err cli_tasks(int argc, char **argv, struct error *error) {
    bool helped = false;
    enum err code =
        only_help(argc, argv,
                  "usage: cotnoise tasks\n\nLists the tasks with their parameters, defaults and ranges. "
                  "tasks/README.md tells how to add one.\n",
                  &helped, error);
    for (int i = 0; !code && !helped && task_list[i]; i++) {
        if (i) puts("");
        code = print_task(task_list[i], error);
    }
    return code;
}

enum err cli_noises(int argc, char **argv, struct error *error) {
    bool helped = false;
    enum err code =
        only_help(argc, argv,
                  "usage: cotnoise noises\n\nLists the kinds of noise with their parameters, defaults "
                  "and ranges. noise/README.md tells how to add one.\n",
                  &helped, error);
    for (int i = 0; !code && !helped && noise_list[i]; i++) {
        const struct noise *noise = noise_list[i];
        printf("%s%s (%s): %s\n", i ? "\n" : "", noise->name,
               noise->stage == NOISE_DYNAMIC ? "dynamic" : "static", noise->summary);
        printf("    site                         %s\n", noise->site);
        printf("    noise.%-22s rate: chance that a site is corrupted; default 0, from 0 to 1\n",
               noise->name);
        printf("    noise.%s.contamination%*s share of the samples it is applied to; default "
               "data.contamination, from 0 to 1\n",
               noise->name, strlen(noise->name) < 8 ? (int)(8 - strlen(noise->name)) : 0, "");
    }
    return code;
}
