/* The report of a sweep, or of several: results.csv, thresholds.csv, plots/ and report.html, made afresh from
 * the run directories. Start reading here: record/collect.h, curve/curves.h, plot/plots.h, page/page.h. */
#ifndef COTNOISE_REPORT_REPORT_H
#define COTNOISE_REPORT_REPORT_H

#include <stdio.h>

#include "base/err.h"
#include "curve/curves.h"

struct report_options {
    double threshold; /* share of the clean accuracy, 0 < threshold <= 1; 0: the largest that a run's option
                         report.threshold says, else 0.95 */
    double learned; /* validation accuracy of clean runs below which there is no threshold, 0 < learned <= 1;
                       0: the largest that a run's option report.learned says, else 0.9 */
    const char *command; /* the command line, for the record; NULL: not known */
    bool all;            /* every run that lies there, not those alone that the spec asks for now */
    bool log_noise;      /* axes of noise are logarithmic */
};

/* What was found; report_free releases it. The collection must stay where it is while curves are used. */
struct report_summary {
    struct collection collection;
    struct curves curves;
    char *html; /* path of report.html */
    char *plot; /* path of the first accuracy plot (SVG), of several sweeps of their thresholds; NULL when
                   there is no curve, or it is not drawn */
    struct error moved;   /* what was in the way of the plots and is set aside; "" when nothing was */
    struct error trouble; /* what could not be drawn, and why; "" when all figures are there */
};

/* Writes the report into `directory` (results/NAME). A run that is damaged is left out and named in the
 * summary's collection (spoilt). Where results.csv is all that is left of a sweep, it is what the report is
 * made from. Files appear whole or not at all, results.csv first: what is there stays when a later one fails.
 * Without gnuplot all is written but the figures, and the summary says so (trouble).
 * ERR_INPUT when `directory` holds no sweep; ERR_RUNTIME when a file cannot be written.
 * On failure *summary holds nothing. */
enum err report_write(const char *directory, const struct report_options *options,
                      struct report_summary *summary, struct error *error);

/* The same for `count` sweeps together (2 ... SOURCES_MAX), in `directory`, which is made: curves and
 * thresholds, and of two the differences between curves of the same noise. */
enum err report_compare(const char *const *sweeps, size_t count, const char *directory,
                        const struct report_options *options, struct report_summary *summary,
                        struct error *error);

void report_free(struct report_summary *summary);

/* The small table of accuracy by noise level for a terminal `width` columns wide (0: 80): a row a level, a
 * column a curve, the thresholds below, then what failed, was left out or is not finished. ERR_RUNTIME
 * without memory, with nothing printed. */
enum err report_print_table(FILE *stream, const struct report_summary *summary, int width,
                            struct error *error);

#endif
