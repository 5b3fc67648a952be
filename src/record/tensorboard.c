/* TensorBoard event files. See tensorboard.h. */
#include "record/tensorboard.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TAG_MAX = 100, EVENT_MAX = 64 + TENSORBOARD_SCALARS_MAX * (TAG_MAX + 16) };

/* One message on its way, small enough for a fixed place. */
struct message {
    unsigned char byte[EVENT_MAX];
    size_t length;
};

/* CRC-32C (Castagnoli), reflected, bit by bit: a few hundred bytes a training step. */
static uint32_t crc32c(const unsigned char *bytes, size_t length) {
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

static uint32_t masked(const unsigned char *bytes, size_t length) {
    uint32_t crc = crc32c(bytes, length);
    return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

static void write_record(FILE *stream, const struct message *event) {
    unsigned char head[12], tail[4];
    store(head, event->length, 8);
    store(head + 8, masked(head, 8), 4);
    store(tail, masked(event->byte, event->length), 4);
    fwrite(head, 1, sizeof head, stream);
    fwrite(event->byte, 1, event->length, stream);
    fwrite(tail, 1, sizeof tail, stream);
}

/* --- the wire format: a field is a key (number and type), then its value ------------------------- */

enum wire_type { WIRE_VARINT = 0, WIRE_DOUBLE = 1, WIRE_BYTES = 2, WIRE_FLOAT = 5 };

static void put_varint(struct message *message, uint64_t value) {
    for (; value > 127; value >>= 7) message->byte[message->length++] = (unsigned char)(value | 128);
    message->byte[message->length++] = (unsigned char)value;
}

static void put_key(struct message *message, unsigned field, enum wire_type type) {
    put_varint(message, field << 3 | type);
}

static void put_bytes(struct message *message, unsigned field, const void *bytes, size_t length) {
    put_key(message, field, WIRE_BYTES);
    put_varint(message, length);
    memcpy(message->byte + message->length, bytes, length);
    message->length += length;
}

static void put_double(struct message *message, unsigned field, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_key(message, field, WIRE_DOUBLE);
    store(message->byte + message->length, bits, 8);
    message->length += 8;
}

static void put_float(struct message *message, unsigned field, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_key(message, field, WIRE_FLOAT);
    store(message->byte + message->length, bits, 4);
    message->length += 4;
}

/* --- events -------------------------------------------------------------------------------------- */

enum { EVENT_WALL_TIME = 1, EVENT_STEP = 2, EVENT_FILE_VERSION = 3, EVENT_SUMMARY = 5 };
enum { SUMMARY_VALUE = 1, VALUE_TAG = 1, VALUE_SIMPLE = 2 };

void tensorboard_write(FILE *stream, double wall_time, int64_t step, const struct tensorboard_scalar *scalars,
                       int count) {
    assert(count <= TENSORBOARD_SCALARS_MAX);
    struct message event = {.length = 0}, summary = {.length = 0};
    for (int i = 0; i < count; i++) {
        struct message value = {.length = 0};
        put_bytes(&value, VALUE_TAG, scalars[i].tag, strnlen(scalars[i].tag, TAG_MAX));
        put_float(&value, VALUE_SIMPLE, (float)scalars[i].value);
        put_bytes(&summary, SUMMARY_VALUE, value.byte, value.length);
    }
    put_double(&event, EVENT_WALL_TIME, wall_time);
    put_key(&event, EVENT_STEP, WIRE_VARINT);
    put_varint(&event, (uint64_t)step);
    put_bytes(&event, EVENT_SUMMARY, summary.byte, summary.length);
    write_record(stream, &event);
}

/* What every event file begins with. */
static void write_version(FILE *stream) {
    static const char version[] = "brain.Event:2";
    struct message event = {.length = 0};
    put_double(&event, EVENT_WALL_TIME, (double)time(NULL));
    put_bytes(&event, EVENT_FILE_VERSION, version, strlen(version));
    write_record(stream, &event);
}

enum err tensorboard_open(const char *path, int64_t keep, FILE **stream, struct error *error) {
    FILE *file = fopen(path, "abe");
    struct stat status;
    bool opened = file && !fstat(fileno(file), &status);
    if (opened && status.st_size < keep) keep = 0;
    if (!opened || ftruncate(fileno(file), keep)) {
        enum err code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
        if (file) fclose(file);
        return code;
    }
    if (!keep) write_version(file);
    *stream = file;
    return ERR_OK;
}
