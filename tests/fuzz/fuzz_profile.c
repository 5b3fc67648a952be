/* Fuzz target of the profiler's replays: whatever a completion says, it is measured and labelled.
 *
 * The first byte chooses the task, the second the problem; the rest is the text of the completion. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "profile/account.h"
#include "profile/moments.h"
#include "tasks/tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_completion(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t problem,
                           const char *text, size_t length) {
    const struct task *task = mix->entry[0].task;
    static struct arguments arguments;
    struct pcg pcg = pcg_stream(problem, "fuzz", 0);
    struct accountant accountant = {0};
    struct line_store store = {0};
    struct tokens tokens = {0};
    struct account account;
    struct moments moments = {0};
    struct error error;
    enum label label;
    bool tie;
    while (!task_draw(task, &mix->entry[0].sizes, &pcg, &arguments)) continue;
    if (replayer_create(mix, vocabulary, &accountant.replayer, &error)) abort();
    if (!vocabulary_encode(vocabulary, text, length, &tokens, &error)) {
        if (!line_store_fill(&store, (struct token_span){tokens.id, tokens.count})) abort();
        if (store.lines.count) {
            if (account_measure(&accountant, task, &arguments, store.lines, &account, &error) ||
                account_label(&accountant, task, &arguments, store.lines, &account, &label, &tie, &error))
                abort();
            if ((label == LABEL_CLEAN) == account.visible) abort();
            moments_add(&moments, &account, store.lines.count);
            for (int i = 0; i < MOMENTS; i++)
                if (!(moments.sum[i] >= 0)) abort();
        }
    }
    replayer_free(accountant.replayer);
    pairing_scratch_free(&accountant.scratch);
    line_store_free(&store);
    tokens_free(&tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct mix mix;
    struct vocabulary *vocabulary;
    struct error error;
    int tasks = 0;
    if (size < 3 || size > 4096) return 0;
    while (task_list[tasks]) tasks++;
    mix_default(&mix);
    mix.line_limit = 40;
    mix.entries = 1;
    const struct task *task = task_list[data[0] % tasks];
    mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    if (mix_vocabulary(&mix, &vocabulary, &error)) abort();
    try_completion(&mix, vocabulary, data[1], (const char *)data + 2, size - 2);
    vocabulary_free(vocabulary);
    return 0;
}
