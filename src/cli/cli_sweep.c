/* cotnoise sweep: every run of a spec, then the report. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/processors.h"
#include "base/words.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "nn/levels.h"
#include "plot/gnuplot.h"
#include "reinforce/learn.h"
#include "report/report.h"
#include "sweep/array.h"
#include "sweep/array_job.h"
#include "sweep/plan_listing.h"
#include "sweep/sweep.h"

static const char usage[] =
    "usage: cotnoise sweep SPEC [key=value...] [-j WORKERS]\n\n"
    "Trains and evaluates one model for each cell of the spec's grid and each of its seeds, then writes\n"
    "report.html, results.csv, thresholds.csv and plots to results/NAME, and prints accuracy by noise "
    "level.\n"
    "Of the options that the spec's 'select' names, each cell takes the values that validate best.\n"
    "It begins with two seconds of measuring and says how long it will take. Cells without noise go first;\n"
    "each cell whose seeds are all tested is a line of a table that grows.\n"
    "A complete run is not run again, and one that was cut off goes on where it stopped: after Ctrl-C, a\n"
    "crash or a power cut give the same command again. A damaged result, or what else is in the way of a\n"
    "run, is renamed to NAME.aside, and that is said. 'cotnoise status results/NAME' tells from another\n"
    "terminal how it goes. Options of the spec are listed by 'cotnoise train --help'; key=a,b,c tries each.\n"
    "SPEC is a file, or the name of an installed one ('cotnoise experiments').\n"
    "Runs that others start from (start in the spec) are runs of the sweep too, and go first.\n\n"
    "  -j, --workers N     runs at the same time, each on train.threads threads (default: as many as fill\n"
    "                      the processors that this process may use, by taskset, control groups and Slurm;\n"
    "                      with --launcher slurm, 1 in each task)\n"
    "      --dry-run       only list the runs, with their tokens and the expected time\n"
    "      --json          with --dry-run: as one JSON object, each run with every option\n"
    "      --retries N     further attempts at a run that crashes or is killed (default 1)\n"
    "      --results DIR   where sweeps are kept (default results)\n"
    "      --trainer CMD   a program of yours trains instead: the shell runs CMD for each run, in the run's\n"
    "                      directory, with {train}, {test}, {out}, {seed} and {parent} replaced; it learns\n"
    "                      from the JSONL file {train} and writes a line {\"completion\": \"...\"} to {out} "
    "for\n"
    "                      each line of {test} (experiments/trainers/README.md)\n"
    "      --tensorboard   each run, complete ones too, gets a TensorBoard event file beside its "
    "metrics.jsonl\n"
    "  -h, --help          this text\n\n"
    "On many machines with a shared file system:\n\n"
    "      --launcher slurm    submit one Slurm job array, and show how it goes until it is over; Ctrl-C\n"
    "                          leaves it to itself, the same command attaches to it again\n"
    "      --slurm-args ARGS   further arguments of sbatch, in one word: '--partition=long --time=8:00:00'\n"
    "      --throttle N        tasks of the array at the same time (default: as Slurm has room)\n"
    "      --share K/N         do only runs K, K+N, K+2N, ... of the list that --dry-run shows, beside "
    "others\n"
    "                          that do theirs, and leave the report to a call without it (what a task of "
    "the\n"
    "                          array does; any other scheduler can do the same)\n"
    "      --requeue JOB       with --share: on SIGUSR1, which Slurm sends a minute before the time limit, "
    "save "
    "and\n"
    "                          have Slurm start JOB again, if it got on since it began (tasks of the array "
    "do)\n";

struct sweep_choices {
    int64_t workers, retries, throttle, share, shares;
    bool dry_run, json, tensorboard, slurm;
    const char *results, *slurm_args, *requeue, *trainer;
};

/* What was typed, for the record. */
static char *command_line(int argc, char **argv) {
    struct buffer line = {0};
    buffer_text(&line, "cotnoise");
    for (int i = 0; i < argc; i++) {
        buffer_char(&line, ' ');
        words_quote(argv[i], &line);
    }
    return line.bytes;
}

static int64_t default_workers(const struct spec *spec) {
    struct config config;
    spec_plain(spec, &config);
    int64_t processors = processors_available() / config.train.threads;
    if (processors > SWEEP_WORKERS_MAX) return SWEEP_WORKERS_MAX;
    return processors > 0 ? processors : 1;
}

