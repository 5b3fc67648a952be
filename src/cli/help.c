/* The text that --help of a command prints, read line by line. See help.h. */
#define _GNU_SOURCE /* memfd_create */
#include "cli/help.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char usage_begins[] = "usage: ", usage_goes_on[] = "       cotnoise ";

static enum err read_back(int file, struct buffer *text, struct error *error) {
    char piece[4096];
    ssize_t length;
    off_t place = 0;
    while ((length = pread(file, piece, sizeof piece, place)) > 0) {
        buffer_append(text, piece, (size_t)length);
        place += length;
    }
    if (length < 0) return err_set(error, ERR_RUNTIME, "cannot read a help text: %s", strerror(errno));
    buffer_text(text, "");
    return text->failed ? err_memory(error, "a help text") : ERR_OK;
}

/* A command prints its help to standard output, which is a file in memory meanwhile. */
enum err help_of(const struct subcommand *command, struct buffer *text, struct error *error) {
    char name[32], option[] = "--help", *words[] = {name, option, NULL};
    snprintf(name, sizeof name, "%s", command->name);
    fflush(stdout);
    enum err code = ERR_RUNTIME;
    int before = dup(STDOUT_FILENO), file = memfd_create("help", MFD_CLOEXEC);
    if (before < 0 || file < 0 || dup2(file, STDOUT_FILENO) < 0) {
        err_set(error, code, "cannot make a help text: %s", strerror(errno));
        goto done;
    }
    optind = 0; /* the command line that asked for this was read by getopt too */
    code = command->run(2, words, error);
    if (fflush(stdout) && !code)
        code = err_set(error, ERR_RUNTIME, "cannot make a help text: %s", strerror(errno));
    if (dup2(before, STDOUT_FILENO) < 0 && !code)
        code = err_set(error, ERR_RUNTIME, "cannot go back to standard output: %s", strerror(errno));
    if (!code) code = read_back(file, text, error);
done:
    if (before >= 0) close(before);
    if (file >= 0) close(file);
    return code;
}

/* Where what stands in front of a row ends: behind a name, or behind options and the word that one of them
 * takes
 * ("-j, --workers N"). */
static size_t head_end(const char *line, size_t start, size_t length) {
    size_t end = start;
    for (bool goes_on = true; goes_on;) {
        bool is_option = line[end] == '-';
        while (end < length && line[end] != ' ') end++;
        goes_on = (is_option || line[end - 1] == ',') && end + 1 < length && line[end + 1] != ' ';
        end += goes_on;
    }
    return end;
}

static void read_entry(const char *start, size_t indent, size_t length, struct help_line *line) {
    size_t end = head_end(start, indent, length), text = end;
    while (text < length && start[text] == ' ') text++;
    line->kind = HELP_ENTRY;
    line->head = start + indent;
    line->head_length = end - indent;
    line->text = start + text;
    line->text_length = length - text;
}

bool help_next(const char **text, struct help_line *line) {
    enum { TABLE = 2, OPTION = 6 };
    const char *start = *text;
    if (!*start) return false;
    enum help_kind before = line->kind;
    size_t length = strcspn(start, "\n"), indent = strspn(start, " "), usage = sizeof usage_begins - 1;
    *text = start + length + (start[length] == '\n');
    *line = (struct help_line){.text = start + indent, .text_length = length - indent};
    bool in_usage = !strncmp(start, usage_begins, usage) ||
                    (before == HELP_USAGE && !strncmp(start, usage_goes_on, sizeof usage_goes_on - 1));
    bool in_table = before == HELP_ENTRY || before == HELP_MORE;
    if (!length) {
        line->kind = HELP_NOTHING;
    } else if (in_usage) {
        *line = (struct help_line){.kind = HELP_USAGE, .head = start + usage, .head_length = length - usage};
    } else if (indent == TABLE && !strncmp(start + indent, "cotnoise ", 9)) {
        line->kind = HELP_EXAMPLE;
    } else if (indent == TABLE || (indent == OPTION && start[indent] == '-')) {
        read_entry(start, indent, length, line);
    } else if (indent && in_table) {
        line->kind = HELP_MORE;
    } else {
        line->kind = indent ? HELP_EXAMPLE : HELP_TEXT;
    }
    return true;
}
