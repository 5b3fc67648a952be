/* cotnoise solve: a trained model writes its chain of thought for one problem. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "nn/levels.h"
#include "record/model_directory.h"
#include "trace/prompt.h"
#include "train/labelling.h"

static const char usage[] =
    "usage: cotnoise solve DIR PROBLEM\n\n"
    "Lets the model in the run directory DIR write its chain of thought, greedily. PROBLEM is a prompt such "
    "as\n"
    "\"58679 + 52\" or \"gcd(48, 18)\".\n\n"
    "      --max-new-tokens N  stop after N tokens (default 1000)\n"
    "      --temperature T     sample at this temperature instead (default 0, greedy)\n"
    "      --seed N            of sampling (default 1)\n"
    "  -h, --help              this text\n";

struct solve_choices {
    int64_t max_new_tokens, seed;
    double temperature;
    bool seeded;
};

static enum err write_solution(const struct model_directory *model, const struct tokens *prompt,
                               const struct solve_choices *choices, struct error *error) {
    struct decoder_request request = {prompt->id, (int)prompt->count, 0};
    struct decoder_options options = {.max_new_tokens = (int)choices->max_new_tokens,
                                      .stop = TOKEN_EOS,
                                      .temperature = choices->temperature,
                                      .seed = (uint64_t)choices->seed};
    struct decoder_result result;
    struct team *team;
    enum err code = team_create(1, &team, error);
    if (code) return code;
    struct folded folded = {0};
    code = folded_create(model->checkpoint.gpt, 1, &folded, error);
    struct labelling labelling = {.label = TOKEN_PAD};
    if (!code) code = labelling_wanted(&model->config, model->vocabulary, &labelling, error);
    if (!code) code = labelling_decode(labelling, &folded, team, &request, 1, &options, &result, error);
    folded_free(&folded);
    team_free(team);
    if (code) return code;
    struct buffer text = {0};
    vocabulary_render(model->vocabulary, result.tokens, (size_t)result.length, false, &text);
    if (text.failed)
        code = err_memory(error, "the text");
    else
        printf("%s\n", text.bytes ? text.bytes : "");
    if (!code && !result.stopped)
        code = err_set(error, ERR_RUNTIME, "no end within %lld tokens", (long long)choices->max_new_tokens);
    buffer_free(&text);
    decoder_free_results(&result, 1);
    return code;
}

/* Says on standard error when the prompt is a problem of none of the tasks that the model was trained on: it
 * writes on all the same. What models of given data were asked is not known. */
static enum err warn_of_no_problem(char *command, const struct config *config, const char *problem,
                                   struct error *error) {
    const struct mix *mix = &config->mix;
    if (*config->data.file) return ERR_OK;
    struct arguments *arguments = memory_array(1, sizeof *arguments);
    if (!arguments) return err_memory(error, "the problem");
    struct error why;
    enum err code = ERR_INPUT;
    for (int i = 0; i < mix->entries && code == ERR_INPUT; i++)
        code = prompt_parse(mix->entry[i].task, problem, arguments, &why);
    free(arguments);
    if (code == ERR_INPUT && mix->entries > 1)
        printing_warning(command, "this is a problem of none of the model's tasks; it writes what it may");
    else if (code == ERR_INPUT)
        printing_warning(command, "%s; the model writes what it may", why.message);
    else if (code)
        return err_set(error, code, "%s", why.message);
    return ERR_OK;
}

enum err cli_solve(int argc, char **argv, struct error *error) {
    enum { MAX_NEW_TOKENS = 256, TEMPERATURE, SEED };
    static const struct option options[] = {{"max-new-tokens", required_argument, 0, MAX_NEW_TOKENS},
                                            {"temperature", required_argument, 0, TEMPERATURE},
                                            {"seed", required_argument, 0, SEED},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct solve_choices choices = {.max_new_tokens = 1000, .seed = 1};
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":h", options, NULL)) != -1;) switch (c) {
        case MAX_NEW_TOKENS:
            code = arguments_integer("--max-new-tokens", optarg, 1, 1 << 20, &choices.max_new_tokens, error);
            break;
        case TEMPERATURE:
            code = arguments_number("--temperature", optarg, 0, 100, &choices.temperature, error);
            break;
        case SEED:
            choices.seeded = true;
            code = arguments_integer("--seed", optarg, 0, INT64_MAX, &choices.seed, error);
            break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code && argc - optind != 2)
        code = err_set(error, ERR_INPUT, "needs a run directory and a problem; see 'cotnoise solve --help'");
    if (!code && choices.seeded && choices.temperature <= 0)
        printing_warning(argv[0], "--seed changes nothing at temperature 0");
    struct model_directory model = {0};
    if (!code) code = arguments_path("the run directory", argv[optind], error);
    if (!code) code = levels_check(error);
    if (!code) code = model_directory_read(argv[optind], &model, error);
    if (!code) code = printing_changes(argv[0], &model, error);
    struct tokens prompt = {0};
    if (!code && memory_reserve(&prompt.id, &prompt.capacity, 1, sizeof *prompt.id))
        code = err_memory(error, "the problem");
    if (!code) {
        prompt.id[prompt.count++] = TOKEN_BOS;
        const char *problem = argv[optind + 1];
        code = vocabulary_encode(model.vocabulary, problem, strlen(problem), &prompt, error);
    }
    if (!code && prompt.count == 1) code = err_set(error, ERR_INPUT, "the problem is empty");
    if (!code && prompt.id[prompt.count - 1] != TOKEN_NEWLINE)
        code = vocabulary_encode(model.vocabulary, "\n", 1, &prompt, error);
    if (!code) code = warn_of_no_problem(argv[0], &model.config, argv[optind + 1], error);
    if (!code) code = write_solution(&model, &prompt, &choices, error);
    tokens_free(&prompt);
    model_directory_free(&model);
    return code;
}
