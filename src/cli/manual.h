/* Man pages, made from what --help prints. */
#ifndef COTNOISE_CLI_MANUAL_H
#define COTNOISE_CLI_MANUAL_H

#include "base/err.h"
#include "cli/cli.h"

/* Prints the page of a command for man(7), the same for every call of a version: cotnoise-COMMAND.1, or
 * cotnoise.1 where the command's name is empty. `commands` (up to one without a name) are the others that it
 * points to. */
enum err manual_print(const struct subcommand *command, const struct subcommand *commands,
                      struct error *error);

#endif
