/* When an option has an effect on the result of a run: rules that rows of the table of options (options.c)
 * name. `index` is that of the task, noise or called task that the row stands for. */
#ifndef COTNOISE_SPEC_OPTION_EFFECTS_H
#define COTNOISE_SPEC_OPTION_EFFECTS_H

#include "spec/config.h"

typedef bool option_effect(const struct config *config, int index);

option_effect effect_has_several_tasks, effect_is_of_family, effect_samples_numbers, effect_samples_by_length,
    effect_samples_by_magnitude, effect_takes_list, effect_is_noised, effect_changes_values,
    effect_mends_errors, effect_draws_noise_afresh, effect_reverses, effect_sparsifies, effect_draws_samples,
    effect_is_called, effect_stops_early, effect_has_no_parent, effect_draws_completions,
    effect_measures_pass, effect_reinforces, effect_reinforces_until, effect_is_off_policy,
    effect_is_on_policy, effect_imitates, effect_is_rewarded, effect_models_reward, effect_clips,
    effect_scales, effect_has_critic, effect_labels;

#endif
