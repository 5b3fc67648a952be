/* Static: digits of the finished trace become random digits, symbols other symbols. */
#include "noise/noises.h"
#include "trace/corruption.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    for (int line = 0; line < draft->lines - draft->answer_clean; line++)
        for (int i = draft->start[line]; i < draft->start[line + 1]; i++) {
            if (!corruption_has_site(draft, i)) continue;
            bool hit = noise_hits_line(draft, line, rate, sites, tally);
            int32_t token = corruption_draw(draft, i, sites);
            if (!hit) continue;
            draft->edit[i] = token;
            draft->mark[i] = 1;
        }
}

const struct noise noise_digit = {
    .name = "digit",
    .summary = "a digit of the finished trace becomes a uniform random digit, which may be the same one",
    .site = "each digit, symbol and truth of the trace, the answer's too",
    .stage = NOISE_VALUES,
    .apply = apply,
};
