/* Static: lines of the finished trace get the value of another line. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    int others = draft->lines - 1;
    for (int line = 0; others > 0 && line < draft->lines - draft->answer_clean; line++) {
        bool hit = noise_hits_line(draft, line, rate, sites, tally);
        int other = (int)pcg_below(sites, (uint32_t)others);
        if (hit) draft->value_of[line] = other + (other >= line);
    }
}

const struct noise noise_value_swap = {
    .name = "value_swap",
    .summary = "a line of the finished trace gets the value of another line, drawn uniformly",
    .site = "each line, the answer too, of a trace of two or more",
    .stage = NOISE_VALUES,
    .apply = apply,
};
