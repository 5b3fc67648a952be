/* What several subcommands read from their command line. See arguments.h. */
#include "cli/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/experiments.h"
#include "cli/printing.h"
#include "spec/nearest.h"
#include "spec/options.h"
#include "tasks/tasks.h"

enum err arguments_integer(const char *option, const char *text, int64_t low, int64_t high, int64_t *value,
                           struct error *error) {
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < low || number > high)
        return err_set(error, ERR_INPUT, "%s %s: must be a whole number from %lld to %lld", option, text,
                       (long long)low, (long long)high);
    *value = number;
    return ERR_OK;
}

enum err arguments_number(const char *option, const char *text, double low, double high, double *value,
                          struct error *error) {
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number) || number < low || number > high)
        return err_set(error, ERR_INPUT, "%s %s: must be a number from %g to %g", option, text, low, high);
    *value = number;
    return ERR_OK;
}

enum err arguments_word(const char *option, const char *word, const char *const *words, int *found,
                        struct error *error) {
    char allowed[256] = "";
    for (int i = 0; words[i]; i++) {
        if (!strcmp(words[i], word)) {
            *found = i;
            return ERR_OK;
        }
        size_t used = strlen(allowed);
        snprintf(allowed + used, sizeof allowed - used, "%s%s", i ? ", " : "", words[i]);
    }
    return err_set(error, ERR_INPUT, "%s %s: allowed are %s", option, word, allowed);
}

enum err arguments_visibility(const char *text, struct mix *mix, struct error *error) {
    const char *equals = strchr(text, '=');
    const char *names[TASKS_MAX + 1] = {0};
    char name[64];
    int task = 0, mode = 0;
    if (!equals || (size_t)(equals - text) >= sizeof name)
        return err_set(error, ERR_INPUT, "--visibility %s: must be OP=MODE, such as mod=full", text);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    for (int i = 0; task_list[i]; i++) names[i] = task_list[i]->name;
    enum err code = arguments_word("--visibility", name, names, &task, error);
    if (!code) code = arguments_word("--visibility", equals + 1, visibility_names, &mode, error);
    if (!code) mix->visibility[task] = (enum visibility)mode;
    return code;
}

void arguments_check_visibility(const char *command, const struct mix *mix) {
    const struct task *task = mix->entry[0].task;
    for (int i = 0; task_list[i]; i++)
        if (mix->visibility[i] != task_list[i]->visibility && !task_calls(task, task_list[i]))
            printing_warning(command, "--visibility %s=%s changes nothing: task %s does not call it",
                             task_list[i]->name, visibility_names[mix->visibility[i]], task->name);
}

/* "--lik" or "--like=3" among the options: how many begin so, and which is nearest. */
static const char *what_is_wrong(const char *word, const struct option *options, struct nearest *nearest) {
    size_t length = strcspn(word + 2, "=");
    int begin = 0;
    bool exact = false;
    for (const struct option *option = options; option->name; option++) {
        bool begins = !strncmp(option->name, word + 2, length);
        begin += begins;
        exact |= begins && !option->name[length];
        nearest_offer(nearest, option->name);
    }
    if (exact || (begin == 1 && word[2 + length])) return "takes no value";
    return begin > 1 ? "may be several options" : "unknown option";
}

enum err arguments_refused(int answer, char **argv, const struct option *options, struct error *error) {
    const char *word = argv[optind - 1], *wrong = "a value is missing";
    char letter[] = {'-', (char)optopt, 0}, name[NEAREST_LENGTH + 2], meant[NEAREST_LENGTH + 24] = "";
    bool is_long = !strncmp(word, "--", 2) && word[2];
    snprintf(name, sizeof name, "%.*s", is_long ? (int)strcspn(word + 2, "=") : 0, is_long ? word + 2 : "");
    struct nearest nearest = {.word = name};
    if (answer == '?') wrong = is_long ? what_is_wrong(word, options, &nearest) : "unknown option";
    if (*nearest.best && strcmp(nearest.best, name))
        snprintf(meant, sizeof meant, "; did you mean --%s?", nearest.best);
    return err_set(error, ERR_INPUT, "%s: %s%s ('cotnoise %s --help' lists them)", is_long ? word : letter,
                   wrong, meant, argv[0]);
}

/* --- specs ------------------------------------------------------------------------------------------- */

/* The option that a word such as --work, --workers=2 or -j2 gives; *is_last: its value, where it has one, is
 * the next word. NULL: none of these. */
