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

enum err file_read(const char *path, size_t limit, char **bytes, size_t *length, struct error *error) {
    FILE *stream = stdin;
    bool is_input = !strcmp(path, "-");
    if (!is_input) {
        struct stat status;
        stream = fopen(path, "rbe");
        if (!stream) return err_set(error, ERR_INPUT, "%s: cannot open: %s", path, strerror(errno));
        if (!fstat(fileno(stream), &status) && S_ISDIR(status.st_mode)) {
            fclose(stream);
            return err_set(error, ERR_INPUT, "%s: is a directory, not a file", path);
        }
    }
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
    if (!is_input) fclose(stream);
    if (code) {
        buffer_free(&buffer);
        return code;
    }
    *bytes = buffer.bytes;
    *length = buffer.length;
    return ERR_OK;
}

enum err file_create(struct file_writer *writer, const char *path, struct error *error) {
    struct buffer temporary = {0};
    struct stat status;
    bool exists = !stat(path, &status), replaces = !exists || S_ISREG(status.st_mode);
    /* Renaming over a link would put a file in its place. */
    *writer = (struct file_writer){.path = exists ? realpath(path, NULL) : memory_string(path)};
    if (writer->path && replaces) buffer_printf(&temporary, "%s.tmp.%ld", writer->path, (long)getpid());
    writer->temporary = temporary.bytes;
    if (!writer->path || temporary.failed) {
        file_abandon(writer);
        return err_memory(error, path);
    }
    writer->stream = fopen(replaces ? writer->temporary : writer->path, "wbe");
    if (writer->stream) return ERR_OK;
    enum err code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
    file_abandon(writer);
    return code;
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
    int reason = errno;
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
    if (failed)
        code = err_set(error, ERR_RUNTIME, "%s: cannot write: %s", writer->path, strerror(reason));
    else if (writer->temporary)
        sync_directory(writer->path);
    file_abandon(writer);
    return code;
}

void file_abandon(struct file_writer *writer) {
    if (writer->stream) fclose(writer->stream);
    if (writer->temporary) unlink(writer->temporary); /* already renamed after a commit */
    free(writer->path);
    free(writer->temporary);
    *writer = (struct file_writer){0};
}

enum err file_write(const char *path, const void *bytes, size_t length, struct error *error) {
    struct file_writer writer;
    enum err code = file_create(&writer, path, error);
    if (code) return code;
    fwrite(bytes, 1, length, writer.stream);
    return file_commit(&writer, error);
}

enum err file_make_directories(const char *path, struct error *error) {
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
    if (!code && (stat(path, &status) || !S_ISDIR(status.st_mode)))
        code = err_set(error, ERR_RUNTIME, "%s: exists and is not a directory", path);
    free(copy);
    return code;
}

bool file_exists(const char *path) { return !access(path, F_OK); }

char *file_join(const char *directory, const char *name) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/%s", directory, name);
    if (path.failed) buffer_free(&path);
    return path.bytes;
}
