/* The parameters in the form that the passes over the data use, made once a step.
 *
 * Gain and shift of each layer norm are folded into the linear layer behind it (kernels.h). Attention and MLP
 * of GPT-NeoX are parallel and read the same normalised rows, so the qkv and the up projection are one
 * linear layer, and so are, side by side, the dense and the down projection. */
#ifndef COTNOISE_NN_FOLDED_H
#define COTNOISE_NN_FOLDED_H

#include "base/team.h"
#include "nn/gpt.h"
#include "nn/linear.h"

/* One linear layer, and where its gradients are, in reals. */
struct folded_linear {
    struct linear linear;
    size_t d_weight, d_bias;
};

/* Weights ready for use, and the table of the rotary embedding. P = 3C + F outputs of the layers' first
 * linear layer, A = C + F inputs of their second. */
struct folded {
    const struct gpt *gpt;
    const struct kernels *kernels;
    int P, A, V;               /* V: vocabulary padded to whole vectors */
    struct folded_linear *in;  /* (C to P), one a layer */
    struct folded_linear *out; /* (A to C), one a layer */
    struct folded_linear head; /* (C to V) */
    size_t embedding;          /* where the gradient of the embedding (V,C) is */
    size_t gradient_size;      /* reals of a gradient by the folded parameters */
    real *values;              /* all weights and biases */
    real *table;               /* of the rotary embedding */
    size_t bytes;
};

/* Folds the parameters of `gpt`, which must outlive the result, for up to `threads` passes at a time.
 * ERR_RUNTIME where the processor lacks what the kernels need. */
enum err folded_create(const struct gpt *gpt, int threads, struct folded *folded, struct error *error);

/* Folds them again after they have changed. The team, if any, shares the layers. */
void folded_refresh(const struct folded *folded, struct team *team);

/* Turns the gradient by the folded parameters (folded.gradient_size reals) into that by the parameters, laid
 * out as gpt.values. */
void folded_gradient(const struct folded *folded, struct team *team, const real *d_folded, real *gradient);

/* Harmless on a zeroed struct. */
void folded_free(struct folded *folded);

#endif
