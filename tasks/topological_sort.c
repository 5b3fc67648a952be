/* Topological sort (Kahn): again and again a node is taken into which no edge is left. */
#include <string.h>

#include "tasks/tasks.h"
#include "trace/trace.h"

enum { NODES = 10 };

static const char *const names[] = {"left", "ready", "take node", NULL};

/* Number k of the nodes that the edges out of `node` lead to; -1 behind the last. */
static int64_t next_of(const struct list *edges, int64_t node, int k) {
    for (int i = 0; i < edges->length; i++)
        if (list_part(edges, i, 0) == node && k-- == 0) return list_part(edges, i, 1);
    return -1;
}

static int64_t edges_into(const struct list *edges, int64_t node) {
    int64_t count = 0;
    for (int i = 0; i < edges->length; i++) count += list_part(edges, i, 1) == node;
    return count;
}

static void set_pair(struct list *pair, int64_t node, int64_t edges) {
    list_clear(pair);
    pair->tuple = true;
    list_append_int(pair, node);
    list_append_int(pair, edges);
}

/* Writes how many edges into a node are left; a node with none is ready. */
static void note_left(struct trace *t, int64_t node, int64_t edges, int64_t left[NODES], struct list *ready) {
    struct list pair;
    set_pair(&pair, node, edges);
    let_list(t, "left", &pair);
    node = list_int(&pair, 0);
    if (node >= 0 && node < NODES) left[node] = list_int(&pair, 1);
    if (list_int(&pair, 1) == 0) list_append_int(ready, node);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *edges = &in->list[0];
    int64_t left[NODES] = {0}, nodes = decimal_int(&in->atom[1].number), next;
    struct list ready, *order = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(order);
    list_clear(&ready);
    for (int64_t node = 0; node < nodes; node++) note_left(t, node, edges_into(edges, node), left, &ready);
    let_list(t, "ready", &ready);
    while (ready.length > 0) {
        int64_t taken = let_int(t, "take node", list_int(&ready, 0));
        list_remove(&ready, 0);
        list_append_int(order, taken);
        hold_list(t, order);
        for (int k = 0; (next = next_of(edges, taken, k)) >= 0; k++)
            note_left(t, next, left[next] > INT64_MIN ? left[next] - 1 : 0, left, &ready);
        let_list(t, "ready", &ready);
    }
}

/* `size` nodes and up to as many edges, each there once; all lead from an earlier to a later node of a random
 * order. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    bool there[NODES][NODES] = {{false}};
    int place[NODES], nodes = size < 1 ? 1 : size > NODES ? NODES : size;
    for (int i = 0; i < nodes; i++) {
        int k = (int)pcg_below(pcg, (uint32_t)i + 1);
        place[i] = place[k];
        place[k] = i;
    }
    for (int i = 0; i < nodes; i++) {
        int u = (int)pcg_below(pcg, (uint32_t)nodes), v = (int)pcg_below(pcg, (uint32_t)nodes);
        bool back = place[u] > place[v];
        if (u == v || there[u][v] || there[v][u]) continue;
        there[u][v] = true;
        list_append_tuple(&out->list[0], back ? v : u, back ? u : v);
    }
    out->atom[1] = atom_int(nodes);
    return true;
}

/* Takes nodes away until none is left into which no edge leads from another that is left. */
static const char *fault(const struct arguments *in) {
    const struct list *edges = &in->list[0];
    int64_t nodes = decimal_int(&in->atom[1].number), left = (1 << nodes) - 1, before = 0;
    for (int k = 0; k < edges->length; k++)
        if (list_part(edges, k, 0) >= nodes || list_part(edges, k, 1) >= nodes)
            return "an edge has a node that is not below nodes";
    while (left != before) {
        int64_t held = 0;
        for (int k = 0; k < edges->length; k++)
            if (left >> list_part(edges, k, 0) & 1) held |= 1 << list_part(edges, k, 1);
        before = left;
        left &= held;
    }
    return left ? "the graph has a cycle" : NULL;
}

/* --- which ready node is taken is free, and so is the order: no edge may lead back in it --- */

static bool judge_answer(const struct arguments *in, const struct value *answer) {
    const struct list *edges = &in->list[0], *order = &answer->list;
    int64_t nodes = decimal_int(&in->atom[1].number), place[NODES];
    if (!value_is_list(answer) || order->tuple || order->length != nodes || order->atoms != nodes)
        return false;
    for (int64_t node = 0; node < nodes; node++) {
        struct atom number = atom_int(node);
        place[node] = -1;
        for (int i = 0; i < order->atoms; i++)
            if (atom_same(&order->atom[i], &number)) place[node] = i;
        if (place[node] < 0) return false;
    }
    for (int k = 0; k < edges->length; k++)
        if (place[list_part(edges, k, 0)] > place[list_part(edges, k, 1)]) return false;
    return true;
}

