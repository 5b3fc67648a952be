/* Formats error messages. See err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/terminal.h"
#include "base/utf8.h"

enum err err_set(struct error *error, enum err code, const char *format, ...) {
    if (!error) return code;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    /* Where it is cut, so may be a character: its first bytes go too. */
    if (wanted >= (int)sizeof error->message) utf8_cut(error->message, sizeof error->message - 4);
    if (wanted >= (int)sizeof error->message) strcat(error->message, "...");
    /* A message is one line on a terminal: whatever a file or a user smuggled in is made harmless. */
    terminal_text(error->message, sizeof error->message);
    return code;
}

enum err err_memory(struct error *error, const char *what) {
    return err_set(error, ERR_RUNTIME, "out of memory for %s", what);
}

enum err err_open(struct error *error, const char *path, int reason) {
    if (reason == EINTR) return err_set(error, ERR_INTERRUPTED, "interrupted while %s was waited for", path);
    bool is_ours = reason == ENOMEM || reason == EMFILE || reason == ENFILE;
    return err_set(error, is_ours ? ERR_RUNTIME : ERR_INPUT, "%s: cannot open: %s", path, strerror(reason));
}

enum err err_prefix(struct error *error, enum err code, const char *format, ...) {
    if (!error) return code;
    struct error inner = *error;
    char prefix[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    return err_set(error, code, "%s: %s", prefix, inner.message);
}

int err_exit_status(enum err code) { return code > ERR_INPUT ? 1 : (int)code; }
