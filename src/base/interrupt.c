/* A polite stop. See interrupt.h. The flags are mutable globals since a signal handler has no other way to
 * speak. */
#include "base/interrupt.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* What comes so soon after the first, in nanoseconds, is of the same event, which reaches a process by
 * several ways: a terminal that closes by its shell and by the kernel, the end of `timeout` by itself and by
 * its group, that of a session as SIGTERM and as SIGHUP. */
static const int64_t ONE_EVENT = 500000000;

static volatile sig_atomic_t requested, patient;
static volatile int64_t requested_at; /* nanoseconds on the monotonic clock */

static bool announces(int number) { return number == SIGXCPU || number == SIGUSR1; }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * (int64_t)1000000000 + time.tv_nsec;
}

static void on_signal(int number) {
    /* The kernel repeats SIGXCPU each second: what it asks for is under way. */
    if (requested && announces(number)) return;
    if (requested && !announces(requested) && !patient && now() - requested_at > ONE_EVENT) {
        signal(number, SIG_DFL);
        raise(number);
    }
    if (!requested || announces(requested)) requested_at = now();
    requested = number;
}

static void set_handler(int number, void (*handler)(int number)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void install(bool worker) {
    requested = 0;
    patient = worker;
    for (int i = 0; i < NUMBERS; i++) {
        struct sigaction before;
        bool ignored =
            numbers[i] == SIGHUP && !sigaction(SIGHUP, NULL, &before) && before.sa_handler == SIG_IGN;
        if (worker && (numbers[i] == SIGINT || numbers[i] == SIGHUP)) ignored = true;
        set_handler(numbers[i], ignored ? SIG_IGN : on_signal);
    }
}

void interrupt_install(void) { install(false); }

void interrupt_install_worker(void) { install(true); }

void interrupt_remove(void) {
    for (int i = 0; i < NUMBERS; i++) {
        struct sigaction now;
        if (!sigaction(numbers[i], NULL, &now) && now.sa_handler == on_signal)
            set_handler(numbers[i], SIG_DFL);
    }
}

void interrupt_block(void *before) {
    sigset_t stops;
    sigemptyset(&stops);
    for (int i = 0; i < NUMBERS; i++) sigaddset(&stops, numbers[i]);
    sigprocmask(SIG_BLOCK, &stops, before);
}

bool interrupt_requested(void) { return requested != 0; }

bool interrupt_is_time_limit(void) { return requested == SIGUSR1; }

enum err interrupt_check(struct error *error) {
    return requested ? err_set(error, ERR_INTERRUPTED, "interrupted") : ERR_OK;
}
