/* Which level of the kernels this processor runs. See choose.h. */
#include "nn/kernels/choose.h"

const char *kernels_level(void) { return "x86-64-v3"; }
