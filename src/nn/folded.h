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
};

struct fold_layout fold_layout(const struct gpt_config *config);

/* Folds everything into `folded` (values_size reals, zero at first). The team shares the layers. */
void fold_values(const struct gpt *gpt, const struct fold_layout *layout, struct team *team, real *folded);

/* Turns the gradient by the folded parameters into that by the parameters, laid out as gpt.values. */
void fold_gradient(const struct gpt *gpt, const struct fold_layout *layout, struct team *team,
                   const real *d_folded, real *gradient);

#endif
