/* Problems to learn from: which training samples they are, on which side, and that they are true. */
#include "data/split.h"
#include "tests/reinforce_run.h"

static const char *const noisy_words[] = {"noise.digit=0.5",       "noise.skip_line=0.3",        "refine=0.5",
                                          "sparsify.fraction=0.5", "rl.method=expert_iteration", NULL};
