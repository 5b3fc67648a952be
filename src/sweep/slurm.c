/* Slurm's programs. See slurm.h. */
#include "sweep/slurm.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/memory.h"

/* "sbatch: error: no such partition", where the program may have begun with its name. */
static enum err complain(const char *program, const char *complaint, struct error *error) {
    size_t length = strlen(program);
    if (!strncmp(complaint, program, length) && complaint[length] == ':')
        return err_set(error, ERR_RUNTIME, "%s", complaint);
    return err_set(error, ERR_RUNTIME, "%s: %s", program,
                   *complaint ? complaint : "failed without saying why");
}

/* Runs a program that must succeed. */
static enum err run(const char *const argv[], struct command_result *result, struct error *error) {
    enum err code = command_run(argv, result, error);
    if (code) return err_prefix(error, code, "Slurm");
    if (!result->status) return ERR_OK;
    code = complain(argv[0], result->complaint, error);
    command_free(result);
    return code;
}

enum err slurm_array_limit(int *tasks, struct error *error) {
    static const char *const argv[] = {"scontrol", "show", "config", NULL};
    struct command_result result;
    enum err code = run(argv, &result, error);
    if (code) return code;
    const char *line = strstr(result.text, "MaxArraySize"), *value = line ? strchr(line, '=') : NULL;
    long limit = value ? strtol(value + 1, NULL, 10) : 0;
    command_free(&result);
    if (limit < 2)
        return err_set(error, ERR_RUNTIME, "scontrol: this Slurm does not take job arrays (MaxArraySize)");
    *tasks = limit > 1000000 ? 1000000 : (int)limit;
    return ERR_OK;
}

bool slurm_job_is_valid(const struct slurm_job *job) {
    size_t length = strlen(job->id);
    if (!length || strspn(job->id, "0123456789") != length) return false;
    for (const char *c = job->cluster; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) return false;
    return job->cluster[0] != '-';
}

/* "123" or "123;cluster". */
static enum err read_job(const char *text, struct slurm_job *job, struct error *error) {
    struct slurm_job made = {{0}, {0}};
    int length = (int)strcspn(text, "\n");
    int id = (int)strcspn(text, ";\n"), cluster = length > id ? length - id - 1 : 0;
    snprintf(made.id, sizeof made.id, "%.*s", id, text);
    if (cluster) snprintf(made.cluster, sizeof made.cluster, "%.*s", cluster, text + id + 1);
    if (!slurm_job_is_valid(&made))
        return err_set(error, ERR_RUNTIME, "sbatch: answered '%.*s' where a job's number was expected",
                       length > 80 ? 80 : length, text);
    *job = made;
    return ERR_OK;
}

enum err slurm_submit(const struct slurm_batch *batch, struct slurm_job *job, struct error *error) {
    struct buffer tasks = {0}, name = {0}, output = {0}, processors = {0};
    buffer_printf(&tasks, "--array=%s", batch->tasks);
    buffer_printf(&name, "--job-name=%s", batch->name);
    buffer_printf(&output, "--output=%s", batch->output);
    buffer_printf(&processors, "--cpus-per-task=%d", batch->processors);
    /* SIGUSR1 to the task's own process before its time is over, which saves and asks to be requeued: once it
     * is over, Slurm starts nothing again. A minute, or up to two (Slurm looks at its clock when it likes).
     */
    const char *first[] = {
        "sbatch",    "--parsable", "--requeue",  "--open-mode=append", "--signal=B:USR1@60",
        tasks.bytes, name.bytes,   output.bytes, processors.bytes};
    size_t count = sizeof first / sizeof *first;
    const char **argv = memory_array(count + (size_t)batch->more->count + 2, sizeof *argv);
    bool ready = argv && !tasks.failed && !name.failed && !output.failed && !processors.failed;
    enum err code = ready ? ERR_OK : err_memory(error, "sbatch");
    if (!code) {
        memcpy(argv, first, sizeof first);
        for (int i = 0; i < batch->more->count; i++) argv[count++] = batch->more->word[i];
        argv[count] = batch->script;
        struct command_result result;
        code = run(argv, &result, error);
        if (!code) {
            code = read_job(result.text, job, error);
            command_free(&result);
        }
    }
    free(argv);
    buffer_free(&tasks);
    buffer_free(&name);
    buffer_free(&output);
    buffer_free(&processors);
    return code;
}

enum err slurm_requeue(const char *task, struct error *error) {
    const char *argv[] = {"scontrol", "requeue", task, NULL};
    struct command_result result;
    enum err code = command_run(argv, &result, error);
    if (code) return err_prefix(error, code, "Slurm");
    /* What Slurm puts back it stops with all its processes, of which scontrol is one: that is no refusal. */
    bool stopped = result.status == 128 + SIGTERM || result.status == 128 + SIGKILL;
    if (result.status && !stopped) code = complain(argv[0], result.complaint, error);
    command_free(&result);
    return code;
}

/* One line a task: STATE|REASON. (Where clusters are many, a line says which one.) */
static void count_tasks(const char *text, struct slurm_queue *queue) {
    for (const char *line = text; *line; line += *line == '\n') {
        size_t length = strcspn(line, "\n"), state = strcspn(line, "|\n");
        if (state == strlen("PENDING") && !strncmp(line, "PENDING", state)) {
            queue->pending++;
            if (length > state && !queue->reason[0])
                snprintf(queue->reason, sizeof queue->reason, "%.*s", (int)(length - state - 1),
                         line + state + 1);
        } else if (line[state] == '|') {
            queue->running++;
        }
        line += length;
    }
}

enum err slurm_look(const struct slurm_job *job, double seconds, struct slurm_queue *queue,
                    struct error *error) {
    const char *argv[] = {"squeue",
                          "--noheader",
                          "--array",
                          "--jobs",
                          job->id,
                          "--format=%T|%r",
                          *job->cluster ? "--clusters" : NULL,
                          job->cluster,
                          NULL};
    struct command_result result;
    struct command command;
    enum err code = command_start(NULL, argv, seconds, &command, error);
    if (!code) code = command_finish(&command, &result, error);
    if (code) return err_prefix(error, code, "Slurm");
    /* It forgets jobs some minutes after their end. */
    bool forgotten = result.status && strstr(result.complaint, "Invalid job id");
    struct slurm_queue seen = {0, 0, ""};
    if (result.status && !forgotten)
        code = complain("squeue", result.complaint, error);
    else if (!forgotten)
        count_tasks(result.text, &seen);
    command_free(&result);
    if (!code) *queue = seen;
    return code;
}

void slurm_pattern(const char *path, struct buffer *pattern) {
    for (const char *c = path; *c; c++) buffer_text(pattern, *c == '%' ? "%%" : (char[]){*c, 0});
}
