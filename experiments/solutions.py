#!/usr/bin/env python3
"""Whether methods of reinforcement learning find the same solutions: how much what they solve overlaps.

    experiments/solutions.py SWEEP [-n 200] [--samples 16]      writes results/reference/SWEEP/solutions.csv

Each run of results/SWEEP (its weights are needed) draws so many completions at temperature 1 of the same test problems
for all runs of a seed, twice with streams of their own. A solution is a right answer, by its text: of tasks where several
are right a problem may have many. A row for each pair of runs of a seed, and of a run's first and second draw, which tells
how far draws alone differ: the means over problems of the first's solutions, the second's and those of both, the share of
all that both have (of no solution at all it is empty), and the share of problems that one solves and the other also does.
"""
import argparse
import itertools
import os
import sys

from tables import json_lines, mean, overrides, planned, reference, run, runs, write

HEADER = ["seed", "first", "second", "problems", "solutions_first", "solutions_second", "solutions_both", "share_both",
          "solved_first", "solved_second", "solved_both", "solved_share_both"]


def solutions(directory, problems, samples, seed):
    """The set of right answers of each problem."""
    lines = json_lines(run("eval", directory, "--problems", "-", "--samples", str(samples), "--temperature", "1",
                           "--seed", str(seed), "-o", "-", data=problems))
    found = []
    for line in lines:
        right = [text for text, correct in zip(line["completions"], line["correct"]) if correct]
        found.append({text.rsplit("\n", 1)[-1] for text in right})
    return found


def share(both, first, second):
    """Of what at least one has the share that both have."""
    either = first + second - both
    return f"{both / either:.4f}" if either else ""


def compare(seed, names, first, second):
    pairs = list(zip(first, second))
    counts = [mean([len(a) for a, _ in pairs]), mean([len(b) for _, b in pairs]), mean([len(a & b) for a, b in pairs])]
    solved = [mean([bool(a) for a, _ in pairs]), mean([bool(b) for _, b in pairs]), mean([bool(a and b) for a, b in pairs])]
    return [seed, *names, len(pairs), *(f"{c:.4f}" for c in counts), share(counts[2], *counts[:2]),
            *(f"{s:.4f}" for s in solved), share(solved[2], *solved[:2])]


def main(asked):
    sweep = os.path.join("..", asked.sweep)  # beside results/reference/
    spec, options = reference(sweep, "spec.yaml"), overrides(sweep)
    today, of_seed = planned(spec, options), {}
    for row in runs(sweep):
        if row["run"] in today:
            of_seed.setdefault(int(row["seed"]), []).append(row)
    rows = []
    for seed, several in sorted(of_seed.items()):
        if len({row["method"] for row in several}) != len(several):
            sys.exit(f"{asked.sweep}: seed {seed} has two runs of one method")
        number = str(today[several[0]["run"]]["run"])
        problems = run("gen", spec, *options, "--cell", number, "--split", "test", "-n", str(asked.problems))
        drawn = {row["method"]: [solutions(reference(sweep, "runs", row["run"]), problems, asked.samples, draw)
                                 for draw in (1, 2)] for row in several}
        rows += [compare(seed, (method, method), *drawn[method]) for method in sorted(drawn)]
        rows += [compare(seed, pair, drawn[pair[0]][0], drawn[pair[1]][1])
                 for pair in itertools.combinations(sorted(drawn), 2)]
    if not rows:
        sys.exit(f"{asked.sweep}: no run that the spec asks for")
    write(reference(asked.sweep, "solutions.csv"), HEADER, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", metavar="SWEEP")
    parser.add_argument("-n", type=int, default=200, dest="problems", metavar="N", help="test problems (default 200)")
    parser.add_argument("--samples", type=int, default=16, metavar="N", help="completions a problem (default 16)")
    main(parser.parse_args())
