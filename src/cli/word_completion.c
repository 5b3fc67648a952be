/* What may be typed next. See word_completion.h. */
#include "cli/word_completion.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/experiments.h"
#include "cli/help.h"
#include "data/mix.h"
#include "data/split.h"
#include "nn/gpt.h"
#include "noise/noises.h"
#include "spec/options.h"
#include "tasks/tasks.h"

enum { WORD_MAX = 256 };

/* PREFIX stands before each candidate: what is typed already and not in question. */
struct typed_word {
    const struct subcommand *commands;
    const char *typed; /* the word so far */
    char prefix[WORD_MAX];
    enum err code; /* of the experiments, which are on the disk */
    struct error *error;
};

static void offer(const struct typed_word *place, const char *word, const char *ending, const char *about) {
    char whole[2 * WORD_MAX];
    snprintf(whole, sizeof whole, "%s%s%s", place->prefix, word, ending);
    if (!strncmp(whole, place->typed, strlen(place->typed))) printf("%s\t%s\n", whole, about);
}

static void offer_names(const struct typed_word *place, const char *const *names) {
    for (; *names; names++) offer(place, *names, "", "");
}

/* Moves what is typed up to the last `separator` into the prefix. False where there is none. */
static bool keep_before(struct typed_word *place, char separator) {
    const char *last = strrchr(place->typed, separator);
    if (!last || (size_t)(last - place->typed) + 2 > sizeof place->prefix) return false;
    snprintf(place->prefix, sizeof place->prefix, "%.*s", (int)(last - place->typed) + 1, place->typed);
    return true;
}

static void offer_commands(const struct typed_word *place) {
    for (const struct subcommand *command = place->commands; command->name; command++)
        offer(place, command->name, "", command->summary);
}

static void offer_tasks(const struct typed_word *place, const char *ending) {
    for (int i = 0; task_list[i]; i++) offer(place, task_list[i]->name, ending, task_list[i]->summary);
}

static void offer_noises(const struct typed_word *place, const char *ending) {
    for (int i = 0; noise_list[i]; i++) offer(place, noise_list[i]->name, ending, noise_list[i]->summary);
}

static void offer_experiments(struct typed_word *place) {
    char *directory, **names = NULL;
    size_t count = 0;
    place->code = experiments_directory(&directory, place->error);
    if (place->code) return;
    place->code = experiments_names(directory, &names, &count, place->error);
    for (size_t i = 0; i < count; i++) offer(place, names[i], "", "installed experiment");
    experiments_free(names, count);
    free(directory);
}

/* --- options of a spec --- */

/* The values of `data.sam=`; a list's last one. `name` begins behind what the prefix has of dashes and start.
 */
static void offer_values(struct typed_word *place, const char *name) {
    char key[OPTION_NAME_MAX];
    struct option_ref option;
    snprintf(key, sizeof key, "%.*s", (int)strcspn(name, "="), name);
    if (!option_find(key, &option)) return;
    if (option.row->content != CONTENT_NONE)
        puts(option.row->content == CONTENT_FILE ? ":files" : ":directories");
    keep_before(place, strchr(name, ',') ? ',' : '=');
    for (int n = 0; option.row->choice && option.row->choice(n); n++)
        offer(place, option.row->choice(n), "", "");
}

