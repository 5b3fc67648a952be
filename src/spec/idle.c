/* Options that change no run. See idle.h.
 *
 * An option is idle where options.c says that it has no effect, or a rule here does. The two differ: an
 * option without effect there is left out of a run's ID, of which a new rule would make another; and
 * eval.every, which changes no result, makes a curve all the same. */
#include "spec/idle.h"

#include <string.h>

#include "noise/noises.h"

static bool makes_samples(const struct config *config) { return !*config->data.file; }

static bool writes_lines(const struct config *config, int index) {
    (void)index;
    return config->mix.format != FORMAT_DIRECT;
}

static bool makes_lines(const struct config *config, int index) {
    return makes_samples(config) && writes_lines(config, index);
}

static bool drops_more_lines(const struct config *config, int index) {
    return makes_lines(config, index) && config->data.epochs > 1;
}

static bool has_samples(const struct config *config, int index) {
    (void)index;
    return makes_samples(config);
}

static bool acts(const struct config *config, int kind) {
    enum noise_stage stage = noise_list[kind]->stage;
    if (!makes_samples(config) || !mix_noise_acts(&config->mix, kind)) return false;
    const char *aim = config->mix.names;
    bool before_answer = strcmp(aim, "answer"), lines = writes_lines(config, kind);
    if (stage != NOISE_VALUES) return before_answer && (stage == NOISE_DYNAMIC || lines);
    bool answer = !*aim || aim_names(aim, "answer", strlen("answer"));
    return (before_answer && lines) || (answer && !config->mix.answer_clean);
}

/* An answer alone is no line too many, but an algorithm that noise keeps going has its end there as well. */
static bool is_limited(const struct config *config, int index) {
    bool limited = writes_lines(config, index);
    for (int kind = 0; noise_list[kind]; kind++)
        limited |= noise_list[kind]->stage == NOISE_DYNAMIC && acts(config, kind);
    return limited;
}

static bool is_noised(const struct config *config, int index) {
    (void)index;
    for (int kind = 0; noise_list[kind]; kind++)
        if (config->mix.rate[kind] > 0) return makes_samples(config);
    return false;
}

/* The ratio to the policy that wrote is 1 until a step has been made since. */
static bool steps_again(const struct config *config, int index) {
    (void)index;
    return config->rl.iterations > 1 || config->rl.minibatches > 1;
}

static bool counts_epochs(const struct config *config, int index) {
    (void)index;
    return !config->rl.steps;
}

#define BY_LENGTH "a task that takes numbers, and sampling: length (or a task that draws its problems by it)"
#define BY_RANGE \
    "a task that takes numbers, and sampling: magnitude (or a task that draws its problems by it)"
#define ON_POLICY  "rl.method: reinforce, rloo, grpo or ppo"
#define OFF_POLICY "rl.method: expert_iteration or rcrl"
#define CLIPPING   "rl.method: grpo or ppo, and several steps for an iteration (rl.iterations, rl.minibatches)"
#define REWARDED   "an rl.method, of expert_iteration with rl.expert: own"

