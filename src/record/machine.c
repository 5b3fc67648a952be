/* What a result was made with. See machine.h. */
#include "record/machine.h"

#include <stdio.h>
#include <string.h>

#ifndef COTNOISE_COMMIT
#define COTNOISE_COMMIT "unknown"
#endif

const char *machine_version(void) { return COTNOISE_VERSION; }

const char *machine_commit(void) { return COTNOISE_COMMIT; }

void machine_processor(char *name, size_t size) {
    snprintf(name, size, "unknown");
    FILE *stream = fopen("/proc/cpuinfo", "re");
    if (!stream) return;
    char line[512];
    while (fgets(line, sizeof line, stream)) {
        char *value = strchr(line, ':');
        if (!value || strncmp(line, "model name", 10)) continue;
        value += 1 + strspn(value + 1, " \t");
        value[strcspn(value, "\n")] = 0;
        snprintf(name, size, "%s", value);
        break;
    }
    fclose(stream);
}
