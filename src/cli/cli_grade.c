/* cotnoise grade: judges completions that were made anywhere, a file or a grid of files. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/jsonl.h"
#include "base/plural.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/grades.h"
#include "cli/pass_table.h"
#include "cli/printing.h"
#include "record/columns.h"
#include "trace/trace.h"
#include "train/grade.h"
#include "train/grade_table.h"

static const char usage[] =
    "usage: cotnoise grade FILE.jsonl [-o OUT.jsonl]\n"
    "       cotnoise grade --table CELLS.jsonl -o DIR\n\n"
    "Judges completions against the truth that each problem's task makes of its arguments, whoever wrote "
    "them.\n"
    "A line of FILE (- is standard input) has \"task\", \"args\" and \"completion\", or \"completions\", a "
    "list: "
    "then also\n"
    "pass@k and the majority vote. Or it comes from an OpenAI-compatible batch run (\"custom_id\", "
    "\"response\"; its\n"
    "problems are those of --problems), or from a sample log of lm-evaluation-harness (\"doc\", "
    "\"resps\").\n\n"
    "      --lenient            read chatty texts too: the first `answer =`, however spaced, in Markdown,\n"
    "                           with text around it (docs/grading.md has the rule); without it a completion\n"
    "                           must be exactly a trace of ours\n"
    "      --problems FILE      JSONL of `cotnoise gen`, of which TASK-INDEX is the \"custom_id\" of a batch "
    "run;\n"
    "                           those without an answer count as wrong\n"
    "      --visibility OP=MODE how true traces write calls of a task: full, call or hidden (repeatable;\n"
    "                           default: as 'cotnoise tasks OP' says)\n"
    "      --line-limit N       longest true trace in lines (default 300, from 1 to 100000)\n"
    "      --format FORMAT      trace, direct: the answer alone, or answer_first (default trace)\n"
    "      --reverse            completions have numbers least significant digit first\n"
    "  -o, --output OUT.jsonl   each line with \"correct\", \"trace_correct\", \"malformed\" and \"read\", "
    "the "
    "answer as it\n"
    "                           was read; of several completions a list each, with \"vote\" and "
    "\"vote_correct\"\n"
    "      --json               the outcome as a JSON object\n"
    "      --table              FILE lists files: each line has \"file\", what it was made with, in the "
    "names of\n"
    "                           options (\"noise.digit\": 0.3, \"data.samples\": 20000), \"seed\", and "
    "\"model\", a "
    "name.\n"
    "                           Each is graded; results.csv, thresholds.csv and the report are written to "
    "DIR\n"
    "  -h, --help               this text\n";

struct grade_choices {
    struct mix mix;
    const char *problems, *output;
    bool shaped; /* something was said of how true completions are written */
    bool lenient, json, table;
};

static enum err print_json(const struct graded *graded, struct error *error) {
    json_t *json = columns_evaluation_json(&graded->evaluation);
    if (json && json_object_set_new(json, "unanswered", json_integer(graded->unanswered))) {
        json_decref(json);
        json = NULL;
    }
    return jsonl_write(stdout, json, 9, error);
}

static void print_text(const struct graded *graded) {
    pass_table_print_evaluation(&graded->evaluation, stdout);
    if (graded->unanswered)
        printf("unanswered     %lld problem%s\n", (long long)graded->unanswered,
               plural_s(graded->unanswered));
    if (graded->samples > 1) pass_table_print(&graded->evaluation.pass, "", "unreadable", stdout);
}

/* What a person may not have meant. */
static void warn(const char *path, const struct grade_choices *choices, const struct graded *graded) {
    double answered = (double)(graded->evaluation.problems - graded->unanswered);
    double malformed = graded->evaluation.malformed * (double)graded->evaluation.problems;
    if (!choices->lenient && malformed - (double)graded->unanswered > answered / 2)
        printing_warning("grade", "%s: most completions are not traces of ours; --lenient reads others",
                         path);
}

