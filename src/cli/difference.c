/* A clean trace beside the noised one. See difference.h. */
#include "cli/difference.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/trace.h"

struct difference_page {
    const struct vocabulary *vocabulary;
    bool space_digits;
    const char *on, *off; /* around what noise changed */
    struct buffer *out;
    int width; /* of the left column */
};

bool difference_colours(FILE *stream) {
    const char *no_color = getenv("NO_COLOR");
    return isatty(fileno(stream)) && !(no_color && *no_color);
}

/* The tokens from *at up to a newline or the end; *at moves past the newline. */
static struct token_span next_line(struct token_span all, size_t *at) {
    size_t begin = *at, end = begin;
    while (end < all.count && all.id[end] != TOKEN_NEWLINE) end++;
    *at = end + 1;
    return (struct token_span){all.id + begin, end - begin};
}

/* Appends a line with its marked tokens between on and off. The text of a token is found as what one more
 * token adds to the rendering. */
static void print_marked(const struct difference_page *page, struct token_span line, const uint8_t *marks) {
    struct buffer text = {0};
    bool marked = false;
    size_t printed = 0;
    for (size_t i = 0; i < line.count; i++) {
        buffer_clear(&text);
        vocabulary_render(page->vocabulary, line.id, i + 1, page->space_digits, &text);
        if (text.failed) break;
        size_t own = strlen(vocabulary_text(page->vocabulary, line.id[i])),
               spaces = text.length - own - printed;
        if (marked && !marks[i]) buffer_text(page->out, page->off);
        buffer_append(page->out, text.bytes + printed, spaces);
        if (!marked && marks[i]) buffer_text(page->out, page->on);
        buffer_append(page->out, text.bytes + printed + spaces, own);
        marked = marks[i];
        printed = text.length;
    }
    if (marked) buffer_text(page->out, page->off);
    if (text.failed) page->out->failed = true;
    buffer_free(&text);
}

/* The left column: a clean line, or an empty place, and the gap. */
static void print_left(const struct difference_page *page, struct token_span line) {
    size_t begin = page->out->length;
    vocabulary_render(page->vocabulary, line.id, line.count, page->space_digits, page->out);
    int used = (int)(page->out->length - begin);
    buffer_printf(page->out, "%*s | ", used < page->width ? page->width - used : 0, "");
}

static int widest_line(const struct difference_page *page, struct token_span all) {
    struct buffer text = {0};
    size_t widest = strlen("clean");
    for (size_t at = 0; at < all.count;) {
        struct token_span line = next_line(all, &at);
        buffer_clear(&text);
        vocabulary_render(page->vocabulary, line.id, line.count, page->space_digits, &text);
        if (text.length > widest) widest = text.length;
    }
    buffer_free(&text);
    return widest < 60 ? (int)widest : 60;
}

static bool written_later(const struct sample *sample, int from, int origin) {
    for (int i = from; i < sample->lines; i++)
        if (sample->origins[i] == origin) return true;
    return false;
}

/* `fix carry = 1`, which no clean trace has. */
static bool is_correction(const struct difference_page *page, struct token_span line) {
    return line.count && line.id[0] == vocabulary_find(page->vocabulary, TRACE_FIX, strlen(TRACE_FIX));
}

/* A clean line with no noised one beside it, and why that is. */
static void print_missing(const struct difference_page *page, struct token_span line, const char *why) {
    print_left(page, line);
    if (*why) buffer_printf(page->out, "%s%s%s", page->on, why, page->off);
    buffer_char(page->out, '\n');
}

void difference_print(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                      bool colours, struct buffer *out) {
    struct difference_page page = {
        vocabulary, space_digits, colours ? "\033[31m" : "<", colours ? "\033[0m" : ">", out, 0};
    const struct token_span none = {NULL, 0};
    size_t left = 0, right = 0;
    int row = 0;         /* the clean line whose turn it is on the left */
    int corrections = 0; /* lines on the right so far that the left has no counterpart of */
    bool answer_first = sample->trace_lines > 1 && sample->clean.id[0] == TOKEN_ANSWER;
    page.width = widest_line(&page, sample->clean);
    buffer_printf(out, "%-*s | noised\n", page.width, "clean");
    for (int i = 0; i < sample->lines; i++) {
        size_t begin = right;
        struct token_span line = next_line(sample->completion, &right);
        bool correction = is_correction(&page, line), answer = answer_first && i == 0;
        int place = sample->origins[i] - corrections;
        for (; !answer && !correction && row < place && left < sample->clean.count; row++)
            print_missing(&page, next_line(sample->clean, &left),
                          written_later(sample, i, row + corrections) ? "moved" : "deleted");
        bool beside = answer || (!correction && row == place && left < sample->clean.count);
        print_left(&page, beside ? next_line(sample->clean, &left) : none);
        row += beside && !answer;
        corrections += correction;
        print_marked(&page, line, sample->marks + begin);
        buffer_char(out, '\n');
    }
    int rows = sample->trace_lines - corrections - answer_first;
    for (; left < sample->clean.count; row++)
        print_missing(&page, next_line(sample->clean, &left), row < rows ? "deleted" : "");
}
