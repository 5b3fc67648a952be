#!/usr/bin/env python3
"""From how many samples each task was learned: experiments/learned.py NAME... > results/reference/tasks/learned.csv

For each run of results/reference/NAME: its task, the tasks whose lines are written out in its traces, test accuracy with its interval,
the samples and tokens that it learned from until it ended, and its seconds, of one core beside another run. Samples are its tokens over
those of a sample, of which the whole training set has as many as the spec says without `train.max_steps`.
"""
import csv
import sys

from tables import overrides, planned, read, reference


def rows_of(sweep):
    spec, options = reference(sweep, "spec.yaml"), overrides(sweep)
    whole = planned(spec, [*options, "train.max_steps=0"]).values()
    tokens = {identity: listed["tokens"] for identity, listed in zip(planned(spec, options), whole, strict=True)}
    for row in read(sweep, "results.csv"):
        if row["run"] not in tokens:
            sys.exit(f"{sweep} {row['run']}: the spec asks for no such run (any more)")
        written = [column.removeprefix("visibility.") for column in row if column.startswith("visibility.") and row[column] == "full"]
        samples = int(row["tokens"]) / (tokens[row["run"]] / int(row["samples"]))
        yield [row["task"], "+".join(written), row["accuracy"], row["accuracy_low"], row["accuracy_high"], round(samples), row["tokens"],
               round(float(row["seconds"]))]


def main(sweeps):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["task", "written", "accuracy", "low", "high", "samples", "tokens", "seconds"])
    out.writerows(sorted(row for sweep in sweeps for row in rows_of(sweep)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