static enum err grade_one(const char *path, const struct grade_choices *choices, struct error *error) {
    struct grade_options options = {&choices->mix, choices->problems, choices->lenient,
                                    .keep_lines = choices->output != NULL};
    struct graded graded;
    enum err code = grade_file(path, &options, &graded, error);
    if (code) return code;
    if (choices->output) code = grades_write(&graded, choices->mix.reverse, choices->output, error);
    if (!code) warn(path, choices, &graded);
    bool prints = !choices->output || !output_is_standard(choices->output); /* else the lines stand there */
    if (!code && prints && choices->json) code = print_json(&graded, error);
    if (!code && prints && !choices->json) print_text(&graded);
    graded_free(&graded);
    return code;
}

static enum err grade_all(const char *path, const struct grade_choices *choices, struct error *error) {
    struct grade_options options = {&choices->mix, choices->problems, choices->lenient, false};
    struct report_options report = {0};
    enum err code = grade_table(path, &options, choices->output, error);
    return code ? code : printing_report(choices->output, &report, error);
}

/* What was said must go together. */
static enum err check(int count, const char *path, const struct grade_choices *choices, struct error *error) {
    if (count != 1) return err_set(error, ERR_INPUT, "needs one JSONL file; see 'cotnoise grade --help'");
    enum err code = arguments_path("the JSONL file", path, error);
    if (!code && choices->problems && !strcmp(path, "-") && !strcmp(choices->problems, "-"))
        code = err_set(error, ERR_INPUT, "--problems -: standard input is the JSONL file already");
    if (!code && choices->table && choices->json)
        code = err_set(error, ERR_INPUT, "--json: not with --table, which writes results.csv");
    if (!code && choices->table && choices->shaped)
        code = err_set(error, ERR_INPUT,
                       "--table: its lines say how true completions are written (\"format\", \"reverse\", "
                       "\"line_limit\", \"visibility.mod\"), not the command line");
    if (!code && choices->table && !choices->output)
        code = err_set(error, ERR_INPUT, "--table: -o DIR must say where the report goes");
    if (code) return code;
    if (choices->table) return arguments_directory("-o", choices->output, error);
    code = arguments_apart(choices->output, path, error);
    if (!code && choices->problems) code = arguments_apart(choices->output, choices->problems, error);
    return code;
}

static enum err read_option(int option, struct grade_choices *choices, struct error *error) {
    int64_t number = 0;
    int word = 0;
    enum err code = ERR_OK;
    choices->shaped |= strchr("vnfr", option) != NULL;
    switch (option) {
    case 'l': choices->lenient = true; return ERR_OK;
    case 'p': choices->problems = optarg; return arguments_path("--problems", optarg, error);
    case 'v': return arguments_visibility(optarg, &choices->mix, error);
    case 'n':
        code = arguments_integer("--line-limit", optarg, 1, TRACE_LINES_MAX, &number, error);
        if (!code) choices->mix.line_limit = (int)number;
        return code;
    case 'f':
        code = arguments_word("--format", optarg, format_names, &word, error);
        if (!code) choices->mix.format = (enum format)word;
        return code;
    case 'r': choices->mix.reverse = true; return ERR_OK;
    case 'o': choices->output = optarg; return ERR_OK;
    case 'j': choices->json = true; return ERR_OK;
    default: choices->table = true; return ERR_OK;
    }
}

enum err cli_grade(int argc, char **argv, struct error *error) {
    static const struct option options[] = {{"lenient", no_argument, 0, 'l'},
                                            {"problems", required_argument, 0, 'p'},
                                            {"visibility", required_argument, 0, 'v'},
                                            {"line-limit", required_argument, 0, 'n'},
                                            {"format", required_argument, 0, 'f'},
                                            {"reverse", no_argument, 0, 'r'},
                                            {"output", required_argument, 0, 'o'},
                                            {"json", no_argument, 0, 'j'},
                                            {"table", no_argument, 0, 't'},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct grade_choices choices = {0};
    enum err code = ERR_OK;
    mix_default(&choices.mix);
    for (int c; !code && (c = getopt_long(argc, argv, ":o:h", options, NULL)) != -1;) {
        if (c == 'h') return fputs(usage, stdout), ERR_OK;
        code = c == '?' || c == ':' ? arguments_refused(c, argv, options, error)
                                    : read_option(c, &choices, error);
    }
    if (!code) code = check(argc - optind, argv[optind], &choices, error);
    interrupt_install();
    if (code) return code;
    return choices.table ? grade_all(argv[optind], &choices, error)
                         : grade_one(argv[optind], &choices, error);
}
