/* cotnoise train: one run in a directory of the user's choosing. */
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/temporary.h"
#include "base/terminal.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "nn/levels.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "reinforce/learn.h"
#include "spec/identity.h"
#include "spec/options.h"
#include "sweep/progress.h"

static const char usage[] =
    "usage: cotnoise train SPEC [key=value...] -o DIR\n\n"
    "Trains one model on the spec's options as written (without its grid, with its first seed), evaluates it "
    "on\n"
    "test problems, and leaves in DIR a checkpoint that Hugging Face transformers can open, metrics.jsonl "
    "and\n"
    "result.json. A run that was cut off goes on where it stopped when the command is given again. Where "
    "the\n"
    "spec says `start` or rl.method, the run that this one starts from is trained first, in DIR/parent.\n\n"
    "  -o, --output DIR   where to (required)\n"
    "      --cell N       the N-th run of 'cotnoise sweep --dry-run' instead of the options as written\n"
    "      --threads T    short for train.threads=T\n"
    "      --trainer CMD  a program of yours trains instead ('cotnoise sweep --help')\n"
    "      --tensorboard  write a TensorBoard event file beside metrics.jsonl, also when DIR is complete\n"
    "  -h, --help         this text\n\n"
    "Options of a spec, to be set in the file, or as key=value or --key=value; start.KEY=value sets one for\n"
    "the run that this one starts from, which is else the same (start.data.samples=0: none):\n\n";

struct display {
    bool is_terminal;
    bool told;        /* something is done */
    bool of_parent;   /* what is told is of the run that the one asked for starts from */
    double last_line; /* share of the steps at the last plain line */
};

/* "rollouts 12,000 of 100,000, reward 0.51, validation 0.62" */
static void show_rollouts(const struct run_progress *p, double left) {
    struct buffer text = {0};
    progress_rollouts(p, &text);
    if (!text.failed) fputs(text.bytes, stderr);
    buffer_free(&text);
    if (p->rollouts && !isnan(p->reward)) fprintf(stderr, ", reward %.2f", p->reward);
    if (!isnan(p->accuracy)) fprintf(stderr, ", validation %.2f", p->accuracy);
    if (isfinite(left)) fprintf(stderr, ", %.0f s left", left);
}

static void show_steps(const struct run_progress *p, double left) {
    if (!p->steps) {
        fputs("the trainer is at work", stderr);
        return;
    }
    fprintf(stderr, "step %lld/%lld  loss %.4f  %.0f tokens/s", (long long)p->step, (long long)p->steps,
            p->loss, p->tokens_per_second);
    if (isfinite(left)) fprintf(stderr, "  %.0f s left", left);
    if (!isnan(p->accuracy)) fprintf(stderr, "  accuracy %.3f", p->accuracy);
}

static void show(void *context, const struct run_progress *p) {
    struct display *display = context;
    display->told = true;
    double share = progress_share(p);
    if (!display->is_terminal) {
        if (p->phase == RUN_TRAINING && share < display->last_line + 0.1) return;
        display->last_line = share;
    }
    if (display->is_terminal) fputs("\r\x1b[K", stderr);
    if (p->phase == RUN_DONE) {
        display->last_line = -1; /* of a parent: its child is yet to come */
        return;
    }
    double left = p->tokens_per_second > 0 && share > 0
                      ? (double)p->tokens / p->tokens_per_second * (1 - share) / share
                      : NAN;
    if (display->of_parent) fputs("parent: ", stderr);
    if (p->phase == RUN_EVALUATING)
        fprintf(stderr, "evaluating on %lld test problems", (long long)p->of);
    else
        (p->of_rollouts ? show_rollouts : show_steps)(p, left);
    if (!display->is_terminal) fputc('\n', stderr);
}

static void warn(void *context, const char *message) {
    const struct display *display = context;
    if (display->is_terminal) fputs("\r\x1b[K", stderr);
    terminal_line(stderr, "%s", message);
}

static enum err print_result(const char *directory, struct error *error) {
    struct record record = {0};
    bool complete;
    enum err code = run_record_read(directory, NULL, &complete, &record, error);
    if (!code && !complete) code = err_set(error, ERR_RUNTIME, "%s: holds no result", directory);
    if (code) return err_prefix(error, ERR_RUNTIME, "the result cannot be read back");
    const struct evaluation *e = &record.outcome.evaluation;
    terminal_line(
        stdout, "accuracy %.4f (95 %% interval %.4f to %.4f; %lld of %lld problems), %.1f s, in %s%s",
        e->accuracy, e->interval.low, e->interval.high, (long long)e->correct, (long long)e->problems,
        record.outcome.seconds, directory, record.outcome.diverged ? "; training diverged" : "");
    record_free(&record);
    return ERR_OK;
}

