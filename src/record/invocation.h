/* How a sweep was asked for, kept beside its results: sweep.json. The spec alone does not say it, because
 * options can be set on the command line. */
#ifndef COTNOISE_RECORD_INVOCATION_H
#define COTNOISE_RECORD_INVOCATION_H

#include "base/err.h"
#include "spec/spec.h"

struct invocation {
    const char *command;          /* the command line, quoted as a shell wants it */
    const char *const *overrides; /* the key=value words of it */
    int count;
};

/* Writes ROOT/sweep.json: {"command", "overrides", "version", "commit", "contents"}; the last so that the
 * sweep's runs are known also where its data.file and model.init are not found: from another folder, another
 * machine.
 */
enum err invocation_write(const char *root, const struct invocation *invocation, const struct spec *spec,
                          struct error *error);

/* The command in ROOT/sweep.json, to be freed; NULL when there is none that can be read. */
char *invocation_command(const char *root);

/* The spec of the sweep that lies in ROOT: its spec.yaml with the options that sweep.json says were set
 * (none where there is no such file). ERR_INPUT when a file is missing or wrong. */
enum err invocation_spec(const char *root, struct spec **spec, struct error *error);

#endif
