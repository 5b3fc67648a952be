/* A small document (mappings, lists, scalars) with the place of every node, from YAML, JSON or one word
 * of the command line. Anything that an option can not be said in is refused here: anchors and aliases,
 * tags, several documents, deep nesting. */
#ifndef COTNOISE_SPEC_TREE_H
#define COTNOISE_SPEC_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { TREE_DEPTH_MAX = 16 };

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
    enum node_kind kind;
    bool quoted;      /* a scalar in quotes, or a block: text, never a number */
    int line, column; /* from 1 */
    int count;        /* children of a list; pairs of a mapping */
    int first, next; /* child and sibling by number; 0: none. A mapping's children are key, value, key, ... */
    char *text;      /* of a scalar (UTF-8); NULL otherwise */
};

struct tree {
    char *label; /* what messages begin with: a file's name or the word itself */
    int order;   /* of documents that go over each other: the later has the higher; 0 until set */
    bool places; /* whether lines and columns mean anything (a YAML file) */
    struct node *nodes;
    size_t count, capacity; /* node 0 is unused, node 1 the root */
};

/* Each makes a tree, which the caller frees also after a failure. */
enum err tree_from_yaml(struct tree *tree, const char *label, const char *bytes, size_t length,
                        struct error *error);
enum err tree_from_json(struct tree *tree, const char *label, json_t *json, struct error *error);

/* A word KEY=VALUE of the command line as a mapping of one key. The value is a list or mapping in YAML's
 * flow style when it begins with [ or {, otherwise a scalar as it stands. ERR_INPUT without a "=". */
enum err tree_from_word(struct tree *tree, const char *word, struct error *error);

void tree_free(struct tree *tree);

/* "[...]", "{...}" or the scalar, for messages. */
const char *tree_text(const struct tree *tree, int node);

/* ERR_INPUT with "LABEL:LINE:COLUMN: message" (or "LABEL: message"). */
enum err tree_error(const struct tree *tree, int node, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
