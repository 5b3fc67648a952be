/* The specs that are installed with the program, and how a spec is found by its name alone.
 *
 * They are in PREFIX/share/cotnoise/experiments of the PREFIX/bin that the running program is in, wherever it
 * was moved to; in a source tree, in experiments/ beside the build/ that the program was made in. */
#ifndef COTNOISE_CLI_EXPERIMENTS_H
#define COTNOISE_CLI_EXPERIMENTS_H

#include <stddef.h>

#include "base/err.h"

/* The folder, to be freed. ERR_INPUT where there is none: the message says where it was looked for. */
enum err experiments_directory(char **directory, struct error *error);

/* The names of the installed specs, without .yaml, in the order of their bytes, each and the list to be freed
 * by experiments_free. */
enum err experiments_names(const char *directory, char ***names, size_t *count, struct error *error);
void experiments_free(char **names, size_t count);

/* The path of a spec that a command line names, to be freed: the word itself where there is such a file, it
 * has a slash or is "-"; else WORD.yaml in the current folder, else the installed one of this name. ERR_INPUT
 * says what was looked for, where, and which name is near. */
enum err experiments_find(const char *word, char **path, struct error *error);

#endif
