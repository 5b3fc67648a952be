/* The sides of the split, counted. See sides.h. */
#include "data/sides.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_set.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "data/draw.h"
#include "data/problem_set.h"
#include "trace/drawing.h"

/* --- counting --- */

static bool is_new_task(const struct sides *sides, const struct task *task) {
    for (int t = 0; t < sides->tables; t++)
        if (sides->table[t].task == task) return false;
    return true;
}

/* Empty tables for all that can be of different lengths. */
static void begin(const struct mix *mix, struct sides *sides) {
    memset(sides, 0, sizeof *sides);
    for (int e = 0; e < mix->entries; e++) {
        const struct task *task = mix->entry[e].task;
        if (!is_new_task(sides, task)) continue;
        for (int p = 0; p < PARAMETERS_MAX && task->parameters[p].name; p++) {
            const struct parameter *parameter = &task->parameters[p];
            if (parameter_is_list(parameter))
                sides->table[sides->tables++] = (struct length_table){task, p, true, {{0}}};
            if (!parameter->own_range && parameter_has_numbers(parameter))
                sides->table[sides->tables++] = (struct length_table){task, p, false, {{0}}};
        }
    }
}

static void note(const struct drawn *drawn, enum split split, struct sides *sides) {
    struct lengths lengths;
    drawing_lengths_of(drawn->task, &drawn->arguments, &lengths);
    for (int t = 0; t < sides->tables; t++) {
        struct length_table *table = &sides->table[t];
        int64_t *count = table->count[split];
        if (table->task != drawn->task) continue;
        int list = task_list_place(table->task, table->parameter);
        if (table->of_elements)
            count[lengths.elements[list]]++;
        else if (table->task->parameters[table->parameter].kind == PARAMETER_NUMBER)
            count[lengths.number[table->parameter].digits]++;
        else
            for (int k = 0; k < lengths.elements[list]; k++) count[lengths.element[list][k].digits]++;
    }
    sides->problems[split]++;
}

static enum err count_training(struct draw *draw, int64_t samples, struct drawn *drawn, struct sides *sides,
                               struct error *error) {
    struct hash_set seen = {0};
    enum err code = hash_set_create(&seen, (size_t)samples) ? err_memory(error, "the problems") : ERR_OK;
    for (draw->index = 0; draw->index < (uint64_t)samples && !code; draw->index++) {
        code = interrupt_check(error);
        if (!code) code = draw_problem(draw, drawn, NULL, error);
        if (code) break;
        note(drawn, SPLIT_TRAIN, sides);
        sides->different[SPLIT_TRAIN] += hash_set_add(&seen, drawn->hash);
    }
    hash_set_free(&seen);
    return code;
}

static enum err count_problems(struct draw *draw, int64_t problems, struct drawn *drawn, struct sides *sides,
                               struct error *error) {
    struct problem_set set;
    struct error few;
    enum err code = problem_set_make(draw->mix, draw->seed, draw->split, problems, &set, &few);
    if (code == ERR_INPUT) return ERR_OK;
    if (code) return err_set(error, code, "%s", few.message);
    for (int64_t i = 0; i < set.count && !code; i++) {
        code = draw_again(draw, set.problem[i].index, set.problem[i].hash, drawn, error);
        if (!code) note(drawn, draw->split, sides);
    }
    sides->different[draw->split] = set.count;
    problem_set_free(&set);
    return code;
}

enum err sides_count(const struct mix *mix, uint64_t seed, int64_t samples, int64_t problems,
                     struct sides *sides, struct error *error) {
    struct drawn *drawn = memory_array(1, sizeof *drawn);
    struct draw draw = {.mix = mix, .seed = seed};
    begin(mix, sides);
    enum err code =
        drawn ? count_training(&draw, samples, drawn, sides, error) : err_memory(error, "the problems");
    for (int split = SPLIT_TEST; split < SPLITS && !code; split++) {
        draw = (struct draw){.mix = mix, .seed = seed, .split = (enum split)split};
        code = count_problems(&draw, problems, drawn, sides, error);
    }
    free(drawn);
    return code;
}

/* --- telling --- */

static const char *parameter_name(const struct length_table *table) {
    return table->task->parameters[table->parameter].name;
}

static int64_t sum(const int64_t count[SIDES_LENGTHS]) {
    int64_t all = 0;
    for (int length = 0; length < SIDES_LENGTHS; length++) all += count[length];
    return all;
}

/* Whether some side has this length. */
static bool is_there(const struct length_table *table, int length) {
    for (int split = 0; split < SPLITS; split++)
        if (table->count[split][length]) return true;
    return false;
}

static void print_table(const struct length_table *table, struct buffer *out) {
    char title[64];
    snprintf(title, sizeof title, "%s of %s", table->of_elements ? "elements" : "digits",
             parameter_name(table));
    buffer_printf(out, "\n%s: %-*s", table->task->name, (int)(22 - strlen(table->task->name)), title);
    for (int length = 0; length < SIDES_LENGTHS; length++)
        if (is_there(table, length)) buffer_printf(out, " %7d", length);
    for (int split = 0; split < SPLITS; split++) {
        double all = (double)sum(table->count[split]);
        buffer_printf(out, "\n%-24s", split_names[split]);
        for (int length = 0; length < SIDES_LENGTHS; length++)
            if (is_there(table, length))
                buffer_printf(out, " %7.4f", all > 0 ? (double)table->count[split][length] / all : 0);
    }
    buffer_char(out, '\n');
}

void sides_print(const struct sides *sides, struct buffer *out) {
    buffer_printf(out, "\n%-24s %12s %12s\n", "side", "problems", "different");
    for (int split = 0; split < SPLITS; split++)
        buffer_printf(out, "%-24s %12" PRId64 " %12" PRId64 "\n", split_names[split], sides->problems[split],
                      sides->different[split]);
    for (int t = 0; t < sides->tables; t++) print_table(&sides->table[t], out);
}

/* {"1":250,"2":250} */
static void json_lengths(const int64_t count[SIDES_LENGTHS], struct buffer *out) {
    const char *comma = "";
    buffer_char(out, '{');
    for (int length = 0; length < SIDES_LENGTHS; length++) {
        if (!count[length]) continue;
        buffer_printf(out, "%s\"%d\":%" PRId64, comma, length, count[length]);
        comma = ",";
    }
    buffer_char(out, '}');
}

void sides_json(const struct sides *sides, struct buffer *out) {
    for (int split = 0; split < SPLITS; split++) {
        buffer_printf(out, "%s\"%s\":{\"problems\":%" PRId64 ",\"different\":%" PRId64 ",\"lengths\":[",
                      split ? "," : "{", split_names[split], sides->problems[split], sides->different[split]);
        for (int t = 0; t < sides->tables; t++) {
            const struct length_table *table = &sides->table[t];
            buffer_printf(
                out, "%s{\"task\":\"%s\",\"parameter\":\"%s\",\"of\":\"%s\",\"count\":", t ? "," : "",
                table->task->name, parameter_name(table), table->of_elements ? "elements" : "digits");
            json_lengths(table->count[split], out);
            buffer_char(out, '}');
        }
        buffer_text(out, "]}");
    }
    buffer_char(out, '}');
}