/* Section by section, as paths are completed: "train." and then "train.clip=". */
static void offer_settings(struct typed_word *place) {
    const char *name = place->typed + strlen(place->prefix);
    if (!strncmp(name, "start.", 6)) {
        snprintf(place->prefix, sizeof place->prefix, "%.*s", (int)(name - place->typed) + 6, place->typed);
        name += 6;
    } else {
        offer(place, "start", ".", "options of the run that a run starts from");
        offer(place, "select", "=", "options of which each cell takes the value that validates best");
    }
    if (strchr(name, '=')) {
        offer_values(place, name);
        return;
    }
    char section[OPTION_NAME_MAX] = "", below[OPTION_NAME_MAX], full[2 * OPTION_NAME_MAX];
    const char *dot = strrchr(name, '.');
    if (dot && dot - name < OPTION_NAME_MAX)
        snprintf(section, sizeof section, "%.*s", (int)(dot - name), name);
    for (int n = 0; options_below(section, n, below); n++) {
        struct option_ref option;
        snprintf(full, sizeof full, "%s%s%s", section, *section ? "." : "", below);
        if (option_find(full, &option)) offer(place, full, "=", option.row->doc);
        if (strlen(full) < OPTION_NAME_MAX && options_below(full, 0, below))
            offer(place, full, ".", "a group of options");
    }
}

/* --- what the help text calls it --- */

static bool begins(const char *word, size_t length, const char *start) {
    return length >= strlen(start) && !strncmp(word, start, strlen(start));
}

/* OP=MODE */
static void offer_visibility(struct typed_word *place) {
    if (!strchr(place->typed + strlen(place->prefix), '='))
        offer_tasks(place, "=");
    else if (keep_before(place, '='))
        offer_names(place, visibility_names);
}

/* What stands for `meant` ("TASK", "FILE.jsonl", or a word that is typed as it is). */
static void offer_meant(struct typed_word *place, const char *meant, size_t length) {
    if (begins(meant, length, "DIR")) puts(":directories");
    if (begins(meant, length, "FILE") || begins(meant, length, "OUT") || begins(meant, length, "SPEC"))
        puts(":files");
    if (begins(meant, length, "SPEC")) offer_experiments(place);
    if (begins(meant, length, "TASK")) offer_tasks(place, "");
    if (begins(meant, length, "NOISE")) offer_noises(place, "");
    if (begins(meant, length, "KIND=RATE")) offer_noises(place, "=");
    if (begins(meant, length, "OP=MODE")) offer_visibility(place);
    if (begins(meant, length, "FAMILY")) offer_names(place, family_names);
    if (begins(meant, length, "FORMAT")) offer_names(place, format_names);
    if (begins(meant, length, "SPLIT")) offer_names(place, split_names);
    for (int i = 0; begins(meant, length, "PRESET") && gpt_presets[i].name; i++)
        offer(place, gpt_presets[i].name, "", "");
    char word[WORD_MAX];
    snprintf(word, sizeof word, "%.*s", (int)length, meant);
    if (begins(meant, length, "key=value"))
        offer_settings(place);
    else if (length && islower((unsigned char)*meant))
        offer(place, word, "", "");
}

/* --- the help text as a list of options and places --- */

/* Steps through the words of a line: *word and its length. */
static bool next_word(const char **rest, const char *end, const char **word, size_t *length) {
    while (*rest < end && strchr(" ,", **rest)) ++*rest;
    *word = *rest;
    while (*rest < end && !strchr(" ,", **rest)) ++*rest;
    *length = (size_t)(*rest - *word);
    return *length > 0;
}

/* What follows an option ("N" of "-j, --workers N"). Empty: nothing; false: there is no such option. */
static bool find_option(const char *help, const char *option, size_t option_length, const char **meant,
                        size_t *meant_length) {
    struct help_line line = {0};
    while (help_next(&help, &line)) {
        if (line.kind != HELP_ENTRY || *line.head != '-') continue;
        const char *rest = line.head, *word;
        size_t length;
        bool is_it = false;
        *meant_length = 0;
        while (next_word(&rest, line.head + line.head_length, &word, &length)) {
            is_it |= length == option_length && !strncmp(word, option, length);
            if (*word == '-') continue;
            *meant = word;
            *meant_length = length;
        }
        if (is_it) return true;
    }
    return false;
}

