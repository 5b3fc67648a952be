/* Whole files in and out. See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/temporary.h"

/* The rest of a stream. */
static enum err read_stream(FILE *stream, const char *path, size_t limit, char **bytes, size_t *length,
                            struct error *error) {
    struct buffer buffer = {0};
    buffer_append(&buffer, "", 0);
    enum err code = ERR_OK;
    char block[1 << 16];
    size_t got;
    while (buffer.length <= limit && (got = fread(block, 1, sizeof block, stream)) > 0)
        buffer_append(&buffer, block, got);
    if (ferror(stream))
        code = err_set(error, ERR_INPUT, "%s: cannot read: %s", path, strerror(errno));
    else if (buffer.length > limit)
        code = err_set(error, ERR_INPUT, "%s: larger than the allowed %zu bytes", path, limit);
    else if (buffer.failed)
        code = err_memory(error, path);
    if (code) {
        buffer_free(&buffer);
        return code;
    }
    *bytes = buffer.bytes;
    *length = buffer.length;
    return ERR_OK;
}

enum err file_read(const char *path, size_t limit, char **bytes, size_t *length, struct error *error) {
    if (!strcmp(path, "-")) return read_stream(stdin, path, limit, bytes, length, error);
    struct stat status;
    FILE *stream = fopen(path, "rbe"); /* a pipe is waited for: the user has named it */
    if (!stream) return err_open(error, path, errno);
    enum err code = !fstat(fileno(stream), &status) && S_ISDIR(status.st_mode)
                        ? err_set(error, ERR_INPUT, "%s: is a directory, not a file", path)
                        : read_stream(stream, path, limit, bytes, length, error);
    fclose(stream);
    return code;
}

/* Opens a regular file without ever waiting. `flags` are of open, `mode` is of fdopen. */
static enum err open_regular(const char *path, int flags, const char *mode, FILE **stream, off_t *size,
                             struct error *error) {
    struct stat status = {0};
    int nofollow = flags & O_NOFOLLOW;
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    bool known = fd >= 0 && !fstat(fd, &status), is_regular = known && S_ISREG(status.st_mode);
    *stream = is_regular ? fdopen(fd, mode) : NULL;
    *size = status.st_size;
    if (*stream) return ERR_OK;
    int reason = errno;
    if (fd >= 0) close(fd);
    if (fd < 0 && reason == ELOOP && nofollow)
        return err_set(error, ERR_INPUT, "%s: is a symbolic link, not a regular file", path);
    /* ENXIO: a socket cannot even be opened, nor a pipe that nobody reads. */
    if (fd < 0 ? reason == ENXIO : known && !is_regular)
        return err_set(error, ERR_INPUT, "%s: is not a regular file", path);
    return err_open(error, path, reason);
}

static enum err read_regular(const char *path, int nofollow, size_t limit, char **bytes, size_t *length,
                             struct error *error) {
    FILE *stream;
    off_t size;
    enum err code = open_regular(path, O_RDONLY | nofollow, "rb", &stream, &size, error);
    if (code) return code;
    code = read_stream(stream, path, limit, bytes, length, error);
    fclose(stream);
    return code;
}

enum err file_read_plain(const char *path, size_t limit, char **bytes, size_t *length, struct error *error) {
    return read_regular(path, O_NOFOLLOW, limit, bytes, length, error);
}

enum err file_read_regular(const char *path, size_t limit, char **bytes, size_t *length,
                           struct error *error) {
    return read_regular(path, 0, limit, bytes, length, error);
}

enum err file_read_tail(const char *path, size_t most, char **bytes, size_t *length, struct error *error) {
    FILE *stream;
    off_t size;
    enum err code = open_regular(path, O_RDONLY | O_NOFOLLOW, "rb", &stream, &size, error);
    if (code) return code;
    char *tail = memory_array(most + 1, 1);
    if (!tail) code = err_memory(error, path);
    if (!code && size > (off_t)most && fseeko(stream, size - (off_t)most, SEEK_SET))
        code = err_set(error, ERR_INPUT, "%s: cannot read: %s", path, strerror(errno));
    /* What is appended meanwhile is left for the next time. */
    size_t got = code ? 0 : fread(tail, 1, most, stream);
    if (!code && ferror(stream))
        code = err_set(error, ERR_INPUT, "%s: cannot read: %s", path, strerror(errno));
    fclose(stream);
    if (code) {
        free(tail);
        return code;
    }
    *bytes = tail;
    *length = got;
    return ERR_OK;
}

enum err file_open_regular(const char *path, FILE **stream, struct error *error) {
    FILE *opened;
    off_t size;
    enum err code = open_regular(path, O_RDONLY, "rb", &opened, &size, error);
    if (!code) *stream = opened;
    return code;
}