static const struct option *option_of(const char *word, const struct option *options, bool *is_last) {
    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        *is_last = !word[2 + length];
        for (; options->name; options++)
            if (!strncmp(options->name, word + 2, length)) return options;
        return NULL;
    }
    for (const char *letter = word + 1; *letter; letter++) {
        const struct option *found = options;
        while (found->name && found->val != *letter) found++;
        *is_last = !letter[1];
        if (!found->name) return NULL;
        if (found->has_arg || *is_last) return found;
    }
    return NULL;
}

static bool is_of_spec(const char *word, const struct option *options) {
    char name[NEAREST_LENGTH + 2], own[NEAREST_LENGTH + 1], below[OPTION_NAME_MAX];
    size_t length = strcspn(word, "=");
    if (memchr(word, '.', length)) return true;
    snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : (int)sizeof name - 1, word);
    struct nearest nearest = {.word = name};
    for (; options->name; options++) nearest_offer(&nearest, options->name);
    strcpy(own, nearest.best);
    for (int n = 0; options_below("", n, below); n++) nearest_offer(&nearest, below);
    nearest_offer(&nearest, "select");
    nearest_offer(&nearest, "start");
    return strcmp(own, nearest.best) != 0;
}

void arguments_accept_dashes(int argc, char **argv, const struct option *options) {
    int end = argc;
    for (int i = 1; i < end && strcmp(argv[i], "--") != 0; i++) {
        char *word = argv[i];
        bool is_last = false;
        if (*word != '-' || !word[1]) continue;
        const struct option *option = option_of(word, options, &is_last);
        if (option && option->has_arg == required_argument && is_last) i++;
        if (option || word[1] != '-' || !is_of_spec(word + 2, options)) continue;
        memmove(argv + i, argv + i + 1, (size_t)(argc - i - 1) * sizeof *argv);
        argv[argc - 1] = word + 2;
        end--;
        i--;
    }
}

enum err arguments_trainer(const char *command, int *argc, char ***argv, struct error *error) {
    static const char word[] = "trainer=";
    if (!command || optind >= *argc) return ERR_OK; /* a spec is missing, which is said later */
    if (!*command || strchr("[{", *command))        /* which would begin a list */
        return err_set(error, ERR_INPUT,
                       "--trainer '%s': a command is wanted, which begins with neither [ nor {", command);
    if (strlen(command) >= CONFIG_TRAINER_MAX)
        return err_set(error, ERR_INPUT, "--trainer: a command of %zu bytes; at most %d are allowed",
                       strlen(command), CONFIG_TRAINER_MAX - 1);
    size_t words = (size_t)*argc + 2, bytes = sizeof word + strlen(command);
    char **more = memory_array(words * sizeof *more + bytes, 1);
    if (!more) return err_memory(error, "the command");
    memcpy(more, *argv, (size_t)*argc * sizeof *more);
    more[*argc] = (char *)(more + words);
    snprintf(more[(*argc)++], bytes, "%s%s", word, command);
    *argv = more;
    return ERR_OK;
}

enum err arguments_spec(int argc, char **argv, int first, struct spec **spec, struct error *error) {
    if (first >= argc)
        return err_set(error, ERR_INPUT, "a spec file is missing; 'cotnoise %s --help' shows the usage",
                       argv[0]);
    char *path = NULL;
    enum err code = arguments_path("the spec", argv[first], error);
    if (!code) code = experiments_find(argv[first], &path, error);
    if (!code) code = spec_read(path, (const char *const *)argv + first + 1, argc - first - 1, spec, error);
    free(path);
    struct error message;
    for (int n = 0; !code && spec_idle(*spec, n, &message); n++)
        printing_warning(argv[0], "%s", message.message);
    return code;
}

enum err arguments_config(int argc, char **argv, int first, int64_t cell, struct config *config,
                          struct config *parent, struct error *error) {
    struct spec *spec;
    enum err code = arguments_spec(argc, argv, first, &spec, error);
    if (code) return code;
    const char *axis = spec_word_axis(spec);
    if (axis && !cell)
        code = err_set(
            error, ERR_INPUT,
            "%s: several values are for 'cotnoise sweep'; here, give one, or choose a run with --cell", axis);
    else if (cell > spec_runs(spec))
        code =
            err_set(error, ERR_INPUT, "--cell %lld: the spec has runs 1 to %d ('cotnoise sweep --dry-run')",
                    (long long)cell, spec_runs(spec));
    else if (cell > 0)
        spec_run(spec, (int)cell - 1, config);
    else
        spec_plain(spec, config);
    if (!code && parent && *config->parent) {
        if (cell > 0)
            spec_run(spec, spec_run_parent(spec, (int)cell - 1), parent);
        else
            spec_plain_parent(spec, parent);
    }
    spec_free(spec);
    return code;
}

