/* When an option has an effect. See option_effects.h. */
#include "spec/option_effects.h"

#include "noise/noises.h"
#include "tasks/tasks.h"

bool option_effect_has_several_tasks(const struct config *config, int index) {
    (void)index;
    return config->mix.entries > 1;
}

bool option_effect_is_of_family(const struct config *config, int index) {
    (void)index;
    return config->family != FAMILY_NONE;
}

/* Whether there is a choice between digits and a range. */
bool option_effect_samples_numbers(const struct config *config, int index) {
    const struct task *task = config->mix.entry[index].task;
    return !task || (task_uses_digits(task) && task_uses_range(task));
}

/* Without a choice the one that the task has counts, if any. */
bool option_effect_samples_by_length(const struct config *config, int index) {
    const struct mix_entry *entry = &config->mix.entry[index];
    return option_effect_samples_numbers(config, index) ? entry->sizes.sampling == SAMPLING_LENGTH
                                                        : task_uses_digits(entry->task);
}

bool option_effect_samples_by_magnitude(const struct config *config, int index) {
    const struct mix_entry *entry = &config->mix.entry[index];
    return option_effect_samples_numbers(config, index) ? entry->sizes.sampling == SAMPLING_MAGNITUDE
                                                        : task_uses_range(entry->task);
}

bool option_effect_takes_list(const struct config *config, int index) {
    const struct task *task = config->mix.entry[index].task;
    return task && task_uses_lengths(task);
}

bool option_effect_is_noised(const struct config *config, int kind) {
    return mix_noise_acts(&config->mix, kind);
}

bool option_effect_aims_noise(const struct config *config, int index) {
    (void)index;
    return *config->mix.names && mix_is_noisy(&config->mix);
}

bool option_effect_changes_values(const struct config *config, int index) {
    (void)index;
    for (int kind = 0; noise_list[kind]; kind++)
        if (noise_list[kind]->stage == NOISE_VALUES && option_effect_is_noised(config, kind)) return true;
    return false;
}

bool option_effect_mends_errors(const struct config *config, int index) {
    (void)index;
    for (int kind = 0; noise_list[kind]; kind++)
        if (noise_list[kind]->stage == NOISE_DYNAMIC && option_effect_is_noised(config, kind))
            return config->mix.refine > 0;
    return false;
}

bool option_effect_draws_noise_afresh(const struct config *config, int index) {
    (void)index;
    return !*config->data.file && mix_freshens(&config->mix, config->data.epochs);
}

bool option_effect_reverses(const struct config *config, int index) {
    (void)index;
    return config->mix.reverse;
}

bool option_effect_sparsifies(const struct config *config, int index) {
    (void)index;
    return config->mix.sparsify.share > 0;
}

bool option_effect_draws_samples(const struct config *config, int index) {
    (void)index;
    return !*config->data.file;
}

bool option_effect_is_called(const struct config *config, int index) {
    for (int i = 0; i < config->mix.entries; i++)
        if (task_calls(config->mix.entry[i].task, task_list[index])) return true;
    return false;
}

bool option_effect_stops_early(const struct config *config, int index) {
    (void)index;
    return config->train.stop_at > 0;
}

bool option_effect_has_no_parent(const struct config *config, int index) {
    (void)index;
    return !*config->parent;
}

bool option_effect_draws_completions(const struct config *config, int index) {
    (void)index;
    return config->eval.temperature > 0;
}

bool option_effect_measures_pass(const struct config *config, int index) {
    (void)index;
    return config->eval.pass > 0;
}

bool option_effect_is_outside(const struct config *config, int index) {
    (void)index;
    return *config->trainer != 0;
}

bool option_effect_reinforces(const struct config *config, int index) {
    (void)index;
    return config->rl.method != RL_NONE;
}

bool option_effect_reinforces_until(const struct config *config, int index) {
    return option_effect_is_on_policy(config, index) && config->train.stop_at > 0;
}

bool option_effect_is_off_policy(const struct config *config, int index) {
    (void)index;
    return reinforcement_has_rounds(&config->rl);
}

bool option_effect_is_on_policy(const struct config *config, int index) {
    return config->rl.method != RL_NONE && !option_effect_is_off_policy(config, index);
}

bool option_effect_imitates(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_EXPERT_ITERATION;
}

bool option_effect_is_rewarded(const struct config *config, int index) {
    (void)index;
    return config->rl.method != RL_NONE && reinforcement_expert(&config->rl) == RL_OWN;
}

bool option_effect_models_reward(const struct config *config, int index) {
    return option_effect_is_rewarded(config, index) && config->rl.reward == RL_REWARD_MODEL;
}

bool option_effect_clips(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_GRPO || config->rl.method == RL_PPO;
}

bool option_effect_scales(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_GRPO;
}

bool option_effect_has_critic(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_PPO;
}

bool option_effect_labels(const struct config *config, int index) {
    (void)index;
    return config->rl.method == RL_RCRL;
}
