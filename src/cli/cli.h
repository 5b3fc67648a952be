/* The subcommands, one file each. argv[0] is the subcommand's name; each answers --help itself. */
#ifndef COTNOISE_CLI_CLI_H
#define COTNOISE_CLI_CLI_H

#include "base/err.h"

struct subcommand {
    const char *name; /* NULL after the last of a list */
    enum err (*run)(int argc, char **argv, struct error *error);
    const char *summary;
};

enum err cli_tasks(int argc, char **argv, struct error *error);
enum err cli_noises(int argc, char **argv, struct error *error);
enum err cli_trace(int argc, char **argv, struct error *error);
enum err cli_gen(int argc, char **argv, struct error *error);
enum err cli_train(int argc, char **argv, struct error *error);
enum err cli_eval(int argc, char **argv, struct error *error);
enum err cli_score(int argc, char **argv, struct error *error);
enum err cli_solve(int argc, char **argv, struct error *error);
enum err cli_grade(int argc, char **argv, struct error *error);
enum err cli_sweep(int argc, char **argv, struct error *error);
enum err cli_status(int argc, char **argv, struct error *error);
enum err cli_report(int argc, char **argv, struct error *error);
enum err cli_profile(int argc, char **argv, struct error *error);
enum err cli_experiments(int argc, char **argv, struct error *error);
enum err cli_bench(int argc, char **argv, struct error *error);

#endif