enum err file_append(const char *path, FILE **stream, int64_t *size, struct error *error) {
    FILE *opened;
    off_t length;
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW;
    if (open_regular(path, flags, "ab", &opened, &length, error)) return ERR_RUNTIME;
    *stream = opened;
    *size = length;
    return ERR_OK;
}

/* Opens WRITER->path for writing: beside it where it `replaces` what is there. */
static enum err open_writer(struct file_writer *writer, const char *path, bool replaces,
                            struct error *error) {
    enum err code = ERR_OK;
    if (!writer->path) {
        code = err_memory(error, path);
    } else if (replaces) {
        temporary_clear(writer->path);
        code = temporary_create(writer->path, &writer->temporary, &writer->stream, error);
    } else {
        writer->stream = fopen(writer->path, "wbe");
        if (!writer->stream)
            code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
    }
    if (code) file_abandon(writer);
    return code;
}

enum err file_create(struct file_writer *writer, const char *path, struct error *error) {
    struct stat status;
    bool exists = !stat(path, &status), is_regular = exists && S_ISREG(status.st_mode);
    /* Renaming over a link would put a file in its place. What /dev/stdout links to may have no path. */
    *writer = (struct file_writer){.path = is_regular ? realpath(path, NULL) : memory_string(path)};
    return open_writer(writer, path, !exists || is_regular, error);
}

enum err file_create_plain(struct file_writer *writer, const char *path, struct error *error) {
    *writer = (struct file_writer){.path = memory_string(path)};
    return open_writer(writer, path, true, error);
}

/* A rename survives a power cut only once the directory itself is on the disk. Where a file system
 * does not support that (EINVAL) there is nothing more to do. */
static void sync_directory(const char *path) {
    char *copy = memory_string(path);
    if (!copy) return;
    int directory = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
    free(copy);
}

enum err file_commit(struct file_writer *writer, struct error *error) {
    int failed = ferror(writer->stream) || fflush(writer->stream) ||
                 (writer->temporary && fsync(fileno(writer->stream)));
    int reason = errno ? errno : EIO; /* of an earlier write, where that is what failed */
    /* Locked until it has its name: others that write PATH would take it for a leftover. */
    int locked = writer->temporary ? fcntl(fileno(writer->stream), F_DUPFD_CLOEXEC, 0) : -1;
    if (fclose(writer->stream) && !failed) {
        failed = 1;
        reason = errno;
    }
    writer->stream = NULL;
    if (!failed && writer->temporary && rename(writer->temporary, writer->path)) {
        failed = 1;
        reason = errno;
    }
    enum err code = ERR_OK;
    if (failed) {
        code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", writer->path, strerror(reason));
    } else if (writer->temporary) {
        sync_directory(writer->path);
        free(writer->temporary); /* the name is anybody's now */
        writer->temporary = NULL;
    }
    file_abandon(writer);
    if (locked >= 0) close(locked);
    return code;
}

void file_abandon(struct file_writer *writer) {
    if (writer->temporary) unlink(writer->temporary); /* locked still, and so ours */
    if (writer->stream) fclose(writer->stream);
    free(writer->path);
    free(writer->temporary);
    *writer = (struct file_writer){0};
}

enum err file_write_plain(const char *path, const void *bytes, size_t length, struct error *error) {
    struct file_writer writer;
    enum err code = file_create_plain(&writer, path, error);
    if (code) return code;
    fwrite(bytes, 1, length, writer.stream);
    return file_commit(&writer, error);
}

enum err file_make_directories(const char *path, struct error *error) {
    if (!*path) return err_set(error, ERR_INPUT, "the path of a directory is empty");
    char *copy = memory_string(path);
    if (!copy) return err_memory(error, path);
    enum err code = ERR_OK;
    for (char *slash = copy; slash && !code;) {
        slash = strchr(slash + 1, '/');
        if (slash) *slash = 0;
        if (mkdir(copy, 0777) && errno != EEXIST)
            code = err_set(error, ERR_RUNTIME, "%s: cannot create directory: %s", copy, strerror(errno));
        if (slash) *slash = '/';
    }
    struct stat status;
    if (!code && stat(path, &status))
        code = err_set(error, ERR_RUNTIME, "%s: cannot look at: %s", path, strerror(errno));
    else if (!code && !S_ISDIR(status.st_mode))
        code = err_set(error, ERR_RUNTIME, "%s: exists and is not a directory", path);
    free(copy);
    return code;
}

bool file_exists(const char *path) { return !access(path, F_OK); }

bool file_is_missing(const char *path) {
    struct stat status;
    return lstat(path, &status) && errno == ENOENT;
}

char *file_join(const char *directory, const char *name) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/%s", directory, name);
    if (path.failed) buffer_free(&path);
    return path.bytes;
}
