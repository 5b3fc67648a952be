/* Cosines and sines for the rotary embedding. */
#ifndef COTNOISE_NN_ROTARY_TABLE_H
#define COTNOISE_NN_ROTARY_TABLE_H

#include "nn/kernels/real.h"

/* table (positions,R): for each position t, R / 2 cosines, then R / 2 sines, of the angles t base^(-2 i / R).
 */
void rotary_table_fill(real *table, int positions, int R, double base);

#endif
