/* The ending of a counted noun. */
#ifndef COTNOISE_BASE_PLURAL_H
#define COTNOISE_BASE_PLURAL_H

/* "s", or "" for exactly one: "%d run%s". */
static inline const char *plural_s(long long count) { return count == 1 ? "" : "s"; }

#endif
