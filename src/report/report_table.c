/* The table of accuracy by noise level on a terminal. See report.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "base/terminal.h"
#include "curve/curve_names.h"
#include "curve/labels.h"
#include "report/report.h"

enum { HEAD_WIDTH = 14, CELL_WIDTH = 21, CELL_WIDTH_MAX = 64, ACROSS_MAX = 12 };

/* Characters of what is shown, not bytes: labels may hold UTF-8. */
static int text_width(const char *text) {
    struct buffer shown = {0};
    int width = 0;
    terminal_show(text, strlen(text), &shown);
    for (const char *c = shown.failed ? text : shown.bytes; *c; c++)
        width += ((unsigned char)*c & 0xc0) != 0x80;
    buffer_free(&shown);
    return width;
}

/* Adds a field, cut to `width` characters and padded. Nothing in it steers a terminal. */
static void add_cell(struct buffer *line, const char *text, int width) {
    struct buffer shown = {0};
    int used = 0;
    terminal_show(text, strlen(text), &shown);
    for (const char *c = shown.failed ? "" : shown.bytes; *c; c++) {
        bool begins = ((unsigned char)*c & 0xc0) != 0x80;
        if (begins && used == width) break;
        used += begins;
        buffer_char(line, *c);
    }
    while (used++ < width) buffer_char(line, ' ');
    line->failed |= shown.failed;
    buffer_free(&shown);
}

static void add_head(struct buffer *line, const char *text) {
    for (int padding = HEAD_WIDTH - 2 - text_width(text); padding > 0; padding--) buffer_char(line, ' ');
    buffer_printf(line, "%s  ", text);
}

static void print_line(struct buffer *out, struct buffer *line) {
    while (line->length > 0 && line->bytes[line->length - 1] == ' ') line->length--;
    buffer_append(out, line->bytes ? line->bytes : "", line->length);
    buffer_char(out, '\n');
    out->failed |= line->failed;
    buffer_clear(line);
}

/* Curves side by side: the same settings and axis. */
struct block {
    const struct curve *curve[ACROSS_MAX];
    int width[ACROSS_MAX];
    int count;
};

static int column_width(const struct curve *curve) {
    int width = text_width(curve->label) + 2;
    return width < CELL_WIDTH ? CELL_WIDTH : width > CELL_WIDTH_MAX ? CELL_WIDTH_MAX : width;
}

static const struct point *point_at(const struct curve *curve, double noise) {
    for (size_t i = 0; i < curve->count; i++)
        if (curve->levels[i].noise == noise) return &curve->points[i];
    return NULL;
}

static void print_level(struct buffer *out, const struct block *block, double noise) {
    struct buffer line = {0}, text = {0};
    label_percent(noise, &text);
    add_head(&line, text.failed ? "" : text.bytes);
    for (int c = 0; c < block->count; c++) {
        const struct point *point = point_at(block->curve[c], noise);
        char cell[64] = "";
        if (point)
            snprintf(cell, sizeof cell, "%.3f (%.3f-%.3f)", point->mean, point->interval.low,
                     point->interval.high);
        add_cell(&line, cell, block->width[c]);
    }
    print_line(out, &line);
    out->failed |= text.failed;
    buffer_free(&line);
    buffer_free(&text);
}

static void print_thresholds(struct buffer *out, const struct block *block, const char *head, bool half) {
    struct buffer line = {0}, text = {0};
    add_head(&line, head);
    for (int c = 0; c < block->count; c++) {
        const struct curve *curve = block->curve[c];
        buffer_clear(&text);
        curve_threshold_short(curve, half ? &curve->half : &curve->threshold, true, &text);
        add_cell(&line, text.failed ? "" : text.bytes, block->width[c]);
    }
    print_line(out, &line);
    out->failed |= text.failed;
    buffer_free(&line);
    buffer_free(&text);
}

/* The lowest level of the block above `noise`, INFINITY after the last. */
static double next_level(const struct block *block, double noise) {
    double next = INFINITY;
    for (int c = 0; c < block->count; c++)
        for (size_t i = 0; i < block->curve[c]->count; i++)
            if (block->curve[c]->levels[i].noise > noise) next = fmin(next, block->curve[c]->levels[i].noise);
    return next;
}

