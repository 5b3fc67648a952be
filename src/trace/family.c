/* Families of tasks. See family.h. */
#include "trace/family.h"

#include <stddef.h>
#include <string.h>

const char *const family_names[] = {"none", "copying", "lookup", "comparing", "branching", "searching", NULL};

const char *const family_steps[] = {
    "what their steps are is not said",
    "values go to another place as they are",
    "the next value stands in a small table, as sums and products of digits do",
    "the next value is one of those at hand, which a comparison says",
    "a value decides which step comes next, and how many do",
    "places or candidates are tried until one fits",
};

_Static_assert(sizeof family_names / sizeof *family_names == FAMILY_KINDS + 1 &&
                   sizeof family_steps / sizeof *family_steps == FAMILY_KINDS,
               "every family has a name, and says what it is");

enum family family_find(const char *name) {
    for (int family = FAMILY_NONE + 1; family < FAMILY_KINDS; family++)
        if (!strcmp(family_names[family], name)) return (enum family)family;
    return FAMILY_NONE;
}
