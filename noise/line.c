/* Static: lines of the finished trace are deleted, never the answer. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites) {
    int kept = 0, place = 0;
    for (int line = 0; line < draft->lines; line++) {
        bool hit = line < draft->lines - 1 && pcg_unit(sites) < rate;
        draft->corrupted += hit;
        for (; place < draft->ordered && draft->order[place] == line; place++)
            if (!hit) draft->order[kept++] = line;
    }
    draft->ordered = kept;
}

const struct noise noise_line = {
    .name = "line",
    .summary = "a line of the finished trace is deleted",
    .site = "each line but the last",
    .stage = NOISE_LINES,
    .apply = apply,
};
