/* The shortest path between two nodes of a weighted directed graph (Dijkstra): the nearest open node is
 * settled, and its edges may bring others nearer. */
#include <string.h>

#include "tasks/tasks.h"
#include "trace/trace.h"

enum { NODES = 10 };

static const char *const names[] = {"settle", "edge", "reach", "open", "back node", NULL};

/* What is known: tuples (node, distance) that are open, nearest first, and that are settled; and each edge
 * that was followed, (node, next, distance of next by it). */
struct search {
    struct list open, settled, reached;
};

static void search_begin(struct search *search, int64_t from) {
    list_clear(&search->open);
    list_clear(&search->settled);
    list_clear(&search->reached);
    list_append_tuple(&search->open, from, 0);
}

/* The place of a node's tuple; -1 where there is none. */
static int place_of(const struct list *list, int64_t node) {
    for (int i = 0; i < list->length; i++)
        if (list_part(list, i, 0) == node) return i;
    return -1;
}

static void settle(struct search *search, int64_t node, int64_t distance) {
    list_remove(&search->open, place_of(&search->open, node));
    list_append_tuple(&search->settled, node, distance);
}

/* A node is reached: it goes behind the open ones that are not farther, unless it is settled or open as near.
 */
static void reach(struct search *search, int64_t node, int64_t next, int64_t distance) {
    struct list *open = &search->open, before;
    int old = place_of(open, next);
    list_append_tuple(&search->reached, node, next, distance);
    if (place_of(&search->settled, next) >= 0 || (old >= 0 && list_part(open, old, 1) <= distance)) return;
    list_remove(open, old);
    list_copy(&before, open);
    list_clear(open);
    for (int i = 0; i < before.length; i++) {
        if (list_part(&before, i, 1) > distance && place_of(open, next) < 0)
            list_append_tuple(open, next, distance);
        list_append_tuple(open, list_part(&before, i, 0), list_part(&before, i, 1));
    }
    if (place_of(open, next) < 0) list_append_tuple(open, next, distance);
}

/* Number k of the edges out of a node: its place in the list, -1 behind the last. */
static int edge_of(const struct list *edges, int64_t node, int k) {
    for (int i = 0; i < edges->length; i++)
        if (list_part(edges, i, 0) == node && k-- == 0) return i;
    return -1;
}

static void set_tuple(struct list *tuple, int count, const int64_t *numbers) {
    list_clear(tuple);
    tuple->tuple = true;
    for (int i = 0; i < count; i++) list_append_int(tuple, numbers[i]);
}

/* What following an edge from this distance gives. */
static void set_reached(struct list *tuple, const struct list *edge, int64_t distance) {
    struct decimal a = decimal_from(distance), b = decimal_from(list_int(edge, 2));
    a = decimal_add(&a, &b);
    set_tuple(tuple, 3, (const int64_t[]){list_int(edge, 0), list_int(edge, 1), decimal_int(&a)});
}

/* Whether a shortest path to `node` comes from `before`; and the first node of which this is so, or -1. */
static bool leads(const struct search *search, int reached, int64_t node) {
    int settled = place_of(&search->settled, node);
    return settled >= 0 && list_part(&search->reached, reached, 1) == node &&
           list_part(&search->reached, reached, 2) == list_part(&search->settled, settled, 1);
}

static int64_t node_before(const struct search *search, int64_t node) {
    for (int i = 0; i < search->reached.length; i++)
        if (leads(search, i, node)) return list_part(&search->reached, i, 0);
    return -1;
}

static void set_answer(struct list *answer, const struct list *path, int64_t length) {
    list_clear(answer);
    answer->tuple = true;
    list_append_list(answer, path);
    list_append_int(answer, length);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *edges = &in->list[0];
    int64_t from = decimal_int(&in->atom[1].number), to = decimal_int(&in->atom[2].number), node = -1;
    int64_t length = -1;
    struct search search;
    struct list tuple, edge, path;
    search_begin(&search, from);
    while (node != to && search.open.length > 0) {
        const struct list *open = &search.open;
        set_tuple(&tuple, 2, (const int64_t[]){list_part(open, 0, 0), list_part(open, 0, 1)});
        let_list(t, "settle", &tuple);
        node = list_int(&tuple, 0);
        length = list_int(&tuple, 1);
        settle(&search, node, length);
        if (node == to) break;
        for (int k = 0; edge_of(edges, node, k) >= 0; k++) {
            list_inner(edges, edge_of(edges, node, k), &edge);
            let_list(t, "edge", &edge);
            set_reached(&tuple, &edge, length);
            let_list(t, "reach", &tuple);
            reach(&search, list_int(&tuple, 0), list_int(&tuple, 1), list_int(&tuple, 2));
        }
        let_list(t, "open", &search.open);
    }
    list_clear(&path);
    for (int64_t back = node == to ? to : -1; back >= 0; back = node_before(&search, back)) {
        struct decimal number = let(t, "back node", decimal_from(back));
        back = decimal_int(&number);
        list_insert(&path, -1, &number);
        hold_list(t, &path);
        if (back == from) break;
    }
    out->atom.kind = KIND_LIST;
    set_answer(&out->list, &path, node == to ? length : -1);
}

