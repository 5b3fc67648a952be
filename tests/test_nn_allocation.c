/* A training step allocates nothing: every allocator of the C library is counted while it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/team.h"
#include "tests/toy_model.h"

/* The sanitizers bring allocators of their own, which must not be replaced; elsewhere glibc's are wrapped
 * here. */
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTING 1
static atomic_int allocations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
    allocations++;
    return __libc_realloc(block, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}
#else
#define COUNTING 0
static atomic_int allocations;
#endif

static void test_step_allocates_nothing(void **state) {
    (void)state;
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    struct learner *learner;
    struct error reason;
    struct team *team;
    OK(team_create(2, &team, &reason));
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 1);
    struct learner_options options = learner_defaults(TOY_LONGEST);
    options.threads = 2;
    options.value_head = true;
    OK(learner_create(gpt, &options, &learner, &error));
    struct toy_batch *batch = calloc(1, sizeof *batch);
    static const struct objective objective = {1, 0.2, 0.2, 0.1, 0.1, 0.5, 0.2};
    static struct objective_target goals[TOY_SAMPLES * TOY_LONGEST];
    int before = 0;
    for (int step = 0; step < 10; step++) {
        struct learner_step result;
        struct objective_sums sums;
        toy_batch_fill(batch, step);
        for (int lane = 0; lane < TOY_LANES; lane++) batch->lanes[lane].goals = goals;
        if (step == 1) before = allocations; /* the library's own buffers come with the first step */
        assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_OK);
        assert_int_equal(
            learner_reinforce(learner, team, batch->lanes, &objective, 1e-3, &result, &sums, &reason),
            ERR_OK);
    }
    int after = allocations;
    assert_int_equal(after - before, 0);
    if (COUNTING && before == 0) skip(); /* under valgrind, whose own malloc came first */
    free(batch);
    learner_free(learner);
    team_free(team);
    gpt_free(gpt);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_step_allocates_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
