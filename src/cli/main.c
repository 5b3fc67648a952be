/* The command line: finds the subcommand, prints its error, turns its outcome into an exit status. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json_file.h"
#include "cli/cli.h"
#include "cli/manual.h"
#include "cli/word_completion.h"
#include "spec/nearest.h"

static const struct subcommand subcommands[] = {
    {"tasks", cli_tasks, "list the tasks by family; tell how one goes and how its trace is read"},
    {"noises", cli_noises, "list the kinds of noise"},
    {"trace", cli_trace, "print the trace of given arguments, clean or noised"},
    {"gen", cli_gen, "write training or test samples as JSONL"},
    {"train", cli_train, "train and evaluate one model"},
    {"eval", cli_eval, "measure a checkpoint's accuracy on fresh or given problems"},
    {"score", cli_score, "log-probability of given completions under a checkpoint"},
    {"solve", cli_solve, "let a checkpoint write its chain of thought for one problem"},
    {"grade", cli_grade, "judge completions that were made anywhere; a grid of them becomes a report"},
    {"sweep", cli_sweep, "run every cell of a spec's grid, then report"},
    {"status", cli_status, "how a sweep goes, from another terminal"},
    {"report", cli_report, "results.csv, plots and report.html of a sweep"},
    {"profile", cli_profile, "what noise a data set has, and what a model trained on it will do"},
    {"experiments", cli_experiments, "list the specs that are installed, which have names"},
    {"bench", cli_bench, "speed of training, decoding and reinforcement learning here"},
    {NULL, NULL, NULL},
};

static const char summary[] = "how much noise in chain-of-thought training data can a model take?";

static void print_usage(FILE *stream) {
    fprintf(stream,
            "cotnoise " COTNOISE_VERSION ": %s\n\n"
            "usage: cotnoise COMMAND [ARGUMENT...]\n\n",
            summary);
    for (const struct subcommand *command = subcommands; command->name; command++)
        fprintf(stream, "  %-11s %s\n", command->name, command->summary);
    fputs("\n'cotnoise help COMMAND' tells more. Start with: cotnoise sweep quickstart\n"
          "Exit status: 0 done, 1 something failed at run time, 2 the input is wrong.\n",
          stream);
}

/* What a command printed counts only once it is out: a full disk behind a pipe must not pass for success. */
static enum err flush_output(enum err code, struct error *error) {
    if ((fflush(stdout) || ferror(stdout)) && !code)
        return errno == EINTR
                   ? err_set(error, ERR_INTERRUPTED, "interrupted while it wrote standard output")
                   : err_set(error, ERR_RUNTIME, "cannot write standard output: %s", strerror(errno));
    return code;
}

static int finish(enum err code, const char *command, const struct error *error) {
    if (code) fprintf(stderr, "cotnoise%s%s: %s\n", *command ? " " : "", command, error->message);
    return err_exit_status(code);
}

/* What the program was started with may be of no use to it: standard streams that are closed, whose place the
 * next file would take and get what is printed, and signals that are ignored. */
static void set_up(void) {
    int lowest;
    do lowest = open("/dev/null", O_RDONLY); /* writing there fails, as it did before */
    while (lowest >= 0 && lowest <= STDERR_FILENO);
    if (lowest >= 0) close(lowest);
    signal(SIGCHLD, SIG_DFL); /* how children end is to be heard of */
    signal(SIGXFSZ,
           SIG_IGN); /* a file that is too large for the user's limit is a write that fails, with a reason */
}

/* NULL when there is none of this name: *error says so. */
static const struct subcommand *find(const char *name, struct error *error) {
    struct nearest nearest = {.word = name};
    for (const struct subcommand *command = subcommands; command->name; command++) {
        if (!strcmp(name, command->name)) return command;
        nearest_offer(&nearest, command->name);
    }
    err_set(error, ERR_INPUT, "unknown command '%s'%s%s%s; 'cotnoise --help' lists the commands", name,
            *nearest.best ? " (did you mean " : "", nearest.best, *nearest.best ? "?)" : "");
    return NULL;
}

static enum err print_whole(int argc, char **argv, struct error *error) {
    (void)argc, (void)argv, (void)error;
    print_usage(stdout);
    return ERR_OK;
}

/* help --man [COMMAND]: a man page. */
static enum err print_manual(int argc, char **argv, struct error *error) {
    static const struct subcommand whole = {"", print_whole, summary};
    if (argc > 4) return err_set(error, ERR_INPUT, "%s: is one argument too many", argv[4]);
    const struct subcommand *command = argc == 4 ? find(argv[3], error) : &whole;
    return command ? manual_print(command, subcommands, error) : ERR_INPUT;
}

/* --help, --version, help [COMMAND]; and what is made of it for `make install` and for shells. */
static enum err tell(int argc, char **argv, bool version, struct error *error) {
    if (argc > 2 && !version && !strcmp(argv[2], "--man")) return print_manual(argc, argv, error);
    if (argc > 2 && !version && !strcmp(argv[2], "--words"))
        return word_completion_print(subcommands, argc - 3, argv + 3, error);
    if (argc > (version ? 2 : 3))
        return err_set(error, ERR_INPUT, "%s: is one argument too many", argv[version ? 2 : 3]);
    const struct subcommand *command = argc == 3 ? find(argv[2], error) : NULL;
    char help[] = "--help", *words[] = {argc == 3 ? argv[2] : NULL, help, NULL};
    if (argc == 3) return command ? command->run(2, words, error) : ERR_INPUT;
    if (version)
        puts("cotnoise " COTNOISE_VERSION);
    else
        print_usage(stdout);
    return ERR_OK;
}

int main(int argc, char **argv) {
    struct error error = {{0}};
    json_file_watch_memory();
    set_up();
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    bool help = !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help");
    bool version = !strcmp(argv[1], "--version") || !strcmp(argv[1], "-V");
    if (help || version) return finish(flush_output(tell(argc, argv, version, &error), &error), "", &error);
    const struct subcommand *command = find(argv[1], &error);
    if (!command) return finish(ERR_INPUT, "", &error);
    return finish(flush_output(command->run(argc - 1, argv + 1, &error), &error), argv[1], &error);
}
