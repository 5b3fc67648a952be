/* Advantages: by how much a completion, a line or a token did better than was to be expected. Plain
 * arithmetic on arrays of the caller; which method uses which is in docs/reinforcement.md.
 *
 * R: rewards, A: advantages; the two may be one array. A group is the G completions of one problem, which lie
 * side by side. The deviation of n numbers is sqrt(sum (x - mean)^2 / (n - 1)), as torch.std, and 0 of one
 * number. Where all that is compared is equal, A is exactly 0. */
#ifndef COTNOISE_REINFORCE_ADVANTAGE_H
#define COTNOISE_REINFORCE_ADVANTAGE_H

#include <stdbool.h>

/* reinforce: A = R - mean of the batch of n >= 1. */
void advantage_mean(const double *R, int n, double *A);

/* rloo: A = R - mean of the other G - 1 of its group; G >= 2.
 * Source: Ahmadian et al., arXiv:2402.14740 (2024), section 2. */
void advantage_leave_one_out(const double *R, int groups, int G, double *A);

/* grpo: A = (R - mean of its group) / (deviation of the group + 1e-4); G >= 1. Not scaled it is Dr. GRPO's
 * A = R - mean.
 * Source: Shao et al., arXiv:2402.03300 (2024), section 4.1.2; without the scale Liu et al.,
 * arXiv:2503.20783 (2025); 1e-4 is TRL's. */
void advantage_group(const double *R, int groups, int G, bool scaled, double *A);

/* reward `line`: the advantage of line i of a completion is its reward less the mean of the rewards of the
 * lines i of its group, over those completions that have one; scaled, over their deviation + 1e-4. A line
 * that no other completion has gets 0. lines[j] >= 0: of completion j, all groups' one after the other; R and
 * A: of each line, all completions' one after the other. */
void advantage_lines(const double *R, const int *lines, int groups, int G, bool scaled, double *A);

/* ppo: generalised advantage estimation over one completion of n tokens,
 *
 *     A_t = delta_t + gamma lambda A_t+1,  delta_t = r_t + gamma v_t+1 - v_t,  v_n = A_n = 0
 *
 * r: the reward at each token (the penalty for leaving the parent, and what the completion earns at the
 * last), v: the value before it. returns = A + v is what the value is to become. A and returns may not be r
 * or v. Source: Schulman et al., arXiv:1506.02438 (2015), equation 16. */
void advantage_estimate(const double *r, const double *v, int n, double gamma, double lambda, double *A,
                        double *returns);

/* ppo: A becomes (A - mean) / sqrt(deviation^2 + 1e-8) over the n >= 0 tokens of a batch, as TRL's
 * masked_whiten. */
void advantage_whiten(double *A, int n);

#endif
