/* bfs against its order told without a queue: the next node is the one that the earliest visited node has an
 * edge to, and of its edges the first. */
#include "tests/task_checks.h"

/* Orders the nodes that can be reached, and returns how many they are. */
static int order_nodes(const struct list *edges, int64_t start, int64_t order[10]) {
    bool visited[10] = {false};
    int count = 1, i = 0;
    order[0] = start;
    visited[start] = true;
    while (i < count) {
        int64_t found = -1;
        for (int k = edges->length - 1; k >= 0; k--)
            if (list_part(edges, k, 0) == order[i] && !visited[list_part(edges, k, 1)])
                found = list_part(edges, k, 1);
        if (found < 0) {
            i++; /* that node has no more */
            continue;
        }
        visited[found] = true;
        order[count++] = found;
    }
    return count;
}

/* What the queue is once node i of the order is visited: the nodes behind it that it or one before it leads
 * to. */
static void write_queue(const struct list *edges, const int64_t order[10], int count, int i,
                        struct buffer *out) {
    const char *comma = "";
    buffer_text(out, "queue = [");
    for (int n = i + 1; n < count; n++) {
        bool known = false;
        for (int k = 0; k < edges->length; k++)
            for (int b = 0; b <= i; b++)
                known |= list_part(edges, k, 0) == order[b] && list_part(edges, k, 1) == order[n];
        if (!known) continue;
        buffer_printf(out, "%s%d", comma, (int)order[n]);
        comma = ", ";
    }
    buffer_text(out, "]\n");
}

static void write_trace(const struct arguments *in, struct buffer *out) {
    const struct list *edges = &in->list[0];
    int64_t order[10];
    int count = order_nodes(edges, decimal_int(&in->atom[1].number), order);
    for (int i = 0; i < count; i++) {
        const char *comma = "";
        buffer_printf(out, "visit node = %d\nnext = [", (int)order[i]);
        for (int k = 0; k < edges->length; k++) {
            if (list_part(edges, k, 0) != order[i]) continue;
            buffer_printf(out, "%s%d", comma, (int)list_part(edges, k, 1));
            comma = ", ";
        }
        buffer_text(out, "]\n");
        write_queue(edges, order, count, i, out);
    }
    buffer_text(out, "answer = [");
    for (int i = 0; i < count; i++) buffer_printf(out, "%s%d", i ? ", " : "", (int)order[i]);
    buffer_text(out, "]");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 1, .max_length = 14};
    check_traces("bfs", NULL, 80000, write_trace);
    check_traces("bfs", &wide, 20000, write_trace);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("bfs", "leads back", "[(0,1),(2,2)]", "0");
    check_refuses("bfs", "start", "[(0,1)]", "10");
    check_refuses("bfs", "edges", "[(0,10)]", "1");
    check_refuses("bfs", "edges", "[(0,1,2)]", "1");
    check_refuses("bfs", "edges", "[0,1]", "1");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("bfs");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(wrong_arguments_are_refused),
                                       cmocka_unit_test(noise_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
