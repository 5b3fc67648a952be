/* The noise profile of a data set. See profile.h. */
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "data/problem.h"

/* Samples are read in blocks and measured in LANES lanes. Of all problems at most POOL are kept for the
 * simulation, drawn by a reservoir. A sample of more than LINES_MAX times the line limit is malformed. */
enum { BLOCK = 512, LANES = 16, POOL = 4096, LINES_MAX = 4 };

struct profile_slot {
    json_t *line;
    long number; /* of that line in the file */
    struct arguments arguments;
    struct tokens completion;
    struct account account;
    enum account_label label;
    bool tie;
};

struct profile_lane {
    struct accountant accountant;
    struct line_store store;
    struct moments moments;
    enum err code;
    struct error error;
};

struct profile_reading {
    const struct profile_request *request;
    const struct task *task;
    struct vocabulary *vocabulary;
    struct team *team;
    struct jsonl jsonl;
    struct profile_slot slot[BLOCK];
    int filled;
    struct profile_lane lane[LANES];
    struct arguments *pool;
    int pooled;
    struct pcg reservoir;
    int64_t untied[ACCOUNT_LABELS]; /* samples so far that are no ties, by label */
    struct profile profile;
};

/* --- reading --- */

/* Empty lines are none, as for line_store_fill. */
static int count_lines(const struct tokens *tokens) {
    int lines = 0;
    for (size_t i = 0; i < tokens->count; i++)
        lines += tokens->id[i] != TOKEN_NEWLINE && (i == 0 || tokens->id[i - 1] == TOKEN_NEWLINE);
    return lines;
}

/* Takes a line as a sample: 1, or 0 when it is of another task. ERR_INPUT, with its place, when it is
 * malformed. */
static enum err take_line(struct profile_reading *r, json_t *line, int *taken, struct error *error) {
    struct profile_slot *slot = &r->slot[r->filled];
    const char *text;
    size_t length;
    *taken = 0;
    const json_t *name = json_object_get(line, "task");
    if (name && !json_is_null(name)) {
        const struct task *task;
        enum err code = problem_task(&r->jsonl, line, &task, error);
        if (code || task != r->task) return code;
    }
    enum err code = problem_arguments(&r->jsonl, line, r->task, &slot->arguments, error);
    if (!code) code = jsonl_string(&r->jsonl, line, "completion", &text, &length, error);
    if (code) return code;
    slot->completion.count = 0;
    code = vocabulary_encode(r->vocabulary, text, length, &slot->completion, error);
    if (code) return err_prefix(error, code, "%s:%ld: completion", r->jsonl.path, r->jsonl.line);
    int lines = count_lines(&slot->completion), most = LINES_MAX * r->request->mix->line_limit;
    if (lines < 1 || lines > most)
        return err_set(error, ERR_INPUT, "%s:%ld: completion has %d lines; allowed are 1 to %d",
                       r->jsonl.path, r->jsonl.line, lines, most);
    *taken = 1;
    return ERR_OK;
}

/* Every problem has the same chance to be in the pool at the end. */
static void pool_problem(struct profile_reading *r, const struct arguments *arguments) {
    int64_t seen = r->profile.samples;
    int64_t place = seen < POOL ? seen : pcg_between(&r->reservoir, 0, seen);
    if (place >= POOL) return;
    arguments_copy(r->task, &r->pool[place], arguments);
    if (r->pooled < POOL) r->pooled++;
}

static void note_digits(struct profile *profile, const struct decimal *number) {
    int digits = decimal_length(number);
    if (digits > profile->digits) profile->digits = digits;
}

static void note_sizes(struct profile *profile, const struct task *task, const struct arguments *arguments) {
    const struct list *list = arguments->list;
    for (int p = 0; p < PARAMETERS_MAX && task->parameters[p].name; p++) {
        if (task->parameters[p].kind == PARAMETER_NUMBER) note_digits(profile, &arguments->atom[p].number);
        if (!parameter_is_list(&task->parameters[p])) continue;
        if (list->length > profile->elements) profile->elements = list->length;
        for (int i = 0; i < list->atoms; i++)
            if (list->atom[i].kind == KIND_NUMBER) note_digits(profile, &list->atom[i].number);
        list++;
    }
}

/* Fills the block; *more is false at the end of the file. */
static enum err read_block(struct profile_reading *r, bool *more, struct error *error) {
    r->filled = 0;
    while (r->filled < BLOCK) {
        json_t *line = NULL;
        int taken = 0;
        enum err code = jsonl_next(&r->jsonl, &line, error);
        if (!code && !line) {
            *more = false;
            return ERR_OK;
        }
        bool broken = code && (code != ERR_INPUT || ferror(r->jsonl.stream));
        if (!code) code = take_line(r, line, &taken, error);
        if (broken || (code && code != ERR_INPUT)) {
            json_decref(line);
            return code;
        }
        if (code && r->profile.malformed++ < PROFILE_WARNINGS && r->request->warn)
            r->request->warn(r->request->context, error->message);
        if (!taken) {
            r->profile.others += !code;
            json_decref(line);
            continue;
        }
        struct profile_slot *slot = &r->slot[r->filled++];
        slot->line = line;
        slot->number = r->jsonl.line;
        note_sizes(&r->profile, r->task, &slot->arguments);
        pool_problem(r, &slot->arguments);
        r->profile.samples++;
    }
    return ERR_OK;
}

