/* The table of options. See options.h; names are found in option_names.c, values read and kept in
 * option_values.c.
 *
 * To add an option: a field in struct config (or struct mix), a row here. */
#include "spec/options.h"

#include <assert.h>
#include <string.h>

#include "base/terminal.h"
#include "base/utf8.h"
#include "nn/gpt.h"
#include "noise/noises.h"
#include "spec/option_effects.h"
#include "tasks/tasks.h"
#include "trace/trace.h"

/* --- choices --- */

static const char *task_choice(int n) { return task_list[n] ? task_list[n]->name : NULL; }
static const char *preset_choice(int n) { return gpt_presets[n].name; }
static const char *sampling_choice(int n) { return sampling_names[n]; }
static const char *visibility_choice(int n) { return visibility_names[n]; }
static const char *format_choice(int n) { return format_names[n]; }

static const char *family_choice(int n) { return family_names[n]; }
static const char *method_choice(int n) { return rl_method_names[n]; }
static const char *reward_choice(int n) { return rl_reward_names[n]; }
static const char *reward_model_choice(int n) { return rl_reward_model_names[n]; }
static const char *scale_choice(int n) { return rl_scale_names[n]; }
static const char *curriculum_choice(int n) { return rl_curriculum_names[n]; }
static const char *expert_choice(int n) { return rl_expert_names[n]; }
static const char *label_choice(int n) { return rl_labels_names[n]; }
static const char *order_choice(int n) { return sparsify_order_names[n]; }
static const char *schedule_choice(int n) { return sparsify_schedule_names[n]; }

static const char *switch_choice(int n) {
    static const char *const names[] = {"false", "true", NULL};
    return names[n];
}

static const char *answer_choice(int n) {
    static const char *const names[] = {"noisy", "clean", NULL};
    return names[n];
}

/* --- what a text may be --- */

static bool is_name(const char *text) {
    size_t length = strlen(text);
    if (length < 1 || length > CONFIG_NAME_MAX || strchr("._-", text[0])) return false;
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static bool is_path(const char *text) {
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) return false;
    return strlen(text) < CONFIG_PATH_MAX;
}

/* A command of --trainer: text that a record can keep, which names what every trainer needs. */
static bool is_trainer(const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0, bytes; i < length; i += bytes) {
        uint32_t number;
        bytes = utf8_character(text + i, length - i, &number);
        if (!bytes || !terminal_is_seen(number)) return false;
    }
    return !length || (length < CONFIG_TRAINER_MAX && strstr(text, "{test}") && strstr(text, "{out}"));
}

/* --- the table --- */

#define FIELD(f) .offset = offsetof(struct config, f), .size = sizeof(((struct config *)0)->f)
#define INTEGER(n, f, from, to, value) \
    .name = n, .type = OPTION_INTEGER, FIELD(f), .low = from, .high = to, .initial = value
#define NUMBER(n, f, from, to, value) \
    .name = n, .type = OPTION_NUMBER, FIELD(f), .low = from, .high = to, .initial = value
#define CHOICE(n, f, names, value) \
    .name = n, .type = OPTION_CHOICE, FIELD(f), .choice = names, .initial = value
#define PATH(n, f) \
    .name = n, .type = OPTION_STRING, FIELD(f), .accepts = is_path, .accepted = "a path", .initial = ""
#define OF_TASK   .counts = COUNTS_TASKS, .stride = sizeof(struct mix_entry)
#define PER_KIND  .counts = COUNTS_NOISES, .stride = sizeof(double)
#define PER_CALL  .counts = COUNTS_CALLED, .stride = sizeof(enum visibility)
#define IN_RESULT .matters = true
#define OF_NOISE  .of_noise = true
#define STEPS_MAX 1000000000.

