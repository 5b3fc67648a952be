/* Grading: completions that were made anywhere, judged as those of our own models are, against the truth that
 * each problem's task makes of its arguments. */
#ifndef COTNOISE_TRAIN_GRADE_H
#define COTNOISE_TRAIN_GRADE_H

#include <jansson.h>

#include "data/dataset.h"
#include "nn/decoder.h"
#include "record/record.h"

struct grade_options {
    const struct mix *mix; /* how true completions are written: visibility, line limit, format, direction;
                              what else it says is not looked at */
    const char *problems;  /* of a batch run (data/answered.h); NULL: none */
    bool lenient;          /* trace/outside_text.h */
    bool keep_lines;
};

/* A graded file. Texts that cannot be judged (outside_text_read) have not `stopped`: they are malformed,
 * wrong, and have no vote. */
struct graded {
    struct vocabulary *vocabulary;       /* of all tasks */
    struct dataset_builder builder;      /* builder.dataset: the problems with their true completions */
    json_t **lines;                      /* of each problem as it was read, if kept; owned */
    int samples;                         /* texts a problem, 1 ... ANSWERED_MAX */
    struct decoder_result *written;      /* problems x samples, in this vocabulary */
    int64_t unanswered;                  /* problems for which nothing was written */
    const struct task *tasks[TASKS_MAX]; /* those of the problems, in the order of their first */
    int task_count;
    struct evaluation evaluation; /* test_loss NaN; with several texts a problem, `pass` too */
    struct vote *votes;           /* one a problem */
    size_t line_capacity;
};

/* Grades PATH ("-": standard input). Problems have the same number of texts, but for those for which nothing
 * was written: all of theirs are missing. ERR_INPUT with FILE:LINE for a line that cannot be used, and for a
 * file without any; *graded then holds nothing. Otherwise release it with graded_free. */
enum err grade_file(const char *path, const struct grade_options *options, struct graded *graded,
                    struct error *error);

void graded_free(struct graded *graded);

#endif
