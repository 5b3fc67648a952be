/* What identifies a run: 16 hexadecimal digits (and NUL), XXH64 of the options that can change its result,
 * its seed and the program's version; of the ID of its parent; of what is in data.file and model.init,
 * wherever they lie; and of what its tasks and its noises do, so that changed data or code is another run.
 * Options without effect (the contamination of a noise of rate 0, the number of threads, ...) do not count,
 * so equal runs have equal IDs.
 */
#ifndef COTNOISE_SPEC_IDENTITY_H
#define COTNOISE_SPEC_IDENTITY_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "spec/config.h"

/* What is known already of tasks, noises and files, each of which is looked at once. Zeroed to begin with;
 * from then on a file that changes is not noticed. */
struct identity {
    uint64_t task[TASKS_MAX];                    /* behaviours, by the index in task_list; 0: not known */
    uint64_t noised[TASKS_MAX][NOISE_KINDS_MAX]; /* of tasks under one noise */
    void *contents;                              /* what was read, by path (tsearch) */
    const json_t
        *remembered;        /* identity_contents of an earlier time: holds for files that are not found now */
    const json_t *recorded; /* identity_recorded: what is said there is taken for what there is */
};

void identity_free(struct identity *identity);

/* ERR_INPUT when data.file or model.init cannot be read, or not before the run itself does it (standard
 * input, a pipe): *id is then made with the path in place of what it leads to. ERR_RUNTIME without memory. */
enum err identity_of(struct identity *identity, const struct config *config, char id[CONFIG_ID_LENGTH + 1],
                     struct error *error);

/* Says what was in data.file, read from `path` (jsonl_content), before it is looked at: it is not read again.
 */
enum err identity_give(struct identity *identity, const char *path, uint64_t content, struct error *error);

/* ERR_INPUT, naming option and file, when data.file (unless the run itself has to read it) or model.init of a
 * run to be cannot be read. */
enum err identity_check_files(const struct config *config, struct error *error);

/* Behaviour of a task (data/behaviour.h), and of the mix's tasks under a kind of noise_list. */
enum err identity_task(struct identity *identity, const struct task *task, uint64_t *behaviour,
                       struct error *error);
enum err identity_noise(struct identity *identity, const struct mix *mix, int kind, uint64_t *behaviour,
                        struct error *error);

/* For the record, beside the options: {"behaviour": {"tasks": {NAME: 16 digits}, "noises": {...}}} of the
 * tasks and noises in use, and "data" and "init" where there are such files. A new reference. */
enum err identity_json(struct identity *identity, const struct config *config, json_t **json,
                       struct error *error);

/* What the files looked at so far hold: {"data": {PATH: 16 digits}, "init": {PATH: 16 digits}}. A new
 * reference. ERR_RUNTIME without memory. */
enum err identity_contents(const struct identity *identity, json_t **json, struct error *error);

/* The ID that the same run had when it was recorded, whatever its tasks, noises and files are now. `recorded`
 * is as identity_json made it. ERR_INPUT where something is missing there. */
enum err identity_recorded(const struct config *config, const json_t *recorded, char id[CONFIG_ID_LENGTH + 1],
                           struct error *error);

#endif
