/* The table of results as it grows. See cell_table.h. */
#include "sweep/cell_table.h"

#include <stdlib.h>

#include "base/memory.h"
#include "curve/statistics.h"
#include "record/run_record.h"
#include "sweep/run_label.h"

const char cell_table_head[] = "noise              rate  accuracy  95 % interval";

/* Reads a run's counts; the cell's noise and rate are written with the first one. */
static enum err read_run(const struct planned_run *run, bool first, struct buffer *line, struct trial *trial,
                         struct error *error) {
    struct record record = {0};
    bool complete = false;
    enum err code = run_record_read(run->directory, run->id, &complete, &record, error);
    if (code) return code;
    if (complete && first) buffer_printf(line, "%-13s  %8s", record.noise, record.rate);
    const struct evaluation *evaluation = &record.outcome.evaluation;
    *trial = (struct trial){record.config.seed, evaluation->correct, evaluation->problems};
    record_free(&record);
    return complete ? ERR_OK : err_set(error, ERR_INPUT, "%s: there is no result", run->directory);
}

enum err cell_table_line(const struct spec *spec, const struct plan *plan, const struct cells *cells,
                         int cell, struct buffer *line, struct error *error) {
    const int *run = cells->order + cells->start[cell];
    size_t count = (size_t)(cells->start[cell + 1] - cells->start[cell]);
    char *setting = run_label_text(spec, run[0], RUN_LABEL_SETTING);
    struct trial *trials = memory_array(count, sizeof *trials);
    struct level level = {.trials = trials, .count = count};
    struct buffer made = {0};
    enum err code = setting && trials ? ERR_OK : err_memory(error, "the results");
    for (size_t i = 0; i < count && !code; i++)
        code = read_run(&plan->runs[run[i]], i == 0, &made, &trials[i], error);
    if (!code) {
        struct interval interval = level_interval(&level);
        buffer_printf(&made, "  %8.3f  %.3f-%.3f", level_mean(&level), interval.low, interval.high);
        if (*setting) buffer_printf(&made, "    %s", setting);
        if (made.failed) code = err_memory(error, "the results");
    }
    if (!code) buffer_append(line, made.bytes, made.length);
    buffer_free(&made);
    free(trials);
    free(setting);
    return code;
}
