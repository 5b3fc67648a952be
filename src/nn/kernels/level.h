/* Kernel files are compiled once for each level, a kind of processor, with -DLEVEL=name: KERNEL(f) is f with
 * the level behind it. */
#ifndef COTNOISE_NN_KERNELS_LEVEL_H
#define COTNOISE_NN_KERNELS_LEVEL_H

#ifndef LEVEL
#error "compile kernel files with -DLEVEL=v3, v4 or neon"
#endif

#define LEVEL_JOIN_(name, level) name##_##level
#define LEVEL_JOIN(name, level)  LEVEL_JOIN_(name, level)
#define KERNEL(name)             LEVEL_JOIN(name, LEVEL)

#endif