static enum err dry_run(const struct spec *spec, const struct sweep_choices *choices, struct error *error) {
    struct plan plan = {0};
    enum err code = plan_make(spec, choices->results, &plan, error);
    if (code) return code;
    if (plan_singles(&plan))
        printing_warning(
            "sweep",
            "train.batch_tokens: in %d of %d runs it is less than a sample has in the mean, so that "
            "steps train on single samples",
            plan_singles(&plan), plan.count);
    if (choices->json)
        code = plan_listing_json(&plan, spec, (int)choices->workers, stdout, error);
    else
        plan_listing_print(&plan, (int)choices->workers, stdout);
    plan_free(&plan);
    return code;
}

static enum err launch(const struct spec *spec, const struct sweep_choices *choices, const char *root,
                       const struct sweep_options *options, struct sweep_outcome *outcome,
                       struct error *error) {
    if (!choices->slurm) {
        enum err code = choices->shares ? ERR_OK : array_check_free(root, error);
        return code ? code : sweep_run(spec, options, outcome, error);
    }
    struct words more = {0};
    enum err code = words_split(choices->slurm_args ? choices->slurm_args : "", &more, error);
    if (code) return err_prefix(error, code, "--slurm-args");
    struct array_options array = {.sweep = *options, .more = &more, .throttle = (int)choices->throttle};
    code = array_sweep(spec, &array, outcome, error);
    words_free(&more);
    return code;
}

static enum err run_and_report(const struct spec *spec, const struct sweep_choices *choices,
                               const struct invocation *invocation, struct error *error) {
    struct config config;
    spec_plain(spec, &config);
    char *directory = file_join(choices->results, config.name);
    if (!directory) return err_memory(error, "the sweep");
    bool outside = *config.trainer; /* nothing is computed here */
    struct sweep_options options = {.results = choices->results,
                                    .workers = (int)choices->workers,
                                    .retries = (int)choices->retries,
                                    .share = (int)choices->share,
                                    .shares = (int)choices->shares,
                                    .tensorboard = choices->tensorboard,
                                    .display = stderr,
                                    .run = learn_execute,
                                    .rehearse = outside ? NULL : rehearsal_run,
                                    .check = outside ? NULL : levels_check,
                                    .invocation = invocation};
    struct sweep_outcome outcome = {0};
    struct error no_figures;
    if (!choices->shares && gnuplot_check(&no_figures)) /* said before training, not after it */
        printing_warning("sweep", "%s; the report will have no figures", no_figures.message);
    enum err swept = launch(spec, choices, directory, &options, &outcome, error);
    if (swept == ERR_INTERRUPTED && choices->requeue && interrupt_is_time_limit()) {
        printing_warning("sweep", "%s", error->message); /* Slurm may end this process at once */
        swept = array_job_requeue(directory, choices->requeue, outcome.advanced, error);
    }
    interrupt_remove(); /* a report has nothing to save */
    if (swept != ERR_INPUT && outcome.complete > 0 && !choices->shares) {
        struct report_options report = {.threshold = config.report.threshold,
                                        .learned = config.report.learned,
                                        .command = invocation->command};
        struct error report_error;
        enum err reported = printing_report(directory, &report, &report_error);
        if (reported && !swept) *error = report_error;
        if (!swept) swept = reported;
    }
    free(directory);
    return swept;
}

/* "3/8". */
static enum err read_share(const char *text, struct sweep_choices *choices, struct error *error) {
    char share[32], *slash;
    snprintf(share, sizeof share, "%s", text);
    slash = strchr(share, '/');
    if (!slash) return err_set(error, ERR_INPUT, "--share %s: must be K/N, such as 3/8", text);
    *slash = 0;
    enum err code =
        arguments_integer("--share: N of K/N", slash + 1, 1, SPEC_RUNS_MAX, &choices->shares, error);
    return code ? code
                : arguments_integer("--share: K of K/N", share, 1, choices->shares, &choices->share, error);
}

static enum err read_launcher(const char *text, struct sweep_choices *choices, struct error *error) {
    choices->slurm = !strcmp(text, "slurm");
    if (choices->slurm || !strcmp(text, "local")) return ERR_OK;
    return err_set(error, ERR_INPUT, "--launcher %s: must be local or slurm", text);
}

