/* Token embedding: rows picked from a table. See kernels.h. */
#include <string.h>

#include "nn/kernels/kernel.h"

void KERNEL(embedding_forward)(real *out, const int32_t *token, const real *embedding, int N, int C) {
    for (int n = 0; n < N; n++)
        memcpy(out + (size_t)n * C, embedding + (size_t)token[n] * C, (size_t)C * sizeof *out);
}

void KERNEL(embedding_backward)(real *d_embedding, const int32_t *token, const real *d_out, int N, int C) {
    for (int n = 0; n < N; n++) {
        real *restrict row = d_embedding + (size_t)token[n] * C;
        const real *restrict d = d_out + (size_t)n * C;
        for (int c = 0; c < C; c++) row[c] += d[c];
    }
}
