/* cotnoise sweep: every run of a spec, then the report. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "report/report.h"
#include "sweep/sweep.h"
#include "train/run.h"

static const char usage[] =
    "usage: cotnoise sweep SPEC [key=value...] [-j WORKERS]\n\n"
    "Trains and evaluates one model for each cell of the spec's grid and each of its seeds, then writes\n"
    "results/NAME/report.html, results.csv and plots, and prints accuracy by noise level. Runs that are "
    "complete\n"
    "are not run again, and one that was cut off goes on where it stopped: after Ctrl-C, a crash or a power "
    "cut\n"
    "give the same command again. Options of the spec are listed by 'cotnoise train --help'.\n\n"
    "  -j, --workers N     runs at the same time, each on train.threads threads (default: as many as fill "
    "the\n"
    "                      machine's processors)\n"
    "      --dry-run       only list the runs, with their tokens and the expected time\n"
    "      --retries N     further attempts at a run that fails (default 1)\n"
    "      --results DIR   where sweeps are kept (default results)\n"
    "  -h, --help          this text\n";

struct choices {
    int64_t workers, retries;
    bool dry_run;
    const char *results;
};

/* What was typed, for the report's record. */
static char *command_line(int argc, char **argv) {
    struct buffer line = {0};
    buffer_text(&line, "cotnoise");
    for (int i = 0; i < argc; i++) buffer_printf(&line, " %s", argv[i]);
    return line.bytes;
}

static int64_t default_workers(const struct spec *spec) {
    struct config config;
    spec_plain(spec, &config);
    int64_t processors = sysconf(_SC_NPROCESSORS_ONLN) / config.train.threads;
    if (processors > SWEEP_WORKERS_MAX) return SWEEP_WORKERS_MAX;
    return processors > 0 ? processors : 1;
}

static enum err dry_run(const struct spec *spec, const struct choices *choices, struct error *error) {
    struct plan plan = {0};
    enum err code = plan_make(spec, choices->results, &plan, error);
    if (code) return code;
    plan_print(&plan, (int)choices->workers, stdout);
    plan_free(&plan);
    return ERR_OK;
}

static enum err run_and_report(const struct spec *spec, const struct choices *choices, const char *command,
                               struct error *error) {
    struct sweep_options options = {choices->results, (int)choices->workers, (int)choices->retries, stderr,
                                    run_execute};
    struct sweep_outcome outcome = {0};
    enum err swept = sweep_run(spec, &options, &outcome, error);
    if (swept == ERR_INPUT || outcome.complete == 0) return swept;
    struct config config;
    spec_plain(spec, &config);
    char *directory = file_join(choices->results, config.name);
    if (!directory) return err_memory(error, "the report");
    struct report_options report = {config.report.threshold, command};
    struct error report_error;
    enum err reported = print_report(directory, &report, &report_error);
    free(directory);
    if (reported && !swept) *error = report_error;
    return swept ? swept : reported;
}

enum err cli_sweep(int argc, char **argv, struct error *error) {
    enum { DRY_RUN = 256, RETRIES, RESULTS };
    static const struct option options[] = {{"workers", required_argument, 0, 'j'},
                                            {"dry-run", no_argument, 0, DRY_RUN},
                                            {"retries", required_argument, 0, RETRIES},
                                            {"results", required_argument, 0, RESULTS},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct choices choices = {.retries = 1, .results = "results"};
    char *command = command_line(argc, argv);
    enum err code = ERR_OK;
    bool help = false;
    for (int c; !code && !help && (c = getopt_long(argc, argv, ":j:h", options, NULL)) != -1;) switch (c) {
        case 'j':
            code = arguments_integer("-j", optarg, 1, SWEEP_WORKERS_MAX, &choices.workers, error);
            break;
        case DRY_RUN: choices.dry_run = true; break;
        case RETRIES:
            code = arguments_integer("--retries", optarg, 0, SWEEP_RETRIES_MAX, &choices.retries, error);
            break;
        case RESULTS: choices.results = optarg; break;
        case 'h': help = true; break;
        default: code = arguments_refused(argc, argv, error);
        }
    struct spec *spec = NULL;
    if (help) fputs(usage, stdout);
    if (!code && !help) code = arguments_spec(argc, argv, optind, &spec, error);
    if (!code && spec) {
        if (!choices.workers) choices.workers = default_workers(spec);
        code =
            choices.dry_run ? dry_run(spec, &choices, error) : run_and_report(spec, &choices, command, error);
    }
    spec_free(spec);
    free(command);
    return code;
}
