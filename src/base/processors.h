/* How many processors this process may use, for whatever has to choose a number of threads or workers. */
#ifndef COTNOISE_BASE_PROCESSORS_H
#define COTNOISE_BASE_PROCESSORS_H

/* At least 1: the least of the processors that are there, those that the process is bound to (taskset,
 * cpusets, batch systems), the quota of its control group and of those above it (containers, services;
 * rounded down), and what Slurm gave the task (SLURM_CPUS_PER_TASK, or else SLURM_CPUS_ON_NODE). */
int processors_available(void);

/* The quota of processor time by control groups, versions 1 and 2, in processors; INFINITY when there is
 * none. The files lie below `root`, "" on a real machine: ROOT/proc/self/cgroup and ROOT/sys/fs/cgroup. */
double processors_quota(const char *root);

#endif
