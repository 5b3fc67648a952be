/* Judging by a task's own judge. See task_judge.h. */
#include "trace/task_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/value_reader.h"

struct task_judge {
    const struct vocabulary *vocabulary;
    const struct task *const *tasks;
    bool reverse;
    struct alphabets alphabets; /* of the latest problem's task */
    struct arguments arguments; /* of the latest problem */
    struct value argument;
    struct judged_line *lines; /* of the latest completion: those that can be read */
    struct value *values;      /* of each */
    size_t *places;            /* of each in the text */
    bool *right;               /* by line of the text */
    size_t line_count;
    size_t line_capacity, value_capacity, place_capacity, right_capacity;
};

enum err task_judge_create(const struct vocabulary *vocabulary, const struct task *const *tasks, bool reverse,
                           struct task_judge **out, struct error *error) {
    struct task_judge *judge = memory_array(1, sizeof *judge);
    if (!judge) return err_memory(error, "a judge");
    judge->vocabulary = vocabulary;
    judge->tasks = tasks;
    judge->reverse = reverse;
    *out = judge;
    return ERR_OK;
}

void task_judge_free(struct task_judge *judge) {
    if (!judge) return;
    free(judge->lines);
    free(judge->values);
    free(judge->places);
    free(judge->right);
    free(judge);
}

/* --- the problem --- */

/* The task with a judge of its own that the prompt begins with, or NULL. */
static const struct task *task_of(const struct task_judge *judge, struct token_span prompt) {
    const char *name = prompt.count ? vocabulary_text(judge->vocabulary, prompt.id[0]) : "";
    for (int i = 0; judge->tasks[i]; i++)
        if (judge->tasks[i]->judge_answer && !strcmp(judge->tasks[i]->name, name)) return judge->tasks[i];
    return NULL;
}

/* Takes one argument off the rest of a prompt, up to the comma or bracket behind it. */
static struct token_span take_argument(struct token_span *rest) {
    struct token_span argument = {rest->id, 0};
    for (int depth = 0; argument.count < rest->count; argument.count++) {
        int32_t id = rest->id[argument.count];
        if (depth == 0 && (id == TOKEN_COMMA || id == TOKEN_CLOSE)) break;
        depth += id == TOKEN_OPEN || id == TOKEN_OPEN_LIST;
        depth -= id == TOKEN_CLOSE || id == TOKEN_CLOSE_LIST;
    }
    size_t taken = argument.count + (argument.count < rest->count);
    rest->id += taken;
    rest->count -= taken;
    return argument;
}

/* Whether the numbers of an argument are those of a problem of the task. */
static bool is_allowed(const struct parameter *parameter, const struct value *argument) {
    const struct atom *atom = value_is_list(argument) ? argument->list.atom : &argument->atom;
    int count = value_is_list(argument) ? argument->list.atoms : 1;
    for (int i = 0; i < count; i++)
        if (atom[i].kind == KIND_NUMBER && (!parameter_allows(parameter, &atom[i].number) ||
                                            decimal_length(&atom[i].number) > parameter_digits(parameter)))
            return false;
    return true;
}

/* Reads the arguments of `name(argument, argument)`. False where they are no problem of the task, which its
 * judge need not expect. */
static bool read_problem(struct task_judge *judge, const struct task *task, struct token_span prompt) {
    struct token_span rest = {prompt.id + 2, prompt.count > 2 ? prompt.count - 2 : 0};
    struct list *list = judge->arguments.list;
    int place;
    alphabets_open(&judge->alphabets, judge->vocabulary);
    if (task->alphabet && alphabets_find(&judge->alphabets, task->alphabet, &place)) return false;
    alphabets_find(&judge->alphabets, value_truth_texts, &place); /* where the task has truths it is there */
    arguments_clear(&judge->arguments);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        bool is_list = task->parameters[i].kind == PARAMETER_LIST;
        if (!value_read(take_argument(&rest), &judge->alphabets, false, &judge->argument)) return false;
        if (value_is_list(&judge->argument) != is_list) return false;
        if (!is_allowed(&task->parameters[i], &judge->argument)) return false;
        if (is_list)
            list_copy(list++, &judge->argument.list);
        else
            judge->arguments.atom[i] = judge->argument.atom;
    }
    return !task->fault || !task->fault(&judge->arguments);
}

/* --- lines --- */

/* Takes a word off a line when it is the first token. */
static bool take_word(const struct task_judge *judge, struct token_span *line, const char *word,
                      size_t length) {
    const char *text = line->count ? vocabulary_text(judge->vocabulary, line->id[0]) : "";
    if (strlen(text) != length || memcmp(text, word, length)) return false;
    line->id++;
    line->count--;
    return true;
}

