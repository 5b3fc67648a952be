/* The parameters in the form that the passes over the data use, made once a step.
 *
 * Gain and shift of each layer norm are folded into the linear layer behind it (kernels.h). Attention and MLP
 * of GPT-NeoX are parallel and read the same normalised rows, so the qkv and the up projection are one
 * matrix, and so are, side by side, the dense and the down projection. Gradients have the same layout. */
#ifndef COTNOISE_NN_FOLDED_H
#define COTNOISE_NN_FOLDED_H

#include "base/team.h"
#include "nn/gpt.h"

/* Offsets in reals. P = 3C + F rows of the layers' first matrix, A = C + F columns of their second. */
struct fold_layout {
    int P, A, V;                                                 /* V: vocabulary padded to whole vectors */
    size_t layer_size, in_weight, in_bias, out_weight, out_bias; /* (P,C) (P) (C,A) (C), within a layer */
    size_t head_weight, head_bias;                               /* (V,C) (V) */
    size_t embedding;                                            /* (V,C), only in gradients */
    size_t values_size, gradient_size;
    size_t turned_layer, in_turned, out_turned, head_turned; /* size of a layer, (C,P) (A,C), (C,V) */
    size_t turned_size;
};

/* Weights ready for use, and the table of the rotary embedding. */
struct folded {
    const struct gpt *gpt;
    struct fold_layout layout;
    real *values; /* layout.values_size */
    real *turned; /* the weights transposed, as forward wants them */
    real *table;  /* rotary_table */
    size_t bytes;
};

/* Folds the parameters of `gpt`, which must outlive the result. */
enum err folded_create(const struct gpt *gpt, struct folded *folded, struct error *error);

/* Folds them again after they have changed. The team, if any, shares the layers. */
void folded_refresh(struct folded *folded, struct team *team);

/* Turns the gradient by the folded parameters (layout.gradient_size reals) into that by the parameters, laid
 * out as gpt.values. */
void folded_gradient(const struct folded *folded, struct team *team, const real *d_folded, real *gradient);

/* Harmless on a zeroed struct. */
void folded_free(struct folded *folded);

#endif
