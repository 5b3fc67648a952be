/* The lines that the recorder writes. See trace_state.h. */
#include <string.h>

#include "base/memory.h"
#include "trace/token_writer.h"
#include "trace/trace_state.h"

_Noreturn void trace_leave(struct trace *t, enum leave why) { longjmp(t->leave, why); }

/* The id of a piece of a name. */
static int32_t piece_id(struct trace *t, const char *name, const char *piece, size_t length) {
    int32_t id = vocabulary_find(t->settings.vocabulary, piece, length);
    if (id >= 0) return id;
    t->missing = name;
    trace_leave(t, LEAVE_NAME);
}

const char *trace_bare_name(const char *name) {
    const char *space = strchr(name, ' ');
    return space ? space + 1 : name;
}

static __attribute__((noinline)) void look_up(struct trace *t, const char *name, struct name_ids *ids) {
    const char *bare = trace_bare_name(name);
    int32_t id = piece_id(t, name, bare, strlen(bare));
    int32_t keyword = bare > name ? piece_id(t, name, name, (size_t)(bare - name) - 1) : -1;
    *ids = (struct name_ids){name, keyword, id};
}

static const struct name_ids *name_find(struct trace *t, const char *name) {
    size_t place = ((uintptr_t)name ^ (uintptr_t)name >> 5) & (NAMES - 1);
    struct name_ids *ids = &t->names[place];
    if (ids->name != name) look_up(t, name, ids);
    return ids;
}

bool trace_is_aimed(struct trace *t, const char *name) {
    const struct name_ids *ids = name_find(t, name);
    return aim_has(t->settings.aim, ids->keyword, ids->id);
}

/* Begins a line: `name =`, and before it the fix of a correction and the name's keyword. There is room for
 * one token more then. */
static inline enum err open_line(struct trace *t, int32_t fix, const struct name_ids *name) {
    if (token_writer_room(&t->tokens, 5)) return ERR_RUNTIME;
    if (fix >= 0) token_writer_put(&t->tokens, fix);
    if (name->keyword >= 0) token_writer_put(&t->tokens, name->keyword);
    token_writer_put(&t->tokens, name->id);
    token_writer_put(&t->tokens, TOKEN_EQUALS);
    return ERR_OK;
}

/* Ends the line that starts at the last start. */
static inline enum err close_line(struct trace *t) {
    if (memory_reserve(&t->starts, &t->starts_capacity, (size_t)t->lines + 2, sizeof *t->starts))
        return ERR_RUNTIME;
    t->starts[++t->lines] = (int)t->tokens.count;
    return ERR_OK;
}

/* Marks for all tokens that there are, 0 where there were none: not line by line, for few lines have any. */
static enum err extend_marks(struct trace *t) {
    if (memory_reserve(&t->marks, &t->marks_capacity, t->tokens.count, 1)) return ERR_RUNTIME;
    memset(t->marks + t->marked, 0, t->tokens.count - t->marked);
    t->marked = t->tokens.count;
    return ERR_OK;
}

/* Begins a line of the algorithm; leaves it when there is no room but for the answer. */
static inline void begin_line(struct trace *t, int32_t fix, const char *name) {
    if (t->lines + 1 >= t->settings.line_limit || t->tokens.count > TRACE_TOKENS) trace_leave(t, LEAVE_LIMIT);
    if (open_line(t, fix, name_find(t, name))) trace_leave(t, LEAVE_MEMORY);
}

/* Leaves the algorithm where a value could not be written. */
static void check_written(struct trace *t, enum err code) {
    if (code == ERR_INPUT) t->missing = t->alphabets.missing;
    if (code) trace_leave(t, code == ERR_INPUT ? LEAVE_NAME : LEAVE_MEMORY);
}

void trace_begin_line(struct trace *t, const char *name) { begin_line(t, -1, name); }

void trace_end_line(struct trace *t, enum err code) {
    check_written(t, code);
    if (close_line(t)) trace_leave(t, LEAVE_MEMORY);
}

void trace_mark_value(struct trace *t) {
    t->right_tokens.count = 0;
    check_written(t, token_writer_put_value(&t->right_tokens, &t->alphabets, &t->right, t->settings.reverse));
    if (extend_marks(t)) trace_leave(t, LEAVE_MEMORY);
    size_t end = t->tokens.count, begin = end, length;
    while (t->tokens.id[begin - 1] != TOKEN_EQUALS) begin--;
    length = end - begin;
    const int32_t *right = t->right_tokens.id;
    bool aligned = length == t->right_tokens.count &&
                   memcmp(t->tokens.id + begin, right, length * sizeof *right); /* not equal by chance */
    for (size_t i = 0; i < length; i++) t->marks[begin + i] = !aligned || t->tokens.id[begin + i] != right[i];
}

void trace_write_correction(struct trace *t, const char *name, const struct value *value) {
    begin_line(t, name_find(t, TRACE_FIX)->id, name);
    trace_end_line(t, token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse));
}

void trace_write_assignment(struct trace *t, const char *name, const struct value *value,
                            const struct task *called, const struct arguments *in) {
    enum err code = ERR_OK;
    trace_begin_line(t, name);
    if (called) {
        int32_t id = name_find(t, called->name)->id;
        code = token_writer_put_call(&t->tokens, &t->alphabets, id, called, in, t->settings.reverse);
        if (!code) token_writer_put(&t->tokens, TOKEN_EQUALS); /* put_call leaves room for it */
    }
    if (!code) code = token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse);
    trace_end_line(t, code);
}

int64_t trace_write_int(struct trace *t, const char *name, int64_t number) {
    begin_line(t, -1, name);
    if (token_writer_put_int(&t->tokens, number, t->settings.reverse) || close_line(t))
        trace_leave(t, LEAVE_MEMORY);
    return number;
}

enum err trace_write_answer(struct trace *t) {
    static const struct name_ids answer = {.keyword = -1, .id = TOKEN_ANSWER};
    enum err code = open_line(t, -1, &answer);
    if (!code) code = token_writer_put_value(&t->tokens, &t->alphabets, &t->answer, t->settings.reverse);
    if (code == ERR_INPUT) t->missing = t->alphabets.missing;
    if (!code) code = close_line(t);
    return code ? code : extend_marks(t);
}
