/* When an option has an effect on the result of a run: rules that rows of the table of options (options.c)
 * name. `index` is that of the task, noise or called task that the row stands for. */
#ifndef COTNOISE_SPEC_OPTION_EFFECTS_H
#define COTNOISE_SPEC_OPTION_EFFECTS_H

#include "spec/config.h"

typedef bool option_effect(const struct config *config, int index);

option_effect option_effect_has_several_tasks, option_effect_is_of_family, option_effect_samples_numbers,
    option_effect_samples_by_length, option_effect_samples_by_magnitude, option_effect_takes_list,
    option_effect_is_noised, option_effect_aims_noise, option_effect_changes_values,
    option_effect_mends_errors, option_effect_draws_noise_afresh, option_effect_reverses,
    option_effect_sparsifies, option_effect_draws_samples, option_effect_is_called, option_effect_stops_early,
    option_effect_has_no_parent, option_effect_is_outside, option_effect_draws_completions,
    option_effect_measures_pass, option_effect_reinforces, option_effect_reinforces_until,
    option_effect_is_off_policy, option_effect_is_on_policy, option_effect_imitates,
    option_effect_is_rewarded, option_effect_models_reward, option_effect_clips, option_effect_scales,
    option_effect_has_critic, option_effect_labels;

#endif
