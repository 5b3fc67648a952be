/* A small document with the place of every node. See tree.h. */
#include "spec/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"

void tree_free(struct tree *tree) {
    for (size_t i = 0; i < tree->count; i++) free(tree->nodes[i].text);
    free(tree->nodes);
    free(tree->label);
    *tree = (struct tree){0};
}

const char *tree_text(const struct tree *tree, int node) {
    const struct node *n = &tree->nodes[node];
    return n->kind == NODE_SEQUENCE ? "[...]" : n->kind == NODE_MAPPING ? "{...}" : n->text;
}

enum err tree_error(const struct tree *tree, int node, struct error *error, const char *format, ...) {
    char what[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (!tree->places || !node) return err_set(error, ERR_INPUT, "%s: %s", tree->label, what);
    const struct node *n = &tree->nodes[node];
    return err_set(error, ERR_INPUT, "%s:%d:%d: %s", tree->label, n->line, n->column, what);
}

static enum err begin(struct tree *tree, const char *label, bool places, struct error *error) {
    *tree = (struct tree){.label = memory_string(label), .places = places};
    if (!tree->label || memory_reserve(&tree->nodes, &tree->capacity, 16, sizeof *tree->nodes))
        return err_memory(error, label);
    tree->nodes[tree->count++] = (struct node){0};
    return ERR_OK;
}

/* Builds a tree from its nodes in document order. */
struct builder {
    struct tree *tree;
    struct error *error;
    int parents[TREE_DEPTH_MAX], last[TREE_DEPTH_MAX]; /* open lists and mappings, their latest child */
    int depth;
};

/* Adds a node under the innermost open one; a list or mapping is then open itself. */
static enum err add(struct builder *builder, struct node node, const char *text) {
    struct tree *tree = builder->tree;
    if (memory_reserve(&tree->nodes, &tree->capacity, tree->count + 1, sizeof *tree->nodes))
        return err_memory(builder->error, tree->label);
    int number = (int)tree->count;
    tree->nodes[tree->count++] = node;
    if (text && !(tree->nodes[number].text = memory_string(text)))
        return err_memory(builder->error, tree->label);
    if (builder->depth) {
        int d = builder->depth - 1;
        *(builder->last[d] ? &tree->nodes[builder->last[d]].next : &tree->nodes[builder->parents[d]].first) =
            number;
        builder->last[d] = number;
        tree->nodes[builder->parents[d]].count++;
    }
    if (node.kind == NODE_SCALAR) return ERR_OK;
    if (builder->depth == TREE_DEPTH_MAX)
        return tree_error(tree, number, builder->error, "nested too deeply (allowed: %d levels)",
                          TREE_DEPTH_MAX);
    builder->parents[builder->depth] = number;
    builder->last[builder->depth++] = 0;
    return ERR_OK;
}

static void close_node(struct builder *builder) {
    struct node *node = &builder->tree->nodes[builder->parents[--builder->depth]];
    if (node->kind == NODE_MAPPING) node->count /= 2;
}

/* --- YAML --- */

static enum err add_event(struct builder *builder, const yaml_event_t *event) {
    struct node node = {.line = (int)event->start_mark.line + 1, .column = (int)event->start_mark.column + 1};
    const yaml_char_t *anchor = NULL, *tag = NULL;
    const char *text = NULL;
    bool whole = true;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        text = (const char *)event->data.scalar.value;
        whole = strlen(text) == event->data.scalar.length;
        node.quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        node.kind = NODE_SEQUENCE;
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else {
        node.kind = NODE_MAPPING;
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    enum err code = add(builder, node, text);
    if (code) return code;
    int number = (int)builder->tree->count - 1;
    if (anchor) return tree_error(builder->tree, number, builder->error, "anchors (&) are not allowed");
    if (tag) return tree_error(builder->tree, number, builder->error, "tags (!) are not allowed");
    if (!whole) return tree_error(builder->tree, number, builder->error, "text with a NUL is not allowed");
    return ERR_OK;
}

static enum err fault(const struct tree *tree, const yaml_mark_t *mark, struct error *error,
                      const char *what) {
    if (!tree->places) return err_set(error, ERR_INPUT, "%s: %s", tree->label, what);
    return err_set(error, ERR_INPUT, "%s:%zu:%zu: %s", tree->label, mark->line + 1, mark->column + 1, what);
}

static enum err syntax_error(const struct tree *tree, const yaml_parser_t *parser, struct error *error) {
    char what[256];
    if (parser->error == YAML_MEMORY_ERROR) return err_memory(error, tree->label);
    snprintf(what, sizeof what, "not YAML: %s%s%s", parser->problem ? parser->problem : "unreadable",
             parser->context ? " " : "", parser->context ? parser->context : "");
    if (parser->error == YAML_READER_ERROR)
        return err_set(error, ERR_INPUT, "%s: %s (byte %zu)", tree->label, what, parser->problem_offset);
    return fault(tree, &parser->problem_mark, error, what);
}

/* Feeds the events of one document to the builder. */
static enum err parse(yaml_parser_t *parser, struct builder *builder) {
    int documents = 0;
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) return syntax_error(builder->tree, parser, builder->error);
        enum err code = ERR_OK;
        bool end = event.type == YAML_STREAM_END_EVENT;
        switch (event.type) {
        case YAML_DOCUMENT_START_EVENT:
            if (documents++)
                code = fault(builder->tree, &event.start_mark, builder->error,
                             "a second document begins here (allowed: one)");
            break;
        case YAML_ALIAS_EVENT:
            code = fault(builder->tree, &event.start_mark, builder->error, "aliases (*) are not allowed");
            break;
        case YAML_SCALAR_EVENT:
        case YAML_SEQUENCE_START_EVENT:
        case YAML_MAPPING_START_EVENT: code = add_event(builder, &event); break;
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT: close_node(builder); break;
        default: break;
        }
        yaml_event_delete(&event);
        if (code || end) return code;
    }
}

