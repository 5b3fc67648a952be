/* TensorBoard event files, read back by a parser of their own: framing, checksums, messages; and what a run
 * writes there is what it writes to metrics.jsonl, also when it was cut off and resumed. */
#define _GNU_SOURCE /* memmem */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "record/event_file.h"
#include "record/layout.h"
#include "record/metrics.h"
#include "record/tensorboard.h"
#include "record/training_log.h"
#include "tests/support/shell.h"

/* --- reading ------------------------------------------------------------------------------------- */

/* CRC-32C by its definition: division of the message by the polynomial 0x11edc6f41, bits reflected. */
static uint32_t checksum(const unsigned char *bytes, size_t length) {
    uint32_t rest = 0xffffffff;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        uint32_t carry = (rest ^ bytes[bit / 8] >> bit % 8) & 1;
        rest >>= 1;
        if (carry) rest ^= 0x82f63b78; /* 0x1edc6f41 reflected */
    }
    return rest ^ 0xffffffff;
}

static uint64_t number(const unsigned char *bytes, int count) {
    uint64_t value = 0;
    for (int i = count - 1; i >= 0; i--) value = value << 8 | bytes[i];
    return value;
}

static void check_masked(const unsigned char *bytes, size_t length, const unsigned char *stored) {
    uint32_t crc = checksum(bytes, length);
    assert_int_equal((uint32_t)(((crc >> 15) | (crc << 17)) + 0xa282ead8), number(stored, 4));
}

struct field {
    unsigned number, type;
    uint64_t value; /* of a number */
    const unsigned char *bytes;
    size_t length; /* of bytes */
};

static uint64_t take_varint(const unsigned char **at, const unsigned char *end) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        assert_true(*at < end && shift < 64);
        unsigned char byte = *(*at)++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return value;
    }
}

static struct field take_field(const unsigned char **at, const unsigned char *end) {
    uint64_t key = take_varint(at, end);
    struct field field = {.number = (unsigned)(key >> 3), .type = key & 7};
    if (field.type == 0) {
        field.value = take_varint(at, end);
        return field;
    }
    assert_true(field.type == 1 || field.type == 2 || field.type == 5);
    field.length = field.type == 2 ? take_varint(at, end) : field.type == 1 ? 8 : 4;
    assert_true(field.length <= (size_t)(end - *at));
    field.bytes = *at;
    if (field.type != 2) field.value = number(field.bytes, (int)field.length);
    *at += field.length;
    return field;
}

enum { EVENTS_MAX = 1000, TAG_LENGTH = 32, PLUGIN_MAX = 4096 };

struct event {
    double wall_time;
    int64_t step;
    char version[TAG_LENGTH];
    int count;
    struct {
        char tag[TAG_LENGTH];
        float value;
    } scalar[TENSORBOARD_SCALARS_MAX];
    /* What the event carries for the plugin, told in words by the functions below; its tag is that of the
     * scalar. */
    char plugin[PLUGIN_MAX];
    size_t plugin_length;
};

static void copy_text(char to[TAG_LENGTH], const struct field *field) {
    assert_true(field->type == 2 && field->length < TAG_LENGTH);
    memcpy(to, field->bytes, field->length);
    to[field->length] = 0;
}

/* Messages of a plugin, told in words: FIELD=NUMBER, FIELD='TEXT', FIELD{...}. `shape` says of each field
 * that may come, by its place, whether it is a message. */
struct shape {
    unsigned number;
    const char *name;
    const struct shape *inner; /* of a message */
};

static const struct shape number_or_text[] = {{2, "number", NULL}, {3, "text", NULL}, {0}};
static const struct shape entry[] = {{1, "key", NULL}, {2, "value", number_or_text}, {0}};
static const struct shape hparam_info[] = {{1, "name", NULL}, {4, "type", NULL}, {0}};
static const struct shape metric_name[] = {{2, "tag", NULL}, {0}};
static const struct shape metric_info[] = {{1, "name", metric_name}, {0}};
static const struct shape experiment[] = {{4, "hparam", hparam_info}, {5, "metric", metric_info}, {0}};
static const struct shape session_start[] = {{1, "hparam", entry}, {5, "began", NULL}, {0}};
static const struct shape session_end[] = {{1, "status", NULL}, {2, "ended", NULL}, {0}};
static const struct shape plugin_content[] = {
    {2, "experiment", experiment}, {3, "start", session_start}, {4, "end", session_end}, {0}};
