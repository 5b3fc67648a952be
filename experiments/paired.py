#!/usr/bin/env python3
"""Methods of reinforcement learning beside one of them, on the same parents.

    experiments/paired.py SWEEP COLUMN=VALUE...      writes results/reference/SWEEP/paired.csv

The columns and values (of results/reference/SWEEP/results.csv: method=grpo rl.temperature=1) say which method the others
are compared with; of each parent one run must fit them. Accuracies of parents differ far more than those of what came of
them: a method's gain has a wide interval, and its difference from another one on the same parents may have a narrow one.
A row for each way of training parents and each other method: `seeds` parents that both have, the mean difference of
accuracies (this one less the one it is compared with) and its 95 % interval by Student's t over parents (empty of one),
and the same of any of k completions (pass@k), where both were drawn.
"""
import sys

from tables import mean, read, reference, write

TRAINED = ("task", "format", "model", "noise", "rate", "contamination", "samples", "epochs")
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # Student's t, 0.975, of 1 to 9 degrees of freedom


def interval(differences):
    """Mean, low, high."""
    middle, n = mean(differences), len(differences)
    if n == 1:
        return [f"{middle:.4f}", "", ""]
    if n - 2 >= len(T_975):
        sys.exit(f"{n} parents; intervals are known of at most {len(T_975) + 1}")
    half = T_975[n - 2] * (sum((d - middle) ** 2 for d in differences) / (n - 1) / n) ** 0.5
    return [f"{middle:.4f}", f"{middle - half:.4f}", f"{middle + half:.4f}"]


def compared(first, other, column):
    """Of the parents that both have."""
    pairs = [(first[parent].get(column), run.get(column)) for parent, run in sorted(other.items()) if parent in first]
    pairs = [(float(a), float(b)) for a, b in pairs if a and b]
    return [str(len(pairs)), *interval([b - a for a, b in pairs])] if pairs else ["0", "", "", ""]


def main(sweep, wanted):
    rows = read(sweep, "results.csv")
    options = [name for name in (rows or [{}])[0] if name == "method" or name.startswith("rl.")]
    if not rows or "parent" not in rows[0] or not set(wanted) <= set(options):
        sys.exit(f"{sweep}: results.csv has not all of parent, {', '.join(wanted)} (method and rl.* say which method)")
    trained = {row["run"]: row for row in rows}
    varied = [name for name in rows[0] if name.startswith(("data.", "noise.", "task.", "train.", "model."))]
    cells = {}
    for row in rows:
        if row["method"] == "none" or row["parent"] not in trained:
            continue
        start = trained[row["parent"]]
        cell = cells.setdefault(tuple(start[name] for name in (*TRAINED, *varied)), {})
        of_parent = cell.setdefault(tuple(row[name] for name in options), {})
        if row["parent"] in of_parent:
            sys.exit(f"{sweep}: {row['parent']} has two runs of one method")
        of_parent[row["parent"]] = row
    table = []
    for trained_as, methods in sorted(cells.items()):
        fits = [m for m in methods if all(dict(zip(options, m)).get(name) == value for name, value in wanted.items())]
        if len(fits) != 1:
            sys.exit(f"{sweep}: {len(fits)} methods fit {wanted}, of one noise and number of samples")
        for method in sorted(methods):
            if method != fits[0]:
                first, other = methods[fits[0]], methods[method]
                table.append([*trained_as, *method, *compared(first, other, "accuracy"),
                              *compared(first, other, "pass_n")[1:]])
    if not table:
        sys.exit(f"{sweep}: no two methods on the parents of results.csv")
    write(reference(sweep, "paired.csv"),
          [*TRAINED, *varied, *options, "seeds", "difference", "low", "high", "pass_difference", "pass_low", "pass_high"], table)


if __name__ == "__main__":
    if len(sys.argv) < 3 or not all("=" in word for word in sys.argv[2:]):
        sys.exit(__doc__)
    main(sys.argv[1], dict(word.split("=", 1) for word in sys.argv[2:]))
