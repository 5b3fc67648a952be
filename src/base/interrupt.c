/* A polite stop. See interrupt.h. The flag is the one mutable global of the program: a signal handler
 * has no other way to speak. */
#include "base/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t requested;

static const int stops[] = {SIGINT, SIGTERM, SIGUSR1};

static void on_signal(int number) { requested = number; }

void interrupt_install(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    requested = 0;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) sigaction(stops[i], &action, NULL);
}

void interrupt_signals(sigset_t *signals) {
    sigemptyset(signals);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) sigaddset(signals, stops[i]);
}

bool interrupt_requested(void) { return requested != 0; }

bool interrupt_is_time_limit(void) { return requested == SIGUSR1; }