static const struct option_row table[] = {
    {.name = "name",
     .type = OPTION_STRING,
     FIELD(name),
     .accepts = is_name,
     .accepted = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
     .doc = "what results/ calls it; by default the spec's file name"},
    {INTEGER("seeds", seed, 0, 9007199254740991., "1"), IN_RESULT,
     .doc = "a run for each of these; decides problems, noise and initial weights"},

    {.name = "task.*.name",
     .type = OPTION_TASK,
     FIELD(mix.entry[0].task),
     OF_TASK,
     IN_RESULT,
     .choice = task_choice,
     .doc = "what the model learns (`cotnoise tasks`)"},
    {CHOICE("task.family", family, family_choice, "none"), .retells = true,
     .effect = option_effect_is_of_family,
     .doc = "all tasks of this family in equal shares, in place of task.name (`cotnoise tasks`)"},
    {NUMBER("task.*.weight", mix.entry[0].weight, 0, 1e6, "1"), OF_TASK, IN_RESULT, .positive = true,
     .effect = option_effect_has_several_tasks,
     .doc = "share of the samples, relative to the other tasks of a mix"},
    {CHOICE("task.*.sampling", mix.entry[0].sizes.sampling, sampling_choice, NULL), OF_TASK, IN_RESULT,
     .effect = option_effect_samples_numbers,
     .doc = "arguments by length (digits uniform) or by magnitude (value uniform)"},
    {INTEGER("task.*.min_digits", mix.entry[0].sizes.min_digits, 0, DECIMAL_ARGUMENT, NULL), OF_TASK,
     IN_RESULT, .effect = option_effect_samples_by_length,
     .doc = "fewest digits of an argument (sampling: length)"},
    {INTEGER("task.*.max_digits", mix.entry[0].sizes.max_digits, 0, DECIMAL_ARGUMENT, NULL), OF_TASK,
     IN_RESULT, .effect = option_effect_samples_by_length,
     .doc = "most digits of an argument (sampling: length)"},
    {INTEGER("task.*.min", mix.entry[0].sizes.min, -9007199254740991., 9007199254740991., NULL), OF_TASK,
     IN_RESULT, .effect = option_effect_samples_by_magnitude,
     .doc = "smallest argument (sampling: magnitude)"},
    {INTEGER("task.*.max", mix.entry[0].sizes.max, -9007199254740991., 9007199254740991., NULL), OF_TASK,
     IN_RESULT, .effect = option_effect_samples_by_magnitude,
     .doc = "largest argument (sampling: magnitude)"},
    {INTEGER("task.*.min_length", mix.entry[0].sizes.min_length, 0, LIST_MAX, NULL), OF_TASK, IN_RESULT,
     .effect = option_effect_takes_list, .doc = "fewest elements of a list, smallest problem"},
    {INTEGER("task.*.max_length", mix.entry[0].sizes.max_length, 0, LIST_MAX, NULL), OF_TASK, IN_RESULT,
     .effect = option_effect_takes_list, .doc = "most elements of a list, largest problem"},

    {CHOICE("format", mix.format, format_choice, "trace"), IN_RESULT,
     .doc = "what is learned: the whole trace, the answer at once, or the answer and then the trace"},
    {CHOICE("visibility.*", mix.visibility[0], visibility_choice, NULL), PER_CALL, IN_RESULT,
     .effect = option_effect_is_called, .doc = "how much of this task is written where another calls it"},
    {INTEGER("line_limit", mix.line_limit, 1, TRACE_LINES_MAX, "300"), IN_RESULT,
     .doc = "lines after which a trace that noise keeps going is cut; a clean one that is longer is refused"},

    {NUMBER("refine", mix.refine, 0, 1, "0"), OF_NOISE, IN_RESULT, .effect = option_effect_mends_errors,
     .doc = "chance that a dynamic error is mended by the next line, `fix name = value`"},
    {CHOICE("reverse", mix.reverse, switch_choice, "false"), IN_RESULT, .effect = option_effect_reverses,
     .doc = "completions write numbers least significant digit first; prompts never do"},
    {NUMBER("sparsify.share", mix.sparsify.share, 0, 1, "0"), IN_RESULT, .effect = option_effect_sparsifies,
     .doc = "share of the lines but the answer that is left out of every training trace"},
    {CHOICE("sparsify.order", mix.sparsify.order, order_choice, "random"), IN_RESULT,
     .effect = option_effect_sparsifies, .doc = "which lines: random ones, or the earliest"},
    {CHOICE("sparsify.schedule", mix.sparsify.schedule, schedule_choice, "constant"), IN_RESULT,
     .effect = option_effect_sparsifies,
     .doc = "the share in every epoch, or rising to it from 0 in the first"},

    {INTEGER("data.samples", data.samples, 1, 1e9, "20000"), IN_RESULT, .effect = option_effect_draws_samples,
     .doc = "different training samples"},
    {INTEGER("data.epochs", data.epochs, 1, 1e6, "4"), IN_RESULT, .doc = "times that each is learned from"},
    {NUMBER("data.contamination", mix.contamination, 0, 1, "1"), OF_NOISE,
     .doc = "share of the training samples that noise is applied to"},
    {CHOICE("data.fixed_noise", mix.fixed_noise, switch_choice, "true"), OF_NOISE, IN_RESULT,
     .effect = option_effect_draws_noise_afresh,
     .doc = "every epoch learns from the same noised copies; false: noise is drawn afresh in each"},
    {PATH("data.file", data.file), IN_RESULT, .content = CONTENT_FILE,
     .doc = "JSONL of prompts and completions to train on; - is standard input"},

    {NUMBER("noise.*.rate", mix.rate[0], 0, 1, "0"), OF_NOISE, PER_KIND, IN_RESULT,
     .effect = option_effect_is_noised, .doc = "chance that a site is corrupted (`cotnoise noises`)"},
    {NUMBER("noise.*.contamination", mix.kind_contamination[0], 0, 1, NULL), OF_NOISE, PER_KIND, IN_RESULT,
     .effect = option_effect_is_noised,
     .doc = "share of the samples for this kind; by default data.contamination"},
    {CHOICE("noise.answer", mix.answer_clean, answer_choice, "noisy"), OF_NOISE, IN_RESULT,
     .effect = option_effect_changes_values, .doc = "whether static noise changes the answer line too"},
    {.name = "noise.names",
     .type = OPTION_STRING,
     FIELD(mix.names),
     OF_NOISE,
     IN_RESULT,
     .accepts = aim_is_list,
     .accepted = "names of lines, each once, with + between them, such as res+carry",
     .initial = "",
     .effect = option_effect_aims_noise,
     .doc = "lines that all noise is aimed at: res, or res+carry; by default every site"},

    {CHOICE("model.preset", model.preset, preset_choice, "small"), .doc = "shape of the transformer"},
    {INTEGER("model.layers", model.layers, 1, GPT_LAYERS_MAX, NULL), IN_RESULT,
     .doc = "by default the preset's"},
    {INTEGER("model.width", model.width, GPT_WIDTH_MIN, GPT_WIDTH_MAX, NULL), IN_RESULT,
     .doc = "by default the preset's"},
    {INTEGER("model.heads", model.heads, 1, GPT_HEADS_MAX, NULL), IN_RESULT,
     .doc = "divides width; by default the preset's"},
    {INTEGER("model.ffn", model.ffn, GPT_FFN_MIN, GPT_FFN_MAX, NULL), IN_RESULT,
     .doc = "inner width of the MLP; by default the preset's"},
    {NUMBER("model.rotary_share", model.rotary_share, 0, 1, NULL), IN_RESULT, .positive = true,
     .doc = "share of each head that is rotated; by default the preset's"},
    {NUMBER("model.rotary_base", model.rotary_base, 1, GPT_ROTARY_BASE_MAX, "10000"), IN_RESULT,
     .doc = "base of the rotary wavelengths"},
    {PATH("model.init", model.init), IN_RESULT, .content = CONTENT_MODEL,
     .effect = option_effect_has_no_parent, .doc = "start from the checkpoint in this directory"},

    {INTEGER("train.batch_tokens", train.batch_tokens, 1, 1 << 24, "128"), IN_RESULT,
     .doc = "tokens a step, of whole samples"},
    {NUMBER("train.learning_rate", train.learning_rate, 0, 10, "1e-3"), IN_RESULT, .positive = true,
     .doc = "highest learning rate"},
    {INTEGER("train.warmup_steps", train.warmup_steps, 0, STEPS_MAX, "200"), IN_RESULT,
     .doc = "steps until the highest learning rate; at most a tenth of all steps"},
    {INTEGER("train.max_steps", train.max_steps, 0, STEPS_MAX, "0"), IN_RESULT,
     .doc = "steps after which training ends; 0: after the epochs"},
    {NUMBER("train.weight_decay", train.weight_decay, 0, 10, "0.01"), IN_RESULT,
     .doc = "of AdamW, on matrices"},
    {NUMBER("train.clip", train.clip, 0, 1e6, "1"), IN_RESULT,
     .doc = "largest norm of the gradient; 0: no clipping"},
    {INTEGER("train.threads", train.threads, 1, 1024, "1"),
     .doc = "threads of one run; the result is the same"},
    {CHOICE("train.recompute", train.recompute, switch_choice, "false"),
     .doc = "compute activations twice to save memory; the result is the same"},
    {NUMBER("train.stop_at", train.stop_at, 0, 1, "0"), IN_RESULT,
     .doc = "validation accuracy at which training, or learning by rl.method, ends early; 0: never"},
    {INTEGER("train.checkpoint_every", train.checkpoint_every, 1, STEPS_MAX, "200"),
     .doc = "steps between saved states"},

    {CHOICE("rl.method", rl.method, method_choice, "none"), IN_RESULT, .effect = option_effect_reinforces,
     .doc = "how the model of the same run without rl (or of `start`) learns on from what it writes itself"},
    {CHOICE("rl.reward", rl.reward, reward_choice, "outcome"), IN_RESULT, .effect = option_effect_is_rewarded,
     .doc = "what for: the right answer, the right trace, each right line, or what a model thinks of it"},
    {NUMBER("rl.reward_noise", rl.reward_noise, 0, 1, "0"), IN_RESULT, .effect = option_effect_is_rewarded,
     .doc = "chance that a reward is turned over"},
    {CHOICE("rl.reward_model", rl.reward_model, reward_model_choice, "sparse"), IN_RESULT,
     .effect = option_effect_models_reward, .doc = "rewards at the end, or at the end of each line"},
    {INTEGER("rl.reward_rollouts", rl.reward_rollouts, 1, 1e7, "4096"), IN_RESULT,
     .effect = option_effect_models_reward,
     .doc = "completions of the parent that the reward model learns from"},
    {INTEGER("rl.rollouts", rl.rollouts, 1, 1e9, "100000"), IN_RESULT, .effect = option_effect_reinforces,
     .doc = "completions that the model writes to learn from, in all (TRL: total_episodes)"},
    {INTEGER("rl.prompts", rl.prompts, 1, 65536, "32"), IN_RESULT, .effect = option_effect_reinforces,
     .doc = "problems of an iteration"},
    {INTEGER("rl.generations", rl.generations, 1, 1024, "8"), IN_RESULT, .effect = option_effect_reinforces,
     .doc = "completions for each of them (TRL: num_generations)"},
    {INTEGER("rl.iterations", rl.iterations, 1, 100, "1"), IN_RESULT, .effect = option_effect_is_on_policy,
     .doc = "times that an iteration's completions are learned from (TRL: num_iterations, num_ppo_epochs)"},
    {INTEGER("rl.minibatches", rl.minibatches, 1, 1024, NULL), IN_RESULT,
     .effect = option_effect_is_on_policy,
     .doc = "steps that each such time is divided into; by default one for each 32 completions (TRL: "
            "num_mini_batches)"},
    {NUMBER("rl.temperature", rl.temperature, 0.001, 100, "1"), IN_RESULT, .effect = option_effect_reinforces,
     .doc = "of sampling, at the beginning (TRL: temperature)"},
    {NUMBER("rl.final_temperature", rl.final_temperature, 0.001, 100, NULL), IN_RESULT,
     .effect = option_effect_reinforces, .doc = "at the end, in between linear; by default rl.temperature"},
    {NUMBER("rl.learning_rate", rl.learning_rate, 0, 10, NULL), IN_RESULT, .positive = true,
     .effect = option_effect_reinforces,
     .doc = "highest learning rate; by default 3e-4, ppo 1e-4 (TRL: learning_rate)"},
    {NUMBER("rl.clip", rl.clip, 0, 1e6, "0.2"), IN_RESULT, .effect = option_effect_clips,
     .doc = "how far below 1 the ratio to the policy that wrote may count (TRL: epsilon, cliprange)"},
    {NUMBER("rl.clip_high", rl.clip_high, 0, 1e6, NULL), IN_RESULT, .effect = option_effect_clips,
     .doc = "how far above 1; by default rl.clip (TRL: epsilon_high)"},
    {NUMBER("rl.beta", rl.beta, 0, 1e6, "0"), IN_RESULT, .effect = option_effect_is_on_policy,
     .doc = "weight of the divergence from the parent (TRL: beta, kl_coef)"},
    {NUMBER("rl.entropy", rl.entropy, 0, 1e6, "0"), IN_RESULT, .effect = option_effect_is_on_policy,
     .doc = "weight of a bonus for entropy, nats a token (TRL: entropy_coef)"},
    {CHOICE("rl.scale", rl.scale, scale_choice, "group"), IN_RESULT, .effect = option_effect_scales,
     .doc = "of grpo: advantages over their deviation in the group; none is Dr. GRPO (TRL: scale_rewards)"},
    {NUMBER("rl.lambda", rl.lambda, 0, 1, "0.95"), IN_RESULT, .effect = option_effect_has_critic,
     .doc = "of generalised advantage estimation (TRL: lam)"},
    {NUMBER("rl.value_clip", rl.value_clip, 0, 1e6, "0.2"), IN_RESULT, .effect = option_effect_has_critic,
     .doc = "how far a value may go from the old one before its loss is clipped (TRL: cliprange_value)"},
    {NUMBER("rl.value_weight", rl.value_weight, 0, 1e6, "0.01"), IN_RESULT,
     .effect = option_effect_has_critic, .doc = "weight of the value loss (TRL: vf_coef)"},
    {CHOICE("rl.curriculum", rl.curriculum, curriculum_choice, "none"), IN_RESULT,
     .effect = option_effect_is_on_policy,
     .doc = "replay: problems whose rewards differ come again; backtrack: completions begin with true lines"},
    {CHOICE("rl.expert", rl.expert, expert_choice, "own"), IN_RESULT, .effect = option_effect_imitates,
     .doc =
         "of expert_iteration, whose traces: right ones of its own, of a search that a checker guides, its "
         "greedy ones whether right or not, true ones, or as noised as the spec says"},
    {INTEGER("rl.rounds", rl.rounds, 1, 10000, "4"), IN_RESULT, .effect = option_effect_is_off_policy,
     .doc = "times that it is trained afresh from the parent, on all that was kept"},
    {INTEGER("rl.keep", rl.keep, 1, 1024, "4"), IN_RESULT, .effect = option_effect_is_off_policy,
     .doc = "most different completions of a problem that are kept"},
    {INTEGER("rl.epochs", rl.epochs, 1, 1000, "2"), IN_RESULT, .effect = option_effect_is_off_policy,
     .doc = "times that a round learns from each"},
    {INTEGER("rl.steps", rl.steps, 0, STEPS_MAX, "0"), IN_RESULT, .effect = option_effect_is_off_policy,
     .doc = "steps of a round, however many epochs that takes; 0: rl.epochs"},
    {CHOICE("rl.labels", rl.labels, label_choice, "completion"), IN_RESULT, .effect = option_effect_labels,
     .doc = "of rcrl: `good` or `bad` stands before a completion, or before each line"},
    {INTEGER("rl.every", rl.every, 0, STEPS_MAX, "25"), IN_RESULT, .effect = option_effect_reinforces_until,
     .doc = "iterations between greedy validations, the last at the end; 0: at the end alone"},

    {.name = "trainer",
     .type = OPTION_STRING,
     FIELD(trainer),
     IN_RESULT,
     .accepts = is_trainer,
     .accepted = "a command in one line of at most 4095 bytes that names {test} and {out}",
     .initial = "",
     .typed = true,
     .effect = option_effect_is_outside,
     .doc = "command that trains in our place (--trainer); on the command line alone, never in a spec"},

    {INTEGER("eval.problems", eval.problems, 1, 10000000, "500"), IN_RESULT,
     .doc = "fresh problems to be tested on"},
    {INTEGER("eval.every", eval.every, 0, STEPS_MAX, "0"), IN_RESULT, .effect = option_effect_stops_early,
     .doc = "steps between validations, the last at the end; 0: none"},
    {INTEGER("eval.samples", eval.samples, 1, 1000, "1"), IN_RESULT,
     .effect = option_effect_draws_completions,
     .doc = "completions drawn for each problem (temperature above 0)"},
    {NUMBER("eval.temperature", eval.temperature, 0, 100, "0"), IN_RESULT,
     .doc = "of sampling; 0: always the likeliest token"},
    {INTEGER("eval.max_new_tokens", eval.max_new_tokens, 0, 1000000, "0"), IN_RESULT,
     .doc = "most tokens of a completion; 0: twice the longest in training"},
    {INTEGER("eval.pass", eval.pass, 0, CONFIG_PASS_MAX, "0"), IN_RESULT,
     .effect = option_effect_measures_pass,
     .doc = "completions drawn for each test problem, at temperature 1, for pass@k; 0: none"},

    {NUMBER("report.threshold", report.threshold, 0, 1, "0.95"), .positive = true,
     .doc = "share of the clean accuracy that counts as unharmed"},
    {NUMBER("report.learned", report.learned, 0, 1, "0.9"), .positive = true,
     .doc = "validation accuracy of clean runs below which there is no threshold"},
    {.name = NULL},
};