/* Rows that can be idle, when they are not besides where they have no effect, and what they need. */
static const struct {
    const char *row;
    bool (*is_used)(const struct config *config, int index); /* NULL: always */
    const char *needs;
} rules[] = {
    {"task.*.weight", NULL, "a mix of several tasks"},
    {"task.*.sampling", NULL, "a task that draws numbers in both ways"},
    {"task.*.min_digits", NULL, BY_LENGTH},
    {"task.*.max_digits", NULL, BY_LENGTH},
    {"task.*.min", NULL, BY_RANGE},
    {"task.*.max", NULL, BY_RANGE},
    {"task.*.min_length", NULL, "a task that takes a list, or draws its problems"},
    {"task.*.max_length", NULL, "a task that takes a list, or draws its problems"},
    {"visibility.*", writes_lines, "a task that calls this one, and another format than direct"},
    {"line_limit", is_limited, "another format than direct, or dynamic noise"},
    {"refine", makes_lines, "dynamic noise, another format than direct, and no data.file"},
    {"sparsify.share", makes_lines, "another format than direct, and no data.file"},
    {"sparsify.order", makes_lines, "sparsify.share above 0, another format than direct, and no data.file"},
    {"sparsify.schedule", drops_more_lines,
     "sparsify.share above 0, several epochs, another format than direct, and no data.file"},
    {"data.samples", NULL, "no data.file, whose samples are all learned from"},
    {"data.contamination", is_noised, "a noise whose rate is above 0, and no data.file"},
    {"data.fixed_noise", NULL, "noise, several epochs, and no data.file"},
    {"noise.*.rate", acts,
     "contamination above 0, no data.file (whose lines are learned from as they are), and lines or values to "
     "act on (those that noise.names says)"},
    {"noise.*.contamination", acts, "this noise's rate above 0, and no data.file"},
    {"noise.answer", has_samples, "a static noise that changes values, and no data.file"},
    {"noise.names", has_samples, "a noise whose rate is above 0, and no data.file"},
    {"model.init", NULL, "no `start`, whose model is taken"},
    {"rl.reward", NULL, REWARDED},
    {"rl.reward_noise", NULL, REWARDED},
    {"rl.reward_model", NULL, "rl.reward: model"},
    {"rl.reward_rollouts", NULL, "rl.reward: model"},
    {"rl.rollouts", NULL, "an rl.method"},
    {"rl.prompts", NULL, "an rl.method"},
    {"rl.generations", NULL, "an rl.method"},
    {"rl.iterations", NULL, ON_POLICY},
    {"rl.minibatches", NULL, ON_POLICY},
    {"rl.temperature", NULL, "an rl.method"},
    {"rl.final_temperature", NULL, "an rl.method"},
    {"rl.learning_rate", NULL, "an rl.method"},
    {"rl.clip", steps_again, CLIPPING},
    {"rl.clip_high", steps_again, CLIPPING},
    {"rl.beta", NULL, ON_POLICY},
    {"rl.entropy", NULL, ON_POLICY},
    {"rl.scale", NULL, "rl.method: grpo"},
    {"rl.lambda", NULL, "rl.method: ppo"},
    {"rl.value_clip", NULL, "rl.method: ppo"},
    {"rl.value_weight", NULL, "rl.method: ppo"},
    {"rl.curriculum", NULL, ON_POLICY},
    {"rl.expert", NULL, "rl.method: expert_iteration"},
    {"rl.rounds", NULL, OFF_POLICY},
    {"rl.keep", NULL, OFF_POLICY},
    {"rl.epochs", counts_epochs, OFF_POLICY ", without rl.steps"},
    {"rl.steps", NULL, OFF_POLICY},
    {"rl.labels", NULL, "rl.method: rcrl"},
    {"eval.samples", NULL, "eval.temperature above 0"},
};
enum { RULES = sizeof rules / sizeof *rules };

static int rule_of(const struct option_row *row) {
    for (int i = 0; i < RULES; i++)
        if (!strcmp(rules[i].row, row->name)) return i;
    return -1;
}

static bool is_default(struct option_ref option, const struct config *config) {
    struct option_value initial;
    const char *problem;
    return option.row->initial && !option_parse(option.row, option.row->initial, false, &initial, &problem) &&
           option_equal(option.row, initial, option_get(option, config));
}

void idle_note(struct idle *idle, const struct partial *run) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        int rule = rule_of(row);
        for (int i = 0; rule >= 0 && i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            int slot = option_slot(option);
            if (!run->origin[slot] || is_default(option, &run->config)) continue;
            idle->said[slot] = run->origin[slot];
            if (option_is_felt(option, &run->config) &&
                (!rules[rule].is_used || rules[rule].is_used(&run->config, i)))
                idle->used[slot] = true;
        }
    }
}

bool idle_option(const struct idle *idle, int n, struct error *message) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            const struct setting *said = idle->said[option_slot(option)];
            if (!said || idle->used[option_slot(option)] || n-- > 0) continue;
            char name[OPTION_NAME_MAX];
            option_name(option, said->numbered ? MIX_TASKS : 1, name);
            tree_error(said->tree, said->node, message, "%s changes nothing here: it needs %s", name,
                       rules[rule_of(row)].needs);
            return true;
        }
    }
    return false;
}