static const struct shape plugin_data[] = {{1, "plugin", NULL}, {2, "content", plugin_content}, {0}};
static const struct shape metadata[] = {{1, "data", plugin_data}, {0}};

static void tell(struct event *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct event *event, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(event->plugin + event->plugin_length, PLUGIN_MAX - event->plugin_length, format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && (size_t)length < PLUGIN_MAX - event->plugin_length);
    event->plugin_length += (size_t)length;
}

static void tell_message(const struct field *message, const struct shape *shape, struct event *event) {
    const unsigned char *at = message->bytes, *end = at + message->length;
    assert_int_equal(message->type, 2);
    while (at < end) {
        struct field field = take_field(&at, end);
        const struct shape *known = shape;
        while (known->number && known->number != field.number) known++;
        if (!known->number) fail_msg("field %u", field.number);
        double value;
        memcpy(&value, &field.value, sizeof value);
        tell(event, "%s", known->name);
        if (known->inner) {
            tell(event, "{");
            tell_message(&field, known->inner, event);
            tell(event, "}");
        } else if (field.type == 2) {
            tell(event, "='%.*s' ", (int)field.length, (const char *)field.bytes);
        } else {
            tell(event, "=%.17g ", field.type == 1 ? value : (double)field.value);
        }
    }
}

static void read_summary(const struct field *summary, struct event *event) {
    const unsigned char *at = summary->bytes, *end = at + summary->length;
    while (at < end) {
        struct field value = take_field(&at, end);
        assert_true(value.number == 1 && value.type == 2 && event->count < TENSORBOARD_SCALARS_MAX);
        const unsigned char *inner = value.bytes, *inner_end = inner + value.length;
        while (inner < inner_end) {
            struct field part = take_field(&inner, inner_end);
            if (part.number == 1) {
                copy_text(event->scalar[event->count].tag, &part);
            } else if (part.number == 9) {
                tell_message(&part, metadata, event);
            } else {
                assert_true(part.number == 2 && part.type == 5);
                uint32_t bits = (uint32_t)part.value;
                memcpy(&event->scalar[event->count].value, &bits, sizeof bits);
            }
        }
        event->count++;
    }
}

static void read_event(const unsigned char *bytes, size_t length, struct event *event) {
    const unsigned char *at = bytes, *end = bytes + length;
    *event = (struct event){0};
    while (at < end) {
        struct field field = take_field(&at, end);
        switch (field.number) {
        case 1: memcpy(&event->wall_time, &field.value, sizeof field.value); break;
        case 2: event->step = (int64_t)field.value; break;
        case 3: copy_text(event->version, &field); break;
        case 5: read_summary(&field, event); break;
        default: fail_msg("field %u", field.number);
        }
    }
}

/* All events of a file, whole, with right checksums; how many. */
static int read_events(const char *path, struct event events[EVENTS_MAX]) {
    char *text;
    size_t length;
    int count = 0;
    assert_int_equal(file_read(path, 1 << 24, &text, &length, NULL), ERR_OK);
    const unsigned char *at = (unsigned char *)text, *end = at + length;
    while (at < end) {
        assert_true(end - at >= 16 && count < EVENTS_MAX);
        uint64_t size = number(at, 8);
        check_masked(at, 8, at + 8);
        assert_true(size <= (uint64_t)(end - at) - 16);
        check_masked(at + 12, size, at + 12 + size);
        read_event(at + 12, size, &events[count++]);
        at += 16 + size;
    }
    free(text);
    return count;
}

/* --- tests --------------------------------------------------------------------------------------- */

static void the_checksum_is_castagnolis(void **state) {
    (void)state;
    /* RFC 3720, appendix B.4. */
    unsigned char zeros[32] = {0};
    assert_int_equal(checksum(zeros, 32), 0x8a9136aa);
    assert_int_equal(checksum((const unsigned char *)"123456789", 9), 0xe3069283);
}

