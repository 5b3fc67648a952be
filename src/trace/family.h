/* Families of tasks, by the kind of step that their algorithms are made of: a sweep over `task.family` asks
 * which kind of step bears noise. */
#ifndef COTNOISE_TRACE_FAMILY_H
#define COTNOISE_TRACE_FAMILY_H

/* From 1: a task that says nothing is of no family, which no test lets pass. */
enum family {
    FAMILY_NONE,
    FAMILY_COPYING,
    FAMILY_LOOKUP,
    FAMILY_COMPARING,
    FAMILY_BRANCHING,
    FAMILY_SEARCHING,
    FAMILY_KINDS
};

extern const char *const family_names[]; /* NULL-terminated, in the order of the enum; "none" is the first */

/* What a step of the family is, in a few words. */
extern const char *const family_steps[];

/* FAMILY_NONE when there is none of this name. */
enum family family_find(const char *name);

#endif
