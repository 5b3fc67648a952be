/* What the checks of the kernels share: matrices that know what is expected of each of their numbers.
 *
 * A check makes matrices, says with `expect` what a kernel is to write, and runs the kernel at every level
 * that this processor has:
 *
 *     struct check *check = check_begin("turn", "%d rows", rows);
 *     struct matrix *from = check_matrix(check, "from", rows, columns, ld), ...
 *     expect(to, i, j, value, tolerance);
 *     for (const struct kernels *kernels; (kernels = check_level(check));) kernels->turn(...);
 *     check_end(check);
 *
 * check_level compares after every level: what is expected must be there, within the tolerance; everything
 * else (inputs, what lies beside and around an output) must be untouched; and all levels must have written
 * the same bits. Tolerances follow from the number of roundings, each of which errs by at most ROUNDING of
 * its result. */
#ifndef COTNOISE_TESTS_KERNELS_CHECK_H
#define COTNOISE_TESTS_KERNELS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/kernels/kernels.h"

#define ROUNDING 0x1p-24  /* half a unit in the last place of 1 */
#define SMALLEST 0x1p-149 /* the same for what is too small to have all digits, with room */
/* Of exp and erf, relative (vector_math.h). */
#define EXP_ROUNDING (2.04 * ROUNDING)
#define ERF_ROUNDING (3.66 * ROUNDING)

/* Every kernel of the list has a check of this name: one without it does not link. */
#define CHECK_DECLARATION(name) void check_##name(void **state);
KERNEL_LIST(CHECK_DECLARATION)
#undef CHECK_DECLARATION

struct matrix {
    const char *name;
    int rows, columns, ld;
    real *at;
    /* Of the whole of the memory, guards included: */
    size_t size;
    real *memory, *before, *lowest; /* now, before the kernel, after the lowest level */
    double *expected, *tolerance;   /* tolerance below 0: untouched */
};

struct check;

struct check *check_begin(const char *kernel, const char *shape, ...) __attribute__((format(printf, 2, 3)));

/* rows x columns normal numbers in rows of ld reals. What is beside and around them is NaN: it must not be
 * used, nor changed. */
struct matrix *check_matrix(struct check *check, const char *name, int rows, int columns, int ld);

/* The same with numbers times `factor`. */
struct matrix *check_scaled(struct check *check, const char *name, int rows, int columns, int ld,
                            double factor);

/* `size` reals that a kernel may use as it likes; NaN before. */
struct matrix *check_scratch(struct check *check, size_t size);

/* Number (row, column) of a matrix. */
static inline double value(const struct matrix *matrix, int row, int column) {
    return (double)matrix->at[(ptrdiff_t)row * matrix->ld + column];
}
static inline void set(struct matrix *matrix, int row, int column, double to) {
    matrix->at[(ptrdiff_t)row * matrix->ld + column] = (real)to;
}

/* What a kernel has to write there, and by how much that may be off; 0: exactly. */
void expect(struct matrix *matrix, int row, int column, double expected, double tolerance);

/* The next level of this processor, lowest first, with all matrices as they were before; NULL behind the
 * last. Compares what the level before has done. */
const struct kernels *check_level(struct check *check);

/* Compares a number that a kernel returned; its bits too are the same at every level. */
void check_number(struct check *check, const char *name, double found, double expected, double tolerance);

void check_end(struct check *check);

/* Fails: what a kernel wrote is not what only the caller knows. */
void check_fail(const struct check *check, const char *what, int row, int column, double found,
                double expected);

/* Uniform in 0 ... below - 1, different at each call, the same in every run. */
int check_choice(int below);

/* The smallest row length for n columns, or one block more at every other call. */
int check_ld(int n);

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

/* Times every kernel at every level, side by side, in the shapes of the small models (--bench). */
void check_bench(void);

#endif