static void scalars_come_back(void **state) {
    (void)state;
    static struct event events[EVENTS_MAX];
    const struct tensorboard_scalar scalars[] = {{"loss", 2.5}, {"learning_rate", 1e-3}, {"nan", NAN}};
    FILE *stream;
    bool is_new = false;
    struct error error;
    char path[256];
    snprintf(path, sizeof path, "%s/events", getenv("SCRATCH"));
    assert_int_equal(tensorboard_open(path, 0, &stream, &is_new, &error), ERR_OK);
    assert_true(is_new);
    tensorboard_write(stream, 1234.5, 1, scalars, 3);
    tensorboard_write(stream, 1235.5, INT64_C(1) << 40, scalars, 1);
    fflush(stream);
    long kept = ftell(stream);
    tensorboard_write(stream, 1236.5, 3, scalars, 0);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(read_events(path, events), 4);
    assert_string_equal(events[0].version, "brain.Event:2");
    assert_true(events[0].wall_time > 1e9);
    assert_true(events[1].wall_time == 1234.5 && events[1].step == 1 && events[1].count == 3);
    assert_string_equal(events[1].scalar[0].tag, "loss");
    assert_true(events[1].scalar[0].value == 2.5f && events[1].scalar[1].value == 1e-3f);
    assert_true(isnan(events[1].scalar[2].value));
    assert_true(events[2].step == INT64_C(1) << 40 && events[2].count == 1);

    /* It goes on where it is told to, and begins anew where that is not there. */
    assert_int_equal(tensorboard_open(path, kept, &stream, &is_new, &error), ERR_OK);
    assert_false(is_new);
    tensorboard_write(stream, 1237.5, 7, scalars, 1);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(read_events(path, events), 4);
    assert_int_equal(events[3].step, 7);
    assert_int_equal(tensorboard_open(path, 1 << 20, &stream, &is_new, &error), ERR_OK);
    assert_true(is_new);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(read_events(path, events), 1);
    assert_int_equal(tensorboard_open("/nowhere/events", 0, &stream, &is_new, &error), ERR_RUNTIME);
}

/* The event that is as long as an event of scalars can be. */
static void the_longest_event_has_room(void **state) {
    (void)state;
    char tag[201], path[256], *bytes;
    struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX];
    FILE *stream;
    bool is_new;
    size_t length;
    memset(tag, 't', 200);
    tag[200] = 0;
    for (int i = 0; i < TENSORBOARD_SCALARS_MAX; i++) scalars[i] = (struct tensorboard_scalar){tag, i};
    snprintf(path, sizeof path, "%s/longest", getenv("SCRATCH"));
    assert_int_equal(tensorboard_open(path, 0, &stream, &is_new, NULL), ERR_OK);
    fflush(stream);
    long start = ftell(stream);
    tensorboard_write(stream, 1e9, INT64_MAX, scalars, TENSORBOARD_SCALARS_MAX);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(file_read(path, 1 << 24, &bytes, &length, NULL), ERR_OK);
    /* A tag of 100 bytes and a float: 102 + 5 bytes, and 2 around them. */
    assert_int_equal(length - (size_t)start, 16 + 9 + 10 + 3 + TENSORBOARD_SCALARS_MAX * (2 + 102 + 5));
    check_masked((unsigned char *)bytes + start + 12, length - (size_t)start - 16,
                 (unsigned char *)bytes + length - 4);
    free(bytes);
}

