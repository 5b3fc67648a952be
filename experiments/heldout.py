#!/usr/bin/env python3
"""Tests predictions on mixes that no prediction was made from.

    experiments/heldout.py HELDOUT FROM... [-n 20000] > results/reference/HELDOUT/predictions.csv

For each cell of results/reference/HELDOUT, of any tasks: its training data is written by `cotnoise gen`, profiled by
`cotnoise profile --from results/reference/FROM ...` of so many samples, and the prediction is compared with the mean accuracy of the
models trained on that cell. The profiler is told nothing but the samples and the task. Beside it stand two baselines,
which are told the noise as it is, and are made from the cells of FROM of the same task, model and number of samples
that the profiler may predict from (digit, line and dynamic noise or none, with a chain of thought):

- mean: always the mean accuracy of these cells
- rate: one number a cell, contamination x the sum of its rates, that is how often a site would be hit of all kinds
  together; straight between cells, made monotone (pooled adjacent violators), the end values beyond them
"""
import argparse
import csv
import json
import sys
import tempfile

from tables import mean, monotone, rates, reference, run, runs

KINDS = ("digit", "line", "dynamic")


def cells_of(rows):
    """Accuracies of the runs of each cell: what was trained, its noise, its contamination."""
    cells = {}
    for row in rows:
        if row["format"] != "trace" or not set(rates(row)) <= set(KINDS):
            continue
        if row.get("noise.names"):
            sys.exit(f"{row['run']}: its noise is aimed at some lines (noise.names)")
        sizes = tuple((column, row[column]) for column in row if column.startswith("task.") and row[column])
        trained = (row["task"], sizes, row["model"], row["samples"])
        level = tuple((kind, f"{rate:g}") for kind, rate in sorted(rates(row).items()))
        cells.setdefault((level, row["contamination"], trained), []).append(float(row["accuracy"]))
    return cells


def load(level, contamination):
    """The number that the baseline `rate` knows of a cell."""
    return float(contamination) * sum(float(rate) for _, rate in level)


def baselines(sources, trained, at):
    """What the mean and the rate alone predict at a load, from the cells that were trained alike."""
    once = {row["run"]: row for sweep in sources for row in runs(sweep)}
    found = {}
    for (level, contamination, other), accuracies in cells_of(once.values()).items():
        if (other[0], *other[2:]) == (trained[0], *trained[2:]):
            found.setdefault((level, contamination if level else ""), []).extend(accuracies)
    if not found:
        sys.exit(f"{', '.join(sources)}: no cell of {trained[0]}, {trained[2]}, {trained[3]} samples to predict from")
    loads = {}
    for (level, contamination), accuracies in found.items():
        loads.setdefault(load(level, contamination or 0), []).append(mean(accuracies))
    places = sorted(loads)
    fit = monotone([mean(loads[x]) for x in places], [len(loads[x]) for x in places])
    return mean([mean(accuracies) for accuracies in found.values()]), between(places, fit, at)


def between(places, values, at):
    """The line through the points, level beyond its ends."""
    if at <= places[0] or at >= places[-1]:
        return values[0] if at <= places[0] else values[-1]
    i = next(i for i, place in enumerate(places) if place >= at)
    along = (at - places[i - 1]) / (places[i] - places[i - 1])
    return values[i - 1] + along * (values[i] - values[i - 1])


def profile(heldout, trained, level, contamination, sources, samples):
    task, sizes = trained[:2]
    noise = [f"noise.{kind}={level.get(kind, 0)}" for kind in KINDS] + [f"data.contamination={contamination}"]
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as data:
        options = [f"task.name={task}", *(f"{column}={value}" for column, value in sizes if column != "task.name"), *noise]
        spec = reference(heldout, "spec.yaml")
        run("gen", spec, *options, "-n", str(samples), "-o", data.name)
        of_task = [source for source in sources if any(row["task"] == task for row in runs(source))]
        predict = [word for source in of_task for word in ("--from", reference(source))]
        return json.loads(run("profile", data.name, "--task", task, "--threads", "2", "--json", *predict))


def compared(predicted, measured):
    return [f"{abs(predicted - measured):.3f}", "yes" if abs(predicted - measured) <= 0.05 else "no"]


def main(heldout, sources, count):
    out = csv.writer(sys.stdout, lineterminator="\n")
    cells = cells_of(runs(heldout))
    several = len({trained[0] for _, _, trained in cells}) > 1
    baseline_names = [f"{word}_{name}" for name in ("mean", "rate") for word in ("predicted", "difference", "within")]
    out.writerow([*(["task"] if several else []), "contamination", *KINDS, "estimated_contamination",
                  *(f"estimated_{kind}" for kind in KINDS), "seeds", "measured", "predicted", "low", "high", "difference",
                  "within", *baseline_names])
    for (level, contamination, trained), accuracies in sorted(cells.items()):
        task, _, model, samples = trained
        rate_of, measured = dict(level), mean(accuracies)
        p = profile(heldout, trained, rate_of, contamination, sources, count)
        fits = [q for q in p["predictions"] if q["model"] == model and str(q["samples"]) == samples]
        if not fits:
            sys.exit(f"{heldout}: {', '.join(sources)} predict nothing of {task}, {model}, {samples} samples")
        estimates = [f"{p['estimate'][name]['value']:.3f}" for name in ("contamination", *KINDS)]
        row = [contamination, *(rate_of.get(kind, 0) for kind in KINDS), *estimates, len(accuracies), f"{measured:.3f}"]
        row += [f"{fits[0][name]:.3f}" for name in ("accuracy", "low", "high")] + compared(fits[0]["accuracy"], measured)
        for predicted in baselines(sources, trained, load(level, contamination)):
            row += [f"{predicted:.3f}", *compared(predicted, measured)]
        out.writerow([*([task] if several else []), *row])
        sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heldout", metavar="HELDOUT")
    parser.add_argument("sources", nargs="+", metavar="FROM")
    parser.add_argument("-n", type=int, default=20000, dest="count", metavar="SAMPLES")
    asked = parser.parse_args()
    main(asked.heldout, asked.sources, asked.count)
