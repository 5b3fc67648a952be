/* Cosines and sines for the rotary embedding, made once. See rotary_table.h. */
#include "nn/rotary_table.h"

#include <stddef.h>

#include "base/portable.h"

void rotary_table_fill(real *table, int positions, int R, double base) {
    double log_base = portable_log(base);
    for (int i = 0; i < R / 2; i++) {
        double frequency = portable_exp(-2.0 * i / R * log_base); /* base^(-2 i / R) */
        for (int t = 0; t < positions; t++) {
            table[(size_t)t * (size_t)R + (size_t)i] = (real)portable_cos(t * frequency);
            table[(size_t)t * (size_t)R + (size_t)(R / 2 + i)] = (real)portable_sin(t * frequency);
        }
    }
}
