#!/usr/bin/env python3
"""How fast each method of reinforcement learning learns, from the greedy validations on the way.

    experiments/learning.py SWEEP > results/reference/SWEEP/learning.csv

For each cell of results/SWEEP that learned on, means over its seeds: accuracy before, after 6,400 rollouts (or the next validation after
them), after three quarters of all and at the end; the lowest on the way; the mean over rollouts, by the trapezoid rule (methods are
compared by it at equal rollouts); and the rollouts after which 95 % of the way from before to the end is behind, on the mean curve,
empty where nothing was gained. Accuracies are of the validation problems.
"""
import csv
import json
import os
import sys

from tables import mean, read, reference

EARLY = 6400


def validations(directory):
    """[(rollouts, accuracy)] of the validations of a run, in order; the last entry of a file, the test, is none of them."""
    with open(os.path.join(directory, "metrics.jsonl")) as file:
        entries = [json.loads(line) for line in file]
    with open(os.path.join(directory, "result.json")) as file:
        last = json.load(file)["validation_accuracy"]
    found = {}
    for entry in entries:
        if "rollouts" in entry and "accuracy" in entry:
            found.setdefault(entry["rollouts"], entry["accuracy"])  # of the end validation comes first, and then the test
    curve = sorted(found.items())
    if curve[-1][1] != last:
        raise ValueError(f"{directory}: the last validation is not the one of its result")
    return curve


def mean_curve(curves):
    places = [[rollouts for rollouts, _ in curve] for curve in curves]
    if any(p != places[0] for p in places):
        raise ValueError("seeds of a cell were validated at different numbers of rollouts")
    return [(row[0][0], mean([accuracy for _, accuracy in row])) for row in zip(*curves)]


def line(curve):
    before, end, total = curve[0][1], curve[-1][1], curve[-1][0]
    after = lambda rollouts: next(accuracy for at, accuracy in curve if at >= rollouts)
    area = sum((b - a) * (x + y) / 2 for (a, x), (b, y) in zip(curve, curve[1:])) / total
    goal = before + 0.95 * (end - before)
    reached = next(at for at, accuracy in curve if accuracy >= goal) if end > before else ""
    lowest = min(accuracy for _, accuracy in curve)
    return [total, *(f"{v:.4f}" for v in (before, after(min(EARLY, total)), after(0.75 * total), end, lowest, area)), reached]


def main(sweep):
    rows = read("..", sweep, "results.csv")  # beside results/reference/
    options = [column for column in rows[0] if "." in column]
    cells = {}
    for row in rows:
        if row["method"] != "none":
            key = (row["noise"], row["rate"], row["method"], *(row[o] for o in options))
            cells.setdefault(key, []).append(validations(reference("..", sweep, "runs", row["run"])))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["noise", "rate", "method", *options, "seeds", "rollouts", "before", "early", "three_quarters", "end", "lowest", "area",
                  "rollouts_to_95"])
    for key, curves in cells.items():
        out.writerow([*key, len(curves), *line(mean_curve(curves))])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
