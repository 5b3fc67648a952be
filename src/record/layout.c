/* Paths of what a run leaves. See layout.h. */
#include "record/layout.h"

#include <stddef.h>

#include "base/buffer.h"

const char *const layout_run_files[] = {LAYOUT_RESULT,
                                        LAYOUT_CONFIG,
                                        CHECKPOINT_WEIGHTS,
                                        CHECKPOINT_TOKENIZER,
                                        CHECKPOINT_TOKENIZER_CONFIG,
                                        LAYOUT_METRICS,
                                        LAYOUT_EXAMPLES,
                                        LAYOUT_KEPT,
                                        LAYOUT_STATE,
                                        LAYOUT_TRAINER,
                                        LAYOUT_TRAINING,
                                        LAYOUT_TEST,
                                        LAYOUT_COMPLETIONS,
                                        LAYOUT_TRAINER_LOG,
                                        LAYOUT_FAILED,
                                        LAYOUT_EVENTS,
                                        NULL};

const char *const layout_sweep_files[] = {LAYOUT_SPEC,       LAYOUT_SWEEP,     LAYOUT_RESULTS,
                                          LAYOUT_THRESHOLDS, LAYOUT_SELECTION, LAYOUT_REPAIR,
                                          LAYOUT_PAGE,       LAYOUT_JOB,       NULL};

static char *path_of(struct buffer *path) {
    if (path->failed) buffer_free(path);
    return path->bytes;
}

char *layout_run(const char *directory, const char *run) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/" LAYOUT_RUNS "/%s", directory, run);
    return path_of(&path);
}

char *layout_run_file(const char *directory, const char *run, const char *name) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/" LAYOUT_RUNS "/%s/%s", directory, run, name);
    return path_of(&path);
}
