/* cotnoise report: results.csv, thresholds, plots and report.html of a sweep, or of two side by side. */
#include <getopt.h>
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
    "       cotnoise report DIR-A DIR-B [-o DIR]\n\n"
    "Makes the report of a sweep anew and prints accuracy by noise level. DIR is results/NAME; results.csv,\n"
    "thresholds.csv, plots/ and report.html in it are written from its run directories. The report holds "
    "the\n"
    "runs that the spec in DIR asks for now, and says how many others lie there. A run whose result cannot "
    "be\n"
    "used is named and left out; the exit status is then 1. In a DIR without run directories, each row of "
    "its\n"
    "results.csv is a run. Of two sweeps, a report with their curves side by side is written to a directory\n"
    "of its own. What gnuplot cannot draw is said, and left out of the page; that is no failure.\n\n"
    "      --all               every run that lies in DIR, whatever the spec asks for\n"
    "      --threshold SHARE   share of the clean accuracy that must be left for noise to count as borne\n"
    "                          (default: report.threshold of the spec, 0.95)\n"
    "      --learned ACCURACY  validation accuracy of clean runs below which there is no threshold\n"
    "                          (default: report.learned of the spec, 0.9)\n"
    "  -o, --output DIR        where the report of two sweeps goes (default: A-vs-B beside DIR-A)\n"
    "  -h, --help              this text\n";

/* The length of a path without slashes at its end, and where its last part begins. */
static size_t last_part(const char *path, size_t *start) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    *start = length;
    while (*start > 0 && path[*start - 1] != '/') --*start;
    return length;
}

/* results/a and other/b -> results/a-vs-b */
static char *comparison_directory(const char *first, const char *second) {
    size_t first_start, second_start;
    size_t first_length = last_part(first, &first_start), second_length = last_part(second, &second_start);
    struct buffer path = {0};
    buffer_append(&path, first, first_length);
    buffer_text(&path, "-vs-");
    buffer_append(&path, second + second_start, second_length - second_start);
    if (path.failed) buffer_free(&path);
    return path.bytes;
}

static enum err compare(const char *first, const char *second, const char *output,
                        const struct report_options *options, struct error *error) {
    char *directory = output ? NULL : comparison_directory(first, second);
    if (!output && !directory) return err_memory(error, "the report");
    enum err code = printing_comparison(first, second, output ? output : directory, options, error);
    free(directory);
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
    enum { THRESHOLD = 256, LEARNED, ALL };
    static const struct option options[] = {{"threshold", required_argument, 0, THRESHOLD},
                                            {"learned", required_argument, 0, LEARNED},
                                            {"all", no_argument, 0, ALL},
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
        case 'o':
            output = optarg;
            code = arguments_directory("-o", optarg, error);
            break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    int directories = argc - optind;
    if (!code && directories != 1 && directories != 2)
        code = err_set(error, ERR_INPUT, "needs one sweep directory, or two; see 'cotnoise report --help'");
    if (!code && directories == 1 && output)
        code = err_set(error, ERR_INPUT, "-o %s: the report of one sweep goes to its own directory", output);
    for (int i = optind; i < argc && !code; i++) {
        code = arguments_path("the sweep directory", argv[i], error);
        if (!code && directories == 2) code = arguments_apart(output, argv[i], error);
    }
    if (code) return code;
    return directories == 1 ? report_one(argv[optind], &report, error)
                            : compare(argv[optind], argv[optind + 1], output, &report, error);
}
