/* The alphabet of byte-level BPE (Radford et al. 2019, GPT-2): every byte has a printable character. */
#ifndef COTNOISE_NN_BYTE_LEVEL_H
#define COTNOISE_NN_BYTE_LEVEL_H

/* Turns a token of such a tokenizer, in place, into the text that it stands for ("\u0120answer" is " answer",
 * "\u010a" a newline). A token with characters outside the alphabet, as added tokens may be, stays as it is.
 */
void byte_level_decode(char *token);

#endif