/* --- paths ------------------------------------------------------------------------------------------- */

enum err arguments_path(const char *option, const char *path, struct error *error) {
    if (!*path) return err_set(error, ERR_INPUT, "%s: the path is empty", option);
    if (strlen(path) >= PATH_MAX)
        return err_set(error, ERR_INPUT, "%s: a path has at most %d bytes, this one %zu", option,
                       PATH_MAX - 1, strlen(path));
    return ERR_OK;
}

enum err arguments_directory(const char *option, const char *path, struct error *error) {
    struct stat status;
    enum err code = arguments_path(option, path, error);
    if (code) return code;
    bool exists = !stat(path, &status);
    if (exists ? !S_ISDIR(status.st_mode) : errno == ENOTDIR)
        return err_set(error, ERR_INPUT, "%s %s: is not a directory, nor can it become one", option, path);
    if (!exists && (errno == ENAMETOOLONG || errno == ELOOP))
        return err_set(error, ERR_INPUT, "%s %s: %s", option, path, strerror(errno));
    return ERR_OK;
}

enum err arguments_apart(const char *output, const char *input, struct error *error) {
    struct stat in, out;
    if (!output || !strcmp(output, "-") || stat(output, &out)) return ERR_OK;
    if (strcmp(input, "-") ? stat(input, &in) : fstat(STDIN_FILENO, &in)) return ERR_OK;
    bool is_same = in.st_dev == out.st_dev && in.st_ino == out.st_ino;
    if (!is_same || !(S_ISREG(in.st_mode) || S_ISDIR(in.st_mode))) return ERR_OK;
    return err_set(error, ERR_INPUT, "-o %s: is read from here (%s); give the output another name", output,
                   strcmp(input, "-") ? input : "standard input");
}

enum err arguments_apart_from_spec(const char *output, const char *word, struct error *error) {
    char *path;
    enum err code = experiments_find(word, &path, error);
    if (code) return code;
    code = arguments_apart(output, path, error);
    free(path);
    return code;
}

/* Whether there can be a file of this name. */
static enum err check_output(const char *path, struct error *error) {
    struct stat status;
    enum err code = arguments_path("-o", path, error);
    if (code) return code;
    bool exists = !stat(path, &status);
    if (exists ? S_ISDIR(status.st_mode) : path[strlen(path) - 1] == '/')
        return err_set(error, ERR_INPUT, "-o %s: is the name of a directory, not of a file", path);
    if (exists) return ERR_OK;
    int reason = errno;
    char *copy = memory_string(path);
    if (!copy) return err_memory(error, "the output");
    if (reason != ENOENT || stat(dirname(copy), &status))
        code = err_set(error, ERR_INPUT, "-o %s: cannot be written: %s", path, strerror(reason));
    free(copy);
    return code;
}

struct output {
    struct file_writer writer; /* no stream: standard output */
};

bool output_is_standard(const char *path) {
    struct stat named, standard;
    if (!path || !strcmp(path, "-")) return true;
    return !stat(path, &named) && !fstat(STDOUT_FILENO, &standard) && named.st_dev == standard.st_dev &&
           named.st_ino == standard.st_ino;
}

enum err output_open(const char *path, struct output **output, struct error *error) {
    struct output *made = memory_array(1, sizeof *made);
    if (!made) return err_memory(error, "the output");
    bool is_file = !output_is_standard(path);
    enum err code = is_file ? check_output(path, error) : ERR_OK;
    if (!code && is_file) code = file_create(&made->writer, path, error);
    if (code)
        free(made);
    else
        *output = made;
    return code;
}

FILE *output_stream(struct output *output) { return output->writer.stream ? output->writer.stream : stdout; }

enum err output_close(struct output *output, enum err code, struct error *error) {
    if (output->writer.stream) {
        if (code)
            file_abandon(&output->writer);
        else
            code = file_commit(&output->writer, error);
    }
    free(output);
    return code;
}
