/* Choosing the next token. See sampler.h. */
#include "nn/sampler.h"

#include <math.h>

#include "base/portable.h"

int32_t sampler_greedy(const real *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

/* The k-th largest logit: `largest` keeps the k largest so far in falling order. */
static real kth_largest(const real *logits, int V, int k, real *largest) {
    int held = 0;
    for (int v = 0; v < V; v++) {
        if (held == k && !(logits[v] > largest[k - 1])) continue;
        int at = held < k ? held++ : k - 1;
        for (; at > 0 && largest[at - 1] < logits[v]; at--) largest[at] = largest[at - 1];
        largest[at] = logits[v];
    }
    return largest[k - 1];
}

int32_t sampler_draw(const real *logits, int V, double temperature, int top_k, struct pcg *pcg,
                     real *scratch) {
    int32_t best = sampler_greedy(logits, V);
    double least = top_k > 0 && top_k < V ? (double)kth_largest(logits, V, top_k, scratch) : -INFINITY;
    double sum = 0, reached = 0;
    for (int v = 0; v < V; v++)
        if ((double)logits[v] >= least)
            sum += portable_exp(((double)logits[v] - (double)logits[best]) / temperature);
    double goal = pcg_unit(pcg) * sum;
    for (int v = 0; v < V; v++) {
        if (!((double)logits[v] >= least)) continue;
        reached += portable_exp(((double)logits[v] - (double)logits[best]) / temperature);
        if (reached > goal) return v;
    }
    return best; /* only where rounding left goal at the very end */
}
