/* Reading prompts. See prompt.h. */
#include "trace/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char blanks[] = " \t";

void prompt_form(const struct task *task, struct buffer *out) {
    if (!task->infix) buffer_printf(out, "%s(", task->name);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        if (i && task->infix) buffer_printf(out, " %s ", task->infix);
        if (i && !task->infix) buffer_text(out, ", ");
        buffer_text(out, task->parameters[i].name);
        if (task->parameters[i].kind == PARAMETER_NUMBERS) buffer_text(out, ", ...");
    }
    if (!task->infix) buffer_text(out, ")");
}

static enum err refuse(const struct task *task, struct error *error) {
    struct buffer form = {0};
    prompt_form(task, &form);
    enum err code = form.failed
                        ? err_memory(error, "a prompt")
                        : err_set(error, ERR_INPUT, "a problem of %s is written %s", task->name, form.bytes);
    buffer_free(&form);
    return code;
}

/* The text without the blanks at its ends; ends it there. */
static char *trim(char *text) {
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length && strchr(blanks, text[length - 1])) length--;
    text[length] = '\0';
    return text;
}

/* What is between the brackets of a call, or all of a text with a sign between its numbers; ends it there.
 * NULL when it is written otherwise. */
static char *inside(const struct task *task, char *text) {
    text = trim(text);
    if (task->infix) return text;
    size_t length = strlen(text), name = strlen(task->name);
    if (strncmp(text, task->name, name)) return NULL;
    char *open = text + name + strspn(text + name, blanks);
    if (*open != '(' || text[length - 1] != ')') return NULL;
    text[length - 1] = '\0';
    return trim(open + 1);
}

/* The end of the argument that begins here: a comma that is in no brackets, or the sign behind a number. */
static char *argument_end(const struct task *task, char *text) {
    if (task->infix) {
        char *sign = strstr(text + strspn(text, " \t-"), task->infix);
        return sign ? sign : text + strlen(text);
    }
    for (int depth = 0; *text; text++) {
        if (depth == 0 && *text == ',') break;
        depth += *text == '(' || *text == '[';
        depth -= *text == ')' || *text == ']';
    }
    return text;
}

enum err prompt_parse(const struct task *task, const char *text, struct arguments *out, struct error *error) {
    size_t length = strlen(text);
    char *copy = memory_array(length + 1, 1);
    const char **arguments = memory_array(length + 1, sizeof *arguments); /* more cannot be in it */
    enum err code = copy && arguments ? ERR_OK : err_memory(error, "a prompt");
    char *rest = NULL;
    if (!code) {
        memcpy(copy, text, length);
        if (length && copy[length - 1] == '\n') copy[length - 1] = '\0';
        rest = strchr(copy, '\n') ? NULL : inside(task, copy);
        if (!rest) code = refuse(task, error);
    }
    int count = 0;
    for (bool more = !code && *rest; more;) {
        char *end = argument_end(task, rest);
        more = *end;
        *end = '\0';
        arguments[count++] = trim(rest);
        rest = end + (more ? (task->infix ? strlen(task->infix) : 1) : 0);
    }
    if (!code && task->infix && count != 2) code = refuse(task, error);
    if (!code) code = task_parse(task, count, arguments, out, error);
    free(arguments);
    free(copy);
    return code;
}