static void print_block(struct buffer *out, const struct block *block, double share) {
    const struct curve *first = block->curve[0];
    struct buffer line = {0};
    if (*first->place) {
        add_cell(&line, first->place, text_width(first->place));
        print_line(out, &line);
    }
    add_head(&line, first->axis == AXIS_CONTAMINATION ? "contaminated" : "noise rate");
    for (int c = 0; c < block->count; c++) {
        add_cell(&line, block->curve[c]->label, block->width[c] - 2); /* the next one stands apart */
        buffer_text(&line, "  ");
    }
    print_line(out, &line);
    for (double noise = next_level(block, -1); isfinite(noise); noise = next_level(block, noise))
        print_level(out, block, noise);
    label_percent(share, &line);
    buffer_text(&line, " kept to");
    char *head = line.failed ? NULL : line.bytes;
    print_thresholds(out, block, head ? head : "", false);
    print_thresholds(out, block, "half kept to", true);
    buffer_char(out, '\n');
    buffer_free(&line);
}

static bool fits(const struct block *block, const struct curve *curve, int width) {
    const struct curve *first = block->curve[0];
    int used = HEAD_WIDTH + column_width(curve);
    if (block->count == ACROSS_MAX || first->setting != curve->setting ||
        (first->axis == AXIS_CONTAMINATION) != (curve->axis == AXIS_CONTAMINATION))
        return false;
    for (int c = 0; c < block->count; c++) used += block->width[c];
    return used <= width;
}

static void print_faults(struct buffer *out, const struct faults *faults, const char *what) {
    if (!faults->count) return;
    struct buffer line = {0};
    buffer_printf(&line, "%zu run%s %s; the first, %s: ", faults->count, plural_s((long long)faults->count),
                  what, faults->fault[0].run);
    add_cell(&line, faults->fault[0].reason, text_width(faults->fault[0].reason));
    print_line(out, &line);
    buffer_free(&line);
}

/* Complete like others, but their accuracy says nothing about noise. */
static void print_diverged(struct buffer *out, const struct collection *collection) {
    size_t count = 0;
    const char *first = NULL;
    for (size_t i = 0; i < collection->count; i++) {
        if (!collection->records[i]->outcome.diverged) continue;
        if (!count++) first = collection->records[i]->run;
    }
    struct buffer line = {0};
    if (count) {
        buffer_printf(&line, "%zu run%s diverged (the first, ", count, plural_s((long long)count));
        add_cell(&line, first, text_width(first));
        buffer_text(&line, "): thresholds above that rest on such runs do not say what noise does");
        print_line(out, &line);
    }
    buffer_free(&line);
}

static void print_notice(struct buffer *out, const char *notice) {
    struct buffer line = {0};
    buffer_text(&line, "all runs are shown, for what the spec asks for is not known: ");
    add_cell(&line, notice, text_width(notice));
    print_line(out, &line);
    buffer_free(&line);
}

static void print_table(struct buffer *out, const struct report_summary *summary, int width) {
    const struct curves *curves = &summary->curves;
    const struct collection *collection = &summary->collection;
    struct block block = {0};
    if (width <= 0) width = 80;
    if (curves->count)
        buffer_printf(out, "accuracy on clean problems by noise in training (95 %% interval)\n\n");
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        if (block.count && !fits(&block, curve, width)) {
            print_block(out, &block, curves->share);
            block.count = 0;
        }
        block.width[block.count] = column_width(curve);
        block.curve[block.count++] = curve;
    }
    if (block.count) print_block(out, &block, curves->share);
    if (curves_single_seed(curves))
        buffer_printf(out, "Where there is one seed, intervals do not show how runs differ.\n\n");
    print_diverged(out, collection);
    print_faults(out, &collection->failed, "failed");
    print_faults(out, &collection->spoilt, "left out");
    if (collection->unfinished)
        buffer_printf(out, "%zu run%s not finished\n", collection->unfinished,
                      collection->unfinished == 1 ? " is" : "s are");
    if (collection->others)
        buffer_printf(out, "%zu other run%s here that the spec does not ask for now (--all brings %s in)\n",
                      collection->others, collection->others == 1 ? " lies" : "s lie",
                      collection->others == 1 ? "it" : "them");
    if (collection->notice && !collection->is_table) print_notice(out, collection->notice);
}

enum err report_print_table(FILE *stream, const struct report_summary *summary, int width,
                            struct error *error) {
    struct buffer out = {0};
    print_table(&out, summary, width);
    enum err code = out.failed ? err_memory(error, "the table") : ERR_OK;
    if (!code) fwrite(out.bytes ? out.bytes : "", 1, out.length, stream);
    buffer_free(&out);
    return code;
}
