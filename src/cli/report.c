/* cotnoise report: results.csv, thresholds, plots and report.html of a sweep, made afresh. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "sweep/invocation.h"

static const char usage[] =
    "usage: cotnoise report DIR\n\n"
    "Reads the run directories of a sweep (DIR is results/NAME) and writes results.csv, thresholds.csv, "
    "plots/ and\n"
    "report.html there, then prints accuracy by noise level. Runs that are not complete are passed over.\n\n"
    "      --threshold SHARE   of the clean accuracy that counts as unbroken (default 0.95)\n"
    "  -h, --help              this text\n";

enum err cli_report(int argc, char **argv, struct error *error) {
    enum { THRESHOLD = 256 };
    static const struct option options[] = {
        {"threshold", required_argument, 0, THRESHOLD}, {"help", no_argument, 0, 'h'}, {0, 0, 0, 0}};
    struct report_options report = {0};
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":h", options, NULL)) != -1;) switch (c) {
        case THRESHOLD:
            code = arguments_number("--threshold", optarg, 0.01, 1, &report.threshold, error);
            break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(argc, argv, error);
        }
    if (!code && argc - optind != 1)
        code = err_set(error, ERR_INPUT, "needs one sweep directory; see 'cotnoise report --help'");
    if (code) return code;
    char *command = invocation_command(argv[optind]); /* of the sweep, as it was typed */
    report.command = command;
    code = print_report(argv[optind], &report, error);
    free(command);
    return code;
}
