/* Breadth-first search: the nodes of a directed graph in the order in which a queue lets them be visited. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"visit node", "next", "queue", NULL};

static bool has(const struct list *list, int64_t x) {
    for (int i = 0; i < list->length; i++)
        if (list_int(list, i) == x) return true;
    return false;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *edges = &in->list[0];
    struct list queue, next, *order = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(order);
    list_clear(&queue);
    list_append(&queue, &in->atom[1].number);
    while (queue.length > 0) {
        int64_t node = let_int(t, "visit node", list_int(&queue, 0));
        list_remove(&queue, 0);
        list_append_int(order, node);
        hold_list(t, order);
        list_clear(&next);
        for (int k = 0; k < edges->length; k++)
            if (list_part(edges, k, 0) == node) list_append_int(&next, list_part(edges, k, 1));
        let_list(t, "next", &next);
        for (int i = 0; i < next.length; i++) {
            int64_t found = list_int(&next, i);
            if (!has(order, found) && !has(&queue, found)) list_append_int(&queue, found);
        }
        let_list(t, "queue", &queue);
    }
}

/* `size` nodes, up to one and a half times as many edges, each there once. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    bool there[10][10] = {{false}};
    uint32_t nodes = size < 1 ? 1 : size > 10 ? 10 : (uint32_t)size;
    for (uint32_t i = 0; i < nodes * 3 / 2; i++) {
        uint32_t u = pcg_below(pcg, nodes), v = pcg_below(pcg, nodes);
        if (u == v || there[u][v]) continue;
        there[u][v] = true;
        list_append_tuple(&out->list[0], u, v);
    }
    out->atom[1] = atom_int(pcg_below(pcg, nodes));
    return true;
}

static const char *fault(const struct arguments *in) {
    for (int k = 0; k < in->list[0].length; k++)
        if (list_part(&in->list[0], k, 0) == list_part(&in->list[0], k, 1))
            return "an edge leads back to its node";
    return NULL;
}

const struct task task_bfs = {
    .name = "bfs",
    .summary = "the nodes of a directed graph in the order of a breadth-first search",
    .about = "visit node is the first of the queue, at the beginning the node that the search starts from; "
             "next is where its edges (node, next) lead, in the order of the list, and queue what is then "
             "left to be visited: those of next that were neither visited nor in the queue stand at its end. "
             "An empty queue ends it. The nodes visited so far are kept unwritten; they are the answer. A "
             "wrong queue visits a node twice, or none of what can be reached from it.",
    .family = FAMILY_SEARCHING,
    .parameters = {{.name = "edges", .kind = PARAMETER_LIST, .element = "(number, number)", .max_digits = 1},
                   {.name = "start", .max_digits = 1}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 4, .max_length = 7},
    .run = run,
    .draw = draw,
    .fault = fault,
};
