/* What several subcommands print. See printing.h. */
#include "cli/printing.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/terminal.h"
#include "record/model_directory.h"

void printing_warning(const char *command, const char *format, ...) {
    struct buffer line = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_vprintf(&line, format, arguments);
    va_end(arguments);
    terminal_line(stderr, "cotnoise %s: %s", command,
                  line.failed ? "(out of memory for a line)" : line.bytes);
    buffer_free(&line);
}

/* Runs that had to be left out make the report incomplete, which scripts must be able to tell. */
static enum err print_summary(struct report_summary *summary, struct error *error) {
    const struct faults *spoilt = &summary->collection.spoilt;
    enum err code = report_print_table(stdout, summary, terminal_width(stdout, 0), error);
    printf("\n");
    terminal_line(stdout, "Report: %s", summary->html);
    if (summary->plot) terminal_line(stdout, "Plot:   %s", summary->plot);
    if (*summary->moved.message) terminal_line(stderr, "cotnoise: %s", summary->moved.message);
    if (*summary->trouble.message) terminal_line(stderr, "cotnoise: %s", summary->trouble.message);
    if (!code && spoilt->count)
        code = err_set(error, ERR_RUNTIME, "%zu run%s left out of the report; the first: %s", spoilt->count,
                       spoilt->count == 1 ? " was" : "s were", spoilt->fault[0].reason);
    report_free(summary);
    return code;
}

enum err printing_report(const char *directory, const struct report_options *options, struct error *error) {
    struct report_summary summary;
    enum err code = report_write(directory, options, &summary, error);
    return code ? code : print_summary(&summary, error);
}

enum err printing_comparison(const char *const *sweeps, size_t count, const char *directory,
                             const struct report_options *options, struct error *error) {
    struct report_summary summary;
    enum err code = report_compare(sweeps, count, directory, options, &summary, error);
    return code ? code : print_summary(&summary, error);
}

static void print_change(void *context, const char *change) {
    const char *command = context;
    printing_warning(command, "%s", change);
}

enum err printing_changes(char *command, const struct model_directory *model, struct error *error) {
    return model_directory_compare(model, print_change, command, error);
}
