/* exp and erf of src/nn/kernels/vector_math.h at one level, as functions of arrays. */
#ifndef COTNOISE_TESTS_KERNELS_VECTOR_FUNCTIONS_H
#define COTNOISE_TESTS_KERNELS_VECTOR_FUNCTIONS_H

/* to[i] = f(from[i]); both 64-byte aligned, n a multiple of 16. */
typedef void vector_function(float *to, const float *from, int n);

struct vector_functions {
    vector_function *exp, *erf;
};

#endif
