/* The chance that k samples of a problem have a right one among them: pass@k. */
#ifndef COTNOISE_BASE_PASS_AT_K_H
#define COTNOISE_BASE_PASS_AT_K_H

/* Estimated from n samples of which c are right, the share of the sets of k of them that have a right one:
 *
 *     1 - C(n - c, k) / C(n, k) = 1 - product over j < k of (n - c - j) / (n - j)
 *
 * without bias, for every chance of a right sample; the share of right samples p put into 1 - (1 - p)^k is
 * biased low. 0 <= c <= n and 1 <= k <= n. Exactly 0 without a right sample, and exactly 1 where k samples
 * cannot all be wrong.
 * Source: Chen et al., "Evaluating Large Language Models Trained on Code", arXiv:2107.03374 (2021),
 * equation 1. */
double pass_at_k(int n, int c, int k);

#endif
