/* What options promise together: options that would be without effect, or that another one leaves nothing to
 * work on. The ranges of single options are in the table (options.h). */
#ifndef COTNOISE_SPEC_PROMISES_H
#define COTNOISE_SPEC_PROMISES_H

#include "base/err.h"
#include "spec/config.h"

/* Checks a configuration whose options are all set; its tasks may be wrong. ERR_INPUT for the first promise
 * that it breaks: *options then are the names of the rows that may have done it, NULL-terminated and static.
 */
enum err promises_check(const struct config *config, const char *const **options, struct error *error);

#endif
