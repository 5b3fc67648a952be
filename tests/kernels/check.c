/* Matrices that know what is expected of them. See check.h. */
#include "tests/kernels/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pcg.h"
#include "nn/levels.h"

enum { MATRICES = 12, NUMBERS = 4, GUARD = 64 };

struct check {
    char title[160];
    struct matrix matrix[MATRICES];
    int matrices;
    double number[NUMBERS]; /* of the lowest level */
    int numbers, level;     /* numbers: of this level so far */
    bool any;               /* a level has run */
    const struct kernels *running;
};

static struct pcg *random_numbers(void) {
    static struct pcg pcg;
    if (!pcg.increment) pcg = pcg_seed(1, 1);
    return &pcg;
}

int check_choice(int below) { return (int)pcg_below(random_numbers(), (uint32_t)below); }

int check_ld(int n) {
    static int calls;
    return real_padded(n > 0 ? n : 1) + calls++ % 2 * REAL_VECTOR;
}

struct check *check_begin(const char *kernel, const char *shape, ...) {
    struct check *check = memory_array(1, sizeof *check);
    assert_non_null(check);
    int used = snprintf(check->title, sizeof check->title, "%s, ", kernel);
    va_list list;
    va_start(list, shape);
    vsnprintf(check->title + used, sizeof check->title - (size_t)used, shape, list);
    va_end(list);
    return check;
}

/* A NaN that no arithmetic makes. */
static real guard(void) {
    uint32_t bits = 0x7fc0beef;
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static struct matrix *add_matrix(struct check *check, const char *name, int rows, int columns, int ld,
                                 size_t size) {
    assert_true(check->matrices < MATRICES);
    struct matrix *matrix = &check->matrix[check->matrices++];
    *matrix = (struct matrix){
        .name = name, .rows = rows, .columns = columns, .ld = ld, .size = size + 2 * (size_t)GUARD};
    matrix->memory = memory_aligned(matrix->size, sizeof(real));
    matrix->before = memory_array(matrix->size, sizeof(real));
    matrix->lowest = memory_array(matrix->size, sizeof(real));
    matrix->expected = memory_array(matrix->size, sizeof(double));
    matrix->tolerance = memory_array(matrix->size, sizeof(double));
    assert_true(matrix->memory && matrix->before && matrix->lowest && matrix->expected && matrix->tolerance);
    matrix->at = matrix->memory + GUARD;
    for (size_t i = 0; i < matrix->size; i++) {
        matrix->memory[i] = guard();
        matrix->tolerance[i] = -1;
    }
    return matrix;
}

struct matrix *check_scaled(struct check *check, const char *name, int rows, int columns, int ld,
                            double factor) {
    struct matrix *matrix = add_matrix(check, name, rows, columns, ld, (size_t)rows * (size_t)ld);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) set(matrix, i, j, factor * pcg_normal(random_numbers()));
    return matrix;
}

struct matrix *check_matrix(struct check *check, const char *name, int rows, int columns, int ld) {
    return check_scaled(check, name, rows, columns, ld, 1);
}

struct matrix *check_scratch(struct check *check, size_t size) {
    struct matrix *matrix = add_matrix(check, "scratch", 1, (int)size, (int)size, size);
    for (size_t i = 0; i < size; i++) matrix->tolerance[GUARD + i] = INFINITY;
    return matrix;
}

void expect(struct matrix *matrix, int row, int column, double expected, double tolerance) {
    assert_true(row >= 0 && row < matrix->rows && column >= 0 && column < matrix->ld);
    size_t at = (size_t)GUARD + (size_t)row * (size_t)matrix->ld + (size_t)column;
    matrix->expected[at] = expected;
    matrix->tolerance[at] = tolerance;
}

void check_fail(const struct check *check, const char *what, int row, int column, double found,
                double expected) {
    fail_msg("%s, level %s: %s (%d,%d) is %.9g (%a), should be %.9g (%a)", check->title,
             check->running->level, what, row, column, found, found, expected, expected);
}

static bool same_bits(const real *a, const real *b) { return !memcmp(a, b, sizeof *a); }

static void compare(const struct check *check, const struct matrix *matrix) {
    for (size_t i = 0; i < matrix->size; i++) {
        const real *found = &matrix->memory[i];
        double expected = matrix->expected[i], tolerance = matrix->tolerance[i];
        if (tolerance == (double)INFINITY) continue;
        int row = ((int)i - GUARD) / matrix->ld, column = ((int)i - GUARD) % matrix->ld;
        if (tolerance < 0) {
            if (!same_bits(found, &matrix->before[i]))
                fail_msg("%s, level %s: %s (%d,%d) is %.9g, should be as it was, %.9g", check->title,
                         check->running->level, matrix->name, row, column, (double)*found,
                         (double)matrix->before[i]);
            continue;
        }
        bool right = isnan(expected)   ? isnan(*found)
                     : isinf(expected) ? (double)*found == expected
                     : tolerance == 0  ? (double)*found == expected
                                       : fabs((double)*found - expected) <= tolerance;
        if (!right) check_fail(check, matrix->name, row, column, (double)*found, expected);
        if (check->any && !same_bits(found, &matrix->lowest[i]) && !isnan(*found))
            fail_msg("%s, level %s: %s (%d,%d) is %a, at the lowest level %a", check->title,
                     check->running->level, matrix->name, row, column, (double)*found,
                     (double)matrix->lowest[i]);
    }
}

/* What the level that has just run has done. */
static void judge(struct check *check) {
    for (int m = 0; m < check->matrices; m++) {
        struct matrix *matrix = &check->matrix[m];
        size_t bytes = matrix->size * sizeof(real);
        compare(check, matrix);
        if (!check->any) memcpy(matrix->lowest, matrix->memory, bytes);
        memcpy(matrix->memory, matrix->before, bytes);
    }
    check->any = true;
}

const struct kernels *check_level(struct check *check) {
    if (check->running) {
        judge(check);
    } else {
        for (int m = 0; m < check->matrices; m++)
            memcpy(check->matrix[m].before, check->matrix[m].memory, check->matrix[m].size * sizeof(real));
    }
    check->numbers = 0;
    bool runs = false;
    do {
        check->running = levels_at(check->level++, &runs);
    } while (check->running && !runs);
    return check->running;
}

void check_number(struct check *check, const char *name, double found, double expected, double tolerance) {
    assert_true(check->numbers < NUMBERS);
    if (isnan(expected) ? !isnan(found) : !(found == expected || fabs(found - expected) <= tolerance))
        check_fail(check, name, 0, 0, found, expected);
    double *lowest = &check->number[check->numbers++];
    if (check->any && memcmp(lowest, &found, sizeof found) && !isnan(found))
        check_fail(check, name, 0, 0, found, *lowest);
    if (!check->any) *lowest = found;
}

void check_end(struct check *check) {
    for (int m = 0; m < check->matrices; m++) {
        free(check->matrix[m].memory);
        free(check->matrix[m].before);
        free(check->matrix[m].lowest);
        free(check->matrix[m].expected);
        free(check->matrix[m].tolerance);
    }
    free(check);
}
