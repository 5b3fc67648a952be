/* What several subcommands print. See printing.h. */
#include "cli/printing.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(void) {
    struct winsize size;
    return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? size.ws_col : 0;
}

static void print_summary(struct report_summary *summary) {
    report_print_table(stdout, summary, terminal_width());
    printf("\nReport: %s\n", summary->html);
    if (summary->plot) printf("Plot:   %s\n", summary->plot);
    report_free(summary);
}

enum err print_report(const char *directory, const struct report_options *options, struct error *error) {
    struct report_summary summary;
    enum err code = report_write(directory, options, &summary, error);
    if (!code) print_summary(&summary);
    return code;
}

enum err print_comparison(const char *first, const char *second, const char *directory,
                          const struct report_options *options, struct error *error) {
    struct report_summary summary;
    enum err code = report_compare(first, second, directory, options, &summary, error);
    if (!code) print_summary(&summary);
    return code;
}
