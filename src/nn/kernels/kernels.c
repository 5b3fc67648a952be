/* The table of one level's kernels. See kernels.h. */
#include "nn/kernels/kernel.h"

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)
#ifdef __aarch64__
#define PROCESSOR "arm64-" /* short: lines of 80 columns name it */
#else
#define PROCESSOR "x86-64-"
#endif

const struct kernels KERNEL(kernels) = {.level = PROCESSOR TEXT(LEVEL),
#define KERNEL_ENTRY(name) .name = KERNEL(name),
                                        KERNEL_LIST(KERNEL_ENTRY)
#undef KERNEL_ENTRY
};
