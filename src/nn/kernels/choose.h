/* Which level of the kernels this processor runs. */
#ifndef COTNOISE_NN_KERNELS_CHOOSE_H
#define COTNOISE_NN_KERNELS_CHOOSE_H

/* "x86-64-v3", ...; NULL where the processor can run none. */
const char *kernels_level(void);

#endif