static_assert(sizeof table / sizeof *table <= OPTION_SLOTS / OPTION_INDEX_MAX, "slots for every row");
static_assert((int)TASKS_MAX <= (int)OPTION_INDEX_MAX && (int)NOISE_KINDS_MAX <= (int)OPTION_INDEX_MAX &&
                  (int)MIX_TASKS <= (int)OPTION_INDEX_MAX,
              "slots for every index");

const struct option_row *options_table(void) { return table; }

int option_slot(struct option_ref option) {
    return (int)(option.row - table) * OPTION_INDEX_MAX + option.index;
}

int option_count(const struct option_row *row) {
    int count = 0;
    switch (row->counts) {
    case COUNTS_NOTHING: return 1;
    case COUNTS_TASKS: return MIX_TASKS;
    case COUNTS_NOISES:
        while (noise_list[count]) count++;
        break;
    case COUNTS_CALLED:
        while (task_list[count]) count++;
        break;
    }
    return count;
}

/* What a program of the user's that trains in our place is not told: how that is done is its affair. */
static bool is_of_learner(const struct option_row *row) {
    static const char *const sections[] = {"model.", "train.", "eval."};
    bool found = false;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        found |= !strncmp(row->name, sections[i], strlen(sections[i]));
    return found && strcmp(row->name, "eval.problems");
}

bool option_has_effect(struct option_ref option, const struct config *config) {
    if (*config->trainer && is_of_learner(option.row)) return false;
    if (option.row->counts == COUNTS_TASKS && option.index >= config->mix.entries) return false;
    return !option.row->effect || option.row->effect(config, option.index);
}

bool option_is_felt(struct option_ref option, const struct config *config) {
    if (option.row->counts != COUNTS_TASKS || !config->family) return option_has_effect(option, config);
    for (int i = 0; i < config->mix.entries; i++)
        if (option_has_effect((struct option_ref){.row = option.row, .index = i}, config)) return true;
    return false;
}

bool option_is_family(const struct option_row *row) { return row->offset == offsetof(struct config, family); }

bool option_is_of_reinforcement(const struct option_row *row) {
    return !strncmp(row->name, "rl.", strlen("rl."));
}