static enum err add_yaml(struct builder *builder, const char *bytes, size_t length) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) return err_memory(builder->error, builder->tree->label);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    enum err code = parse(&parser, builder);
    yaml_parser_delete(&parser);
    return code;
}

enum err tree_from_yaml(struct tree *tree, const char *label, const char *bytes, size_t length,
                        struct error *error) {
    enum err code = begin(tree, label, true, error);
    struct builder builder = {.tree = tree, .error = error};
    if (!code) code = add_yaml(&builder, bytes, length);
    if (!code && tree->count < 2) code = err_set(error, ERR_INPUT, "%s: is empty", label);
    return code;
}

enum err tree_from_word(struct tree *tree, const char *word, struct error *error) {
    enum err code = begin(tree, word, false, error);
    if (code) return code;
    const char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return err_set(error, ERR_INPUT, "%s: an option is wanted here (allowed: KEY=VALUE)", word);
    struct builder builder = {.tree = tree, .error = error};
    code = add(&builder, (struct node){.kind = NODE_MAPPING}, NULL);
    char *key = code ? NULL : strndup(word, (size_t)(equals - word));
    if (!code) code = key ? add(&builder, (struct node){0}, key) : err_memory(error, word);
    free(key);
    const char *value = equals + 1;
    if (!code)
        code = *value == '[' || *value == '{' ? add_yaml(&builder, value, strlen(value))
                                              : add(&builder, (struct node){0}, value);
    if (!code) close_node(&builder);
    return code;
}

/* --- JSON --- */

static enum err add_json(struct builder *builder, json_t *json);

static enum err add_json_children(struct builder *builder, json_t *json) {
    enum err code = ERR_OK;
    if (json_is_array(json)) {
        for (size_t i = 0; i < json_array_size(json) && !code; i++)
            code = add_json(builder, json_array_get(json, i));
    } else {
        for (void *i = json_object_iter(json); i && !code; i = json_object_iter_next(json, i)) {
            code = add(builder, (struct node){0}, json_object_iter_key(i));
            if (!code) code = add_json(builder, json_object_iter_value(i));
        }
    }
    if (!code) close_node(builder);
    return code;
}

static enum err add_json(struct builder *builder, json_t *json) {
    char number[32] = "";
    switch (json_typeof(json)) {
    case JSON_OBJECT:
    case JSON_ARRAY: {
        struct node node = {.kind = json_is_object(json) ? NODE_MAPPING : NODE_SEQUENCE};
        enum err code = add(builder, node, NULL);
        return code ? code : add_json_children(builder, json);
    }
    case JSON_STRING: return add(builder, (struct node){.quoted = true}, json_string_value(json));
    case JSON_INTEGER:
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        break;
    case JSON_REAL: snprintf(number, sizeof number, "%.17g", json_real_value(json)); break;
    case JSON_TRUE: return add(builder, (struct node){0}, "true");
    case JSON_FALSE: return add(builder, (struct node){0}, "false");
    default: return add(builder, (struct node){0}, "null");
    }
    return add(builder, (struct node){0}, number);
}

enum err tree_from_json(struct tree *tree, const char *label, json_t *json, struct error *error) {
    enum err code = begin(tree, label, false, error);
    struct builder builder = {.tree = tree, .error = error};
    return code ? code : add_json(&builder, json);
}
