/* The queue of a sweep: nothing before what it starts from, nobody twice, nobody forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/queue.h"

enum { RUNS = 5 };

/* Runs 0 and 1 start from run 4, run 3 from run 2. */
struct fixture {
    struct planned_run runs[RUNS];
    struct plan plan;
    struct queue queue;
};

static void begin(struct fixture *fixture) {
    static const int parents[RUNS] = {4, 4, -1, 2, -1};
    memset(fixture, 0, sizeof *fixture);
    fixture->plan = (struct plan){.runs = fixture->runs, .count = RUNS};
    assert_int_equal(queue_make(&fixture->plan, 2, &fixture->queue, NULL), ERR_OK);
    for (int i = 0; i < RUNS; i++) {
        fixture->runs[i].run = i;
        fixture->runs[i].parent = parents[i];
        queue_add(&fixture->queue, &fixture->runs[i]);
    }
}

/* The run that goes next, taken; -1 for none. */
static int take(struct queue *queue, double now) {
    const struct planned_run *run = queue_first(queue, now);
    if (run) queue_take(queue);
    return run ? run->run : -1;
}

static void children_wait_for_their_parents(void **state) {
    (void)state;
    struct fixture f;
    begin(&f);
    assert_ptr_equal(queue_first(&f.queue, 1), &f.runs[2]);
    assert_ptr_equal(queue_first(&f.queue, 1), &f.runs[2]); /* looking takes nothing */
    assert_int_equal(take(&f.queue, 1), 2);
    assert_int_equal(take(&f.queue, 1), 4);
    assert_int_equal(take(&f.queue, 1), -1);
    f.runs[4].complete = true;
    assert_int_equal(take(&f.queue, 1), 0);
    f.runs[2].complete = true;
    assert_int_equal(take(&f.queue, 1), 1); /* in their order */
    assert_int_equal(take(&f.queue, 1), 3);
    assert_int_equal(take(&f.queue, 1), -1);
    assert_int_equal(f.queue.next, f.queue.count);
    queue_free(&f.queue);
}

static void children_of_a_failed_run_are_dropped(void **state) {
    (void)state;
    struct fixture f;
    begin(&f);
    assert_int_equal(take(&f.queue, 1), 2);
    assert_int_equal(take(&f.queue, 1), 4);
    assert_int_equal(queue_drop_children(&f.queue, &f.runs[4]), 2);
    assert_int_equal(queue_drop_children(&f.queue, &f.runs[4]), 0);
    f.runs[2].complete = true;
    assert_int_equal(take(&f.queue, 1), 3);
    assert_int_equal(f.queue.next, f.queue.count);
    queue_free(&f.queue);
}

/* What another process is at is looked at again later; the others do not wait for it. */
static void a_run_that_is_put_back_waits_for_its_time(void **state) {
    (void)state;
    struct fixture f;
    begin(&f);
    assert_int_equal(take(&f.queue, 1), 2);
    queue_put_back(&f.queue, &f.runs[2]);
    f.queue.look_at[2] = 5;
    assert_int_equal(take(&f.queue, 4), 4);
    assert_int_equal(take(&f.queue, 4), -1);
    assert_int_equal(take(&f.queue, 5), 2);
    queue_free(&f.queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_wait_for_their_parents),
        cmocka_unit_test(children_of_a_failed_run_are_dropped),
        cmocka_unit_test(a_run_that_is_put_back_waits_for_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
