/* The checksum of our safetensors files; for safetensors*.c only. */
#ifndef COTNOISE_NN_SAFETENSORS_SUM_H
#define COTNOISE_NN_SAFETENSORS_SUM_H

#include <jansson.h>
#include <xxhash.h>

#include "base/err.h"

/* The metadata member that holds it, 16 hexadecimal digits. */
#define SAFETENSORS_SUM "xxh64"

/* Starts the sum with the header's members but the sum itself, in their order. ERR_RUNTIME without memory;
 * the words are the caller's. */
enum err safetensors_sum_header(XXH64_state_t *state, const json_t *header);

#endif
