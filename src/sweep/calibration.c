/* The speed of this machine. See calibration.h. */
#include "sweep/calibration.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "sweep/child.h"

/* What is spent on it, and the most that it may take with models of which a single step is long. */
#define MEASURE_SECONDS 1.8
#define PATIENCE        20

/* What would hardly take longer than a measurement, even on a machine that does no more than so many
 * operations a second on a thread, is not measured. Usual ones do three times as many. */
#define SHORT_SECONDS 20
#define OPERATIONS    20e9

enum { POLL_MILLISECONDS = 50 };

bool calibration_is_worth_it(struct planned_run *const *waiting, int count, int threads) {
    double operations = 0;
    for (int i = 0; i < count; i++) operations += 6 * waiting[i]->work; /* a token and parameter */
    return operations > SHORT_SECONDS * OPERATIONS * threads;
}

struct rehearsing {
    pid_t process; /* 0: none */
    int pipe;
    struct rehearsal result;
};

static enum err start(rehearsal_function *rehearse, const struct config *config,
                      struct rehearsing *rehearsing, struct error *error) {
    pid_t process;
    int pipe;
    enum err code = child_fork(&process, &pipe, error);
    if (code) return code;
    if (!process) {
        struct rehearsal made;
        bool well = !rehearse(config, MEASURE_SECONDS, &made, NULL) &&
                    write(pipe, &made, sizeof made) == (ssize_t)sizeof made;
        _exit(well ? 0 : 1);
    }
    *rehearsing = (struct rehearsing){.process = process, .pipe = pipe};
    return ERR_OK;
}

/* Waits for what a worker has to say until `deadline`. */
static enum err hear(struct rehearsing *rehearsing, double deadline, struct error *error) {
    struct pollfd polled = {.fd = rehearsing->pipe, .events = POLLIN};
    while (clock_seconds() < deadline) {
        if (interrupt_requested()) return err_set(error, ERR_INTERRUPTED, "interrupted");
        if (poll(&polled, 1, POLL_MILLISECONDS) <= 0) continue;
        ssize_t length = read(rehearsing->pipe, &rehearsing->result, sizeof rehearsing->result);
        if (length == (ssize_t)sizeof rehearsing->result) return ERR_OK;
        if (length >= 0 || (errno != EINTR && errno != EAGAIN))
            return err_set(error, ERR_RUNTIME, "measuring the speed failed");
    }
    return err_set(error, ERR_RUNTIME, "measuring the speed took too long");
}

static void end(struct rehearsing *rehearsing) {
    if (!rehearsing->process) return;
    kill(rehearsing->process, SIGKILL);
    while (waitpid(rehearsing->process, NULL, 0) < 0 && errno == EINTR) continue;
    close(rehearsing->pipe);
}

enum err calibration_run(rehearsal_function *rehearse, const struct config *config, int workers,
                         struct rehearsal *mean, struct error *error) {
    struct rehearsing *all = memory_array((size_t)workers, sizeof *all);
    if (!all) return err_memory(error, "measuring the speed");
    double deadline = clock_seconds() + PATIENCE;
    struct rehearsal sum = {0};
    enum err code = ERR_OK;
    for (int i = 0; i < workers && !code; i++) code = start(rehearse, config, &all[i], error);
    for (int i = 0; i < workers && !code; i++) {
        code = hear(&all[i], deadline, error);
        sum.training += all[i].result.training;
        sum.testing += all[i].result.testing;
        sum.making += all[i].result.making;
    }
    for (int i = 0; i < workers; i++) end(&all[i]);
    free(all);
    if (!code)
        *mean = (struct rehearsal){sum.training / workers, sum.testing / workers, sum.making / workers};
    return code;
}
