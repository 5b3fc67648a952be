/* Man pages, made from what --help prints. See manual.h. */
#include "cli/manual.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/help.h"

/* Text as man(7) wants it: no character has a meaning of its own, and a hyphen can be searched for. */
static void put_text(const char *text, size_t length) {
    static const char *const named[][2] = {{"\\", "\\e"},  {"-", "\\-"},   {"'", "\\(aq"},  {"`", "\\(ga"},
                                           {"^", "\\(ha"}, {"~", "\\(ti"}, {"\"", "\\(dq"}, {NULL, NULL}};
    for (size_t i = 0; i < length; i++) {
        int n = 0;
        while (named[n][0] && *named[n][0] != text[i]) n++;
        if (!i && text[i] == '.') fputs("\\&", stdout);
        if (named[n][0])
            fputs(named[n][1], stdout);
        else
            putchar(text[i]);
    }
}

static void put_line(const char *text, size_t length) {
    put_text(text, length);
    putchar('\n');
}

/* "-j, --workers N" or "SPEC [-o DIR]": options are bold, what stands for something else is not. */
static void put_head(const char *head, size_t length, bool is_bold) {
    for (size_t i = 0; i < length;) {
        size_t word = i;
        while (word < length && head[word] != ' ') word++;
        size_t letters = i + (head[i] == '[');
        bool bold = is_bold || head[letters] == '-';
        fputs(bold ? "\\fB" : "", stdout);
        put_text(head + i, word - i);
        fputs(bold ? "\\fR" : "", stdout);
        if (word < length) putchar(' ');
        i = word + (word < length);
    }
    putchar('\n');
}

/* "cotnoise sweep SPEC ...": what is typed as it stands is bold. */
static void put_usage(const struct help_line *line, const char *command) {
    size_t typed = sizeof "cotnoise" - 1 + (*command ? 1 + strlen(command) : 0);
    if (typed > line->head_length) typed = line->head_length;
    fputs("\\fB", stdout);
    put_text(line->head, typed);
    fputs("\\fR", stdout);
    put_head(line->head + typed, line->head_length - typed, false);
}

struct manual_page {
    const char *command;
    enum help_kind before; /* the last line's */
    bool has_begun, has_table;
    bool of_option; /* the table's row is one of the command's options, not of a spec's */
};

static void print_line(const struct help_line *line, struct manual_page *page) {
    enum help_kind before = page->before;
    if (before == HELP_EXAMPLE && line->kind != HELP_EXAMPLE) puts(".fi\n.RE");
    switch (line->kind) {
    case HELP_USAGE:
        if (before == HELP_USAGE) puts(".br");
        put_usage(line, page->command);
        break;
    case HELP_TEXT:
        if (before != HELP_TEXT && page->has_begun) puts(".PP");
        put_line(line->text, line->text_length);
        break;
    case HELP_EXAMPLE:
        if (before != HELP_EXAMPLE) puts(".RS 4\n.nf");
        put_line(line->text, line->text_length);
        break;
    case HELP_ENTRY:
        if (!page->has_table) puts(*page->command ? ".SH OPTIONS" : ".SH COMMANDS");
        page->has_table = true;
        page->of_option = line->head[0] == '-';
        puts(".TP");
        put_head(line->head, line->head_length, !page->of_option);
        if (line->text_length) put_line(line->text, line->text_length);
        break;
    case HELP_MORE:
        if (!page->of_option) puts(".br");
        put_line(line->text, line->text_length);
        break;
    case HELP_NOTHING: break;
    }
    page->has_begun |= line->kind != HELP_NOTHING;
    page->before = line->kind;
}

/* The usage first, then all else: of the whole program a line stands before it. */
static void print_help(const char *text, const char *command) {
    for (int of_usage = 1; of_usage >= 0; of_usage--) {
        struct help_line line = {0};
        struct manual_page page = {.command = command};
        puts(of_usage ? ".SH SYNOPSIS" : ".SH DESCRIPTION");
        for (const char *rest = text; help_next(&rest, &line);)
            if ((line.kind == HELP_USAGE) == of_usage) print_line(&line, &page);
        if (page.before == HELP_EXAMPLE) puts(".fi\n.RE");
    }
}

static void print_end(const struct subcommand *command, const struct subcommand *commands) {
    if (!*command->name)
        puts(".SH ENVIRONMENT\n.TP\n\\fBCOTNOISE_LEVEL\\fR\n"
             "For which processors the arithmetic is done: v3 (AVX2), v4 (AVX\\-512) or neon, where this one "
             "can;\n"
             "by default the highest. Results are the same.\n"
             ".SH FILES\n.TP\n\\fIPREFIX\\fR/share/cotnoise/experiments\n"
             "Specs that are found by their names, where the program is \\fIPREFIX\\fR/bin/cotnoise.\n"
             ".TP\nresults/\\fINAME\\fR\n"
             "What a sweep writes, in the folder that it is started in.");
    puts(".SH EXIT STATUS\n0 done, 1 something failed at run time, 2 the input is wrong.\n.SH SEE ALSO");
    fputs(*command->name ? "\\fBcotnoise\\fR(1)" : "", stdout);
    bool first = !*command->name;
    for (; commands->name; commands++) {
        if (!strcmp(commands->name, command->name)) continue;
        printf("%s\\fBcotnoise\\-%s\\fR(1)", first ? "" : ",\n", commands->name);
        first = false;
    }
    puts("");
}

enum err manual_print(const struct subcommand *command, const struct subcommand *commands,
                      struct error *error) {
    struct buffer text = {0};
    enum err code = help_of(command, &text, error);
    if (!code) {
        bool whole = !*command->name;
        printf(".TH COTNOISE%s", whole ? "" : "\\-");
        for (const char *c = command->name; *c; c++) putchar(toupper((unsigned char)*c));
        /* No date: the same source makes the same page on every day. */
        printf(" 1 \"\" \"cotnoise " COTNOISE_VERSION "\" \"cotnoise manual\"\n.nh\n.ad l\n.SH NAME\n"
               "cotnoise%s%s \\- ",
               whole ? "" : "\\-", command->name);
        put_line(command->summary, strlen(command->summary));
        print_help(text.bytes, command->name);
        print_end(command, commands);
    }
    buffer_free(&text);
    return code;
}
