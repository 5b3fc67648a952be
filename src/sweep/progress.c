/* How a sweep goes, for the person who waits. See progress.h. */
#include "sweep/progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal.h"
#include "curve/labels.h"

enum { BAR_WIDTH = 20, LABEL_LEAST = 16, LABEL_MOST = 60, LINE_MOST = 400 };
enum { COLUMNS = 80, LINES = 24 }; /* of a window that does not say */
#define DRAW_SECONDS  0.2
#define PLAIN_SECONDS 30

void progress_begin(struct progress *progress, FILE *stream) {
    *progress = (struct progress){
        .stream = stream, .is_terminal = stream && isatty(fileno(stream)) == 1, .drawn_at = clock_seconds()};
}

/* Goes back over the lines that were drawn. In a window that became narrower the terminal has broken them
 * into more rows. */
static void erase(struct progress *progress, struct buffer *out) {
    int columns = terminal_width(progress->stream, COLUMNS), rows = 0, length = 0;
    for (size_t i = 0; i < progress->drawn.length; i++, length++) {
        if (progress->drawn.bytes[i] != '\n') continue;
        rows += length > columns ? (length + columns - 1) / columns : 1;
        length = -1;
    }
    if (rows) buffer_printf(out, "\r\x1b[%dA\x1b[J", rows);
    buffer_clear(&progress->drawn);
}

static void put(struct progress *progress, struct buffer *out) {
    if (out->length && !out->failed) fwrite(out->bytes, 1, out->length, progress->stream);
    fflush(progress->stream);
    buffer_free(out);
}

void progress_note(struct progress *progress, const char *format, ...) {
    if (!progress->stream) return;
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    terminal_text(text, sizeof text);
    struct buffer out = {0};
    if (progress->is_terminal) erase(progress, &out);
    buffer_printf(&out, "%s\n", text);
    put(progress, &out);
    progress->drawn_at = progress->is_terminal ? 0 : clock_seconds();
}

double progress_share(const struct run_progress *run) {
    if (run->phase != RUN_TRAINING) return 1;
    bool draws = run->of_rollouts > 0;
    double done = (double)(draws ? run->rollouts : run->step),
           all = (double)(draws ? run->of_rollouts : run->steps);
    double share = all > 0 ? done / all : 0;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

void progress_rollouts(const struct run_progress *run, struct buffer *text) {
    buffer_text(text, "rollouts ");
    label_count(run->rollouts, text);
    buffer_text(text, " of ");
    label_count(run->of_rollouts, text);
}

/* Appends text, cut to `room` bytes at the start of a character, and spaces up to `room` when `fill`. */
static void fit(const char *text, int room, bool fill, struct buffer *line) {
    int length = (int)strlen(text);
    if (length > room) {
        length = room;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
    }
    if (length > 0) buffer_append(line, text, (size_t)length);
    for (int i = length; fill && i < room; i++) buffer_char(line, ' ');
}

/* What a row says besides its label, in the order of its worth: what comes last is the first to go where
 * room is short. */
enum { PARTS = 6, PART_LENGTH = 64 };

static int format_parts(const struct run_progress *run, char parts[PARTS][PART_LENGTH]) {
    int count = 0;
    double share = progress_share(run);
    if (run->phase == RUN_TRAINING)
        snprintf(parts[count++], PART_LENGTH, "%3.0f %%", share * 100);
    else
        snprintf(parts[count++], PART_LENGTH, "testing");
    if (!isnan(run->accuracy)) snprintf(parts[count++], PART_LENGTH, "accuracy %.3f", run->accuracy);
    char *bar = parts[count++];
    *bar++ = '[';
    for (int i = 0; i < BAR_WIDTH; i++) *bar++ = i < (int)(share * BAR_WIDTH) ? '#' : '.';
    strcpy(bar, "]");
    if (run->of_rollouts) {
        struct buffer text = {0};
        progress_rollouts(run, &text);
        snprintf(parts[count++], PART_LENGTH, "%s", text.failed ? "" : text.bytes);
        buffer_free(&text);
    }
    if (run->of_rollouts && run->rollouts && isfinite(run->reward))
        snprintf(parts[count++], PART_LENGTH, "reward %.3f", run->reward);
    else if (run->step && isfinite(run->loss))
        snprintf(parts[count++], PART_LENGTH, "loss %.3f", run->loss);
    if (run->tokens_per_second > 0)
        snprintf(parts[count++], PART_LENGTH, "%.0f tokens/s", run->tokens_per_second);
    return count;
}

void progress_format(const struct progress_row *row, int label, int width, struct buffer *line) {
    char parts[PARTS][PART_LENGTH];
    int count = format_parts(&row->now, parts), used = 0, shown = 0;
    if (label > LABEL_MOST) label = LABEL_MOST;
    for (; shown < count; shown++) {
        int room = width - used - 2 - (int)strlen(parts[shown]);
        bool vital = shown < 2 && parts[shown][0] != '[';
        if (room < (vital && label > LABEL_LEAST ? LABEL_LEAST : label)) break;
        used += 2 + (int)strlen(parts[shown]);
    }
    fit(row->label, label < width - used ? label : width - used, true, line);
    for (int i = 0; i < shown; i++) buffer_printf(line, "  %s", parts[i]);
}

void progress_draw(struct progress *progress, const struct progress_row *rows, int count,
                   const char *summary) {
    if (!progress->stream ||
        clock_seconds() - progress->drawn_at < (progress->is_terminal ? DRAW_SECONDS : PLAIN_SECONDS))
        return;
    if (!progress->is_terminal) {
        progress_note(progress, "%s", summary);
        return;
    }
    struct buffer out = {0};
    int columns = terminal_width(progress->stream, COLUMNS), lines = terminal_height(progress->stream, LINES);
    erase(progress, &out);
    int width = columns - 1 < LINE_MOST ? columns - 1 : LINE_MOST;
    int label = 0;
    for (int i = 0; i < count; i++)
        if ((int)strlen(rows[i].label) > label) label = (int)strlen(rows[i].label);
    for (int i = 0; i < count && i < lines - 2; i++) {
        progress_format(&rows[i], label, width, &progress->drawn);
        buffer_char(&progress->drawn, '\n');
    }
    fit(summary, width, false, &progress->drawn);
    buffer_char(&progress->drawn, '\n');
    if (!progress->drawn.failed) buffer_append(&out, progress->drawn.bytes, progress->drawn.length);
    put(progress, &out);
    progress->drawn_at = clock_seconds();
}

void progress_end(struct progress *progress) {
    if (progress->stream && progress->is_terminal) {
        struct buffer out = {0};
        erase(progress, &out);
        put(progress, &out);
    }
    buffer_free(&progress->drawn);
}
