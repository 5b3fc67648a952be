/* Fuzz target of completions from outside: lines of any kind, and the texts in them. Whatever the bytes,
 * problems with texts or messages; and a text that is read is one of ours, which says the same when it is
 * read again.
 *
 * The first byte says how texts are read: its bits are lenient, answer first, reverse, cut off. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/answered.h"
#include "data/mix.h"
#include "tasks/tasks.h"
#include "trace/judge.h"
#include "trace/outside_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static struct vocabulary *vocabulary;
static struct alphabets alphabets;

static void prepare(void) {
    int place;
    if (vocabulary) return;
    require(!mix_vocabulary_of_all(&vocabulary, NULL));
    alphabets_open(&alphabets, vocabulary);
    require(!alphabets_find(&alphabets, task_find("run_length")->alphabet, &place));
    require(!alphabets_find(&alphabets, value_truth_texts, &place));
}

static void read_text(const struct outside_terms *terms, const char *text, size_t length, bool cut) {
    struct tokens once = {0}, twice = {0};
    struct buffer said = {0};
    bool whole, again;
    require(!outside_text_read(terms, text, length, cut, &once, &whole));
    require(!whole || !terms->lenient || !cut || memchr(text, '\n', length) || memchr(text, '\r', length));
    if (whole) {
        struct token_span span = {once.id, once.count}, answer = judge_answer(span, terms->answer_first);
        vocabulary_render(vocabulary, once.id, once.count, false, &said);
        require(!outside_text_read(terms, said.bytes, said.length, false, &twice, &again) && again);
        require(judge_same(span, (struct token_span){twice.id, twice.count}));
        require(!terms->lenient ||
                (answer.count > 2 && answer.id[0] == TOKEN_ANSWER && answer.id[1] == TOKEN_EQUALS));
    }
    buffer_free(&said);
    tokens_free(&once);
    tokens_free(&twice);
}

static void read_lines(struct answered_reader *reader, const struct outside_terms *terms, size_t most) {
    struct answered *answered = memory_array(1, sizeof *answered);
    struct error error;
    bool more = answered != NULL;
    for (size_t lines = 0; more; lines++) {
        require(lines <= most);
        enum err code = answered_next(reader, answered, &error);
        require(!code || (code == ERR_INPUT && !strncmp(error.message, "fuzz.jsonl:", 11)));
        more = code || answered->line;
        if (code || !more) continue;
        require(json_is_object(answered->problem) && answered->texts <= ANSWERED_MAX);
        for (int i = 0; i < answered->texts && i < 4; i++)
            if (answered->text[i].text)
                read_text(terms, answered->text[i].text, answered->text[i].length, answered->text[i].cut);
        json_decref(answered->line);
    }
    free(answered);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    prepare();
    struct outside_terms terms = {&alphabets, data[0] >> 2 & 1, data[0] >> 1 & 1, data[0] & 1};
    char *text = malloc(size);
    if (!text) return 0;
    memcpy(text, data + 1, size - 1);
    read_text(&terms, text, size - 1, data[0] >> 3 & 1);
    size_t lines = 3;
    for (size_t i = 1; i < size; i++) lines += data[i] == '\n';
    struct answered_reader reader = {
        .jsonl = {.path = "fuzz.jsonl", .stream = fmemopen(text, size - 1, "rb")},
        .problems_path = "problems.jsonl",
        .problems = json_pack("{s:{s:s}}", "add-0", "task", "add"),
        .waiting = json_pack("{s:n}", "add-0"),
    };
    if (reader.jsonl.stream && reader.problems && reader.waiting) read_lines(&reader, &terms, lines);
    answered_close(&reader);
    free(text);
    return 0;
}
