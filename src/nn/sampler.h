/* Choosing the next token from its logits. */
#ifndef COTNOISE_NN_SAMPLER_H
#define COTNOISE_NN_SAMPLER_H

#include <stdint.h>

#include "base/pcg.h"
#include "nn/kernels/real.h"

/* The likeliest of V; the smallest id among equals. */
int32_t sampler_greedy(const real *logits, int V);

/* A draw from softmax(logits / temperature) over the top_k likeliest (0: all V; equals of the last are in
 * too). One draw from pcg. scratch: top_k reals. */
int32_t sampler_draw(const real *logits, int V, double temperature, int top_k, struct pcg *pcg,
                     real *scratch);

#endif
