/* Drawing problems: first how long each of a task's numbers and lists are, then the digits, symbols and
 * truths.
 *
 * The two are apart so that a problem that is not wanted (it is on the other side of the split, say) can be
 * drawn again at the same lengths, and every side has the lengths that were asked for. */
#ifndef COTNOISE_TRACE_DRAWING_H
#define COTNOISE_TRACE_DRAWING_H

#include "trace/task.h"

/* One number: how many digits, its sign; or an element of the list, or of a range of its own. All 0 for
 * symbols and truths. */
struct number_length {
    uint8_t digits; /* 0 where the length is not drawn: own_range, from_list */
    bool negative;
    bool from_list;
};

/* Problems of equal lengths are a class. */
struct lengths {
    struct number_length number[PARAMETERS_MAX];
    int elements[LISTS_MAX]; /* of each list; of a problem that the task draws itself the first is its size */
    struct number_length element[LISTS_MAX][LIST_MAX];
};

/* Draws lengths as the sizes say. False when no problem of the task has them (draw again). */
bool drawing_lengths(const struct task *task, const struct sizes *sizes, struct pcg *pcg,
                     struct lengths *lengths);

/* Draws a problem of these lengths, each with equal chances. False when it does not satisfy the parameters
 * (draw again). */
bool drawing_digits(const struct task *task, const struct sizes *sizes, const struct lengths *lengths,
                    struct pcg *pcg, struct arguments *out);

/* Both at once: false when the draw does not satisfy the parameters. */
bool drawing_arguments(const struct task *task, const struct sizes *sizes, struct pcg *pcg,
                       struct arguments *out);

/* The lengths of a problem that is there. No number is said to be from the list. */
void drawing_lengths_of(const struct task *task, const struct arguments *arguments, struct lengths *lengths);

/* How many problems there are where the task draws them itself: nobody knows, so enough to be divided. */
enum { DRAWING_UNKNOWN = 1000 };

/* How many problems of the task have these lengths, whatever sizes and signs were asked for: numbers of so
 * many digits that the parameters allow, and lists in every order (in ascending order alone, where drawn
 * lists are). */
double drawing_problems(const struct task *task, const struct lengths *lengths);

#endif
