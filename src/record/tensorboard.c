/* TensorBoard event files. See tensorboard.h. */
#include "record/tensorboard.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/json_file.h"

enum { TAG_MAX = 100, SMALL_MAX = 64 + TENSORBOARD_SCALARS_MAX * (TAG_MAX + 16) };

/* A message on its way is a buffer. That of a training step, which must not fail, has a fixed place that is
 * large enough and so never grows (and is never freed). */
struct place {
    char bytes[SMALL_MAX];
};

static struct buffer small_message(struct place *place) {
    return (struct buffer){.bytes = place->bytes, .capacity = sizeof place->bytes};
}

/* CRC-32C (Castagnoli), reflected, bit by bit: a few hundred bytes a training step, some thousand once a run.
 */
static uint32_t crc32c(const void *message, size_t length) {
    const unsigned char *bytes = message;
    uint32_t crc = ~UINT32_C(0);
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
    }
    return ~crc;
}

static void store(unsigned char *bytes, uint64_t value, int count) {
    for (int i = 0; i < count; i++) bytes[i] = (unsigned char)(value >> 8 * i);
}

static uint32_t masked(const void *bytes, size_t length) {
    uint32_t crc = crc32c(bytes, length);
    return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

static void write_record(FILE *stream, const struct buffer *event) {
    unsigned char head[12], tail[4];
    store(head, event->length, 8);
    store(head + 8, masked(head, 8), 4);
    store(tail, masked(event->bytes, event->length), 4);
    fwrite(head, 1, sizeof head, stream);
    fwrite(event->bytes, 1, event->length, stream);
    fwrite(tail, 1, sizeof tail, stream);
}

/* --- the wire format: a field is a key (number and type), then its value ------------------------- */

enum wire_type { WIRE_VARINT = 0, WIRE_DOUBLE = 1, WIRE_BYTES = 2, WIRE_FLOAT = 5 };

static void put_varint(struct buffer *message, uint64_t value) {
    for (; value > 127; value >>= 7) buffer_char(message, (char)(value | 128));
    buffer_char(message, (char)value);
}

static void put_number(struct buffer *message, unsigned field, uint64_t value) {
    put_varint(message, field << 3 | WIRE_VARINT);
    put_varint(message, value);
}

static void put_bytes(struct buffer *message, unsigned field, const void *bytes, size_t length) {
    put_varint(message, field << 3 | WIRE_BYTES);
    put_varint(message, length);
    buffer_append(message, bytes, length);
}

static void put_text(struct buffer *message, unsigned field, const char *text) {
    put_bytes(message, field, text, strlen(text));
}

static void put_double(struct buffer *message, unsigned field, double value) {
    uint64_t bits;
    unsigned char bytes[8];
    memcpy(&bits, &value, sizeof bits);
    store(bytes, bits, 8);
    put_varint(message, field << 3 | WIRE_DOUBLE);
    buffer_append(message, bytes, sizeof bytes);
}

static void put_float(struct buffer *message, unsigned field, float value) {
    uint32_t bits;
    unsigned char bytes[4];
    memcpy(&bits, &value, sizeof bits);
    store(bytes, bits, 4);
    put_varint(message, field << 3 | WIRE_FLOAT);
    buffer_append(message, bytes, sizeof bytes);
}

/* A message within a message, which is released. */
static void put_message(struct buffer *message, unsigned field, struct buffer *inner) {
    put_bytes(message, field, inner->bytes ? inner->bytes : "", inner->length);
    message->failed |= inner->failed;
    buffer_free(inner);
}

/* --- events -------------------------------------------------------------------------------------- */

enum { EVENT_WALL_TIME = 1, EVENT_STEP = 2, EVENT_FILE_VERSION = 3, EVENT_SUMMARY = 5 };
enum { SUMMARY_VALUE = 1, VALUE_TAG = 1, VALUE_SIMPLE = 2, VALUE_METADATA = 9 };

void tensorboard_write(FILE *stream, double wall_time, int64_t step, const struct tensorboard_scalar *scalars,
                       int count) {
    assert(count <= TENSORBOARD_SCALARS_MAX);
    struct place places[3];
    struct buffer event = small_message(&places[0]), summary = small_message(&places[1]);
    for (int i = 0; i < count; i++) {
        struct buffer value = small_message(&places[2]);
        put_bytes(&value, VALUE_TAG, scalars[i].tag, strnlen(scalars[i].tag, TAG_MAX));
        put_float(&value, VALUE_SIMPLE, (float)scalars[i].value);
        put_bytes(&summary, SUMMARY_VALUE, value.bytes, value.length);
    }
    put_double(&event, EVENT_WALL_TIME, wall_time);
    put_number(&event, EVENT_STEP, (uint64_t)step);
    put_bytes(&event, EVENT_SUMMARY, summary.bytes, summary.length);
    write_record(stream, &event);
}

/* What every event file begins with. */
void tensorboard_begin(FILE *stream) {
    struct place place;
    struct buffer event = small_message(&place);
    put_double(&event, EVENT_WALL_TIME, (double)time(NULL));
    put_text(&event, EVENT_FILE_VERSION, "brain.Event:2");
    write_record(stream, &event);
}

enum err tensorboard_open(const char *path, int64_t keep, FILE **stream, bool *is_new, struct error *error) {
    FILE *file;
    int64_t size;
    enum err code = file_append(path, &file, &size, error);
    if (code) return code;
    if (size < keep) keep = 0;
    if (ftruncate(fileno(file), keep)) {
        code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
        fclose(file);
        return code;
    }
    if (!keep) tensorboard_begin(file);
    *stream = file;
    *is_new = !keep;
    return ERR_OK;
}

/* --- hyperparameters ------------------------------------------------------------------------------ */

enum { METADATA_PLUGIN = 1, PLUGIN_NAME = 1, PLUGIN_CONTENT = 2 };
enum { DATA_EXPERIMENT = 2, DATA_SESSION_START = 3, DATA_SESSION_END = 4 }; /* of HParamsPluginData */
enum { EXPERIMENT_HPARAM = 4, EXPERIMENT_METRIC = 5 };
enum { HPARAM_NAME = 1, HPARAM_TYPE = 4, TYPE_STRING = 1, TYPE_FLOAT64 = 3 };
enum { METRIC_NAME = 1, METRIC_NAME_TAG = 2 };
enum { START_HPARAM = 1, START_TIME = 5, ENTRY_KEY = 1, ENTRY_VALUE = 2, VALUE_NUMBER = 2, VALUE_STRING = 3 };
enum { END_STATUS = 1, END_TIME = 2, STATUS_SUCCESS = 1 };

/* One event that carries `data`, which is released, for the plugin. */
static enum err write_plugin_data(FILE *stream, double wall_time, const char *tag, unsigned kind,
                                  struct buffer *data, struct error *error) {
    struct buffer content = {0}, plugin = {0}, metadata = {0}, value = {0}, summary = {0}, event = {0};
    put_message(&content, kind, data);
    put_text(&plugin, PLUGIN_NAME, "hparams");
    put_message(&plugin, PLUGIN_CONTENT, &content);
    put_message(&metadata, METADATA_PLUGIN, &plugin);
    put_text(&value, VALUE_TAG, tag);
    put_message(&value, VALUE_METADATA, &metadata);
    put_message(&summary, SUMMARY_VALUE, &value);
    put_double(&event, EVENT_WALL_TIME, wall_time);
    put_message(&event, EVENT_SUMMARY, &summary);
    enum err code = event.failed ? err_memory(error, "an event for TensorBoard") : ERR_OK;
    if (!code) write_record(stream, &event);
    buffer_free(&event);
    return code;
}

/* Text of a message must be UTF-8, or the whole message is refused. */
static void put_outside_text(struct buffer *message, unsigned field, const char *text) {
    json_t *clean = json_file_text(text);
    if (clean)
        put_text(message, field, json_string_value(clean));
    else
        message->failed = true;
    json_decref(clean);
}

static void put_hparam_info(struct buffer *experiment, const struct tensorboard_hparam *hparam) {
    struct buffer info = {0};
    put_outside_text(&info, HPARAM_NAME, hparam->name);
    put_number(&info, HPARAM_TYPE, hparam->is_number ? TYPE_FLOAT64 : TYPE_STRING);
    put_message(experiment, EXPERIMENT_HPARAM, &info);
}

static void put_metric_info(struct buffer *experiment, const char *tag) {
    struct buffer info = {0}, name = {0};
    put_text(&name, METRIC_NAME_TAG, tag);
    put_message(&info, METRIC_NAME, &name);
    put_message(experiment, EXPERIMENT_METRIC, &info);
}

/* The reader cannot show numbers that are not finite, and then shows nothing at all. */
static void put_hparam(struct buffer *start, const struct tensorboard_hparam *hparam) {
    struct buffer entry = {0}, value = {0};
    if (hparam->is_number && !isfinite(hparam->number)) return;
    if (hparam->is_number)
        put_double(&value, VALUE_NUMBER, hparam->number);
    else
        put_outside_text(&value, VALUE_STRING, hparam->text);
    put_outside_text(&entry, ENTRY_KEY, hparam->name);
    put_message(&entry, ENTRY_VALUE, &value);
    put_message(start, START_HPARAM, &entry);
}

enum err tensorboard_hparams(FILE *stream, double wall_time, const struct tensorboard_hparam *hparams,
                             int count, const char *const *metrics, struct error *error) {
    struct buffer experiment = {0}, start = {0};
    for (int i = 0; i < count; i++) put_hparam_info(&experiment, &hparams[i]);
    for (; *metrics; metrics++) put_metric_info(&experiment, *metrics);
    for (int i = 0; i < count; i++) put_hparam(&start, &hparams[i]);
    put_double(&start, START_TIME, wall_time);
    enum err code =
        write_plugin_data(stream, wall_time, "_hparams_/experiment", DATA_EXPERIMENT, &experiment, error);
    if (!code)
        code = write_plugin_data(stream, wall_time, "_hparams_/session_start_info", DATA_SESSION_START,
                                 &start, error);
    buffer_free(&start);
    return code;
}

enum err tensorboard_session_end(FILE *stream, double wall_time, struct error *error) {
    struct buffer end = {0};
    put_number(&end, END_STATUS, STATUS_SUCCESS);
    put_double(&end, END_TIME, wall_time);
    return write_plugin_data(stream, wall_time, TENSORBOARD_END, DATA_SESSION_END, &end, error);
}