enum {
    DRY_RUN = 256,
    JSON,
    RETRIES,
    RESULTS,
    TENSORBOARD,
    LAUNCHER,
    SLURM_ARGS,
    THROTTLE,
    SHARE,
    REQUEUE,
    TRAINER
};

static enum err read_choice(int option, struct sweep_choices *choices, struct error *error) {
    switch (option) {
    case 'j': return arguments_integer("-j", optarg, 1, SWEEP_WORKERS_MAX, &choices->workers, error);
    case RETRIES:
        return arguments_integer("--retries", optarg, 0, SWEEP_RETRIES_MAX, &choices->retries, error);
    case THROTTLE:
        return arguments_integer("--throttle", optarg, 1, SPEC_RUNS_MAX, &choices->throttle, error);
    case DRY_RUN: choices->dry_run = true; return ERR_OK;
    case JSON: choices->json = true; return ERR_OK;
    case TENSORBOARD: choices->tensorboard = true; return ERR_OK;
    case RESULTS: choices->results = optarg; return arguments_directory("--results", optarg, error);
    case SLURM_ARGS: choices->slurm_args = optarg; return ERR_OK;
    case TRAINER: choices->trainer = optarg; return ERR_OK;
    case REQUEUE: choices->requeue = optarg; return ERR_OK;
    case LAUNCHER: return read_launcher(optarg, choices, error);
    default: return read_share(optarg, choices, error);
    }
}

static enum err check_choices(const struct sweep_choices *choices, struct error *error) {
    if (!choices->slurm && (choices->slurm_args || choices->throttle))
        return err_set(error, ERR_INPUT, "--slurm-args and --throttle go with --launcher slurm");
    if (choices->slurm && choices->shares)
        return err_set(error, ERR_INPUT,
                       "--share does not go with --launcher slurm, which shares out itself");
    if (choices->dry_run && choices->shares)
        return err_set(error, ERR_INPUT, "--share does not go with --dry-run, which lists all");
    if (choices->json && !choices->dry_run) return err_set(error, ERR_INPUT, "--json goes with --dry-run");
    if (choices->tensorboard && choices->trainer)
        return err_set(error, ERR_INPUT, "--tensorboard does not go with --trainer");
    if (choices->requeue && !choices->shares) return err_set(error, ERR_INPUT, "--requeue goes with --share");
    return ERR_OK;
}

enum err cli_sweep(int argc, char **argv, struct error *error) {
    static const struct option options[] = {{"workers", required_argument, 0, 'j'},
                                            {"dry-run", no_argument, 0, DRY_RUN},
                                            {"json", no_argument, 0, JSON},
                                            {"retries", required_argument, 0, RETRIES},
                                            {"results", required_argument, 0, RESULTS},
                                            {"tensorboard", no_argument, 0, TENSORBOARD},
                                            {"launcher", required_argument, 0, LAUNCHER},
                                            {"slurm-args", required_argument, 0, SLURM_ARGS},
                                            {"throttle", required_argument, 0, THROTTLE},
                                            {"share", required_argument, 0, SHARE},
                                            {"requeue", required_argument, 0, REQUEUE},
                                            {"trainer", required_argument, 0, TRAINER},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct sweep_choices choices = {.retries = 1, .results = "results"};
    char *command = command_line(argc, argv);
    enum err code = command ? ERR_OK : err_memory(error, "the command");
    bool help = false;
    arguments_accept_dashes(argc, argv, options);
    for (int c; !code && !help && (c = getopt_long(argc, argv, ":j:h", options, NULL)) != -1;) {
        help = c == 'h';
        if (c == '?' || c == ':')
            code = arguments_refused(c, argv, options, error);
        else if (!help)
            code = read_choice(c, &choices, error);
    }
    struct spec *spec = NULL;
    if (help) fputs(usage, stdout);
    char **given = argv;
    if (!code && !help) code = check_choices(&choices, error);
    if (!code && !help) code = arguments_trainer(choices.trainer, &argc, &argv, error);
    if (!code && !help) code = arguments_spec(argc, argv, optind, &spec, error);
    if (!code && spec) {
        struct invocation invocation = {command, (const char *const *)argv + optind + 1, argc - optind - 1};
        if (!choices.workers) choices.workers = choices.slurm ? 1 : default_workers(spec);
        code = choices.dry_run ? dry_run(spec, &choices, error)
                               : run_and_report(spec, &choices, &invocation, error);
    }
    spec_free(spec);
    if (argv != given) free(argv);
    free(command);
    return code;
}
