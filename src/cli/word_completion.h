/* What may be typed next: the words for the completion of a shell, from the tables and texts that the
 * commands have themselves. */
#ifndef COTNOISE_CLI_WORD_COMPLETION_H
#define COTNOISE_CLI_WORD_COMPLETION_H

#include "base/err.h"
#include "cli/cli.h"

/* Prints, a line each, what the last of the words after "cotnoise" may become: the word, a tab, what it is.
 * A word that ends with "=" or "." is to be gone on with. ":files" and ":directories" stand for those that
 * there are; of a word with "=", they are what follows it. Prints nothing where nothing is known.
 * An error, after all else is printed, where experiments were asked for and cannot be listed. */
enum err word_completion_print(const struct subcommand *commands, int count, char **words,
                               struct error *error);

#endif
