/* The sides of the split, counted: how many problems each has, how many of them are different, and how long
 * their numbers and lists are. */
#ifndef COTNOISE_DATA_SIDES_H
#define COTNOISE_DATA_SIDES_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "data/mix.h"

enum {
    SIDES_LENGTHS = 65, /* more than digits of an argument, or elements of a list */
    SIDES_TABLES = 2 * MIX_TASKS * PARAMETERS_MAX
};

/* How many numbers (or elements) of a parameter have so many digits, or lists so many elements, on each side.
 */
struct length_table {
    const struct task *task;
    int parameter;
    bool of_elements; /* else of digits */
    int64_t count[SPLITS][SIDES_LENGTHS];
};

struct sides { /* about 400 KB */
    int64_t problems[SPLITS], different[SPLITS];
    struct length_table table[SIDES_TABLES];
    int tables;
};

/* Counts the problems of training samples 0 ... samples - 1 and of the test and validation sets
 * (problem_set.h) of `problems` each; a set of too few counts as none. ERR_INPUT without training problems,
 * ERR_RUNTIME without memory. */
enum err sides_count(const struct mix *mix, uint64_t seed, int64_t samples, int64_t problems,
                     struct sides *sides, struct error *error);

/* Appends tables for people, or a JSON object. */
void sides_print(const struct sides *sides, struct buffer *out);
void sides_json(const struct sides *sides, struct buffer *out);

#endif
