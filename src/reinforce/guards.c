/* What goes wrong, and which option to change. See guards.h. */
#include "reinforce/guards.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

enum { MESSAGE_MAX = 320 };

/* Each says whether its warning is due, and then writes its message. Comparisons are false of NaN. */
typedef bool watch(const struct guards *, const struct iteration *, char message[MESSAGE_MAX]);

static bool is_cut_off(const struct guards *guards, const struct iteration *it, char message[MESSAGE_MAX]) {
    (void)guards;
    if (!(it->truncated > 0.5)) return false;
    snprintf(message, MESSAGE_MAX,
             "%.0f %% of the completions are cut off, and earn no answer: raise "
             "eval.max_new_tokens, or lower rl.temperature",
             100 * it->truncated);
    return true;
}

static bool is_flat(const struct guards *guards, const struct iteration *it, char message[MESSAGE_MAX]) {
    (void)guards;
    if (!(it->flat_groups >= 0.9)) return false;
    snprintf(message, MESSAGE_MAX, "for %.0f %% of the problems all completions have one reward, %s",
             100 * it->flat_groups,
             it->reward < 0.5 ? "mostly a low one, which teaches nothing: raise rl.generations or "
                                "rl.temperature, take another rl.reward, or start from a better parent"
                              : "mostly a high one, and little is left to learn: lower rl.rollouts, raise "
                                "rl.temperature, or take larger sizes of the task");
    return true;
}

static bool is_far(const struct guards *guards, const struct iteration *it, char message[MESSAGE_MAX]) {
    (void)guards;
    if (!(it->kl > 1)) return false;
    snprintf(message, MESSAGE_MAX,
             "the divergence from the parent is %.3g nats a token: raise rl.beta, or lower rl.learning_rate",
             it->kl);
    return true;
}

static bool is_rigid(const struct guards *guards, const struct iteration *it, char message[MESSAGE_MAX]) {
    if (!(it->entropy < 0.001 && it->entropy < guards->entropy / 10)) return false;
    snprintf(message, MESSAGE_MAX,
             "entropy is %.2g nats a token, down from %.2g, so that completions of a problem hardly differ: "
             "raise rl.entropy or rl.temperature",
             it->entropy, guards->entropy);
    return true;
}

static bool is_empty(const struct guards *guards, const struct iteration *it, char message[MESSAGE_MAX]) {
    (void)guards;
    if (!(it->malformed_reward > 0)) return false;
    snprintf(message, MESSAGE_MAX,
             "%.3g %% of the rewarded completions are malformed (no answer, or a line that is no step): take "
             "another rl.reward (trace rewards none of them)",
             100 * it->malformed_reward);
    return true;
}

/* States of runs know them by their place. */
static watch *const watches[] = {is_cut_off, is_flat, is_far, is_rigid, is_empty};
enum { WATCHES = sizeof watches / sizeof *watches };

void guards_look(struct guards *guards, const struct iteration *iteration,
                 void (*warn)(void *context, const char *message), void *context) {
    if (guards->entropy == 0 && iteration->entropy > 0) guards->entropy = iteration->entropy;
    for (int i = 0; i < WATCHES; i++) {
        char message[MESSAGE_MAX], line[MESSAGE_MAX + 40];
        if (guards->told & 1u << i || !watches[i](guards, iteration, message)) continue;
        guards->told |= 1u << i;
        snprintf(line, sizeof line, "iteration %" PRId64 ": %s", iteration->iteration, message);
        warn(context, line);
    }
}

json_t *guards_json(const struct guards *guards) {
    return json_pack("{s:I, s:f}", "told", (json_int_t)guards->told, "entropy", guards->entropy);
}

enum err guards_read(const json_t *json, struct guards *guards, struct error *error) {
    const json_t *told = json_object_get(json, "told"), *entropy = json_object_get(json, "entropy");
    json_int_t bits = json_integer_value(told);
    if (!json_is_integer(told) || bits < 0 || bits >= 1 << WATCHES || !json_is_number(entropy) ||
        json_number_value(entropy) < 0)
        return err_set(error, ERR_INPUT, "not which warnings were given");
    *guards = (struct guards){(unsigned)bits, json_number_value(entropy)};
    return ERR_OK;
}
