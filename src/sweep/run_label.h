/* What tells a run from the others of its spec, in a few words. */
#ifndef COTNOISE_SWEEP_RUN_LABEL_H
#define COTNOISE_SWEEP_RUN_LABEL_H

#include "spec/spec.h"

enum run_label {
    RUN_LABEL_RUN,    /* "noise.digit=0.5 seeds=2", "clean seeds=2", "parent: data.samples=40000 seeds=2" */
    RUN_LABEL_CELL,   /* without the seed: runs of one cell have the same */
    RUN_LABEL_SETTING /* without the noises' rates, too */
};

/* That many of the words of a run, "" where there is none. To be freed; NULL without memory. */
char *run_label_text(const struct spec *spec, int run, enum run_label which);

#endif
