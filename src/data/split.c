/* On which side a problem is. See split.h. */
#include "data/split.h"

#include "trace/drawing.h"

const char *const split_names[] = {"train", "test", "validation", NULL};

/* Of SHARES problems, so many are test problems and so many validation problems. */
enum { SHARES = 10, TEST_SHARES = 1, VALIDATION_SHARES = 1 };

bool split_divides(const struct task *task, const struct arguments *arguments) {
    struct lengths lengths;
    drawing_lengths_of(task, arguments, &lengths);
    return drawing_problems(task, &lengths) >= SPLIT_CLASS_MIN;
}

enum split split_of(const struct task *task, const struct arguments *arguments, uint64_t hash) {
    int share = (int)(hash % SHARES);
    if (share >= TEST_SHARES + VALIDATION_SHARES || !split_divides(task, arguments)) return SPLIT_TRAIN;
    return share < TEST_SHARES ? SPLIT_TEST : SPLIT_VALIDATION;
}
