/* Whole files in and out. A file that is written here appears complete or not at all. */
#ifndef COTNOISE_BASE_FILE_H
#define COTNOISE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* Reads a regular file (or, for "-", standard input) of at most `limit` bytes. *bytes is NUL-terminated
 * and belongs to the caller (free). ERR_INPUT when it is missing, unreadable, a directory or too large. */
enum err file_read(const char *path, size_t limit, char **bytes, size_t *length, struct error *error);

/* The same for files that nobody was meant to replace (those inside run directories): refuses anything that
 * is not a regular file, or that only a symbolic link in the last place of the path leads to. Never waits, as
 * opening a pipe would, and "-" is a name like any other. */
enum err file_read_plain(const char *path, size_t limit, char **bytes, size_t *length, struct error *error);

/* The same, but a symbolic link is followed. */
enum err file_read_regular(const char *path, size_t limit, char **bytes, size_t *length, struct error *error);

/* The same as file_read_plain, but at most the last `most` bytes. */
enum err file_read_tail(const char *path, size_t most, char **bytes, size_t *length, struct error *error);

/* Opens a regular file for reading on the same terms as file_read_regular. */
enum err file_open_regular(const char *path, FILE **stream, struct error *error);

/* Opens a regular file to add to its end, made when missing; *size is what it holds in bytes. Neither a link
 * nor what would wait is opened: ERR_RUNTIME. */
enum err file_append(const char *path, FILE **stream, int64_t *size, struct error *error);

/* A file being written beside its destination. */
struct file_writer {
    FILE *stream;    /* write here with stdio; errors are noticed at commit */
    char *path;      /* the destination, symbolic links followed */
    char *temporary; /* NULL: the destination is no regular file (a pipe, a device) and is written directly */
};

/* Opens a temporary file (temporary.h) for writing, once what killed writers of PATH left is gone. End with
 * file_commit or file_abandon, both of which release the writer. */
enum err file_create(struct file_writer *writer, const char *path, struct error *error);

/* The same, but whatever stands at PATH is replaced: a symbolic link itself and not what it points to, a pipe
 * without writing into it. For all that is ours in directories of results. */
enum err file_create_plain(struct file_writer *writer, const char *path, struct error *error);

/* Flushes to the disk and renames over the destination (atomic). On failure the destination is as it was
 * and the temporary file is gone; ERR_RUNTIME with the reason (disk full, ...). */
enum err file_commit(struct file_writer *writer, struct error *error);

/* Throws the unfinished file away. Harmless after commit. */
void file_abandon(struct file_writer *writer);

/* file_create_plain, write, commit. */
enum err file_write_plain(const char *path, const void *bytes, size_t length, struct error *error);

/* mkdir -p. ERR_INPUT for an empty path. */
enum err file_make_directories(const char *path, struct error *error);

bool file_exists(const char *path);

/* True when nothing has this name, not even a link that leads nowhere. Not the contrary of file_exists: what
 * cannot be looked at (no permission, a file in place of its directory) is not missing. */
bool file_is_missing(const char *path);

/* DIRECTORY/NAME, to be freed; NULL without memory. */
char *file_join(const char *directory, const char *name);

#endif
