/* JSONL files. See jsonl.h. */
#include "base/jsonl.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/interrupt.h"
#include "base/json_dialect.h"
#include "base/json_file.h"
#include "base/memory.h"

/* Pipes and terminals will do, for a user may write into them. Other devices have no end: but for the one
 * that has nothing. */
static enum err check_kind(FILE *stream, const char *path, struct error *error) {
    struct stat status, null;
    if (fstat(fileno(stream), &status)) return err_open(error, path, errno);
    if (S_ISDIR(status.st_mode)) return err_set(error, ERR_INPUT, "%s: is a directory, not a file", path);
    bool is_null = S_ISCHR(status.st_mode) && !stat("/dev/null", &null) && null.st_rdev == status.st_rdev;
    bool is_device = S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && !isatty(fileno(stream)));
    return is_device && !is_null ? err_set(error, ERR_INPUT, "%s: is a device, not a file", path) : ERR_OK;
}

/* What files begin with that are often taken for JSONL, and how to make it of them. */
static const struct {
    const char *begin;
    size_t length;
    const char *is, *command;
} foreign[] = {
    {"\xff\xfe", 2, "is UTF-16", "iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff", 2, "is UTF-16", "iconv -f UTF-16 -t UTF-8"},
    {"{\0", 2, "is UTF-16", "iconv -f UTF-16LE -t UTF-8"},
    {"\0{", 2, "is UTF-16", "iconv -f UTF-16BE -t UTF-8"},
    {"\x1f\x8b", 2, "is compressed", "gzip -dc"},
    {"\x28\xb5\x2f\xfd", 4, "is compressed", "zstd -dc"},
    {"\xfd\x37zXZ", 5, "is compressed", "xz -dc"},
    {"BZh", 3, "is compressed", "bzip2 -dc"},
    {"PK\3\4", 4, "is a ZIP archive", "unzip -p"},
    {"[", 1, "is one JSON array", "jq -c '.[]'"},
    {"{\n", 2, "has objects over several lines", "jq -c ."},
    {"{\r\n", 3, "has objects over several lines", "jq -c ."},
};

static const char byte_order_mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */
enum { MARK_LENGTH = sizeof byte_order_mark - 1 };

/* Why a read failed; a stop that was asked for meanwhile is no fault of the file. */
static enum err refuse_read(const struct jsonl *jsonl, int reason, struct error *error) {
    if (reason == EINTR) return err_set(error, ERR_INTERRUPTED, "interrupted while %s was read", jsonl->path);
    return err_set(error, ERR_INPUT, "%s: cannot read: %s", jsonl->path, strerror(reason));
}

