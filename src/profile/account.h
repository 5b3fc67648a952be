/* Which noise a single sample has: the account of it that leaves least unexplained. */
#ifndef COTNOISE_PROFILE_ACCOUNT_H
#define COTNOISE_PROFILE_ACCOUNT_H

#include "profile/pairing.h"
#include "profile/replay.h"

enum account_label { ACCOUNT_CLEAN, ACCOUNT_STATIC, ACCOUNT_DYNAMIC, ACCOUNT_BOTH, ACCOUNT_LABELS };
extern const char *const account_label_names[]; /* NULL-terminated, in the order of the enum */

/* How a sample stands to its problem. */
struct account {
    bool visible;                  /* it differs from the clean trace */
    struct pairing pairing;        /* with the clean trace: all static */
    struct replay_outcome dynamic; /* every differing value followed: all dynamic */
    int clean_lines;               /* of the clean trace, the answer too */
    bool answer_right;             /* the given answer line is the true one */
};

struct accountant {
    struct replayer *replayer;
    struct pairing_scratch scratch;
};

/* Measures a sample, whose lines must be at least one. ERR_INPUT for a problem whose clean trace the line
 * limit cuts, ERR_RUNTIME without memory. */
enum err account_measure(struct accountant *accountant, const struct task *task,
                         const struct arguments *arguments, struct lines given, struct account *account,
                         struct error *error);

/* Says which noise a measured sample has. One without a visible difference is clean, also where noise struck
 * and changed nothing. *tie: static and dynamic noise explain it equally well, as where nothing later depends
 * on the value that differs; the label is then static. */
enum err account_label(struct accountant *accountant, const struct task *task,
                       const struct arguments *arguments, struct lines given, const struct account *account,
                       enum account_label *label, bool *tie, struct error *error);

/* A tie goes to the kind that more samples of the data set have had so far. */
enum account_label account_settle(enum account_label label, bool tie, const int64_t labelled[ACCOUNT_LABELS]);

#endif
