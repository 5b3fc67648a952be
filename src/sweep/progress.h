/* How a sweep goes, for the person who waits: on a terminal a line for each running run, drawn over and over
 * and never wider than the window; elsewhere plain lines, one for each event. */
#ifndef COTNOISE_SWEEP_PROGRESS_H
#define COTNOISE_SWEEP_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buffer.h"
#include "train/run.h"

struct progress_row {
    const char *label;
    struct run_progress now;
};

struct progress {
    FILE *stream; /* NULL: say nothing */
    bool is_terminal;
    struct buffer drawn; /* the lines that stand on the terminal, each with its newline */
    double drawn_at;     /* monotonic seconds of the last drawing, or of the last plain line */
};

/* Start from a zeroed struct. */
void progress_begin(struct progress *progress, FILE *stream);

/* A line that stays. What is not seen in it is written as terminal.h says. */
void progress_note(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Shows the rows and the summary below them, a few times a second at most; where there is no terminal the
 * summary alone, twice a minute when nothing else was said. */
void progress_draw(struct progress *progress, const struct progress_row *rows, int count,
                   const char *summary);

/* Removes what progress_draw drew, and frees. */
void progress_end(struct progress *progress);

/* Share of a run that is done, 0 ... 1: its training steps, or rollouts. */
double progress_share(const struct run_progress *now);

/* Appends "rollouts 12,000 of 100,000". */
void progress_rollouts(const struct run_progress *now, struct buffer *text);

/* Appends one row of at most `width` bytes, without newline: the label in `label` bytes, share, accuracy,
 * bar, rollouts, reward or loss, speed. What does not fit is left out, in the end the label is cut. */
void progress_format(const struct progress_row *row, int label, int width, struct buffer *line);

#endif