/* Looks at how the file begins. */
static enum err begin(struct jsonl *jsonl, struct error *error) {
    jsonl->head_count = fread(jsonl->head, 1, sizeof jsonl->head, jsonl->stream);
    if (ferror(jsonl->stream)) return refuse_read(jsonl, errno, error);
    const char *head = jsonl->head;
    size_t length = jsonl->head_count;
    if (length >= MARK_LENGTH && !memcmp(head, byte_order_mark, MARK_LENGTH)) {
        head += MARK_LENGTH;
        length -= MARK_LENGTH;
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (length >= foreign[i].length && !memcmp(head, foreign[i].begin, foreign[i].length))
            return err_set(error, ERR_INPUT, "%s: %s; what is read is one JSON object a line, in UTF-8: %s",
                           jsonl->path, foreign[i].is, foreign[i].command);
    return ERR_OK;
}

enum err jsonl_open(struct jsonl *jsonl, const char *path, struct error *error) {
    *jsonl = (struct jsonl){.path = strcmp(path, "-") ? path : "standard input"};
    jsonl->stream = strcmp(path, "-") ? fopen(path, "rbe") : stdin;
    if (!jsonl->stream) return err_open(error, path, errno);
    enum err code = check_kind(jsonl->stream, jsonl->path, error);
    if (!code) jsonl->content = XXH64_createState();
    if (!code && !jsonl->content) code = err_memory(error, path);
    if (!code) XXH64_reset(jsonl->content, 0);
    if (!code) code = begin(jsonl, error);
    if (code) jsonl_close(jsonl);
    return code;
}

void jsonl_close(struct jsonl *jsonl) {
    if (jsonl->stream && jsonl->stream != stdin) fclose(jsonl->stream);
    free(jsonl->text);
    if (jsonl->content) XXH64_freeState(jsonl->content);
    *jsonl = (struct jsonl){0};
}

uint64_t jsonl_content(struct jsonl *jsonl) {
    XXH64_update(jsonl->content, jsonl->pending, jsonl->pending_count);
    jsonl->pending_count = 0;
    return XXH64_digest(jsonl->content);
}

static int next_byte(struct jsonl *jsonl) {
    int c = jsonl->head_at < jsonl->head_count ? (unsigned char)jsonl->head[jsonl->head_at++]
                                               : getc_unlocked(jsonl->stream);
    if (c == EOF) return c;
    if (jsonl->pending_count == JSONL_PENDING) jsonl_content(jsonl);
    jsonl->pending[jsonl->pending_count++] = (unsigned char)c;
    return c;
}

/* Reads one line without its newline; *length is SIZE_MAX at the end of the file. Of a line that is too long
 * the rest is passed over, which may take until a stop is asked for. */
static enum err read_line(struct jsonl *jsonl, size_t *length, struct error *error) {
    size_t n = 0;
    int c;
    while ((c = next_byte(jsonl)) != EOF && c != '\n') {
        if (n < JSONL_LINE_MAX && memory_reserve(&jsonl->text, &jsonl->capacity, n + 1, 1))
            return err_memory(error, jsonl->path);
        if (n < JSONL_LINE_MAX) jsonl->text[n] = (char)c;
        if (++n > JSONL_LINE_MAX && interrupt_requested()) return refuse_read(jsonl, EINTR, error);
    }
    if (ferror(jsonl->stream)) return refuse_read(jsonl, errno, error);
    jsonl->line++;
    if (n > JSONL_LINE_MAX)
        return err_set(error, ERR_INPUT, "%s:%ld: a line of %zu bytes; at most %d are allowed", jsonl->path,
                       jsonl->line, n, JSONL_LINE_MAX);
    *length = c == EOF && n == 0 ? SIZE_MAX : n;
    if (n >= MARK_LENGTH &&
        !memcmp(jsonl->text, byte_order_mark, MARK_LENGTH)) /* also where files were joined */
        memset(jsonl->text, ' ', MARK_LENGTH);
    return ERR_OK;
}

static bool is_blank(const char *line, size_t length) {
    size_t blanks = 0;
    while (blanks < length && (line[blanks] == ' ' || line[blanks] == '\t' || line[blanks] == '\r')) blanks++;
    return blanks == length;
}

enum err jsonl_next(struct jsonl *jsonl, json_t **object, struct error *error) {
    size_t length = 0;
    do {
        enum err code = read_line(jsonl, &length, error);
        if (code) return code;
        if (length == SIZE_MAX) {
            *object = NULL;
            return ERR_OK;
        }
    } while (is_blank(jsonl->text, length));
    return json_dialect_parse(jsonl->path, jsonl->line, jsonl->text, length, object, error);
}

enum err jsonl_string(const struct jsonl *jsonl, json_t *object, const char *key, const char **text,
                      size_t *length, struct error *error) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return err_set(error, ERR_INPUT, "%s:%ld: \"%s\" must be there and be a string", jsonl->path,
                       jsonl->line, key);
    *text = json_string_value(value);
    *length = json_string_length(value);
    return ERR_OK;
}

struct jsonl_scan jsonl_scan(const char *bytes, size_t length, size_t limit) {
    return (struct jsonl_scan){.at = bytes, .end = bytes + length, .limit = limit};
}

bool jsonl_scan_line(struct jsonl_scan *scan) {
    if (scan->at == scan->end) return false;
    const char *newline = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
    scan->line = scan->at;
    scan->length = (size_t)((newline ? newline : scan->end) - scan->at);
    scan->at = newline ? newline + 1 : scan->end;
    scan->number++;
    return true;
}

json_t *jsonl_scan_object(struct jsonl_scan *scan) {
    json_t *json = NULL;
    if (is_blank(scan->line, scan->length)) return NULL;
    enum err code = scan->length > scan->limit
                        ? ERR_INPUT
                        : json_file_parse("", scan->number, scan->line, scan->length, &json, NULL);
    if (code == ERR_INPUT) scan->damaged++;
    if (code == ERR_RUNTIME) scan->failed = true;
    return json;
}

json_t *jsonl_scan_next(struct jsonl_scan *scan) {
    json_t *json = NULL;
    while (!json && jsonl_scan_line(scan)) json = jsonl_scan_object(scan);
    return json;
}

enum err jsonl_write(FILE *stream, json_t *json, int digits, struct error *error) {
    size_t flags = JSON_COMPACT | (digits ? JSON_REAL_PRECISION((size_t)digits) : 0);
    char *text = json_file_dump(json, flags);
    if (text) fprintf(stream, "%s\n", text);
    enum err code = text ? ERR_OK : err_memory(error, "a line of JSON");
    free(text);
    json_decref(json);
    return code;
}
