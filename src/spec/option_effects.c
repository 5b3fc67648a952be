/* When an option has an effect. See option_effects.h. */
#include "spec/option_effects.h"

#include "noise/noises.h"
#include "tasks/tasks.h"

bool effect_has_several_tasks(const struct config *config, int index) {
    (void)index;
    return config->mix.entries > 1;
}

bool effect_is_of_family(const struct config *config, int index) {
    (void)index;
    return config->family != FAMILY_NONE;
}

/* Whether there is a choice between digits and a range. */
bool effect_samples_numbers(const struct config *config, int index) {
    const struct task *task = config->mix.entry[index].task;
    return !task || (task_uses_digits(task) && task_uses_range(task));
}

/* Without a choice the one that the task has counts, if any. */
bool effect_samples_by_length(const struct config *config, int index) {
    const struct mix_entry *entry = &config->mix.entry[index];
    return effect_samples_numbers(config, index) ? entry->sizes.sampling == SAMPLING_LENGTH
                                                 : task_uses_digits(entry->task);
}

bool effect_samples_by_magnitude(const struct config *config, int index) {
    const struct mix_entry *entry = &config->mix.entry[index];
    return effect_samples_numbers(config, index) ? entry->sizes.sampling == SAMPLING_MAGNITUDE
                                                 : task_uses_range(entry->task);
}

bool effect_takes_list(const struct config *config, int index) {
    const struct task *task = config->mix.entry[index].task;
    return task && task_uses_lengths(task);
}

bool effect_is_noised(const struct config *config, int kind) { return mix_noise_acts(&config->mix, kind); }

bool effect_changes_values(const struct config *config, int index) {
    (void)index;
    for (int kind = 0; noise_list[kind]; kind++)
        if (noise_list[kind]->stage == NOISE_VALUES && effect_is_noised(config, kind)) return true;
    return false;
}

bool effect_mends_errors(const struct config *config, int index) {
    (void)index;
    for (int kind = 0; noise_list[kind]; kind++)
        if (noise_list[kind]->stage == NOISE_DYNAMIC && effect_is_noised(config, kind))
            return config->mix.refine > 0;
    return false;
}

bool effect_draws_noise_afresh(const struct config *config, int index) {
    (void)index;
    return !*config->data.file && mix_freshens(&config->mix, config->data.epochs);
}

bool effect_reverses(const struct config *config, int index) {
    (void)index;
    return config->mix.reverse;
}

bool effect_sparsifies(const struct config *config, int index) {
    (void)index;
    return config->mix.sparsify.share > 0;
}

bool effect_draws_samples(const struct config *config, int index) {
    (void)index;
    return !*config->data.file;
}

bool effect_is_called(const struct config *config, int index) {
    for (int i = 0; i < config->mix.entries; i++)
        if (task_calls(config->mix.entry[i].task, task_list[index])) return true;
    return false;
}

bool effect_stops_early(const struct config *config, int index) {
    (void)index;
    return config->train.stop_at > 0;
}

bool effect_has_no_parent(const struct config *config, int index) {
    (void)index;
    return !*config->parent;
}

bool effect_draws_completions(const struct config *config, int index) {
    (void)index;
    return config->eval.temperature > 0;
}

bool effect_measures_pass(const struct config *config, int index) {
    (void)index;
    return config->eval.pass > 0;
}

bool effect_reinforces(const struct config *config, int index) {
    (void)index;
    return config->rl.method != RL_NONE;
}

bool effect_reinforces_until(const struct config *config, int index) {
    return effect_is_on_policy(config, index) && config->train.stop_at > 0;
}

bool effect_is_off_policy(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_EXPERT_ITERATION || config->rl.method == RL_RCRL;
}

bool effect_is_on_policy(const struct config *config, int index) {
    return config->rl.method != RL_NONE && !effect_is_off_policy(config, index);
}

bool effect_imitates(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_EXPERT_ITERATION;
}

bool effect_is_rewarded(const struct config *config, int index) {
    return effect_imitates(config, index) ? config->rl.expert == RL_OWN : config->rl.method != RL_NONE;
}

bool effect_models_reward(const struct config *config, int index) {
    return effect_is_rewarded(config, index) && config->rl.reward == RL_REWARD_MODEL;
}

bool effect_clips(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_GRPO || config->rl.method == RL_PPO;
}

bool effect_scales(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_GRPO;
}

bool effect_has_critic(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_PPO;
}

bool effect_labels(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_RCRL;
}
