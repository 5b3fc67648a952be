/* Options that do not go together. See promises.h. */
#include "spec/promises.h"

#include <inttypes.h>

#include "data/mix_names.h"
#include "spec/option_effects.h"
#include "spec/options.h"

static enum err check_stop(const struct config *config, const char *const **options, struct error *error) {
    static const char *const blamed[] = {"train.stop_at", NULL};
    if (!(config->train.stop_at > 0) || config->eval.every) return ERR_OK;
    *options = blamed;
    return err_set(error, ERR_INPUT,
                   "train.stop_at is %g, but accuracy is never looked at (allowed: with eval.every above 0)",
                   config->train.stop_at);
}

static enum err check_trainer(const struct config *config, const char *const **options, struct error *error) {
    static const char *const blamed[] = {"rl.method", NULL};
    if (!*config->trainer || config->rl.method == RL_NONE) return ERR_OK;
    *options = blamed;
    return err_set(error, ERR_INPUT, "rl.method is %s, but a trainer of the user's trains (allowed: none)",
                   rl_method_names[config->rl.method]);
}

/* What noise is aimed at. */
static enum err check_names(const struct config *config, const char *const **options, struct error *error) {
    static const char *const blamed[] = {"noise.names", NULL};
    if (!option_effect_aims_noise(config, 0)) return ERR_OK;
    *options = blamed;
    enum err code = mix_names_check(&config->mix, error);
    return code == ERR_INPUT ? err_prefix(error, code, "noise.names") : code;
}

/* --- reinforcement learning --- */

/* Choices that look at a trace, most of them line by line. */
static const struct {
    const char *option[2]; /* NULL-terminated: whom to blame */
    int choice;
    bool any_order; /* answer_first will do */
} of_traces[] = {
    {{"rl.reward"}, RL_REWARD_TRACE, true},
    {{"rl.reward"}, RL_REWARD_LINE, false},
    {{"rl.reward_model"}, RL_MODEL_DENSE, false},
    {{"rl.curriculum"}, RL_BACKTRACK, false},
    {{"rl.expert"}, RL_BEAM, false},
    {{"rl.labels"}, RL_LABEL_LINE, false},
};

static enum err check_traces(const struct config *config, const char *const **options, struct error *error) {
    for (size_t i = 0; i < sizeof of_traces / sizeof *of_traces; i++) {
        enum format format = config->mix.format;
        bool fits = format == FORMAT_TRACE || (of_traces[i].any_order && format == FORMAT_ANSWER_FIRST);
        const char *name = of_traces[i].option[0];
        struct option_ref option;
        option_find(name, &option);
        if (fits || option_get(option, config).integer != of_traces[i].choice ||
            !option_has_effect(option, config))
            continue;
        *options = of_traces[i].option;
        return err_set(error, ERR_INPUT, "%s is %s, but format is %s (allowed: with format trace%s)", name,
                       option.row->choice(of_traces[i].choice), format_names[format],
                       of_traces[i].any_order ? " or answer_first" : "");
    }
    return ERR_OK;
}

/* What compares the completions of a problem with one another; NULL: nothing. */
static const char *comparing(const struct config *config) {
    const struct reinforcement *rl = &config->rl;
    if (rl->method == RL_RLOO) return "rloo";
    if (rl->method == RL_GRPO) return "grpo";
    if (rl->method == RL_REINFORCE && reinforcement_is_by_line(rl))
        return rl->reward == RL_REWARD_LINE ? "rl.reward line" : "rl.reward_model dense";
    return option_effect_is_on_policy(config, 0) && rl->curriculum == RL_REPLAY ? "rl.curriculum replay"
                                                                                : NULL;
}

static enum err check_groups(const struct config *config, const char *const **options, struct error *error) {
    static const char *const blamed[] = {"rl.generations", NULL};
    const char *by = comparing(config);
    if (!by || config->rl.generations > 1) return ERR_OK;
    *options = blamed;
    return err_set(error, ERR_INPUT,
                   "rl.generations is %d, but %s compares completions of a problem (allowed: 2 or more)",
                   config->rl.generations, by);
}

/* There are completions for one iteration, and for each of its steps. */
static enum err check_amounts(const struct config *config, const char *const **options, struct error *error) {
    static const char *const too_few[] = {"rl.rollouts", "rl.rounds", "rl.prompts", "rl.generations", NULL},
                             *const too_many[] = {"rl.minibatches", "rl.prompts", "rl.generations", NULL};
    const struct reinforcement *rl = &config->rl;
    bool on_policy = option_effect_is_on_policy(config, 0);
    int64_t of_iteration = (int64_t)rl->prompts * rl->generations,
            least = on_policy ? of_iteration : of_iteration * rl->rounds;
    if (rl->rollouts < least) {
        *options = too_few;
        return err_set(error, ERR_INPUT,
                       "rl.rollouts is %" PRId64 ", fewer than %s (allowed: %" PRId64 " or more)",
                       rl->rollouts,
                       on_policy ? "an iteration of rl.prompts x rl.generations"
                                 : "rl.rounds of rl.prompts x rl.generations",
                       least);
    }
    if (on_policy && rl->minibatches > of_iteration) {
        *options = too_many;
        return err_set(error, ERR_INPUT,
                       "rl.minibatches is %d, more than the rl.prompts x rl.generations completions that it "
                       "divides (allowed: 1 to %" PRId64 ")",
                       rl->minibatches, of_iteration);
    }
    return ERR_OK;
}

enum err promises_check(const struct config *config, const char *const **options, struct error *error) {
    enum err code = check_stop(config, options, error);
    if (!code) code = check_trainer(config, options, error);
    if (!code) code = check_names(config, options, error);
    if (code || config->rl.method == RL_NONE) return code;
    code = check_traces(config, options, error);
    if (!code) code = check_groups(config, options, error);
    return code ? code : check_amounts(config, options, error);
}
