#!/usr/bin/env python3
"""What moved the threshold of add-digit: one thing changed at a time, from the first edition's runs to those that
each level chose. Reads results/reference/first-edition/{add-digit,add-digit-0.1,add-digit-tuned}, asks `build/cotnoise report`
for each threshold and writes results/reference/first-edition/add-digit-tuned/moved.csv. All intervals are computed by the program
of today; numbers are in percent."""

import csv
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
COARSE = {0, 0.1, 0.3, 0.5}


def rows_of(name, rates=None, seeds=None, rate=None, batch=None):
    """The runs of a reference sweep in which all samples are contaminated, of these levels, seeds and options."""
    with open(os.path.join(ROOT, "results/reference/first-edition", name, "results.csv")) as file:
        rows = [r for r in csv.DictReader(file) if float(r["contamination"]) == 1]
    return [
        r
        for r in rows
        if (rates is None or float(r["rate"]) in rates)
        and (seeds is None or int(r["seed"]) <= seeds)
        and (rate is None or float(r["train.learning_rate"]) == rate)
        and (batch is None or int(r["train.batch_tokens"]) == batch)
    ]


def threshold(rows, select=None):
    """The line of thresholds.csv that a report of these runs has; `select`: what each level chooses."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "results.csv"), "w") as file:
            table = csv.DictWriter(file, fieldnames=rows[0].keys())
            table.writeheader()
            table.writerows(rows)
        if select:
            with open(os.path.join(ROOT, "results/reference/first-edition/add-digit-tuned/spec.yaml")) as file:
                spec = [line for line in file if not line.startswith("select:")]
            with open(os.path.join(directory, "spec.yaml"), "w") as file:
                file.write("".join(spec) + f"select: [{select}]\n")
        subprocess.run([os.path.join(ROOT, "build/cotnoise"), "report", directory], check=True,
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(directory, "thresholds.csv")) as file:
            lines = list(csv.DictReader(file))
    if len(lines) != 1:
        sys.exit(f"{len(lines)} curves where one was expected")
    return lines[0]


def percent(text):
    return f"{100 * float(text):.1f}" if text else ""


def line(table, label, rows, select=None):
    t = threshold(rows, select)
    keys = [key + end for key in ("threshold", "half") for end in ("", "_low", "_high")]
    table.writerow([label, len(rows)] + [percent(t[key]) for key in keys])


def main():
    path = os.path.join(ROOT, "results/reference/first-edition/add-digit-tuned/moved.csv")
    first = {"rate": 3e-3, "batch": 1024}
    tuned = "add-digit-tuned"
    with open(path, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["runs of", "runs", "95 % kept to", "from", "to", "half kept to", "from", "to"])
        line(table, "first edition; levels up to 0.5", rows_of("add-digit", COARSE))
        line(table, "+ portable arithmetic (version 0.1.0)", rows_of("add-digit-0.1", COARSE))
        line(table, "+ distinct test problems (version 0.2.0)", rows_of(tuned, COARSE, 3, **first))
        line(table, "+ five seeds", rows_of(tuned, COARSE, None, **first))
        line(table, "+ a level at 0.05", rows_of(tuned, None, None, **first))
        line(table, "+ learning rate chosen", rows_of(tuned, batch=1024), "train.learning_rate")
        line(table, "+ batch chosen", rows_of(tuned), "train.learning_rate, train.batch_tokens")
        for batch in (128, 1024):
            for rate in (1e-3, 2e-3, 3e-3):
                line(table, f"one choice for all: batch {batch}, rate {rate:g}", rows_of(tuned, None, None, rate, batch))


if __name__ == "__main__":
    main()
