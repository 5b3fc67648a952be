/* For kernel files: the level's own functions, as kernels.h describes them. */
#ifndef COTNOISE_NN_KERNELS_KERNEL_H
#define COTNOISE_NN_KERNELS_KERNEL_H

#include "nn/kernels/kernels.h"
#include "nn/kernels/level.h"

#define KERNEL_DECLARATION(name) name##_kernel KERNEL(name);
KERNEL_LIST(KERNEL_DECLARATION)
#undef KERNEL_DECLARATION

extern const struct kernels KERNEL(kernels);

#endif