/* What the HPARAMS tab reads. */
static void hyperparameters_come_back(void **state) {
    (void)state;
    static struct event events[EVENTS_MAX];
    const struct tensorboard_hparam hparams[] = {{"train.rate", true, 1e-3, NULL},
                                                 {"task", false, 0, "add \xff"},
                                                 {"infinite", true, INFINITY, NULL},
                                                 {"empty", false, 0, ""}};
    const char *const metrics[] = {"accuracy", "test_loss", NULL}, *const none[] = {NULL};
    FILE *stream;
    bool is_new;
    char path[256];
    snprintf(path, sizeof path, "%s/hparams", getenv("SCRATCH"));
    assert_int_equal(tensorboard_open(path, 0, &stream, &is_new, NULL), ERR_OK);
    assert_int_equal(tensorboard_hparams(stream, 1234.5, hparams, 4, metrics, NULL), ERR_OK);
    assert_int_equal(tensorboard_session_end(stream, 1240.25, NULL), ERR_OK);
    assert_int_equal(tensorboard_hparams(stream, 1.5, NULL, 0, none, NULL), ERR_OK);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(read_events(path, events), 6);
    const struct {
        double wall_time;
        const char *tag, *told;
    } expected[] = {
        {1234.5, "_hparams_/experiment",
         "data{plugin='hparams' content{experiment{hparam{name='train.rate' type=3 }hparam{name='task' "
         "type=1 }"
         "hparam{name='infinite' type=3 }hparam{name='empty' type=1 }metric{name{tag='accuracy' }}"
         "metric{name{tag='test_loss' }}}}}"},
        {1234.5, "_hparams_/session_start_info",
         "data{plugin='hparams' content{start{hparam{key='train.rate' value{number=0.001 }}"
         "hparam{key='task' value{text='add ?' }}hparam{key='empty' value{text='' }}began=1234.5 }}}"},
        {1240.25, "_hparams_/session_end_info",
         "data{plugin='hparams' content{end{status=1 ended=1240.25 }}}"},
        {1.5, "_hparams_/experiment", "data{plugin='hparams' content{experiment{}}}"},
        {1.5, "_hparams_/session_start_info", "data{plugin='hparams' content{start{began=1.5 }}}"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(events[i + 1].wall_time == expected[i].wall_time);
        assert_int_equal(events[i + 1].count, 1);
        assert_string_equal(events[i + 1].scalar[0].tag, expected[i].tag);
        assert_string_equal(events[i + 1].plugin, expected[i].told);
    }
}

/* Longer than what a scalar's event has room for. */
static void there_can_be_many_hyperparameters(void **state) {
    (void)state;
    enum { MANY = 2000 };
    static struct tensorboard_hparam hparams[MANY];
    static char names[MANY][32], text[100000];
    const char *const metrics[] = {"accuracy", NULL};
    char path[256], *bytes;
    FILE *stream;
    bool is_new;
    size_t length, at = 0;
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "option.%d", i);
        hparams[i] = (struct tensorboard_hparam){names[i], i > 0, i, text};
    }
    snprintf(path, sizeof path, "%s/many", getenv("SCRATCH"));
    assert_int_equal(tensorboard_open(path, 0, &stream, &is_new, NULL), ERR_OK);
    assert_int_equal(tensorboard_hparams(stream, 1, hparams, MANY, metrics, NULL), ERR_OK);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(file_read(path, 1 << 24, &bytes, &length, NULL), ERR_OK);
    int events = 0;
    for (uint64_t size; at < length; at += 16 + size, events++) {
        const unsigned char *event = (unsigned char *)bytes + at;
        size = number(event, 8);
        assert_true(size <= length - at - 16);
        check_masked(event, 8, event + 8);
        check_masked(event + 12, size, event + 12 + size);
    }
    assert_int_equal(events, 3);
    assert_true(length > 150000);
    assert_non_null(memmem(bytes, length, text, sizeof text - 1));
    assert_non_null(memmem(bytes, length, "option.1999", 11));
    free(bytes);
}

/* --- reinforcement learning ---------------------------------------------------------------------- */

/* Every member another number, but one that was not measured. */
static struct iteration some_iteration(void) {
    struct iteration iteration = {.iteration = 3, .rollouts = 768, .steps = 5, .tokens = 9000};
    int number = 0;
    for (const struct iteration_member *member = iteration_members; member->name; member++) {
        double value = ++number + 0.5;
        if (!member->is_count) memcpy((char *)&iteration + member->offset, &value, sizeof value);
    }
    iteration.kl = NAN;
    return iteration;
}

/* An event of a member each, in their order, at the number of rollouts. */
static void check_iteration(const struct event *event) {
    int count = 0, number = 0;
    for (const struct iteration_member *member = iteration_members; member->name; member++) {
        number++;
        if (member->is_count || !strcmp(member->name, "kl")) continue;
        char tag[TAG_LENGTH];
        snprintf(tag, sizeof tag, "rl/%s", member->name);
        assert_string_equal(event->scalar[count].tag, tag);
        assert_true(event->scalar[count].value == (float)(number + 0.5));
        count++;
    }
    assert_int_equal(event->count, count);
    assert_int_equal(event->step, 768);
}

static void check_iteration_line(const json_t *line) {
    int number = 0;
    assert_int_equal(json_integer_value(json_object_get(line, "rollouts")), 768);
    assert_int_equal(json_integer_value(json_object_get(line, "step")), 5);
    assert_int_equal(json_integer_value(json_object_get(line, "tokens")), 9000);
    assert_int_equal(json_integer_value(json_object_get(line, "iteration")), 3);
    assert_true(json_is_null(json_object_get(line, "kl")));
    for (const struct iteration_member *member = iteration_members; member->name; member++) {
        number++;
        if (member->is_count || !strcmp(member->name, "kl")) continue;
        assert_true(json_real_value(json_object_get(line, member->name)) == number + 0.5);
    }
    assert_int_equal(json_object_size(line), number);
}

