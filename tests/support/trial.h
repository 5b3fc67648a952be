/* Commands that are disturbed: given once with a preloaded library that makes something fail, judged by what
 * they say and leave, and given again undisturbed.
 *
 * A disturbed command must end by itself, with one message when it fails; what it leaves must not look
 * finished when it is not; and the same command given again must lead to what it would have led to. */
#ifndef COTNOISE_TESTS_SUPPORT_TRIAL_H
#define COTNOISE_TESTS_SUPPORT_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

enum { TRIAL_TEXT = 1 << 18 };

/* A command line as a user would give it, in a folder `work` beside `base`, which holds what the test
 * prepared. */
struct trial_command {
    const char *name;
    const char *line;
    int picked;          /* moments tried in `make check` */
    bool varies;         /* what it prints depends on time */
    const char *start;   /* shell: what is there before; NULL: nothing */
    const char *essence; /* shell: prints what must be the same afterwards; NULL: it writes nothing */
};

/* A run's checkpoint and result. */
#define TRIAL_RUN_ESSENCE                                                                        \
    "cksum out/model.safetensors out/tokenizer.json; grep -v second out/result.json; test ! -e " \
    "out/failed.json"
/* results.csv less its columns of time, the thresholds, and that the page is there. */
#define TRIAL_TABLE_ESSENCE(directory)                                                       \
    "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) skip[i] = $i ~ /second/ } "                \
    "{ for (i = 1; i <= NF; i++) if (!skip[i]) printf \"%s,\", $i; print \"\" }' " directory \
    "/results.csv; "                                                                         \
    "cut -d, -f1-4 " directory "/thresholds.csv; grep -c '</html>' " directory "/report.html; "
/* The same, and that the figures are there. */
#define TRIAL_SWEEP_ESSENCE(directory) \
    TRIAL_TABLE_ESSENCE(directory) "grep -c '</svg>' " directory "/plots/accuracy.svg"

/* cmocka fixtures: a scratch folder with `base` and `work` in it, and the library to preload. Returns -1
 * without. */
int trial_setup(const char *library);

/* An empty `work`, and in it what the command starts from. */
void trial_begin(const struct trial_command *command);

/* The wait status of the command line in `work`, as the leader of a process group of its own. `settings` are
 * "NAME=VALUE" for the preloaded library, NULL at their end; NULL: undisturbed. A command that hangs dies of
 * SIGALRM after a minute. */
int trial_execute(const char *line, const char *const *settings);

/* The text of the file $SCRATCH/NAME ("stdout" and "stderr" of the last command among them), "" without one.
 */
void trial_read(const char *name, char text[TRIAL_TEXT]);

/* What the command's essence prints in `work`. */
void trial_essence(const struct trial_command *command, char text[TRIAL_TEXT]);

/* Runs the command undisturbed with `settings` (which only count) and keeps what it printed and left. */
void trial_measure(const struct trial_command *command, const char *const *settings);

/* What is wrong with the trial that was begun last; "" for nothing. The first fault found stays. */
const char *trial_fault(void);
void trial_find_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Finds fault with what a command of wait status `status` said. `is_meant` says whether a message fits;
 * a death by the signal `death` (0: none) is meant. */
void trial_judge_words(const struct trial_command *command, int status, bool (*is_meant)(const char *message),
                       int death);

/* Finds fault with what it left: JSON that is cut off, temporary files unless `leftovers` may be, something
 * else than the essence though it ended well; and gives the command again. */
void trial_judge_files(const struct trial_command *command, int status, bool leftovers);

/* The last lines of the disturbed command on standard error. */
const char *trial_complaint(void);

#endif
