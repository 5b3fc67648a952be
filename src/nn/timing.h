/* Where the time of training goes: seconds by kind of kernel, one clock reading after each. */
#ifndef COTNOISE_NN_TIMING_H
#define COTNOISE_NN_TIMING_H

enum timing_part {
    TIMING_PRODUCTS_FORWARD,
    TIMING_PRODUCTS_BACKWARD,
    TIMING_ATTENTION_FORWARD,
    TIMING_ATTENTION_BACKWARD,
    TIMING_GELU,
    TIMING_NORM,
    TIMING_ROTARY,
    TIMING_LOSS,
    TIMING_EMBEDDING,
    TIMING_UPDATE, /* adding lanes up, folding, AdamW */
    TIMING_PARTS
};

/* "matrix products forward", ... by part. */
extern const char *const timing_names[TIMING_PARTS];

struct timing {
    double seconds[TIMING_PARTS]; /* summed over threads */
    double last;                  /* when the part at hand began */
};

/* The next part begins now. */
void timing_start(struct timing *timing);

/* What ran since the last call was `part`. */
void timing_mark(struct timing *timing, enum timing_part part);

#endif
