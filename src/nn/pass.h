/* One pass of packed samples through the transformer, forward and backward, with all memory that it needs.
 *
 * N tokens (rows), C width, P = 3C + F, A = C + F, H heads, M rows with a target, V padded vocabulary. Layer:
 *   xhat = normalise(x); p = xhat in_weight^T + in_bias; a = [attention(rotary(p[:3C])), gelu(p[3C:])];
 *   x += a out_weight^T + out_bias */
#ifndef COTNOISE_NN_PASS_H
#define COTNOISE_NN_PASS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/folded.h"
#include "nn/gpt.h"
#include "nn/timing.h"

/* What backward needs of one layer. */
struct pass_layer {
    real *xhat, *scale; /* (N,C) (N) */
    real *p, *a;        /* (N,P) (N,A); behind forward, the MLP's part of p is GELU's slope */
    real *rows;         /* (N,H,2), attention's */
};

/* What is kept for backward: nothing; everything; or only the layers' normalised inputs, from which backward
 * computes the rest again: the same bits, a third more arithmetic, a fifth of the memory. */
enum pass_mode { PASS_FORWARD, PASS_TRAINING, PASS_RECOMPUTING };

/* How the rows with a target are read. */
struct pass_reading {
    double temperature;     /* > 0; logits are divided by it */
    bool entropy;           /* wanted, and lowered or raised */
    const real *value_head; /* C weights and a bias, which give a value; NULL: none */
};

/* Logits as they are, and nothing else. */
extern const struct pass_reading pass_plain;

struct pass {
    const struct folded *folded; /* the caller's */
    const struct gpt_config *config;
    int capacity; /* largest N */
    enum pass_mode mode;
    void *memory;
    size_t bytes;
    struct pass_layer *layer;           /* one a layer; what is not kept they share */
    real *x;                            /* (N,C) the residual stream; in backward its gradient */
    real *picked, *picked_scale;        /* (M,C) (M) normalised rows with a target */
    real *logits, *log_sum;             /* (M,V) (M) */
    real *entropy, *value;              /* (M) where they are read */
    real *d_loss, *d_entropy, *d_value; /* (M) see pass_slopes */
    real *d_p, *d_a, *d_xhat;           /* (N,P) (N,A) (N,C) */
    real *scratch;                      /* of attention */
    int32_t *position, *row, *target;   /* (N) (M) (M) */
    int N, M;
    struct pass_reading reading;
    struct timing timing;
};

/* Memory for up to `capacity` tokens at a time, samples of up to `longest`. `folded` must outlive it. */
enum err pass_create(const struct folded *folded, int capacity, int longest, enum pass_mode mode,
                     struct pass **pass, struct error *error);
void pass_free(struct pass *pass);

/* Runs whole samples, end to end: sample s is rows starts[s] - starts[0] and on; tokens and targets begin at
 * starts[0]. Logits are made only for the M rows with target >= 0, and pass->entropy and pass->value as
 * `reading` asks. Returns the sum of the losses over those rows, in nats. */
double pass_forward(struct pass *pass, const int32_t *tokens, const int32_t *targets, const int32_t *starts,
                    int samples, const struct pass_reading *reading);

/* The natural logarithm of target m's probability, behind pass_forward. */
static inline double pass_log_probability(const struct pass *pass, int m) {
    return (double)pass->logits[(size_t)m * (size_t)pass->folded->V + (size_t)pass->target[m]] -
           (double)pass->log_sum[m];
}

/* The slopes at target m of what is lowered: by its loss, minus its log-probability; by the entropy and by
 * the value, where they are read. Behind pass_forward, for each target. */
void pass_slopes(struct pass *pass, int m, double loss, double entropy, double value);

/* Behind pass_slopes, not with PASS_FORWARD: adds the gradient of what is lowered to d_folded, and that by
 * the value head, if there is one, to d_value (C + 1). */
void pass_backward(struct pass *pass, const int32_t *tokens, const int32_t *starts, int samples,
                   real *d_folded, real *d_value);

/* Passes shared by threads: whoever works holds one. */
struct pass_pool {
    struct pass **pass;
    atomic_bool *busy;
    int count;
    size_t bytes;
};

enum err pass_pool_create(const struct folded *folded, int count, int capacity, int longest,
                          enum pass_mode mode, struct pass_pool *pool, struct error *error);
/* At most `count` may be held at once. */
struct pass *pass_pool_take(struct pass_pool *pool);
void pass_pool_give(struct pass_pool *pool, const struct pass *pass);
/* Harmless on a zeroed struct. */
void pass_pool_free(struct pass_pool *pool);

#endif
