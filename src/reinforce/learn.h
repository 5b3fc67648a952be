/* A run, however it learns: by supervised training (train/run.h), or by reinforcement learning from what the
 * model that it starts from writes. */
#ifndef COTNOISE_REINFORCE_LEARN_H
#define COTNOISE_REINFORCE_LEARN_H

#include "train/run.h"

/* As run_execute, whose contract it keeps: with rl.method other than `none` the run starts from its parent,
 * hooks->parent, and its state is saved at the ends of iterations (of steps and drawings, for the methods
 * that go by rounds). */
enum err learn_execute(const struct config *config, const char *directory, const struct run_hooks *hooks,
                       struct error *error);

#endif
