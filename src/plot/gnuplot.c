/* Runs gnuplot. See gnuplot.h. */
#include "plot/gnuplot.h"

#include <string.h>

#include "base/command.h"
#include "base/terminal.h"

enum { JOBS = 2, CHECK_SECONDS = 20 };

void gnuplot_string(struct buffer *script, const char *text) {
    struct buffer shown = {0};
    terminal_show(text, strlen(text), &shown);
    buffer_char(script, '\'');
    for (const char *c = shown.failed ? "" : shown.bytes; *c; c++) {
        if (*c == '\'') buffer_char(script, '\'');
        buffer_char(script, *c);
    }
    buffer_char(script, '\'');
    script->failed |= shown.failed;
    buffer_free(&shown);
}

/* Waits for `gnuplot ARGUMENT`. */
static enum err finish(struct command *command, const char *argument, struct error *error) {
    struct command_result result;
    enum err code = command_finish(command, &result, error);
    if (code && command->missing)
        return err_set(error, code,
                       "gnuplot is not installed: plots need it (Debian: apt-get install gnuplot-nox)");
    if (code) return err_prefix(error, code, "%s", argument);
    if (result.status > 128)
        code = err_set(error, ERR_RUNTIME, "gnuplot %s: killed by signal %d", argument, result.status - 128);
    else if (result.status)
        code = err_set(error, ERR_RUNTIME, "gnuplot %s: exit status %d: %s", argument, result.status,
                       *result.complaint ? result.complaint : "failed without saying why");
    command_free(&result);
    return code;
}

enum err gnuplot_check(struct error *error) {
    static const char *const argv[] = {"gnuplot", "--version", NULL};
    struct command command;
    enum err code = command_start(NULL, argv, CHECK_SECONDS, &command, error);
    return code ? code : finish(&command, argv[1], error);
}

static enum err start(const char *directory, const char *script, double seconds, struct command *command,
                      struct error *error) {
    const char *const argv[] = {"gnuplot", "-d", script, NULL}; /* -d: no settings of the user's own */
    return command_start(directory, argv, seconds, command, error);
}

enum err gnuplot_run(const char *directory, const char *const scripts[], size_t count, double seconds,
                     struct error *error) {
    struct command commands[JOBS];
    enum err code = ERR_OK, started[JOBS] = {ERR_OK};
    struct error reasons[JOBS];
    for (size_t begun = 0, ended = 0; ended < count;) {
        if (begun < count && begun - ended < JOBS) {
            size_t place = begun % JOBS;
            started[place] = start(directory, scripts[begun], seconds, &commands[place], &reasons[place]);
            begun++;
            continue;
        }
        size_t place = ended % JOBS;
        enum err outcome = started[place];
        if (!outcome) {
            outcome = finish(&commands[place], scripts[ended], &reasons[place]);
            if (commands[place].late && commands[place].seconds == seconds) seconds /= 10;
        }
        ended++;
        if (!code && outcome && error) *error = reasons[place];
        if (!code) code = outcome;
    }
    return code;
}
