/* A polite stop. See interrupt.h. The flag is the one mutable global of the program: a signal handler
 * has no other way to speak. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t requested;

static void on_signal(int number) {
    (void)number;
    requested = 1;
}

void interrupt_install(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    requested = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_requested(void) { return requested != 0; }
