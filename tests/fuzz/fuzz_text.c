/* Fuzz target of text from outside on its way to people and into numbers: what a terminal is shown, JSON as
 * other programs write it, files of control groups. Whatever the bytes: harmless text, JSON or a message, a
 * quota above 0.
 *
 * The first byte says which: t(erminal), j(son), q(uota: /proc/self/cgroup, a byte of 0, cpu.max). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_dialect.h"
#include "base/json_file.h"
#include "base/processors.h"
#include "base/terminal.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

/* What is shown is seen, character by character, and shown again it is the same. */
static void show(const char *bytes, size_t length) {
    struct buffer once = {0}, twice = {0};
    buffer_append(&once, "", 0);
    buffer_append(&twice, "", 0);
    terminal_show(bytes, length, &once);
    for (size_t i = 0; i < once.length;) {
        uint32_t number;
        size_t step = utf8_character(once.bytes + i, once.length - i, &number);
        require(step && terminal_is_seen(number));
        i += step;
    }
    terminal_show(once.bytes, once.length, &twice);
    require(once.length == twice.length && !memcmp(once.bytes, twice.bytes, once.length));
    buffer_free(&once);
    buffer_free(&twice);
}

/* What strict JSON is stays what it is; all else is JSON that can be written, or a message. */
static void parse(const char *bytes, size_t length) {
    json_t *strict = NULL, *lenient = NULL;
    struct error error;
    enum err strictly = json_file_parse("fuzz", 1, bytes, length, &strict, NULL);
    enum err leniently = json_dialect_parse("fuzz", 1, bytes, length, &lenient, &error);
    require(strictly || (!leniently && json_equal(strict, lenient)));
    if (leniently) {
        require(!lenient && !strncmp(error.message, "fuzz:", 5));
    } else {
        char *text = json_file_dump(lenient, JSON_COMPACT);
        require(text != NULL);
        free(text);
    }
    json_decref(strict);
    json_decref(lenient);
}

static char root[] = "/tmp/cotnoise-fuzz-XXXXXX";

static void leave(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", root);
    require(!system(command));
}

static void quota(const char *bytes, size_t length) {
    static bool made;
    char path[128];
    struct error error;
    if (!made) {
        require(mkdtemp(root) && !atexit(leave));
        snprintf(path, sizeof path, "%s/proc/self", root);
        require(!file_make_directories(path, &error));
        snprintf(path, sizeof path, "%s/sys/fs/cgroup", root);
        require(!file_make_directories(path, &error));
        made = true;
    }
    const char *middle = memchr(bytes, 0, length);
    size_t first = middle ? (size_t)(middle - bytes) : length;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    require(!file_write_plain(path, bytes, first, &error));
    snprintf(path, sizeof path, "%s/sys/fs/cgroup/cpu.max", root);
    require(!file_write_plain(path, middle ? middle + 1 : "", middle ? length - first - 1 : 0, &error));
    require(processors_quota(root) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data + 1;
    if (size && data[0] == 't') show(text, size - 1);
    if (size && data[0] == 'j') parse(text, size - 1);
    if (size && data[0] == 'q') quota(text, size - 1);
    return 0;
}