/* --- measuring --- */

static enum err measure_one(struct profile_reading *r, struct profile_lane *lane, struct profile_slot *slot) {
    struct token_span completion = {slot->completion.id, slot->completion.count};
    if (line_store_fill(&lane->store, completion)) return err_memory(&lane->error, "a sample");
    struct lines given = lane->store.lines;
    enum err code =
        account_measure(&lane->accountant, r->task, &slot->arguments, given, &slot->account, &lane->error);
    if (!code)
        code = account_label(&lane->accountant, r->task, &slot->arguments, given, &slot->account,
                             &slot->label, &slot->tie, &lane->error);
    if (!code) moments_add(&lane->moments, &slot->account, given.count);
    return code ? err_prefix(&lane->error, code, "%s:%ld", r->jsonl.path, slot->number) : ERR_OK;
}

static void measure_lane(void *context, int number) {
    struct profile_reading *r = context;
    struct profile_lane *lane = &r->lane[number];
    for (int i = number; i < r->filled && !lane->code; i += LANES)
        lane->code = measure_one(r, lane, &r->slot[i]);
}

static enum err measure_block(struct profile_reading *r, struct error *error) {
    const struct profile_request *request = r->request;
    team_run(r->team, LANES, measure_lane, r);
    for (int i = 0; i < LANES; i++)
        if (r->lane[i].code) {
            *error = r->lane[i].error;
            return r->lane[i].code;
        }
    for (int i = 0; i < r->filled; i++) /* ties are settled by the others, those of this block too */
        if (!r->slot[i].tie) r->untied[r->slot[i].label]++;
    for (int i = 0; i < r->filled; i++) {
        enum account_label label = account_settle(r->slot[i].label, r->slot[i].tie, r->untied);
        r->profile.labelled[label]++;
        if (!request->kept || request->drop[label]) continue;
        enum err code = jsonl_write(request->kept, json_incref(r->slot[i].line), 0, error);
        if (code) return code; /* the stream's own errors are seen when it is closed */
        r->profile.written++;
    }
    return ERR_OK;
}

static void release_block(struct profile_reading *r) {
    for (int i = 0; i < r->filled; i++) json_decref(r->slot[i].line);
    r->filled = 0;
}

static enum err read_file(struct profile_reading *r, struct error *error) {
    enum err code = ERR_OK;
    for (bool more = true; more && !code;) {
        code = interrupt_check(error);
        if (!code) code = read_block(r, &more, error);
        if (!code) code = measure_block(r, error);
        release_block(r);
    }
    if (!code && !r->profile.samples)
        code = err_set(error, ERR_INPUT, "%s: no sample of task %s; a line needs \"args\" and \"completion\"",
                       r->jsonl.path, r->task->name);
    return code;
}

/* --- the whole --- */

static enum err open_lanes(struct profile_reading *r, struct error *error) {
    enum err code = mix_vocabulary(r->request->mix, &r->vocabulary, error);
    for (int i = 0; i < LANES && !code; i++)
        code = replayer_create(r->request->mix, r->vocabulary, &r->lane[i].accountant.replayer, error);
    return code;
}

static void reading_free(struct profile_reading *r) {
    for (int i = 0; i < LANES; i++) {
        replayer_free(r->lane[i].accountant.replayer);
        pairing_scratch_free(&r->lane[i].accountant.scratch);
        line_store_free(&r->lane[i].store);
    }
    for (int i = 0; i < BLOCK; i++) tokens_free(&r->slot[i].completion);
    jsonl_close(&r->jsonl);
    vocabulary_free(r->vocabulary);
    free(r->pool);
    free(r);
}

enum err profile_file(const struct profile_request *request, struct team *team, struct profile *profile,
                      struct error *error) {
    struct profile_reading *r = memory_array(1, sizeof *r);
    if (!r) return err_memory(error, "the profile");
    r->request = request;
    r->task = request->mix->entry[0].task;
    r->team = team;
    r->reservoir = pcg_stream(0, "profile/pool", 0);
    r->pool = memory_array(POOL, sizeof *r->pool);
    enum err code = r->pool ? open_lanes(r, error) : err_memory(error, "the profile");
    if (!code) code = jsonl_open(&r->jsonl, request->path, error);
    if (!code) code = read_file(r, error);
    if (!code) {
        struct moments all = {0};
        struct problem_pool pool = {r->task, r->pool, r->pooled};
        for (int i = 0; i < LANES; i++) moments_merge(&all, &r->lane[i].moments);
        code = estimate_noise(request->mix, &pool, &all, team, &r->profile.estimate, error);
    }
    if (!code) *profile = r->profile;
    reading_free(r);
    return code;
}
