/* How many processors this process may use. See processors.h. */
#define _GNU_SOURCE 1 /* sched_getaffinity */
#include "base/processors.h"

#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSORS_MAX = 1 << 16 };

/* --- control groups --------------------------------------------------------------------------------------
 */

/* The first line of DIRECTORY/NAME without its newline; false when there is none. */
static bool read_line(const char *directory, const char *name, char *line, int size) {
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "re");
    bool there = stream && fgets(line, size, stream);
    if (stream) fclose(stream);
    return there;
}

/* The quota that one group has: cpu.max of version 2, or cpu.cfs_quota_us of version 1. */
static double quota_of(const char *directory) {
    char text[64];
    double quota, period;
    if (read_line(directory, "cpu.max", text, sizeof text)) {
        if (sscanf(text, "%lf %lf", &quota, &period) != 2) return INFINITY; /* "max 100000" */
    } else {
        if (!read_line(directory, "cpu.cfs_quota_us", text, sizeof text) ||
            sscanf(text, "%lf", &quota) != 1 ||
            !read_line(directory, "cpu.cfs_period_us", text, sizeof text) ||
            sscanf(text, "%lf", &period) != 1)
            return INFINITY;
    }
    return quota > 0 && period > 0 && isfinite(period) ? quota / period : INFINITY; /* -1 for none */
}

/* The least quota of a group and of all above it. Where a container sees itself as the top, the upper part of
 * the path is not there, and is passed over. */
static double least_quota(const char *mount, const char *group) {
    char directory[2 * PATH_MAX - 64];
    double least = INFINITY;
    size_t top = strlen(mount);
    snprintf(directory, sizeof directory, "%s%s", mount, strstr(group, "..") ? "" : group);
    for (;;) {
        least = fmin(least, quota_of(directory));
        char *slash = strrchr(directory, '/');
        if (!slash || slash < directory + top) return least;
        *slash = 0;
    }
}

double processors_quota(const char *root) {
    char path[PATH_MAX], line[PATH_MAX], mount[PATH_MAX];
    double least = INFINITY;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *stream = fopen(path, "re");
    while (stream && fgets(line, sizeof line, stream)) {
        /* "4:cpu,cpuacct:/group" of version 1, "0::/group" of version 2 */
        char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group) continue;
        controllers++;
        *group++ = 0;
        group[strcspn(group, "\n")] = 0;
        bool second = !*controllers;
        char listed[PATH_MAX + 2];
        snprintf(listed, sizeof listed, ",%s,", controllers);
        if (!second && !strstr(listed, ",cpu,")) continue;
        const char *const folders[] = {second ? "unified" : "cpu", controllers}; /* where they are mounted */
        for (int i = 0; i < 2; i++) {
            snprintf(mount, sizeof mount, "%.1024s/sys/fs/cgroup/%.256s", root, folders[i]);
            least = fmin(least, least_quota(mount, group));
        }
    }
    if (stream) fclose(stream);
    return least;
}

/* --- the others ------------------------------------------------------------------------------------------
 */

/* Those that the process is bound to; INFINITY when it cannot be told. */
static double bound_to(void) {
    size_t size = CPU_ALLOC_SIZE(PROCESSORS_MAX);
    cpu_set_t *set = CPU_ALLOC(PROCESSORS_MAX);
    double count = INFINITY;
    if (set && !sched_getaffinity(0, size, set)) count = CPU_COUNT_S(size, set);
    if (set) CPU_FREE(set);
    return count;
}

static double given_by(const char *variable) {
    const char *text = getenv(variable);
    char *end;
    if (!text) return INFINITY;
    long count = strtol(text, &end, 10);
    return end != text && !*end && count > 0 ? (double)count : INFINITY;
}

int processors_available(void) {
    double task = given_by("SLURM_CPUS_PER_TASK");
    if (!isfinite(task)) task = given_by("SLURM_CPUS_ON_NODE");
    double least =
        fmin(fmin((double)sysconf(_SC_NPROCESSORS_ONLN), bound_to()), fmin(processors_quota(""), task));
    return least < 1 ? 1 : least > PROCESSORS_MAX ? PROCESSORS_MAX : (int)least;
}