/* Takes a name, keyword and all, and the sign behind it. */
static bool take_name(const struct task_judge *judge, struct token_span *line, const char *name) {
    struct token_span rest = *line;
    const char *space = strchr(name, ' ');
    if (space && !take_word(judge, &rest, name, (size_t)(space - name))) return false;
    if (space) name = space + 1;
    if (!take_word(judge, &rest, name, strlen(name)) || !rest.count || rest.id[0] != TOKEN_EQUALS)
        return false;
    *line = (struct token_span){rest.id + 1, rest.count - 1};
    return true;
}

/* Reads `name = value`. False when it is none of the task's. */
static bool read_line(const struct task_judge *judge, const struct task *task, struct token_span line,
                      const char **name, struct value *value) {
    *name = NULL;
    if (take_name(judge, &line, "answer")) *name = "answer";
    for (int i = 0; !*name && task->names && task->names[i]; i++)
        if (take_name(judge, &line, task->names[i])) *name = task->names[i];
    return *name && value_read(line, &judge->alphabets, judge->reverse, value);
}

/* What became of a text. */
struct judged_text {
    int lines;     /* in it */
    int read;      /* of them, in judge->lines: the answer line last where it was read */
    bool answered; /* it was */
};

/* Adds a line when it can be read. */
static void add_line(struct task_judge *judge, const struct task *task, struct token_span line, size_t place,
                     bool last, struct judged_text *text) {
    struct value *value = &judge->values[text->read];
    const char *name;
    if (!read_line(judge, task, line, &name, value) || last != !strcmp(name, "answer")) return;
    judge->places[text->read] = place;
    judge->lines[text->read++] = (struct judged_line){name, value};
    text->answered |= last;
}

static enum err read_lines(struct task_judge *judge, const struct task *task, struct token_span written,
                           bool answer_first, struct judged_text *text) {
    struct token_span rest = written, line, answer = judge_answer(written, answer_first);
    bool more = true;
    size_t count = 0;
    *text = (struct judged_text){0};
    while (judge_take_line(&rest, &more, &line) && count < TASK_JUDGE_LINES) count++;
    if (memory_reserve(&judge->lines, &judge->line_capacity, count, sizeof *judge->lines) ||
        memory_reserve(&judge->values, &judge->value_capacity, count, sizeof *judge->values) ||
        memory_reserve(&judge->places, &judge->place_capacity, count, sizeof *judge->places))
        return ERR_RUNTIME;
    rest = written;
    more = true;
    size_t place = 0;
    while (judge_take_line(&rest, &more, &line)) {
        bool is_answer = line.id == answer.id && line.count == answer.count;
        if (is_answer) place = (size_t)text->lines;
        if (++text->lines < TASK_JUDGE_LINES && !is_answer)
            add_line(judge, task, line, (size_t)text->lines - 1, false, text);
    }
    if (text->lines <= TASK_JUDGE_LINES) add_line(judge, task, answer, place, true, text);
    return ERR_OK;
}

/* --- the verdict --- */

/* Which lines of the text are those of the true completion. */
static enum err compare_lines(struct task_judge *judge, struct token_span truth, struct token_span written) {
    struct judge_lines lines = judge_lines(truth, written);
    judge->line_count = 0;
    for (struct judge_line line; judge_lines_next(&lines, &line);) {
        if (!line.found) continue;
        if (memory_reserve(&judge->right, &judge->right_capacity, judge->line_count + 1,
                           sizeof *judge->right))
            return ERR_RUNTIME;
        judge->right[judge->line_count++] = line.right;
    }
    return ERR_OK;
}

const bool *task_judge_lines(const struct task_judge *judge, size_t *lines) {
    *lines = judge->line_count;
    return judge->right;
}

enum err task_judge_completion(struct task_judge *judge, struct token_span prompt, struct token_span truth,
                               struct token_span written, bool ended, struct verdict *verdict,
                               struct error *error) {
    struct verdict v;
    struct judged_text text;
    judge_completion(truth, written, ended, &v);
    if (compare_lines(judge, truth, written)) return err_memory(error, "a judge");
    if (prompt.count && prompt.id[0] == TOKEN_BOS)
        prompt = (struct token_span){prompt.id + 1, prompt.count - 1};
    const struct task *task = task_of(judge, prompt);
    if (task && !v.trace && read_problem(judge, task, prompt)) {
        if (read_lines(judge, task, written, judge_answers_first(truth), &text))
            return err_memory(error, "a judge");
        int right = 0;
        memset(judge->right, 0, judge->line_count * sizeof *judge->right);
        for (int i = 0; i < text.read; i++) {
            bool is_right = task->judge_line(&judge->arguments, judge->lines, i);
            judge->right[judge->places[i]] = is_right;
            right += is_right;
        }
        v.answer = ended && text.answered &&
                   task->judge_answer(&judge->arguments, judge->lines[text.read - 1].value);
        v.trace = v.answer && (v.lines == 1 ? text.lines == 1 : right == text.lines);
        v.lines_right = v.trace || right > v.lines ? v.lines : right;
        if (v.trace) memset(judge->right, true, judge->line_count * sizeof *judge->right);
    }
    *verdict = v;
    return ERR_OK;
}