static void offer_options(const struct typed_word *place, const char *help) {
    struct help_line line = {0};
    while (help_next(&help, &line)) {
        if (line.kind != HELP_ENTRY || *line.head != '-') continue;
        const char *rest = line.head, *word;
        size_t length;
        char option[WORD_MAX], about[WORD_MAX];
        snprintf(about, sizeof about, "%.*s", (int)line.text_length, line.text);
        while (next_word(&rest, line.head + line.head_length, &word, &length)) {
            snprintf(option, sizeof option, "%.*s", (int)length, word);
            if (*word == '-') offer(place, option, "", about);
        }
    }
}

/* The n-th place of the usage (from 0; the last, where it may be repeated). */
static bool find_place(const char *help, int n, const char **meant, size_t *meant_length) {
    struct help_line line = {0};
    bool is_repeated = false;
    while (help_next(&help, &line)) {
        if (line.kind != HELP_USAGE) continue;
        const char *rest = line.head, *end = line.head + line.head_length, *word;
        size_t length;
        for (int i = 0; next_word(&rest, end, &word, &length); i++) {
            word += *word == '[';
            length = (size_t)(rest - word);
            if (i < 2) continue; /* the program and the command */
            if (*word == '-') {
                if (word[length - 1] != ']') next_word(&rest, end, &word, &length);
                continue;
            }
            *meant = word;
            *meant_length = strcspn(word, " .]");
            if (!strncmp(word, "FILE.", 5) || !strncmp(word, "OUT.", 4)) *meant_length = 4;
            size_t name = length - (word[length - 1] == ']');
            is_repeated = name > 3 && !strncmp(word + name - 3, "...", 3);
            if (n-- == 0) return true;
        }
    }
    return is_repeated;
}

/* Which place the last word has, and whether the usage has one for an option of specs. */
static int count_places(const char *help, char **words, int count) {
    int places = 0;
    const char *meant;
    size_t length;
    for (int i = 1; i < count - 1; i++) {
        bool is_option = words[i][0] == '-' && words[i][1];
        if (!is_option)
            places++;
        else if (find_option(help, words[i], strlen(words[i]), &meant, &length) && length)
            i++;
    }
    return places;
}

static void offer_in_command(struct typed_word *place, const char *help, int count, char **words) {
    const char *before = words[count - 2], *meant = "", *equals = strchr(place->typed, '=');
    size_t length = 0;
    bool takes_settings = strstr(help, "key=value") != NULL;
    if (count > 2 && *before == '-' && find_option(help, before, strlen(before), &meant, &length) && length) {
        offer_meant(place, meant, length);
    } else if (*place->typed == '-') {
        bool own =
            equals && find_option(help, place->typed, (size_t)(equals - place->typed), &meant, &length);
        if (own && length) {
            snprintf(place->prefix, sizeof place->prefix, "%.*s", (int)(equals - place->typed) + 1,
                     place->typed);
            offer_meant(place, meant, length);
        }
        if (own) return;
        offer_options(place, help);
        if (!takes_settings || strncmp(place->typed, "--", 2) != 0) return;
        strcpy(place->prefix, "--");
        offer_settings(place);
    } else if (find_place(help, count_places(help, words, count), &meant, &length)) {
        offer_meant(place, meant, length);
    }
}

enum err word_completion_print(const struct subcommand *commands, int count, char **words,
                               struct error *error) {
    struct typed_word place = {.commands = commands, .typed = count ? words[count - 1] : "", .error = error};
    if (count <= 1 || (count == 2 && !strcmp(words[0], "help"))) {
        offer_commands(&place);
        if (count > 1) return ERR_OK;
        offer(&place, "help", "", "tell more of a command");
        offer(&place, "--help", "", "list the commands");
        offer(&place, "--version", "", "say which version this is");
        return ERR_OK;
    }
    const struct subcommand *command = commands;
    while (command->name && strcmp(command->name, words[0]) != 0) command++;
    if (!command->name) return ERR_OK;
    struct buffer help = {0};
    enum err code = help_of(command, &help, error);
    if (!code) offer_in_command(&place, help.bytes, count, words);
    buffer_free(&help);
    return code ? code : place.code;
}
