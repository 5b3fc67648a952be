/* The number type of the transformer: float, or double (-DNN_DOUBLE=1) for exact gradient checks. */
#ifndef COTNOISE_NN_KERNELS_REAL_H
#define COTNOISE_NN_KERNELS_REAL_H

#ifdef NN_DOUBLE
typedef double real;
#define real_sqrt sqrt
#else
typedef float real;
#define real_sqrt sqrtf
#endif

/* Rows of every matrix are padded to whole vectors of 64 bytes: kernels then have no scalar tail, whose
 * last bit could differ from the vector body's. */
enum { REAL_VECTOR = 64 / (int)sizeof(real) };

/* The smallest multiple of REAL_VECTOR that is at least n. */
static inline int real_padded(int n) { return (n + REAL_VECTOR - 1) / REAL_VECTOR * REAL_VECTOR; }

#endif
