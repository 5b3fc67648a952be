/* Replays of a sample's problem along its given lines. See replay.h. */
#include "profile/replay.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tasks/tasks.h"
#include "trace/cut.h"

/* What a wrong result of a call counts at most, and a value of another shape than computed. */
enum { CALL_ERRORS = 2 };

struct replayer {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    struct trace *trace;
    struct value forced;
    /* of the replay under way */
    struct lines given;
    int next; /* the given line whose turn it is */
    const enum story *decision;
    int decided;
    enum story otherwise;
    struct replay_outcome outcome;
};

enum err replayer_create(const struct mix *mix, const struct vocabulary *vocabulary, struct replayer **out,
                         struct error *error) {
    struct replayer *r = memory_array(1, sizeof *r);
    if (!r || trace_create(&r->trace)) {
        replayer_free(r);
        return err_memory(error, "a replay");
    }
    r->mix = mix;
    r->vocabulary = vocabulary;
    *out = r;
    return ERR_OK;
}

void replayer_free(struct replayer *r) {
    if (!r) return;
    trace_free(r->trace);
    free(r);
}

/* Takes what is given for the value that the algorithm goes on with. */
static void force(struct replayer *r, int line, struct value *value) {
    const struct alphabets *alphabets = trace_alphabets(r->trace);
    if (!line_value(r->given, line, alphabets, &r->forced) || r->forced.atom.kind != value->atom.kind) return;
    value_copy(value, &r->forced);
}

static int digits_of_line(struct lines lines, int i) {
    int digits = 0;
    for (int at = lines.start[i]; at < lines.start[i + 1]; at++) digits += token_is_digit(lines.tokens[at]);
    return digits;
}

static bool is_call(struct lines lines, int i) {
    for (int at = lines.start[i]; at < lines.start[i + 1]; at++)
        if (lines.tokens[at] == TOKEN_OPEN) return true;
    return false;
}

/* Holds the line that was just computed against the next given one, and goes on as the story says. */
static void follow(void *context, int line, struct value *value) {
    struct replayer *r = context;
    struct replay_outcome *o = &r->outcome;
    struct lines computed = lines_of_trace(r->trace);
    if (r->next >= r->given.count - 1) { /* the last given line is the answer */
        o->missing++;
        return;
    }
    struct line_comparison c = line_compare(&computed, line, &r->given, r->next);
    if (!c.same_name) {
        o->missing++;
        return;
    }
    int here = r->next++;
    o->leading_zeros += line_has_leading_zero(r->given, here);
    bool differs = !c.same_shape || c.value_wrong > 0;
    enum story story = r->otherwise;
    if (differs && o->differing < r->decided) story = r->decision[o->differing];
    o->differing += differs;
    o->static_wrong += c.wrong - c.value_wrong;
    o->reshaped += !c.same_shape;
    if (story == STORY_DYNAMIC) {
        int wrong = c.same_shape ? c.value_wrong : CALL_ERRORS;
        o->dynamic_wrong += wrong;
        o->dynamic_digits += c.value_digits;
        o->dynamic_errors += wrong > CALL_ERRORS && is_call(computed, line) ? CALL_ERRORS : wrong;
    } else {
        o->static_wrong += c.value_wrong;
        o->static_reshaped += !c.same_shape;
    }
    if (differs && story == STORY_DYNAMIC) force(r, here, value);
}

static struct trace_settings settings_of(const struct replayer *r) {
    return (struct trace_settings){.vocabulary = r->vocabulary,
                                   .tasks = task_list,
                                   .visibility = r->mix->visibility,
                                   .line_limit = r->mix->line_limit,
                                   .reverse = r->mix->reverse};
}

enum err replay_clean(struct replayer *r, const struct task *task, const struct arguments *arguments,
                      struct lines *clean, struct error *error) {
    struct trace_settings settings = settings_of(r);
    enum err code = trace_run(r->trace, &settings, task, arguments, NULL, 0, error);
    if (!code && trace_truncated(r->trace)) code = cut_refuse(r->trace, &settings, task, arguments, error);
    if (!code) *clean = lines_of_trace(r->trace);
    return code;
}

/* The answer line, for which nothing in the algorithm follows. */
static void compare_answer(struct replayer *r) {
    struct replay_outcome *o = &r->outcome;
    struct lines computed = lines_of_trace(r->trace);
    o->lines = computed.count;
    if (r->given.count == 0) return;
    struct line_comparison c = line_compare(&computed, computed.count - 1, &r->given, r->given.count - 1);
    o->answer_digits = digits_of_line(computed, computed.count - 1);
    o->answer_wrong = c.same_shape ? c.wrong : o->answer_digits > 0 ? o->answer_digits : 1;
    o->leading_zeros += line_has_leading_zero(r->given, r->given.count - 1);
    o->left = r->given.count - 1 - r->next;
}

enum err replay_sample(struct replayer *r, const struct task *task, const struct arguments *arguments,
                       struct lines given, const enum story *decision, int decided, enum story otherwise,
                       struct replay_outcome *outcome, struct error *error) {
    struct trace_settings settings = settings_of(r);
    settings.follow = follow;
    settings.context = r;
    r->given = given;
    r->given.reverse = r->mix->reverse;
    r->next = 0;
    r->decision = decision;
    r->decided = decided;
    r->otherwise = otherwise;
    r->outcome = (struct replay_outcome){0};
    enum err code = trace_run(r->trace, &settings, task, arguments, NULL, 0, error);
    if (code) return code;
    compare_answer(r);
    *outcome = r->outcome;
    return ERR_OK;
}