/* Told as it goes, and written afterwards from metrics.jsonl. */
static void iterations_are_told_under_their_own_tags(void **state) {
    (void)state;
    static struct event events[EVENTS_MAX];
    static struct config config;
    char directory[256], path[512];
    struct training_log log;
    struct jsonl metrics;
    const struct iteration iteration = some_iteration();
    const struct evaluation evaluation = {.problems = 4, .correct = 1, .accuracy = 0.25};
    snprintf(directory, sizeof directory, "%s", getenv("SCRATCH"));
    assert_int_equal(training_log_open(&log, directory, &config, true, (struct training_log_size){0}, NULL),
                     ERR_OK);
    assert_int_equal(training_log_evaluation(&log, 0, 0, 0, &evaluation, NULL), ERR_OK);
    assert_int_equal(training_log_iteration(&log, &iteration, NULL), ERR_OK);
    assert_int_equal(training_log_evaluation(&log, 5, 9000, 768, &evaluation, NULL), ERR_OK);
    assert_int_equal(training_log_evaluation(&log, 6, 9999, -1, &evaluation, NULL), ERR_OK);
    assert_int_equal(training_log_end(&log, NULL), ERR_OK);
    assert_int_equal(training_log_close(&log, NULL), ERR_OK);
    snprintf(path, sizeof path, "%s/" LAYOUT_METRICS, directory);
    assert_int_equal(jsonl_open(&metrics, path, NULL), ERR_OK);
    static const int rollouts[] = {0, -1, 768, -1}; /* of evaluations */
    for (int i = 0; i < 4; i++) {
        json_t *line;
        assert_int_equal(jsonl_next(&metrics, &line, NULL), ERR_OK);
        const json_t *member = json_object_get(line, METRICS_ROLLOUTS);
        if (i == 1)
            check_iteration_line(line);
        else
            assert_int_equal(member ? json_integer_value(member) : -1, rollouts[i]);
        json_decref(line);
    }
    jsonl_close(&metrics);
    for (int written = 0; written < 2; written++) {
        int64_t size;
        if (written) assert_int_equal(event_file_write(directory, &config, 1 << 20, &size, NULL), ERR_OK);
        snprintf(path, sizeof path, "%s/" LAYOUT_EVENTS, directory);
        assert_int_equal(read_events(path, events), written ? 7 : 8); /* the end is not in metrics.jsonl */
        check_iteration(&events[4]);
        assert_true(events[3].step == 0 && events[5].step == 768 && events[6].step == 6);
        assert_string_equal(events[5].scalar[0].tag, "accuracy");
    }
}

/* --- a run --------------------------------------------------------------------------------------- */

static void compare(const struct event *event, json_t *line, const char *const tags[]) {
    int count = 0;
    for (; *tags; tags++) {
        if (json_is_null(json_object_get(line, *tags))) continue; /* nothing was measured */
        assert_string_equal(event->scalar[count].tag, *tags);
        float expected = (float)json_number_value(json_object_get(line, *tags));
        assert_true(fabsf(event->scalar[count].value - expected) <= 1e-6f * fabsf(expected));
        count++;
    }
    assert_int_equal(event->count, count);
    assert_int_equal(event->step, json_integer_value(json_object_get(line, "step")));
}

/* Events and lines of metrics.jsonl of a run directory are the same. */
static void compare_run(const char *directory) {
    static struct event events[EVENTS_MAX];
    static const char *const step[] = {"loss", "learning_rate", "gradient_norm", NULL};
    static const char *const evaluation[] = {"accuracy",       "accuracy_low",  "accuracy_high",
                                             "trace_accuracy", "line_accuracy", "malformed",
                                             "unsound",        "test_loss",     NULL};
    char path[512];
    struct jsonl metrics;
    snprintf(path, sizeof path, "%s/" LAYOUT_EVENTS, directory);
    int count = read_events(path, events), evaluations = 0, at = 3;
    static const char *const plugins[] = {"_hparams_/experiment", "_hparams_/session_start_info",
                                          "_hparams_/session_end_info"};
    for (int i = 0; i < 3; i++)
        assert_string_equal(events[i < 2 ? i + 1 : count - 1].scalar[0].tag, plugins[i]);
    assert_non_null(strstr(events[2].plugin, "data.samples"));
    snprintf(path, sizeof path, "%s/metrics.jsonl", directory);
    assert_int_equal(jsonl_open(&metrics, path, NULL), ERR_OK);
    for (json_t *line; !jsonl_next(&metrics, &line, NULL) && line; json_decref(line), at++) {
        bool evaluates = json_object_get(line, "accuracy") != NULL;
        evaluations += evaluates;
        assert_true(at < count);
        compare(&events[at], line, evaluates ? evaluation : step);
        assert_true(events[at].wall_time >= events[at - 1].wall_time);
    }
    jsonl_close(&metrics);
    assert_int_equal(at, count - 1);
    assert_true(evaluations >= 2 && count > 10);
}

