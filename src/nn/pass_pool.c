/* Passes shared by threads. See pass.h. */
#include <stdlib.h>

#include "base/memory.h"
#include "nn/pass.h"

enum err pass_pool_create(const struct folded *folded, int count, int capacity, int longest,
                          enum pass_mode mode, struct pass_pool *pool, struct error *error) {
    struct pass_pool made = {.count = count};
    made.pass = memory_array((size_t)count, sizeof *made.pass);
    made.busy = memory_array((size_t)count, sizeof *made.busy);
    enum err code = made.pass && made.busy ? ERR_OK : err_memory(error, "the model's scratch memory");
    for (int i = 0; i < count && !code; i++) {
        code = pass_create(folded, capacity, longest, mode, &made.pass[i], error);
        if (!code) made.bytes += made.pass[i]->bytes;
    }
    if (code)
        pass_pool_free(&made);
    else
        *pool = made;
    return code;
}

struct pass *pass_pool_take(struct pass_pool *pool) {
    for (int i = 0;; i = (i + 1) % pool->count)
        if (!atomic_exchange_explicit(&pool->busy[i], true, memory_order_acquire)) return pool->pass[i];
}

void pass_pool_give(struct pass_pool *pool, const struct pass *pass) {
    for (int i = 0; i < pool->count; i++)
        if (pool->pass[i] == pass) atomic_store_explicit(&pool->busy[i], false, memory_order_release);
}

void pass_pool_free(struct pass_pool *pool) {
    for (int i = 0; pool->pass && i < pool->count; i++) pass_free(pool->pass[i]);
    free(pool->pass);
    free(pool->busy);
    *pool = (struct pass_pool){0};
}
