/* The text that --help of a command prints, read line by line: what man pages and completion are made from,
 * so that a command says of itself what it is once.
 *
 * Its form: lines of usage; paragraphs; tables whose rows are two to six spaces, what stands there in the
 * command line, two spaces and what it is for, which may go on in lines that are indented further. */
#ifndef COTNOISE_CLI_HELP_H
#define COTNOISE_CLI_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"
#include "cli/cli.h"

enum help_kind {
    HELP_NOTHING, /* an empty line */
    HELP_USAGE,   /* head: "cotnoise", the command and what follows it */
    HELP_TEXT,    /* text: a line of a paragraph */
    HELP_EXAMPLE, /* text: a line to be kept as it is */
    HELP_ENTRY,   /* head: "-j, --workers N" or "data.samples"; text: the first line of what it is for */
    HELP_MORE,    /* text: a further line of that */
};

struct help_line {
    enum help_kind kind;
    const char *head, *text; /* within the text that is read, without NUL */
    size_t head_length, text_length;
};

/* What `command --help` prints. */
enum err help_of(const struct subcommand *command, struct buffer *text, struct error *error);

/* Reads a line and sets *text behind it; *line is what it was before (of the first: zeroes), and becomes this
 * one. False at the end. */
bool help_next(const char **text, struct help_line *line);

#endif
