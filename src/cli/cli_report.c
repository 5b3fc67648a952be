/* cotnoise report: results.csv, thresholds, plots and report.html of a sweep, or of several. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "record/invocation.h"

static const char usage[] =
    "usage: cotnoise report DIR\n"
    "       cotnoise report DIR-A DIR-B... [-o DIR]\n\n"
    "Makes the report of a sweep anew and prints accuracy by noise level. DIR is results/NAME; results.csv,\n"
    "thresholds.csv, plots/ (each figure as SVG, PNG and PDF) and report.html in it are written from its "
    "run\n"
    "directories. The report holds the runs that the spec in DIR asks for now, and says how many others lie\n"
    "there. A run whose result cannot be used is named and left out; the exit status is then 1. In a DIR\n"
    "without run directories, each row of its results.csv is a run. What gnuplot cannot draw is said, and\n"
    "left out of the page; that is no failure.\n\n"
    "Of several sweeps, a report of all their curves is written to a directory of its own, with one figure\n"
    "of all thresholds; of two, also with the differences between them.\n\n"
    "      --all               every run that lies in DIR, whatever the spec asks for\n"
    "      --threshold SHARE   share of the clean accuracy that must be left for noise to count as borne\n"
    "                          (default: report.threshold of the spec, 0.95)\n"
    "      --learned ACCURACY  validation accuracy of clean runs below which there is no threshold\n"
    "                          (default: report.learned of the spec, 0.9)\n"
    "      --log-noise         figures with a logarithmic axis of noise; no noise stands left of a break\n"
    "  -o, --output DIR        where the report of several sweeps goes (default: A-vs-B beside DIR-A)\n"
    "  -h, --help              this text\n";

/* The length of a path without slashes at its end, and where its last part begins. */
static size_t last_part(const char *path, size_t *start) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    *start = length;
    while (*start > 0 && path[*start - 1] != '/') --*start;
    return length;
}

/* results/a, other/b and c -> results/a-vs-b-vs-c */
static enum err name_comparison(const char *const *sweeps, size_t count, struct buffer *path,
                                struct error *error) {
    size_t start, last_start = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = last_part(sweeps[i], &start);
        if (!i) last_start = start;
        buffer_text(path, i ? "-vs-" : "");
        buffer_append(path, sweeps[i] + (i ? start : 0), length - (i ? start : 0));
    }
    if (path->failed) return err_memory(error, "the report");
    if (path->length - last_start <= NAME_MAX) return ERR_OK;
    return err_set(error, ERR_INPUT,
                   "needs -o DIR: the names of %zu sweeps are too long for the name of a directory", count);
}

static enum err compare(const char *const *sweeps, size_t count, const char *output,
                        const struct report_options *options, struct error *error) {
    struct buffer directory = {0};
    enum err code = output ? ERR_OK : name_comparison(sweeps, count, &directory, error);
    if (!code) code = printing_comparison(sweeps, count, output ? output : directory.bytes, options, error);
    buffer_free(&directory);
    return code;
}

static enum err report_one(const char *directory, struct report_options *options, struct error *error) {
    char *command = invocation_command(directory); /* of the sweep, as it was typed */
    options->command = command;
    enum err code = printing_report(directory, options, error);
    free(command);
    return code;
}

enum err cli_report(int argc, char **argv, struct error *error) {
    enum { THRESHOLD = 256, LEARNED, ALL, LOG_NOISE };
    static const struct option options[] = {{"threshold", required_argument, 0, THRESHOLD},
                                            {"learned", required_argument, 0, LEARNED},
                                            {"all", no_argument, 0, ALL},
                                            {"log-noise", no_argument, 0, LOG_NOISE},
                                            {"output", required_argument, 0, 'o'},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct report_options report = {0};
    const char *output = NULL;
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":o:h", options, NULL)) != -1;) switch (c) {
        case THRESHOLD:
            code = arguments_number("--threshold", optarg, 0.01, 1, &report.threshold, error);
            break;
        case LEARNED: code = arguments_number("--learned", optarg, 0.01, 1, &report.learned, error); break;
        case ALL: report.all = true; break;
        case LOG_NOISE: report.log_noise = true; break;
        case 'o':
            output = optarg;
            code = arguments_directory("-o", optarg, error);
            break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    int directories = argc - optind;
    if (!code && (directories < 1 || directories > SOURCES_MAX))
        code = err_set(error, ERR_INPUT, "needs 1 to %d sweep directories; see 'cotnoise report --help'",
                       SOURCES_MAX);
    if (!code && directories == 1 && output)
        code = err_set(error, ERR_INPUT, "-o %s: the report of one sweep goes to its own directory", output);
    for (int i = optind; i < argc && !code; i++) {
        code = arguments_path("the sweep directory", argv[i], error);
        if (!code && directories > 1) code = arguments_apart(output, argv[i], error);
    }
    if (code) return code;
    return directories == 1
               ? report_one(argv[optind], &report, error)
               : compare((const char *const *)argv + optind, (size_t)directories, output, &report, error);
}