#define SPEC                                                                               \
    "name: board\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 2000, epochs: 4}\\n" \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\n"                    \
    "train: {batch_tokens: 1024, checkpoint_every: 5}\\neval: {problems: 20, every: 20}\\n"

static void a_run_writes_what_its_metrics_say(void **state) {
    (void)state;
    char directory[256];
    shell_expect(0, "cd $SCRATCH && printf '" SPEC
                    "' >spec.yaml && $COTNOISE train spec.yaml -o run --tensorboard");
    snprintf(directory, sizeof directory, "%s/run", getenv("SCRATCH"));
    compare_run(directory);
    /* Killed at some moments, then run to its end. */
    shell("cd $SCRATCH; for moment in 0.2 0.3 0.25 0.4; do "
          "timeout -s KILL $moment $COTNOISE train spec.yaml -o cut --tensorboard; done");
    shell_expect(0, "cd $SCRATCH && $COTNOISE train spec.yaml -o cut --tensorboard && "
                    "sed 's/,.tokens_per_second.*//' run/metrics.jsonl >a && "
                    "sed 's/,.tokens_per_second.*//' cut/metrics.jsonl | cmp - a");
    snprintf(directory, sizeof directory, "%s/cut", getenv("SCRATCH"));
    compare_run(directory);
    /* Asked for late: of a run that was cut off without, of a complete one, of a damaged file, of a sweep. */
    /* Stopped after its first checkpoint; where it was through before the signal came, once more. */
    shell_expect(0, "cd $SCRATCH && for i in $(seq 20); do rm -rf late; $COTNOISE train spec.yaml -o late & "
                    "for j in $(seq 2000); do test -e late/optimizer.safetensors -o -e late/result.json && "
                    "break; sleep 0.01; done; "
                    "kill -TERM $!; wait $!; test -e late/result.json || break; done; "
                    "ls late/optimizer.safetensors && ! ls late/*tfevents* && "
                    "$COTNOISE train spec.yaml -o late --tensorboard");
    snprintf(directory, sizeof directory, "%s/late", getenv("SCRATCH"));
    compare_run(directory);
    shell_expect(
        0, "cd $SCRATCH && rm late/*tfevents* && $COTNOISE train spec.yaml -o late --tensorboard 2>&1 | "
           "grep -q 'late: was complete already; nothing is trained'");
    compare_run(directory);
    shell_expect(
        0,
        "cd $SCRATCH && truncate -s -40 late/*tfevents* && $COTNOISE train spec.yaml -o late --tensorboard");
    compare_run(directory);
    /* A link in its place is replaced, not written through. */
    shell_expect(0, "cd $SCRATCH && echo mine >other && ln -sf $SCRATCH/other late/*tfevents* && "
                    "$COTNOISE train spec.yaml -o late --tensorboard && test \"$(cat other)\" = mine");
    compare_run(directory);
    shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml -j 1 --results lately && "
                    "$COTNOISE sweep spec.yaml --tensorboard --results lately 2>&1 | "
                    "grep -q '^1 event file written from metrics.jsonl of complete runs' && "
                    "! $COTNOISE sweep spec.yaml --tensorboard --results lately 2>&1 | grep event && "
                    "mv lately/board/runs/* lately/run");
    snprintf(directory, sizeof directory, "%s/lately/run", getenv("SCRATCH"));
    compare_run(directory);
    shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml --tensorboard -j 1 --results sweep && "
                    "mv sweep/board/runs/* sweep/run && $COTNOISE train spec.yaml -o plain && "
                    "! ls plain/*tfevents*");
    snprintf(directory, sizeof directory, "%s/sweep/run", getenv("SCRATCH"));
    compare_run(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_castagnolis),
        cmocka_unit_test(scalars_come_back),
        cmocka_unit_test(the_longest_event_has_room),
        cmocka_unit_test(hyperparameters_come_back),
        cmocka_unit_test(there_can_be_many_hyperparameters),
        cmocka_unit_test(iterations_are_told_under_their_own_tags),
        cmocka_unit_test(a_run_writes_what_its_metrics_say),
    };
    return cmocka_run_group_tests_name("tensorboard", tests, shell_setup, shell_teardown);
}
