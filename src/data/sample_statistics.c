/* What samples turned out to be. See sample_statistics.h. */
#include "data/sample_statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "noise/noises.h"

void sample_statistics_free(struct sample_statistics *s) {
    free(s->lengths);
    *s = (struct sample_statistics){0};
}

/* Makes room to count this length. */
static enum err reach(struct sample_statistics *s, size_t length, struct error *error) {
    if (length < s->lengths_count) return ERR_OK;
    if (memory_reserve(&s->lengths, &s->lengths_capacity, length + 1, sizeof *s->lengths))
        return err_memory(error, "statistics");
    memset(s->lengths + s->lengths_count, 0, (length + 1 - s->lengths_count) * sizeof *s->lengths);
    s->lengths_count = length + 1;
    return ERR_OK;
}

enum err sample_statistics_add(struct sample_statistics *s, const struct sample *sample,
                               struct error *error) {
    size_t length = sample->prompt.count + sample->completion.count + 2;
    enum err code = reach(s, length, error);
    if (code) return code;
    s->lengths[length]++;
    s->samples++;
    s->contaminated += sample->contaminated;
    s->truncated += sample->truncated;
    for (int k = 0; noise_list[k]; k++) {
        s->tally[k].sites += sample->tallies[k].sites;
        s->tally[k].hits += sample->tallies[k].hits;
        s->acted[k] += sample->acting >> k & 1;
    }
    return ERR_OK;
}

enum err sample_statistics_merge(struct sample_statistics *to, const struct sample_statistics *from,
                                 struct error *error) {
    enum err code = from->lengths_count ? reach(to, from->lengths_count - 1, error) : ERR_OK;
    if (code) return code;
    for (size_t i = 0; i < from->lengths_count; i++) to->lengths[i] += from->lengths[i];
    to->samples += from->samples;
    to->contaminated += from->contaminated;
    to->truncated += from->truncated;
    for (int k = 0; noise_list[k]; k++) {
        to->tally[k].sites += from->tally[k].sites;
        to->tally[k].hits += from->tally[k].hits;
        to->acted[k] += from->acted[k];
    }
    return ERR_OK;
}

int64_t sample_statistics_length(const struct sample_statistics *s, double share) {
    int64_t wanted = (int64_t)ceil(share * (double)s->samples), seen = 0;
    for (size_t length = 0; length < s->lengths_count; length++) {
        seen += s->lengths[length];
        if (seen >= wanted && seen > 0) return (int64_t)length;
    }
    return 0;
}

static double ratio(int64_t part, int64_t whole) { return whole ? (double)part / (double)whole : 0; }

void sample_statistics_print(const struct sample_statistics *s, const struct mix *mix, struct buffer *out) {
    buffer_printf(out, "samples        %lld\n", (long long)s->samples);
    buffer_printf(out, "contaminated   %lld (%.4f)\n", (long long)s->contaminated,
                  ratio(s->contaminated, s->samples));
    buffer_printf(out, "truncated      %lld (%.4f)\n", (long long)s->truncated,
                  ratio(s->truncated, s->samples));
    buffer_printf(out, "tokens         50%% %lld, 90%% %lld, 99%% %lld, longest %lld\n",
                  (long long)sample_statistics_length(s, 0.5), (long long)sample_statistics_length(s, 0.9),
                  (long long)sample_statistics_length(s, 0.99), (long long)sample_statistics_length(s, 1));
    if (!mix_is_noisy(mix)) return;
    buffer_printf(out, "\n%-14s %8s %10s %12s %12s %14s\n", "noise", "asked", "measured", "sites", "hits",
                  "contamination");
    for (int k = 0; noise_list[k]; k++) {
        if (mix->rate[k] <= 0) continue;
        buffer_printf(out, "%-14s %8g %10.5f %12lld %12lld %14.4f\n", noise_list[k]->name, mix->rate[k],
                      ratio(s->tally[k].hits, s->tally[k].sites), (long long)s->tally[k].sites,
                      (long long)s->tally[k].hits, ratio(s->acted[k], s->samples));
    }
}

void sample_statistics_json(const struct sample_statistics *s, const struct mix *mix,
                            const struct sides *sides, struct buffer *out) {
    buffer_printf(out, "{\"samples\":%lld,\"contaminated\":%lld,\"contamination\":%.9g,\"truncated\":%lld",
                  (long long)s->samples, (long long)s->contaminated, ratio(s->contaminated, s->samples),
                  (long long)s->truncated);
    buffer_printf(out, ",\"tokens\":{\"p50\":%lld,\"p90\":%lld,\"p99\":%lld,\"max\":%lld},\"noise\":{",
                  (long long)sample_statistics_length(s, 0.5), (long long)sample_statistics_length(s, 0.9),
                  (long long)sample_statistics_length(s, 0.99), (long long)sample_statistics_length(s, 1));
    bool first = true;
    for (int k = 0; noise_list[k]; k++) {
        if (mix->rate[k] <= 0) continue;
        buffer_printf(out,
                      "%s\"%s\":{\"asked\":%.9g,\"rate\":%.9g,\"sites\":%lld,\"hits\":%lld,"
                      "\"contamination\":%.9g}",
                      first ? "" : ",", noise_list[k]->name, mix->rate[k],
                      ratio(s->tally[k].hits, s->tally[k].sites), (long long)s->tally[k].sites,
                      (long long)s->tally[k].hits, ratio(s->acted[k], s->samples));
        first = false;
    }
    buffer_text(out, "},\"sides\":");
    sides_json(sides, out);
    buffer_text(out, "}\n");
}
