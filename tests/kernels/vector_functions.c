/* exp and erf of vector_math.h as functions of arrays: compiled once a level, as kernels are. */
#include "tests/kernels/vector_functions.h"

#include "nn/kernels/level.h"
#include "nn/kernels/vector_math.h"

static void exp_of(float *to, const float *from, int n) {
    for (int i = 0; i < n; i += LANES) vector_store(to + i, vector_exp(vector_load(from + i)));
}

static void erf_of(float *to, const float *from, int n) {
    for (int i = 0; i < n; i += LANES) vector_store(to + i, vector_erf(vector_load(from + i)).erf);
}

extern const struct vector_functions KERNEL(vector_functions);
const struct vector_functions KERNEL(vector_functions) = {exp_of, erf_of};
