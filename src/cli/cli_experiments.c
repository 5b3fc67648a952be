/* cotnoise experiments: which specs are installed, and what stands in one. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/terminal.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/experiments.h"
#include "spec/spec.h"

static const char usage[] = "usage: cotnoise experiments [SPEC]\n\n"
                            "Lists the specs that are installed with this program and what each asks. "
                            "'cotnoise sweep NAME' runs one\n"
                            "from any folder, and so do the other commands that take a spec; a file NAME or "
                            "NAME.yaml in the current\n"
                            "folder goes before it. With SPEC, prints that one, to make another of it:\n"
                            "  cotnoise experiments quickstart >mine.yaml\n\n"
                            "  -h, --help   this text\n";

/* The first sentence of the comment that a spec opens with, as one line. */
static void describe(const char *text, struct buffer *line) {
    bool ends = false;
    for (; *text == '#' && !ends; text += *text == '\n') {
        text += 1 + (text[1] == ' ');
        if (line->length) buffer_char(line, ' ');
        for (; *text && *text != '\n' && !ends; text++) {
            buffer_char(line, *text);
            ends = strchr(".?", *text) && (isspace((unsigned char)text[1]) || !text[1]);
        }
    }
    buffer_text(line, "");
}

/* A line of two parts, the first padded to `width`, in which nothing can steer a terminal. */
static enum err print_parts(const char *first, int width, const char *second, struct error *error) {
    struct buffer seen = {0};
    buffer_printf(&seen, "%-*s", width, first);
    terminal_show(second, strlen(second), &seen);
    enum err code = seen.failed ? err_memory(error, second) : ERR_OK;
    if (!code) puts(seen.bytes);
    buffer_free(&seen);
    return code;
}

static enum err print_line(const char *directory, const char *name, int width, struct error *error) {
    struct buffer file = {0}, line = {0};
    char *path = NULL, *text = NULL;
    size_t length;
    buffer_printf(&file, "%s.yaml", name);
    if (!file.failed) path = file_join(directory, file.bytes);
    enum err code = path ? file_read(path, SPEC_BYTES_MAX, &text, &length, error) : err_memory(error, name);
    if (!code) {
        describe(text, &line);
        code = line.failed ? err_memory(error, name) : print_parts(name, width + 2, line.bytes, error);
    }
    buffer_free(&file);
    buffer_free(&line);
    free(path);
    free(text);
    return code;
}

static enum err list(struct error *error) {
    char *directory, **names = NULL;
    size_t count = 0, width = 0;
    enum err code = experiments_directory(&directory, error);
    if (code) return code;
    code = experiments_names(directory, &names, &count, error);
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) > width) width = strlen(names[i]);
    for (size_t i = 0; i < count && !code; i++) code = print_line(directory, names[i], (int)width, error);
    if (!code) code = print_parts("\nThese are in ", 0, directory, error);
    experiments_free(names, count);
    free(directory);
    return code;
}

static enum err print(const char *word, struct error *error) {
    char *path, *text;
    size_t length;
    enum err code = experiments_find(word, &path, error);
    if (code) return code;
    code = file_read(path, SPEC_BYTES_MAX, &text, &length, error);
    free(path);
    if (code) return code;
    fwrite(text, 1, length, stdout);
    free(text);
    return ERR_OK;
}

enum err cli_experiments(int argc, char **argv, struct error *error) {
    static const struct option options[] = {{"help", no_argument, 0, 'h'}, {0, 0, 0, 0}};
    int c = getopt_long(argc, argv, ":h", options, NULL);
    if (c == 'h') fputs(usage, stdout);
    if (c != -1) return c == 'h' ? ERR_OK : arguments_refused(c, argv, options, error);
    if (argc - optind > 1) return err_set(error, ERR_INPUT, "%s: is one argument too many", argv[optind + 1]);
    if (optind == argc) return list(error);
    enum err code = arguments_path("the spec", argv[optind], error);
    return code ? code : print(argv[optind], error);
}