/* Runs while nobody else works in the directory. */
static enum err run_alone(const struct config *config, const char *directory, const struct run_hooks *hooks,
                          struct error *error) {
    int lock = -1;
    char *path = file_join(directory, LAYOUT_LOCK);
    enum err code = path ? file_make_directories(directory, error) : err_memory(error, directory);
    if (!code) code = lock_acquire(path, "another run", 1, &lock, error);
    if (!code) temporary_clear_in(directory, layout_run_files);
    if (!code) code = learn_execute(config, directory, hooks, error);
    if (lock >= 0) lock_release(lock);
    free(path);
    return code;
}

/* A run with a parent: that one comes first, unless the run itself is there already. */
static enum err run_both(const struct config *config, const struct config *parent, const char *directory,
                         const struct run_hooks *hooks, struct error *error) {
    struct display *display = hooks->context;
    char *start = file_join(directory, LAYOUT_PARENT);
    struct run_hooks with_parent = *hooks;
    bool complete = false;
    with_parent.parent = start;
    enum err code = start ? ERR_OK : err_memory(error, directory);
    if (!code && run_record_read(directory, NULL, &complete, NULL, NULL)) complete = false;
    bool lacks_events = false;
    if (complete && hooks->tensorboard && run_record_read(start, NULL, &lacks_events, NULL, NULL))
        lacks_events = false;
    display->of_parent = true;
    if (!code && (!complete || lacks_events)) code = run_alone(parent, start, hooks, error);
    display->of_parent = false;
    if (!code) code = run_alone(config, directory, &with_parent, error);
    free(start);
    return code;
}

/* Trains what is not there yet, and says what came out. `parent` is NULL where there is none. */
static enum err train(const struct config *config, const struct config *parent, const char *directory,
                      bool tensorboard, struct error *error) {
    struct display display = {.is_terminal = isatty(STDERR_FILENO), .last_line = -1};
    struct run_hooks hooks = {
        .progress = show, .context = &display, .tensorboard = tensorboard, .warn = warn};
    interrupt_install();
    enum err code = parent ? run_both(config, parent, directory, &hooks, error)
                           : run_alone(config, directory, &hooks, error);
    if (display.is_terminal) fputs("\r\x1b[K", stderr);
    if (!code && !display.told) fprintf(stderr, "%s: was complete already; nothing is trained\n", directory);
    return code ? code : print_result(directory, error);
}

enum err cli_train(int argc, char **argv, struct error *error) {
    enum { CELL = 256, THREADS, TENSORBOARD, TRAINER };
    static const struct option options[] = {{"output", required_argument, 0, 'o'},
                                            {"cell", required_argument, 0, CELL},
                                            {"threads", required_argument, 0, THREADS},
                                            {"tensorboard", no_argument, 0, TENSORBOARD},
                                            {"trainer", required_argument, 0, TRAINER},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    const char *directory = NULL, *trainer = NULL;
    int64_t cell = 0, threads = 0;
    bool tensorboard = false;
    enum err code = ERR_OK;
    arguments_accept_dashes(argc, argv, options);
    for (int c; !code && (c = getopt_long(argc, argv, ":o:h", options, NULL)) != -1;) switch (c) {
        case 'o':
            directory = optarg;
            code = arguments_directory("-o", optarg, error);
            break;
        case CELL: code = arguments_integer("--cell", optarg, 1, SPEC_RUNS_MAX, &cell, error); break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 256, &threads, error); break;
        case TENSORBOARD: tensorboard = true; break;
        case TRAINER: trainer = optarg; break;
        case 'h':
            fputs(usage, stdout);
            options_print(stdout);
            return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    struct config config, parent;
    char **given = argv;
    if (!code && tensorboard && trainer)
        code = err_set(error, ERR_INPUT, "--tensorboard does not go with --trainer");
    if (!code) code = arguments_trainer(trainer, &argc, &argv, error);
    if (!code) code = arguments_config(argc, argv, optind, cell, &config, &parent, error);
    if (argv != given) free(argv);
    bool has_parent = !code && *config.parent, outside = !code && *config.trainer;
    if (!code) code = identity_check_files(&config, error);
    if (!code && has_parent) code = identity_check_files(&parent, error);
    if (!code && !directory) code = err_set(error, ERR_INPUT, "-o DIR is missing: where should the run go?");
    if (!code && !outside) code = levels_check(error);
    if (code) return code;
    if (threads) config.train.threads = (int)threads;
    if (threads && has_parent) parent.train.threads = (int)threads;
    return train(&config, has_parent ? &parent : NULL, directory, tensorboard, error);
}
