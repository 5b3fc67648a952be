/* How many true lines a completion begins with. See backtrack.h. */
#include "reinforce/backtrack.h"

#include <assert.h>
#include <stdint.h>

/* A whole number of tenths: sums of 0.1 would miss the bounds. */
enum { ALL = 10 };
static const double solved = 0.7;

struct backtrack backtrack_begin(void) {
    return (struct backtrack){ALL};
}

int backtrack_given(const struct backtrack *backtrack, int lines) {
    assert(lines >= 0);
    int given = (int)((int64_t)lines * backtrack->tenths / ALL);
    return given == lines && lines ? lines - 1 : given;
}

void backtrack_look(struct backtrack *backtrack, double accuracy) {
    if (accuracy >= solved && backtrack->tenths > 0) backtrack->tenths--;
}

json_t *backtrack_json(const struct backtrack *backtrack) { return json_integer(backtrack->tenths); }

enum err backtrack_read(const json_t *json, struct backtrack *backtrack, struct error *error) {
    json_int_t tenths = json_integer_value(json);
    if (!json_is_integer(json) || tenths < 0 || tenths > ALL)
        return err_set(error, ERR_INPUT, "rl.curriculum: not tenths of the true lines (allowed: 0 to %d)",
                       ALL);
    backtrack->tenths = (int)tenths;
    return ERR_OK;
}
