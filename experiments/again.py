#!/usr/bin/env python3
"""Trains some runs of sweeps anew, and asks for the same results, to the last digit.

    experiments/again.py SWEEP... [--share 0.1] [--seed 1] [-j 1] [--csv results/reference/again.csv]

Of the runs in results/reference/SWEEP/results.csv a share, one at least, is drawn at random; each is trained in a
temporary folder, its parent first where it has one, by the program of now from the spec that is kept. Every column of
its row is compared as text but seconds, tokens_per_second and commit, which are no results. Options have columns only
where runs differ: what is missing in the new table is told by the run's ID. A run whose ID the spec would no longer
give (another version, a changed task) is skipped, and that is said. Exit status 1: something differs, or nothing could
be compared. --csv adds a row for each run to a table: sweep, run, the processor of now, whether it is equal.
"""
import argparse
import concurrent.futures
import csv
import os
import random
import shutil
import sys
import tempfile

from tables import overrides, planned, read, reference, run

NO_RESULTS = {"seconds", "tokens_per_second", "commit"}


def draw(sweep, rows, share, seed):
    """A share of the runs, by a number that seed, sweep and ID give each."""
    ordered = sorted(rows, key=lambda row: random.Random(f"{seed} {sweep} {row['run']}").random())
    return ordered[:max(1, round(share * len(rows)))]


def train(spec, options, number, folder):
    """The row that a run has when it is trained now."""
    name = os.path.basename(folder)
    run("train", spec, *options, "--cell", number, "-o", os.path.join(folder, "runs", name))
    run("report", folder)
    with open(os.path.join(folder, "results.csv"), newline="") as file:
        return next(row for row in csv.DictReader(file) if row["run"] == name)


def compare(before, now):
    """Columns that are in both tables, and those of them in which the run differs."""
    both = [column for column in before if column in now and column not in NO_RESULTS]
    return both, [f"{column} was {before[column]}, is {now[column]}" for column in both if before[column] != now[column]]


def processor():
    """What /proc/cpuinfo calls it."""
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")


def note(path, row):
    is_new = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        if is_new:
            out.writerow(["sweep", "run", "processor", "equal"])
        out.writerow(row)


def main(asked):
    different = skipped = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(asked.workers) as workers:
        drawn = []
        for sweep in dict.fromkeys(asked.sweeps):
            spec, options = reference(sweep, "spec.yaml"), overrides(sweep)
            today = planned(spec, options)
            for row in draw(sweep, read(sweep, "results.csv"), asked.share, asked.seed):
                if row["run"] not in today:
                    print(f"{sweep} {row['run']}: skipped: the program of now would make another run of it (it is of {row['commit']})")
                    skipped += 1
                    continue
                place = os.path.join(folder, sweep.replace("/", "-"), row["run"])
                drawn.append((sweep, row, spec, options, str(today[row["run"]]["run"]), place))
        waiting = {workers.submit(train, *how): (sweep, row, how[-1]) for sweep, row, *how in drawn}
        try:
            for trained in concurrent.futures.as_completed(waiting):
                sweep, row, place = waiting[trained]
                columns, wrong = compare(row, trained.result())
                print(f"{sweep} {row['run']}: {'; '.join(wrong) or 'equal'} (compared: {' '.join(columns)})", flush=True)
                different += bool(wrong)
                if asked.csv:
                    note(asked.csv, [sweep, row["run"], processor(), "no" if wrong else "yes"])
                shutil.rmtree(place)
        finally:
            workers.shutdown(cancel_futures=True)  # after a failure: those that have not begun
    compared = len(waiting)
    print(f"{compared} runs trained again, {different} differ, {skipped} skipped")
    return 1 if different or not compared else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweeps", nargs="+", metavar="SWEEP")
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", type=int, default=1, dest="workers", metavar="WORKERS", help="runs at the same time")
    parser.add_argument("--csv", metavar="FILE", help="a table to add to")
    sys.exit(main(parser.parse_args()))