/* Whether a line is `name = list`. */
static bool is_list(const struct judged_line *line, const char *name, const struct list *list) {
    return !strcmp(line->name, name) && value_is_list(line->value) && list_same(&line->value->list, list);
}

static bool takes(const struct judged_line *line) {
    return !strcmp(line->name, "take node") && line->value->atom.kind == KIND_NUMBER;
}

/* How many edges into the node are left by the lines before line i. */
static int64_t left_before(const struct judged_line *lines, int i, int64_t node) {
    while (--i >= 0)
        if (!strcmp(lines[i].name, "left") && value_is_list(lines[i].value) &&
            list_int(&lines[i].value->list, 0) == node)
            return list_int(&lines[i].value->list, 1);
    return 0;
}

/* Line i may take any node that is ready by the line before it; when none is, it is the answer: what was
 * taken. */
static bool judge_end(const struct judged_line *lines, int i) {
    const struct value *ready = lines[i - 1].value;
    struct list order;
    list_clear(&order);
    if (strcmp(lines[i - 1].name, "ready") || !value_is_list(ready)) return false;
    for (int k = 0; k < ready->list.length; k++)
        if (takes(&lines[i]) && atom_same(&ready->list.atom[k], &lines[i].value->atom)) return true;
    for (int k = 0; k < i; k++)
        if (takes(&lines[k])) list_append(&order, &lines[k].value->atom.number);
    return ready->list.length == 0 && is_list(&lines[i], "answer", &order);
}

/* What is ready after the round that begins with line `taken`, -1 for the first: whatever was, without the
 * taken node, and the nodes into which no edge is left. */
static void make_ready(const struct judged_line *lines, int taken, int i, struct list *ready) {
    list_clear(ready);
    if (taken > 0 && value_is_list(lines[taken - 1].value)) list_copy(ready, &lines[taken - 1].value->list);
    for (int k = 0; k < ready->length; k++)
        if (atom_same(&ready->atom[k], &lines[taken].value->atom)) list_remove(ready, k);
    for (int k = taken + 1; k < i; k++)
        if (value_is_list(lines[k].value) && !list_int(&lines[k].value->list, 1))
            list_append_int(ready, list_int(&lines[k].value->list, 0));
}

/* A round is a line for each edge out of the node taken, in the first one for each node, and `ready`. */
static bool judge_line(const struct arguments *in, const struct judged_line *lines, int i) {
    const struct list *edges = &in->list[0];
    int64_t nodes = decimal_int(&in->atom[1].number), node, count;
    struct list wanted;
    int taken = i - 1;
    while (taken >= 0 && !takes(&lines[taken])) taken--;
    int place = i - taken - 1, length = 0;
    if (taken < 0) {
        length = (int)nodes;
        node = place;
        count = edges_into(edges, node);
    } else {
        int64_t from = decimal_int(&lines[taken].value->atom.number);
        while (next_of(edges, from, length) >= 0) length++;
        node = next_of(edges, from, place);
        count = left_before(lines, i, node) - 1;
    }
    if (place > length) return place == length + 1 && judge_end(lines, i);
    if (place < length)
        set_pair(&wanted, node, count);
    else
        make_ready(lines, taken, i, &wanted);
    return is_list(&lines[i], place < length ? "left" : "ready", &wanted);
}

const struct task task_topological_sort = {
    .name = "topological_sort",
    .summary = "the nodes of a directed graph in an order in which no edge leads back, by Kahn's algorithm",
    .about = "left is a node, and how many edges into it are left: at the beginning of each node. ready are "
             "those with none left that were not taken, in the order in which they came to be so. take node "
             "is the first of them, and then left is each node that an edge from it leads to, in the order "
             "of the list, with one edge less. The nodes are 0 to nodes - 1. The order so far is kept "
             "unwritten. Any node that is ready may be taken, and any order without an edge that leads back "
             "is right. A wrong left lets a node come too early, or never.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "edges", .kind = PARAMETER_LIST, .element = "(number, number)", .max_digits = 1},
                   {.name = "nodes", .positive = true, .max_digits = 2, .max = NODES}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 4, .max_length = 6},
    .run = run,
    .draw = draw,
    .fault = fault,
    .judge_answer = judge_answer,
    .judge_line = judge_line,
};
