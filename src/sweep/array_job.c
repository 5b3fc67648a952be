/* The job array of a sweep. See array_job.h. */
#include "sweep/array_job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/array_note.h"
#include "record/layout.h"

enum { PROGRAM_LENGTH = 4096 };

enum err array_job_read(const char *root, bool *found, struct array_job *job, struct error *error) {
    struct array_note note;
    enum err code = array_note_read(root, found, &note, error);
    if (code || !*found) return code;
    struct array_job made = {.tasks = note.tasks};
    snprintf(made.slurm.id, sizeof made.slurm.id, "%s", note.job);
    snprintf(made.slurm.cluster, sizeof made.slurm.cluster, "%s", note.cluster);
    snprintf(made.digest, sizeof made.digest, "%s", note.digest);
    *found = slurm_job_is_valid(&made.slurm);
    if (*found) *job = made;
    return ERR_OK;
}

enum err array_job_write(const char *root, const struct array_job *job, struct error *error) {
    struct array_note note = {.tasks = job->tasks};
    snprintf(note.job, sizeof note.job, "%s", job->slurm.id);
    snprintf(note.cluster, sizeof note.cluster, "%s", job->slurm.cluster);
    snprintf(note.digest, sizeof note.digest, "%s", job->digest);
    return array_note_write(root, &note, error);
}

enum err array_job_digest(const struct spec *spec, const struct invocation *invocation,
                          char digest[ARRAY_DIGEST_LENGTH + 1], struct error *error) {
    struct buffer all = {0};
    size_t length;
    const char *text = spec_text(spec, &length);
    buffer_append(&all, text, length);
    for (int i = 0; i < invocation->count; i++)
        buffer_append(&all, invocation->overrides[i], strlen(invocation->overrides[i]) + 1);
    if (!all.failed)
        snprintf(digest, ARRAY_DIGEST_LENGTH + 1, "%016" PRIx64, XXH64(all.bytes, all.length, 0));
    enum err code = all.failed ? err_memory(error, "the job") : ERR_OK;
    buffer_free(&all);
    return code;
}

static bool has_work(const struct plan *plan, int shares, int task) {
    for (int i = task; i < plan->count; i += shares)
        if (!plan->runs[i].complete) return true;
    return false;
}

int array_job_tasks(const struct plan *plan, int shares, struct buffer *tasks) {
    int count = 0;
    for (int task = 0; task < shares;) {
        int last = task;
        while (last < shares && has_work(plan, shares, last)) last++;
        if (last > task) buffer_printf(tasks, "%s%d", count ? "," : "", task);
        if (last > task + 1) buffer_printf(tasks, "-%d", last - 1);
        count += last - task;
        task = last + 1;
    }
    return count;
}

/* The script: nothing in it comes from outside but in quotes. */
static void write_script(const struct array_options *options, const char *spec_path, const char *results,
                         const char *program, int shares, struct buffer *script) {
    const struct sweep_options *sweep = &options->sweep;
    buffer_text(script, "#!/bin/sh\n"
                        "# One task of the job array that runs this sweep. Written by 'cotnoise sweep "
                        "--launcher slurm'.\n"
                        "exec ");
    words_quote(program, script);
    buffer_printf(script,
                  " sweep --share \"$((SLURM_ARRAY_TASK_ID + 1))/%d\" "
                  "--requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\" -j %d --retries %d%s --results ",
                  shares, sweep->workers, sweep->retries, sweep->tensorboard ? " --tensorboard" : "");
    words_quote(results, script);
    buffer_text(script, " -- ");
    words_quote(spec_path, script);
    for (int i = 0; i < sweep->invocation->count; i++) {
        buffer_char(script, ' ');
        words_quote(sweep->invocation->overrides[i], script);
    }
    buffer_char(script, '\n');
}

/* What is written into ROOT/slurm/. */
struct places {
    char *directory, *spec, *script;
    struct buffer output;
};

static enum err places_make(const char *root, struct places *places, struct error *error) {
    *places = (struct places){.directory = file_join(root, LAYOUT_ARRAY),
                              .spec = file_join(root, LAYOUT_ARRAY "/" LAYOUT_SPEC),
                              .script = file_join(root, LAYOUT_ARRAY "/" LAYOUT_TASK)};
    slurm_pattern(root, &places->output);
    buffer_text(&places->output, "/" LAYOUT_ARRAY "/" LAYOUT_TASK_LOG);
    if (!places->directory || !places->spec || !places->script || places->output.failed)
        return err_memory(error, "the job");
    return file_make_directories(places->directory, error);
}

static void places_free(struct places *places) {
    free(places->directory);
    free(places->spec);
    free(places->script);
    buffer_free(&places->output);
}

enum err array_job_requeue(const char *root, const char *task, bool advanced, struct error *error) {
    struct error reason = {""};
    bool refused = advanced && slurm_requeue(task, &reason);
    if (advanced && !refused)
        return err_set(error, ERR_INTERRUPTED,
                       "the time limit is near: saved, and Slurm starts task %s again", task);
    char *command = invocation_command(root);
    const char *again = command ? command : "cotnoise sweep ... --launcher slurm";
    enum err code =
        refused
            ? err_set(error, ERR_RUNTIME,
                      "the time limit is near: saved, but Slurm does not start task %s again (%s); to go on, "
                      "type: %s",
                      task, reason.message, again)
            : err_set(error, ERR_RUNTIME,
                      "the time limit is near and no step was saved since task %s began, so that it is not "
                      "started "
                      "again; give it more time (--slurm-args '--time=...') and type: %s",
                      task, again);
    free(command);
    return code;
}

enum err array_job_submit(const struct spec *spec, const struct plan *plan, const char *results,
                          const struct array_options *options, struct array_job *job, struct error *error) {
    int limit;
    enum err code = slurm_array_limit(&limit, error);
    if (code) return code;
    char program[PROGRAM_LENGTH];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0) return err_set(error, ERR_RUNTIME, "cannot find this program: %s", strerror(errno));
    program[length] = 0;
    struct config config;
    spec_plain(spec, &config);
    struct places places;
    struct buffer script = {0}, tasks = {0}, name = {0};
    size_t text_length;
    const char *text = spec_text(spec, &text_length);
    int shares = plan->count < limit ? plan->count : limit;
    struct array_job made = {.tasks = array_job_tasks(plan, shares, &tasks)};
    if (options->throttle) buffer_printf(&tasks, "%%%d", options->throttle);
    buffer_printf(&name, "cotnoise-%s", config.name);
    code = places_make(plan->root, &places, error);
    if (!code) write_script(options, places.spec, results, program, shares, &script);
    if (!code && (script.failed || tasks.failed || name.failed)) code = err_memory(error, "the job");
    if (!code) code = array_job_digest(spec, options->sweep.invocation, made.digest, error);
    if (!code) code = file_write_plain(places.spec, text, text_length, error);
    if (!code) code = file_write_plain(places.script, script.bytes, script.length, error);
    struct slurm_batch batch = {.script = places.script,
                                .name = name.bytes,
                                .output = places.output.bytes,
                                .tasks = tasks.bytes,
                                .processors = options->sweep.workers * config.train.threads,
                                .more = options->more};
    if (!code) code = slurm_submit(&batch, &made.slurm, error);
    if (!code) *job = made;
    places_free(&places);
    buffer_free(&script);
    buffer_free(&tasks);
    buffer_free(&name);
    return code;
}
