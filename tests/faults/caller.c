/* Code addresses of the program and its helpers, and a log. See caller.h. */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "tests/faults/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { RANGES = 32 };

static struct { uintptr_t from, to, base; } ranges[RANGES];
static int range_count;
static const char *log_path;

static bool is_ours(const char *name) {
    return !*name || strstr(name, "/libjansson.") || strstr(name, "/libyaml") || strstr(name, "/libxxhash.");
}

static int note_ranges(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size, (void)context;
    if (!is_ours(info->dlpi_name)) return 0;
    for (int i = 0; i < info->dlpi_phnum && range_count < RANGES; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        ranges[range_count].base = *info->dlpi_name ? 0 : info->dlpi_addr;
        ranges[range_count].from = info->dlpi_addr + part->p_vaddr;
        ranges[range_count++].to = info->dlpi_addr + part->p_vaddr + part->p_memsz;
    }
    return 0;
}

static int range_of(const void *address) {
    for (int i = 0; i < range_count; i++)
        if ((uintptr_t)address >= ranges[i].from && (uintptr_t)address < ranges[i].to) return i;
    return -1;
}

bool caller_start(const char *log) {
    if (strcmp(program_invocation_short_name, "cotnoise")) return false;
    dl_iterate_phdr(note_ranges, NULL);
    log_path = log;
    return true;
}

bool caller_is_ours(const void *address) { return range_of(address) >= 0; }

void caller_log(const char *format, ...) {
    char text[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    REAL("open", int (*)(const char *, int, ...));
    int file = log_path ? real(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    if (file < 0) return;
    dprintf(file, "%s\n", text);
    close(file);
}

void caller_list(char *line, size_t size, void **frames, int depth) {
    size_t length = strlen(line);
    for (int i = 0; i < depth && length < size - 32; i++) {
        int range = range_of(frames[i]);
        /* One before the address of return is within the call itself. */
        if (range >= 0 && ranges[range].base)
            length += (size_t)snprintf(line + length, size - length, " %lx",
                                       (unsigned long)((uintptr_t)frames[i] - ranges[range].base - 1));
    }
}