/* `size` nodes, a tree of edges from the first, so that each can be reached, and half as many more. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    bool there[NODES][NODES] = {{false}};
    int label[NODES], nodes = size < 2 ? 2 : size > NODES ? NODES : size;
    struct list edges;
    list_clear(&edges);
    for (int i = 0; i < nodes; i++) {
        int k = (int)pcg_below(pcg, (uint32_t)i + 1);
        label[i] = label[k];
        label[k] = i;
    }
    for (int i = 1; i < nodes + nodes / 2; i++) {
        int v = label[i < nodes ? i : (int)pcg_below(pcg, (uint32_t)nodes)];
        int u = label[pcg_below(pcg, (uint32_t)(i < nodes ? i : nodes))];
        int64_t weight = pcg_between(pcg, 1, 9);
        if (u == v || there[u][v]) continue;
        there[u][v] = true;
        list_append_tuple(&edges, u, v, weight);
    }
    while (edges.length > 0) { /* in any order */
        int k = (int)pcg_below(pcg, (uint32_t)edges.length);
        list_append_tuple(&out->list[0], list_part(&edges, k, 0), list_part(&edges, k, 1),
                          list_part(&edges, k, 2));
        list_remove(&edges, k);
    }
    out->atom[1] = atom_int(label[0]);
    out->atom[2] = atom_int(label[1 + pcg_below(pcg, (uint32_t)nodes - 1)]);
    return true;
}

static const char *fault(const struct arguments *in) {
    for (int k = 0; k < in->list[0].length; k++)
        if (list_part(&in->list[0], k, 0) == list_part(&in->list[0], k, 1))
            return "an edge leads back to its node";
    return NULL;
}

/* --- any of several nearest nodes may be settled, and any shortest path is right --- */

/* The length of the shortest path, by as many rounds over all edges as there are nodes; -1 without one. */
static int64_t shortest(const struct arguments *in) {
    const struct list *edges = &in->list[0];
    int64_t length[NODES];
    for (int i = 0; i < NODES; i++) length[i] = i == decimal_int(&in->atom[1].number) ? 0 : -1;
    for (int i = 0; i < NODES; i++)
        for (int k = 0; k < edges->length; k++) {
            int64_t before = length[list_part(edges, k, 0)], *next = &length[list_part(edges, k, 1)];
            int64_t there = before + list_part(edges, k, 2);
            if (before >= 0 && (*next < 0 || there < *next)) *next = there;
        }
    return length[decimal_int(&in->atom[2].number)];
}

/* The length of a path by the shortest edges between its nodes; -1 when it is none. */
static int64_t path_length(const struct list *edges, const struct list *path) {
    int64_t sum = 0;
    for (int i = 0; i < path->atoms; i++) {
        int64_t least = i ? -1 : 0;
        if (path->atom[i].kind != KIND_NUMBER) return -1;
        for (int k = 0; i && k < edges->length; k++)
            if (list_part(edges, k, 0) == list_int(path, i - 1) &&
                list_part(edges, k, 1) == list_int(path, i) && (least < 0 || list_part(edges, k, 2) < least))
                least = list_part(edges, k, 2);
        if (least < 0) return -1;
        sum += least;
    }
    return path->length > 0 ? sum : -1;
}

static bool judge_answer(const struct arguments *in, const struct value *answer) {
    int64_t length = shortest(in), from = decimal_int(&in->atom[1].number);
    struct list path, wanted;
    if (!value_is_list(answer)) return false;
    list_inner(&answer->list, 0, &path);
    set_answer(&wanted, &path, length);
    if (!list_same(&answer->list, &wanted) || path.tuple) return false;
    return path_length(&in->list[0], &path) == length &&
           (length < 0 ? path.length == 0
                       : list_int(&path, 0) == from &&
                             list_int(&path, path.length - 1) == decimal_int(&in->atom[2].number));
}

/* Where the lines before one have led to. */
struct told {
    struct search search;
    const char *last;       /* the name of the last line */
    int64_t node, distance; /* settled last */
    int followed;           /* of its edges */
    struct list edge;       /* the last of them */
    int64_t back;           /* the node that was gone back to last */
    struct list path;       /* from there on */
};

