/* How much noise changed. See changes.h. */
#include "data/changes.h"

#include "trace/judge.h"

/* The lines of a completion, one after the other, without its answer. */
struct walk {
    struct token_span rest;
    const int *origin; /* of the next line */
    bool more;
};

static struct walk walk_begin(struct token_span text, const int *origins) {
    return (struct walk){text, origins, true};
}

static bool walk_next(struct walk *walk, struct token_span *line, int *origin) {
    do {
        if (!judge_take_line(&walk->rest, &walk->more, line)) return false;
        *origin = *walk->origin++;
    } while (line->count && line->id[0] == TOKEN_ANSWER);
    return true;
}

double changes_share(const struct sample *sample) {
    bool first = judge_answers_first(sample->clean);
    int lines = 1,
        kept = judge_same(judge_answer(sample->completion, first), judge_answer(sample->clean, first));
    struct walk clean = walk_begin(sample->clean, sample->clean_origins);
    struct walk noised = walk_begin(sample->completion, sample->origins);
    struct token_span expected, found;
    int place, origin = -1;
    while (walk_next(&clean, &expected, &place)) {
        lines++;
        /* What is behind in the order was moved, or is a second copy. */
        while (origin < place && walk_next(&noised, &found, &origin)) continue;
        kept += origin == place && judge_same(expected, found);
    }
    return 1 - (double)kept / lines;
}
