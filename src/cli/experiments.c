/* The specs that are installed with the program, and how a spec is found by its name alone. See
 * experiments.h.
 */
#include "cli/experiments.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/nearest.h"

static const char ending[] = ".yaml";

/* Cuts the last part of a path off. False where there is none. */
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    return slash != NULL;
}

/* PREFIX/bin/cotnoise and build/release/cotnoise: the folder that matters is two above either. */
enum err experiments_directory(char **directory, struct error *error) {
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return err_set(error, ERR_RUNTIME, "installed experiments: cannot find this program: %s",
                       strerror(errno));
    program[length] = 0;
    bool has_folder = go_up(program) && go_up(program);
    const char *name = strrchr(program, '/');
    bool built = has_folder && name && !strcmp(name, "/build") && go_up(program);
    char *found = file_join(program, built ? "experiments" : "share/cotnoise/experiments");
    if (!found) return err_memory(error, "the experiments");
    enum err code = ERR_OK;
    if (!file_exists(found))
        code = err_set(error, ERR_INPUT,
                       "no experiments are installed with this program (looked for the folder %s)", found);
    if (code)
        free(found);
    else
        *directory = found;
    return code;
}

void experiments_free(char **names, size_t count) {
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The length of a file's name without its ending; 0: it is no spec's. */
static size_t stem(const char *file) {
    size_t length = strlen(file), rest = sizeof ending - 1;
    return length > rest && *file != '.' && !strcmp(file + length - rest, ending) ? length - rest : 0;
}

enum err experiments_names(const char *directory, char ***names, size_t *count, struct error *error) {
    DIR *folder = opendir(directory);
    if (!folder) return err_open(error, directory, errno);
    char **found = NULL;
    size_t capacity = 0, number = 0;
    enum err code = memory_reserve(&found, &capacity, 1, sizeof *found);
    for (struct dirent *entry; !code && (entry = readdir(folder));) {
        size_t length = stem(entry->d_name);
        if (!length) continue;
        code = memory_reserve(&found, &capacity, number + 1, sizeof *found);
        if (!code) found[number] = strndup(entry->d_name, length);
        if (!code && !found[number++]) code = ERR_RUNTIME;
    }
    closedir(folder);
    if (code) {
        experiments_free(found, number);
        return err_memory(error, "the experiments");
    }
    qsort(found, number, sizeof *found, compare);
    *names = found;
    *count = number;
    return ERR_OK;
}

/* "; did you mean headline?" or nothing. */
static void guess(const char *directory, const char *name, char *text, size_t size) {
    struct nearest nearest = {.word = name};
    char **names;
    size_t count;
    *text = 0;
    if (experiments_names(directory, &names, &count, NULL)) return;
    for (size_t i = 0; i < count; i++) nearest_offer(&nearest, names[i]);
    experiments_free(names, count);
    if (*nearest.best) snprintf(text, size, "; did you mean %s?", nearest.best);
}

/* The installed spec FILE (NAME.yaml) that the word asks for. */
static enum err find_installed(const char *word, const char *file, char **path, struct error *error) {
    char *directory, *found = NULL, name[NEAREST_LENGTH + 2], meant[NEAREST_LENGTH + 24];
    struct error fault;
    bool has_ending = !strcmp(word, file);
    enum err code = experiments_directory(&directory, &fault);
    if (code == ERR_RUNTIME) return err_set(error, code, "%s: %s", word, fault.message);
    if (code)
        return err_set(error, ERR_INPUT, "%s: there is no such file here%s%s, and %s", word,
                       has_ending ? "" : ", nor ", has_ending ? "" : file, fault.message);
    found = file_join(directory, file);
    if (!found) {
        code = err_memory(error, word);
    } else if (!file_exists(found)) {
        snprintf(name, sizeof name, "%.*s", (int)stem(file), file);
        guess(directory, name, meant, sizeof meant);
        code = err_set(error, ERR_INPUT,
                       "%s: there is no such file here%s%s, and no %s in %s%s ('cotnoise experiments' lists "
                       "what is there)",
                       word, has_ending ? "" : ", nor ", has_ending ? "" : file, file, directory, meant);
    }
    free(directory);
    if (code)
        free(found);
    else
        *path = found;
    return code;
}

/* Not a path, and nothing that could be read here: a folder of results may have an experiment's name. */
static bool is_name(const char *word) {
    struct stat status;
    if (!*word || !strcmp(word, "-") || strchr(word, '/')) return false;
    return file_is_missing(word) || (!stat(word, &status) && S_ISDIR(status.st_mode));
}

enum err experiments_find(const char *word, char **path, struct error *error) {
    char *found = NULL, *file = NULL;
    enum err code = ERR_OK;
    if (!is_name(word)) {
        found = memory_string(word);
        code = found ? ERR_OK : err_memory(error, word);
    } else {
        size_t length = strlen(word), room = length + sizeof ending;
        file = memory_array(room, 1);
        if (!file) return err_memory(error, word);
        snprintf(file, room, "%s%s", word, stem(word) ? "" : ending);
        if (!stem(word) && file_exists(file)) {
            found = file;
            file = NULL;
        } else {
            code = find_installed(word, file, &found, error);
        }
        free(file);
    }
    if (!code) *path = found;
    return code;
}