static bool is(const char *name, const char *other) { return !strcmp(name, other); }

static void tell(const struct arguments *in, const struct judged_line *lines, int count, struct told *told) {
    static const struct list none; /* for what should be a list */
    told->last = "open";
    told->node = told->distance = told->back = -1;
    told->followed = 0;
    search_begin(&told->search, decimal_int(&in->atom[1].number));
    list_clear(&told->edge);
    list_clear(&told->path);
    for (int i = 0; i < count; i++) {
        const struct value *value = lines[i].value;
        const struct list *list = value_is_list(value) ? &value->list : &none;
        told->last = lines[i].name;
        if (is(told->last, "settle")) {
            told->node = list_int(list, 0);
            told->distance = list_int(list, 1);
            told->followed = 0;
            settle(&told->search, told->node, told->distance);
        } else if (is(told->last, "edge")) {
            list_copy(&told->edge, list);
            told->followed++;
        } else if (is(told->last, "reach")) {
            reach(&told->search, list_int(list, 0), list_int(list, 1), list_int(list, 2));
        } else if (is(told->last, "open")) {
            list_copy(&told->search.open, list);
        } else if (value->atom.kind == KIND_NUMBER) {
            told->back = decimal_int(&value->atom.number);
            list_insert(&told->path, -1, &value->atom.number);
        }
    }
}

/* Line i, when it is `back node`: the node searched for, and then one that a shortest path comes from. */
static bool judge_back(const struct told *told, int64_t from, int64_t node) {
    if (is(told->last, "settle")) return node == told->node;
    for (int k = 0; is(told->last, "back node") && told->back != from && k < told->search.reached.length; k++)
        if (leads(&told->search, k, told->back) && list_part(&told->search.reached, k, 0) == node)
            return true;
    return false;
}

static bool judge_line(const struct arguments *in, const struct judged_line *lines, int i) {
    const struct list *edges = &in->list[0];
    const struct value *value = lines[i].value;
    const char *name = lines[i].name;
    int64_t from = decimal_int(&in->atom[1].number), to = decimal_int(&in->atom[2].number);
    struct told told;
    struct list wanted;
    tell(in, lines, i, &told);
    const struct list *open = &told.search.open;
    bool arrived = told.node == to, settling = is(told.last, "open") && !arrived;
    bool following = !arrived && (is(told.last, "settle") || is(told.last, "reach"));
    int edge = edge_of(edges, told.node, told.followed);
    if (is(name, "back node"))
        return arrived && value->atom.kind == KIND_NUMBER &&
               judge_back(&told, from, decimal_int(&value->atom.number));
    if (!value_is_list(value)) return false;
    list_copy(&wanted, open);
    if (is(name, "settle")) {
        int place = place_of(open, list_int(&value->list, 0));
        if (!settling || place < 0 || list_part(open, place, 1) != list_part(open, 0, 1)) return false;
        set_tuple(&wanted, 2, (const int64_t[]){list_part(open, place, 0), list_part(open, place, 1)});
    } else if (is(name, "edge")) {
        if (!following || edge < 0) return false;
        list_inner(edges, edge, &wanted);
    } else if (is(name, "reach")) {
        if (!is(told.last, "edge")) return false;
        set_reached(&wanted, &told.edge, told.distance);
    } else if (is(name, "open")) {
        if (!following || edge >= 0) return false;
    } else {
        bool found = arrived && is(told.last, "back node") && told.back == from;
        if (!found && !(settling && open->length == 0)) return false;
        set_answer(&wanted, &told.path, found ? told.distance : -1);
    }
    return list_same(&value->list, &wanted);
}

const struct task task_shortest_path = {
    .name = "shortest_path",
    .summary = "the shortest path between two nodes of a weighted directed graph, by Dijkstra's algorithm",
    .about =
        "open are nodes and their distances so far, (node, distance), the nearest first; settle is the "
        "first of them, at the beginning (from, 0). edge is each of its edges (node, next, length), in the "
        "order of the list, and reach the edge with the distance of next by it; open then has the "
        "nearer of two distances of a node, of equal ones the first, and none that is settled. Once "
        "`to` is settled, back node goes from it along what was reached with the distances that were "
        "settled. The answer is the path and its length, ([], -1) where there is none. A wrong distance "
        "settles a node too early or too late.",
    .family = FAMILY_SEARCHING,
    .parameters =
        {{.name = "edges", .kind = PARAMETER_LIST, .element = "(number, number, number)", .max_digits = 1},
         {.name = "from", .max_digits = 1},
         {.name = "to", .max_digits = 1}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 3, .max_length = 3},
    .run = run,
    .draw = draw,
    .fault = fault,
    .judge_answer = judge_answer,
    .judge_line = judge_line,
};
