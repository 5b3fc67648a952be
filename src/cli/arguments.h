/* What several subcommands read from their command line. */
#ifndef COTNOISE_CLI_ARGUMENTS_H
#define COTNOISE_CLI_ARGUMENTS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "spec/config.h"
#include "spec/spec.h"

/* A whole number in low ... high from the value of an option such as "--seed". ERR_INPUT otherwise. */
enum err arguments_integer(const char *option, const char *text, int64_t low, int64_t high, int64_t *value,
                           struct error *error);

/* A number in low ... high. */
enum err arguments_number(const char *option, const char *text, double low, double high, double *value,
                          struct error *error);

/* The number of a word in a NULL-terminated list. ERR_INPUT says what is allowed. */
enum err arguments_word(const char *option, const char *word, const char *const *words, int *found,
                        struct error *error);

/* Says on standard error of which tasks a visibility is given that the mix's only task does not call. */
void arguments_check_visibility(const char *command, const struct mix *mix);

/* OP=MODE: how calls of a task are written. */
enum err arguments_visibility(const char *text, struct mix *mix, struct error *error);

/* The message for what getopt_long refused, which it told by `answer` (`?` or `:`): the argument that it
 * stopped at, what is wrong with it, and which of the options may have been meant. */
enum err arguments_refused(int answer, char **argv, const struct option *options, struct error *error);

/* To be called before getopt_long by commands that take a spec: `--key=value`, of an option of specs and none
 * of the command's own, becomes `key=value` at the end of argv. A name with a dot is always taken for one of
 * a spec, and one without where it is nearer to those than to the command's: the message about a mistyped
 * name is then the spec's. */
void arguments_accept_dashes(int argc, char **argv, const struct option *options);

/* SPEC [key=value...] at argv[first ...] -> a spec (spec_free). Says on standard error which options change
 * nothing. SPEC may be the name of an installed experiment (experiments_find). */
enum err arguments_spec(int argc, char **argv, int first, struct spec **spec, struct error *error);

/* The same, then one configuration: run `cell` (from 1, as --dry-run numbers them), or the options as written
 * when cell is 0. *parent (may be NULL) is that of the run that it starts from, where config->parent says
 * that there is one. */
enum err arguments_config(int argc, char **argv, int first, int64_t cell, struct config *config,
                          struct config *parent, struct error *error);

/* Puts the word that `--trainer COMMAND` is short for behind the others; argv is then a copy, to be freed. A
 * NULL leaves it as it is. ERR_INPUT for a command that cannot be one. */
enum err arguments_trainer(const char *command, int *argc, char ***argv, struct error *error);

/* A path from outside that is to be read, or written by something other than output_open: not empty, and not
 * too long for any system. `option` is its name for the message ("--problems"; "the spec's path"). */
enum err arguments_path(const char *option, const char *path, struct error *error);

/* The same of a directory that is made when missing: a file has not its name. */
enum err arguments_directory(const char *option, const char *path, struct error *error);

/* ERR_INPUT when `output` (of -o; may be NULL) is the file or directory that `input` is read from: what is
 * written would take its place. Of "-" as an input, what standard input comes from. */
enum err arguments_apart(const char *output, const char *input, struct error *error);

/* The same where the input is the spec that `word` names. */
enum err arguments_apart_from_spec(const char *output, const char *word, struct error *error);

/* Whether a path of -o means standard output: NULL, "-", or a name of what that goes to, as /dev/stdout is.
 */
bool output_is_standard(const char *path);

/* Where a command writes: standard output where the path means that, otherwise a file that appears when
 * complete. ERR_INPUT where there can be no such file: an empty name, a directory's, one in a directory that
 * is missing. */
struct output;
enum err output_open(const char *path, struct output **output, struct error *error);
FILE *output_stream(struct output *output);

/* Ends the output; with `code` not ERR_OK the file is thrown away. Returns `code`, or what went wrong. */
enum err output_close(struct output *output, enum err code, struct error *error);

#endif
