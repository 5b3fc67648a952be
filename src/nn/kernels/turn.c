/* A matrix transposed, four rows and four columns at a time. See kernels.h. */
#include "nn/kernels/kernel.h"

/* Anywhere: a head's rows begin where the head before ends. */
typedef real quad __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));

static inline void turn_square(real *to, size_t ld_to, const real *from, size_t ld_from) {
    quad a = *(const quad *)from, b = *(const quad *)(from + ld_from),
         c = *(const quad *)(from + 2 * ld_from), d = *(const quad *)(from + 3 * ld_from);
    quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    quad cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(quad *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(quad *)(to + ld_to) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(quad *)(to + 2 * ld_to) = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
    *(quad *)(to + 3 * ld_to) = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

/* A block of 64 bytes each way at a time, so that no line of `to` is written and left again and again. */
void KERNEL(turn)(real *to, size_t ld_to, const real *from, size_t ld_from, int rows, int columns) {
    for (int row = 0; row < rows; row += REAL_VECTOR)
        for (int column = 0; column < columns; column += REAL_VECTOR)
            for (int j = column; j < columns && j < column + REAL_VECTOR; j += 4)
                for (int i = row; i < rows && i < row + REAL_VECTOR; i += 4)
                    turn_square(to + (size_t)j * ld_to + (size_t)i, ld_to,
                                from + (size_t)i * ld_from + (size_t)j, ld_from);
}
