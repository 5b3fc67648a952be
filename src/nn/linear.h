/* Linear layers: out = in weight^T + bias, by our own products, or by OpenBLAS in models wider than 256.
 *
 * N rows, I inputs, O outputs, both multiples of REAL_VECTOR. The choice follows from the model's width
 * alone: the kernels' own products give the same bits on every processor, OpenBLAS's are faster where
 * matrices outgrow the cache. */
#ifndef COTNOISE_NN_LINEAR_H
#define COTNOISE_NN_LINEAR_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/kernels/kernels.h"

enum { LINEAR_PORTABLE_WIDTH = 256 }; /* the widest model whose products are our own */

struct linear {
    int I, O;
    bool wide;      /* products by OpenBLAS */
    real *forward;  /* weight^T (I,O) in panels; wide: the weight (O,I) as it is */
    real *backward; /* weight (O,I) in panels; wide: the same matrix as forward */
    real *bias;     /* (O) */
};

/* Where element (o, i) of the weight is in `backward`: at i / REAL_VECTOR * panel + o * row + i %
 * REAL_VECTOR. */
static inline size_t linear_row(const struct linear *linear) {
    return linear->wide ? (size_t)linear->I : (size_t)REAL_VECTOR;
}
static inline size_t linear_panel(const struct linear *linear) {
    return linear->wide ? (size_t)REAL_VECTOR : (size_t)linear->O * REAL_VECTOR;
}

/* Fills `forward` from `backward`. */
void linear_refresh(const struct linear *linear, const struct kernels *kernels);

/* out = in weight^T + bias, or out += when `add`.  (N,O) from (N,I) */
void linear_forward(const struct linear *linear, const struct kernels *kernels, real *out, int ld_out,
                    const real *in, int ld_in, int N, bool add);

/* d_in = d_out weight; d_bias += column sums of d_out. */
void linear_backward(const struct linear *linear, const struct kernels *kernels, real *d_in, int ld_in,
                     real *d_bias, const real *d_out, int ld_out, int N);

/* The gradient of a weight is kept with the shorter side as rows: (I,O) where this is true, otherwise (O,I).
 */
static inline bool linear_is_turned(const struct linear *linear) { return linear->I < linear->O; }

/* d_weight += d_out^T in, or its transpose. scratch: product_turned_scratch(the shorter side) reals. */
void linear_backward_weight(const struct linear *linear, const struct kernels *kernels, real *d_weight,
                            const real *d_out, int ld_out, const real *in, int ld_in, int N, real *scratch);

#endif
