#!/usr/bin/env python3
"""Tests predictions on mixes that no prediction was made from.

    experiments/heldout.py HELDOUT FROM... > results/reference/HELDOUT/predictions.csv

For each cell of results/reference/HELDOUT: its training data is written by `cotnoise gen`, profiled by
`cotnoise profile --from results/reference/FROM ...`, and the prediction is compared with the mean accuracy of
the models trained on that cell. The profiler is told nothing but the samples and the task.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PROGRAM = os.path.join(ROOT, "build", "cotnoise")
KINDS = ("digit", "line", "dynamic")


def reference(name):
    return os.path.join(ROOT, "results", "reference", name)


def rates(row):
    if row["noise"] == "none":
        return {}
    return dict(zip(row["noise"].split("+"), row["rate"].split("+")))


def profile(heldout, task, level, contamination, sources):
    spec = os.path.join(ROOT, "experiments", heldout + ".yaml")
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as data:
        options = [f"noise.{kind}={level.get(kind, 0)}" for kind in KINDS] + [f"data.contamination={contamination}"]
        subprocess.run([PROGRAM, "gen", spec, *options, "-n", "20000", "-o", data.name], check=True)
        command = [PROGRAM, "profile", data.name, "--task", task, "--threads", "2", "--json"]
        for source in sources:
            command += ["--from", reference(source)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main(heldout, sources):
    with open(os.path.join(reference(heldout), "results.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    cells = {}
    for row in rows:
        key = (tuple(sorted(rates(row).items())), row["contamination"], row["task"], row["model"], row["samples"])
        cells.setdefault(key, []).append(float(row["accuracy"]))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["contamination", *KINDS, "estimated_contamination", *(f"estimated_{kind}" for kind in KINDS), "seeds",
                  "measured", "predicted", "low", "high", "difference", "within"])
    for (level, contamination, task, model, samples), accuracies in sorted(cells.items()):
        level = dict(level)
        p = profile(heldout, task, level, contamination, sources)
        fits = [q for q in p["predictions"] if q["model"] == model and str(q["samples"]) == samples]
        measured, predicted = sum(accuracies) / len(accuracies), fits[0]["accuracy"]
        estimates = [f"{p['estimate'][name]['value']:.3f}" for name in ("contamination", *KINDS)]
        out.writerow([contamination, *(level.get(kind, 0) for kind in KINDS), *estimates, len(accuracies),
                      f"{measured:.3f}", f"{predicted:.3f}", f"{fits[0]['low']:.3f}", f"{fits[0]['high']:.3f}",
                      f"{abs(predicted - measured):.3f}", "yes" if abs(predicted - measured) <= 0.05 else "no"])
        sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
