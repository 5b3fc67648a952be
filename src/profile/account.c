/* Which noise a sample has. See account.h.
 *
 * Three accounts are tried. All static: the given lines are paired with the clean trace. All dynamic: a
 * replay follows every differing value. Both: a replay decides at each differing line in turn, by what the
 * rest of the sample looks like under either story. The cheapest counts, in units of one changed digit. */
#include "profile/account.h"

#include <math.h>

const char *const account_label_names[] = {"clean", "static", "dynamic", "both", NULL};

/* A missing line; what an account cannot explain at all; and how much less two kinds of noise must leave
 * than one to be believed: something to begin with, and something for each line that had a choice, for the
 * best of many choices looks good by chance. */
static const double cost_missing = 1, cost_impossible = 4, cost_second_kind = 1.5, cost_choice = 0.4;

/* Differing lines that are decided one by one; behind them one story holds. */
enum { DECISIONS_MAX = 48 };

static double static_cost(const struct pairing *p) {
    return p->wrong + cost_missing * p->missing + cost_impossible * (p->added + p->reshaped);
}

static double dynamic_cost(const struct replay_outcome *o) {
    return o->dynamic_errors +
           cost_impossible * (o->missing + o->left + o->static_wrong + o->leading_zeros + o->answer_wrong);
}

/* With both kinds of noise only shapes that neither can make are impossible. */
static double mixed_cost(const struct replay_outcome *o) {
    return o->dynamic_errors + o->static_wrong + o->answer_wrong + cost_missing * o->missing +
           cost_impossible * (o->left + o->static_reshaped);
}

struct account_search {
    struct accountant *accountant;
    const struct task *task;
    const struct arguments *arguments;
    struct lines given;
    enum story decision[DECISIONS_MAX];
    double best;   /* cost of the best replay so far */
    int differing; /* lines that differ in it */
};

/* The cheaper of the two replays that follow decision[0 ... decided - 1] and then one story throughout. */
static enum err try_rest(struct account_search *s, int decided, double *cost, int *differing,
                         struct error *error) {
    *cost = INFINITY;
    for (enum story rest = STORY_STATIC; rest <= STORY_DYNAMIC; rest++) {
        struct replay_outcome o;
        enum err code = replay_sample(s->accountant->replayer, s->task, s->arguments, s->given, s->decision,
                                      decided, rest, &o, error);
        if (code) return code;
        double c = mixed_cost(&o);
        if (c < *cost) {
            *cost = c;
            *differing = o.differing;
        }
    }
    return ERR_OK;
}

static enum err search_both(struct account_search *s, struct error *error) {
    enum err code = try_rest(s, 0, &s->best, &s->differing, error);
    for (int n = 0; !code && n < DECISIONS_MAX && n < s->differing; n++) {
        double cost[2] = {0};
        int differing[2] = {0};
        for (enum story story = STORY_STATIC; story <= STORY_DYNAMIC && !code; story++) {
            s->decision[n] = story;
            code = try_rest(s, n + 1, &cost[story], &differing[story], error);
        }
        enum story better = cost[STORY_DYNAMIC] < cost[STORY_STATIC] ? STORY_DYNAMIC : STORY_STATIC;
        s->decision[n] = better;
        s->differing = differing[better];
        if (cost[better] < s->best) s->best = cost[better];
    }
    return code;
}

enum err account_measure(struct accountant *accountant, const struct task *task,
                         const struct arguments *arguments, struct lines given, struct account *account,
                         struct error *error) {
    struct account a = {0};
    struct lines clean;
    enum err code = replay_clean(accountant->replayer, task, arguments, &clean, error);
    if (code) return code;
    if (pairing_find(&accountant->scratch, clean, given, &a.pairing)) return err_memory(error, "a replay");
    struct line_comparison answer = line_compare(&clean, clean.count - 1, &given, given.count - 1);
    a.answer_right = answer.same_shape && !answer.wrong;
    a.clean_lines = clean.count;
    a.visible = a.pairing.wrong || a.pairing.missing || a.pairing.added || a.pairing.reshaped;
    if (a.visible)
        code = replay_sample(accountant->replayer, task, arguments, given, NULL, 0, STORY_DYNAMIC, &a.dynamic,
                             error);
    if (!code) *account = a;
    return code;
}

enum err account_label(struct accountant *accountant, const struct task *task,
                       const struct arguments *arguments, struct lines given, const struct account *account,
                       enum account_label *label, bool *tie, struct error *error) {
    *tie = false;
    if (!account->visible) {
        *label = ACCOUNT_CLEAN;
        return ERR_OK;
    }
    double by_static = static_cost(&account->pairing), by_dynamic = dynamic_cost(&account->dynamic);
    double cheaper = fmin(by_static, by_dynamic);
    *label = by_static <= by_dynamic ? ACCOUNT_STATIC : ACCOUNT_DYNAMIC;
    *tie = by_static == by_dynamic;
    if (cheaper <= cost_second_kind + 1) return ERR_OK;
    struct account_search search = {
        .accountant = accountant, .task = task, .arguments = arguments, .given = given};
    enum err code = search_both(&search, error);
    double least = search.best + cost_second_kind + cost_choice * account->dynamic.differing;
    if (!code && least < cheaper) {
        *label = ACCOUNT_BOTH;
        *tie = false;
    }
    return code;
}

enum account_label account_settle(enum account_label label, bool tie,
                                  const int64_t labelled[ACCOUNT_LABELS]) {
    return tie && labelled[ACCOUNT_DYNAMIC] > labelled[ACCOUNT_STATIC] ? ACCOUNT_DYNAMIC : label;
}
