/* Judging a completion against the true one. See judge.h. */
#include "trace/judge.h"

#include <string.h>

bool judge_same(struct token_span a, struct token_span b) {
    return a.count == b.count && (!a.count || !memcmp(a.id, b.id, a.count * sizeof *a.id));
}

static struct token_span first_line(struct token_span text) {
    struct token_span line = {text.id, 0};
    while (line.count < text.count && text.id[line.count] != TOKEN_NEWLINE) line.count++;
    return line;
}

static struct token_span last_line(struct token_span text) {
    size_t start = text.count;
    while (start > 0 && text.id[start - 1] != TOKEN_NEWLINE) start--;
    return start ? (struct token_span){text.id + start, text.count - start} : text; /* which may be NULL */
}

static bool begins_with_answer(struct token_span line) { return line.count && line.id[0] == TOKEN_ANSWER; }

bool judge_answers_first(struct token_span truth) {
    return begins_with_answer(truth) && !begins_with_answer(last_line(truth));
}

struct token_span judge_answer(struct token_span text, bool answer_first) {
    return answer_first ? first_line(text) : last_line(text);
}

/* --- line by line --- */

struct judge_lines judge_lines(struct token_span truth, struct token_span written) {
    return (struct judge_lines){truth, written, true, true};
}

bool judge_take_line(struct token_span *rest, bool *more, struct token_span *line) {
    if (!*more) {
        *line = (struct token_span){rest->id, 0};
        return false;
    }
    *line = first_line(*rest);
    *more = line->count < rest->count;
    size_t taken = line->count + *more; /* the newline too */
    if (taken) rest->id += taken;       /* an empty text may be NULL */
    rest->count -= taken;
    return true;
}

bool judge_lines_next(struct judge_lines *lines, struct judge_line *line) {
    line->expected = judge_take_line(&lines->truth, &lines->more_truth, &line->truth);
    line->found = judge_take_line(&lines->written, &lines->more_written, &line->written);
    line->right = line->expected && line->found && judge_same(line->truth, line->written);
    return line->expected || line->found;
}

/* --- all of it --- */

static bool is_name(int32_t id) { return id == TOKEN_ANSWER || id >= TOKEN_FIXED; }

bool judge_is_assignment(struct token_span line) {
    for (int words = 0; words < 2 && line.count >= 4 && is_name(line.id[0]) && is_name(line.id[1]); words++)
        line = (struct token_span){line.id + 1, line.count - 1};
    return line.count >= 3 && is_name(line.id[0]) && line.id[1] == TOKEN_EQUALS;
}

void judge_completion(struct token_span truth, struct token_span written, bool ended,
                      struct verdict *verdict) {
    bool first = judge_answers_first(truth);
    struct token_span answer = judge_answer(written, first);
    *verdict = (struct verdict){.ended = ended,
                                .answer = ended && judge_same(answer, judge_answer(truth, first)),
                                .trace = ended && judge_same(written, truth),
                                .malformed = !ended || !begins_with_answer(answer)};
    struct judge_lines lines = judge_lines(truth, written);
    for (struct judge_line line; judge_lines_next(&lines, &line);) {
        verdict->lines += line.expected;
        verdict->lines_right += line.right;
        verdict->malformed |= line.found && !judge_is_assignment(line.written);
    }
}
