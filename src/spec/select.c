/* The options that each cell chooses. See select.h. */
#include "spec/select.h"

#include <string.h>

/* Another task, noise or test is another question, not another answer to the same one. */
static bool can_be_chosen(struct option_ref option) {
    static const char *const sections[] = {"data.", "model.", "train.", NULL};
    if (!strcmp(option.row->name, "model.preset")) return true; /* it is the shape that matters */
    if (!option.row->matters || option.row->of_noise || option.row->counts != COUNTS_NOTHING) return false;
    for (int i = 0; sections[i]; i++)
        if (!strncmp(option.row->name, sections[i], strlen(sections[i]))) return true;
    return false;
}

static enum err add(struct select *select, const struct tree *tree, int node, struct error *error) {
    const char *name = tree_text(tree, node);
    struct option_ref option;
    bool scalar = tree->nodes[node].kind == NODE_SCALAR;
    if (!scalar || !option_find(name, &option) || !can_be_chosen(option))
        return tree_error(tree, node, error,
                          "select: '%s' cannot be chosen (allowed: options of data, model and train that can "
                          "change a result, such as train.learning_rate)",
                          name);
    for (int i = 0; i < select->count; i++)
        if (option_slot(select->option[i]) == option_slot(option))
            return tree_error(tree, node, error, "select: %s is named twice", name);
    if (select->count == SELECT_MAX)
        return tree_error(tree, node, error, "select: more than %d options", SELECT_MAX);
    select->option[select->count++] = option;
    return ERR_OK;
}

enum err select_read(struct select *select, const struct tree *tree, int node, struct error *error) {
    const struct node *n = &tree->nodes[node];
    select->count = 0;
    if (n->kind != NODE_SEQUENCE) return add(select, tree, node, error);
    enum err code = ERR_OK;
    for (int item = n->first; item && !code; item = tree->nodes[item].next)
        code = add(select, tree, item, error);
    return code;
}
