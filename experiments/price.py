#!/usr/bin/env python3
"""The law of the price: how many samples a rate of noise costs, and whether its margin says so.

    experiments/price.py [LABEL=]SWEEP... [--fit "noise=digit rate=0.2,0.4"] [--hold "noise=slip"] [--to price]
    experiments/price.py SWEEP... --predict digit=0.3,0.6 [--predict ...] [--task add]

A sweep is a folder of results/reference/ whose spec has sizes (`data.samples`) and rates of one noise at a time. Of it
count the runs with a chain of thought that are clean or contaminated throughout and, where each cell chose some
values (`select`), those that it chose. Writes results/reference/price/{price,fits}.csv.

**Cost** of a task, a noise and a rate: the number of samples at which the mean accuracy first reaches 0.95 of the
clean accuracy at the largest clean size, along a monotone curve over sizes (pooled adjacent violators), straight in
the logarithm of samples. `status` says where it is `below` the smallest size or `not_reached` at the largest:
nothing is extrapolated. The 95 % interval is of 2,000 bootstrap samples of the seeds, each taken at all sizes at
once and with its clean runs; an end beyond the sizes is empty. (Few seeds make it too narrow rather than too wide.)

**Margin** of a site: the chance p1 of the right value there minus that of the next likeliest, p2, at a rate r:

- digit, dynamic: the right digit 1 - 0.9 r, each other one 0.1 r. Margin 1 - r.
- slip: the right value 1 - r, its neighbours r / 2 each. Margin 1 - 1.5 r.
- digit_drop: the right digit 1 - r; else the digit is gone, and what follows it stands in its place. Of a value
  of one digit, as most are, that is always the end of the line. Margin 1 - 2 r. (Of longer values the next digit
  comes with r (1 - r) only: their margin is wider, and the narrowest counts.)

**Laws**, fitted to the logarithm of cost by least squares over cells whose cost was found and whose margin is above 0:

- a: log n = a_task - k log(margin), one k for all tasks
- b: the same with a k for each task
- c: log n = a_task + log((p1 + p2) / margin^2): what counting takes. Of n draws the count of the right value leads by n (p1 - p2)
  on average, with a variance of at most n (p1 + p2); to lead by z deviations takes n = z^2 (p1 + p2) / (p1 - p2)^2.
- d: log n = a_task + b rate, a baseline that knows nothing of margins; `k` is its b

`--fit` fits the noised cells that it names alone, `--hold` all but those; the others are held out. Values of a key
are alternatives, keys (task, noise, rate) must all agree, and the options may be given several times. Clean cells
(rate 0, margin 1) are always fitted. Intervals of k are Student's; rms is the root mean square of the log of
predicted / measured. No law says anything where the margin is 0 or less (no number of samples is enough then, as the
right value is not the likeliest) or unknown (other noises). `--predict` writes no file and prints what the laws say of
cells that need not have been measured.
"""
import argparse
import math
import os
import random
import re
import sys

from tables import markdown, mean, monotone, rates, reference, runs, write

SHARE, REPLICATES, FORMS = 0.95, 2000, ("a", "b", "c", "d")
CHANCES = {
    "none": lambda r: (1, 0),
    "digit": lambda r: (1 - 0.9 * r, 0.1 * r),
    "dynamic": lambda r: (1 - 0.9 * r, 0.1 * r),
    "slip": lambda r: (1 - r, r / 2),
    "digit_drop": lambda r: (1 - r, r),
}


class Cell:
    """A task under one rate of one noise: sizes -> seed -> accuracies; what it costs, and its part in the fit."""

    def __init__(self, task, noise, rate):
        self.task, self.noise, self.rate, self.sizes = task, noise, rate, {}
        chances = CHANCES[noise](rate) if noise in CHANCES else None
        self.margin = chances[0] - chances[1] if chances else None
        self.log_counting = math.log(sum(chances) / self.margin**2) if chances and self.margin > 1e-9 else None
        self.cost = self.low = self.high = None
        self.status, self.held = "", False

    def can_be_fitted(self):
        return self.status == "found" and self.log_counting is not None and not self.held


# --- cost ---


def collect(arguments):
    """All cells of the sweeps, by task, noise and rate."""
    cells, settings, wheres, made = {}, {}, {}, {}
    for argument in arguments:
        label, _, sweep = argument.rpartition("=")
        rows = [r for r in runs(sweep) if r["format"] == "trace" and len(rates(r)) < 2]
        rows = [r for r in rows if not rates(r) or float(r["contamination"]) == 1]
        sizes = sorted({c for r in rows for c in r if c.startswith("task.") and len({s[c] for s in rows}) > 1})
        if label and (sizes or len({r["task"] for r in rows}) > 1):
            sys.exit(f"{argument}: a label is for a sweep of one task")
        for row in rows:
            task = label or " ".join([row["task"], *(f"{c[5:]}={row[c]}" for c in sizes if c != "task.name")])
            setting = (row["model"], row["epochs"])
            if settings.setdefault(task, setting) != setting:
                sys.exit(f"{sweep}: {task}: models or epochs differ: {settings[task]} and {setting}; name them apart: LABEL=SWEEP")
            if wheres.setdefault(task, where(sweep)) != where(sweep):
                sys.exit(f"{sweep}: {task}: its sizes are not those of another sweep; name them apart: LABEL=SWEEP")
            (noise, rate), = rates(row).items() or [("none", 0.0)]
            cell = cells.setdefault((task, noise, rate), Cell(task, noise, rate))
            seeds = cell.sizes.setdefault(int(row["samples"]), {})
            if made.setdefault((task, noise, rate, row["samples"], row["seed"]), row["run"]) != row["run"]:
                sys.exit(f"{sweep}: two runs of {task}, {noise} {rate:g}, {row['samples']} samples, seed {row['seed']}: they differ in more")
            seeds[int(row["seed"])] = float(row["accuracy"])
    return cells


def where(sweep):
    """What a spec says of the task's sizes; nothing where it was not kept."""
    if not os.path.exists(reference(sweep, "spec.yaml")):
        return []
    with open(reference(sweep, "spec.yaml")) as file:
        return re.findall(r"^task:.*(?:\n +.*)*", file.read(), re.M)


def average(seeds, drawn):
    """Mean over the seeds that were drawn; over all where a size has none of them."""
    return mean([seeds[s] for s in drawn if s in seeds] or list(seeds.values()))


def cost(cell, clean, drawn):
    """Status and the samples at which the curve through the means of these seeds reaches its target."""
    sizes = sorted(cell.sizes)
    target = SHARE * average(clean.sizes[max(clean.sizes)], drawn)
    fit = monotone([average(cell.sizes[n], drawn) for n in reversed(sizes)], [len(cell.sizes[n]) for n in reversed(sizes)])[::-1]
    reached = [i for i, value in enumerate(fit) if value >= target - 1e-12]
    if not reached:
        return "not_reached", math.inf
    i = reached[0]
    if i == 0:
        return "below", 0
    place = min(1, (target - fit[i - 1]) / (fit[i] - fit[i - 1]))
    return "found", sizes[i - 1] * (sizes[i] / sizes[i - 1]) ** place


def find_cost(cell, clean):
    seeds = sorted({s for size in cell.sizes.values() for s in size})
    cell.status, found = cost(cell, clean, seeds)
    draws = random.Random(f"{cell.task} {cell.noise} {cell.rate:g}")
    drawn = [tuple(sorted(seeds[int(draws.random() * len(seeds))] for _ in seeds)) for _ in range(REPLICATES)]
    cost_of = {sample: cost(cell, clean, sample)[1] for sample in set(drawn)}
    costs = sorted(cost_of[sample] for sample in drawn)
    tail = REPLICATES // 40
    ends = costs[tail], costs[-tail - 1]
    cell.cost = found if cell.status == "found" else None
    cell.low, cell.high = (end if 0 < end < math.inf else None for end in ends)


# --- laws ---


def student(freedom):
    """The 97.5 % point of Student's t: its density summed up (Simpson) and halved upon."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def chance(end, steps=2000):
        at = [(1 + (end * i / steps) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1)]
        return scale * end / steps / 3 * (at[0] + at[-1] + 4 * sum(at[1:-1:2]) + 2 * sum(at[2:-1:2]))

    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < 0.475 else (low, middle)
    return low


def slope_of(cells, x):
    """Least squares of log cost on x with an intercept for each task: slope and half width of its 95 % interval."""
    centred = []
    for task in sorted({c.task for c in cells}):
        own = [(x(c), math.log(c.cost)) for c in cells if c.task == task]
        middle = mean([p[0] for p in own]), mean([p[1] for p in own])
        centred += [(u - middle[0], v - middle[1]) for u, v in own]
    spread = sum(u * u for u, _ in centred)
    if spread < 1e-12:
        return None, None
    slope = sum(u * v for u, v in centred) / spread
    freedom = len(cells) - len({c.task for c in cells}) - 1
    if freedom < 1:
        return slope, None
    rest = sum((v - slope * u) ** 2 for u, v in centred)
    return slope, student(freedom) * math.sqrt(rest / freedom / spread)


def log_margin(cell):
    return math.log(cell.margin)


class Law:
    """One form, fitted: slopes by task (None: of all), the interval of each, intercepts by task."""

    def __init__(self, form, cells):
        self.form, self.slopes, self.shares = form, {}, {}
        self.x = (lambda c: c.rate) if form == "d" else log_margin
        tasks = sorted({c.task for c in cells})
        if form != "c":
            for task in tasks if form == "b" else [None]:
                self.slopes[task] = slope_of([c for c in cells if task in (None, c.task)], self.x)
        for task in tasks:
            own = [(math.log(c.cost), self.shape(c)) for c in cells if c.task == task]
            if all(shape is not None for _, shape in own):
                self.shares[task] = mean([value - shape for value, shape in own])

    def shape(self, cell):
        """What the law says of log cost but for the intercept; None where it says nothing."""
        if cell.log_counting is None:
            return None
        if self.form == "c":
            return cell.log_counting
        slope = self.slopes.get(cell.task if self.form == "b" else None, (None, None))[0]
        return None if slope is None else slope * self.x(cell)

    def predict(self, cell):
        shape = self.shape(cell)
        return math.exp(self.shares[cell.task] + shape) if shape is not None and cell.task in self.shares else None

    def rms(self, cells):
        logs = [math.log(self.predict(c) / c.cost) for c in cells if c.status == "found" and self.predict(c)]
        return math.sqrt(mean([v * v for v in logs])) if logs else None

    def rows(self, fitted, held):
        """Lines of fits.csv: the law, and of b one for each task besides."""
        sign = 1 if self.form == "d" else -1
        for task in [None] + [task for task in self.slopes if task]:
            slope, half = self.slopes.get(task, (None, None))
            k = [sign * slope, sign * slope - half, sign * slope + half] if half is not None else [slope and sign * slope, None, None]
            k = [2, None, None] if self.form == "c" else k
            own = [[c for c in cells if task in (None, c.task)] for cells in (fitted, held)]
            yield [self.form, task or "", *map(rounded, k), len(own[0]), rounded(self.rms(own[0])), rounded(self.rms(own[1]))]


def number(value, digits=6):
    return "" if value is None else f"{value:.{digits}g}"


def rounded(value):
    return "" if value is None else f"{value:.4f}"


# --- what is asked ---


def conditions(texts):
    """"noise=slip,digit rate=0.2" -> {"noise": [...], "rate": [...]}, one for each text."""
    found = []
    for text in texts:
        pairs = [word.partition("=") for word in text.split()]
        if not pairs or any(key not in ("task", "noise", "rate") or not value for key, _, value in pairs):
            sys.exit(f"'{text}': must be task=, noise= or rate= with values, separated by commas")
        found.append({key: levels(value) if key == "rate" else value.split(",") for key, _, value in pairs})
    return found


def levels(text):
    """Rates, separated by commas."""
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = [-1]
    if not all(0 <= level <= 1 for level in found):
        sys.exit(f"'{text}': must be rates from 0 to 1, separated by commas")
    return found


def agrees(cell, condition):
    return all(getattr(cell, key) in values for key, values in condition.items())


def tables(cells, laws):
    header = ["task", "noise", "rate", "margin", "cost", "low", "high", "status", "smallest", "largest", "role"]
    rows = []
    for cell in cells:
        role = "held out" if cell.held else "fitted" if cell.can_be_fitted() else "neither"
        found = [number(v) for v in (cell.rate, cell.margin, cell.cost, cell.low, cell.high)]
        predicted = [number(law.predict(cell)) for law in laws]
        rows.append([cell.task, cell.noise, *found, cell.status, min(cell.sizes), max(cell.sizes), role, *predicted])
    return header + [f"predicted_{form}" for form in FORMS], rows


def show_held_out(cells, laws):
    """Predicted against measured, with the ratio where a cost was found."""
    rows = []
    for cell in cells:
        if not cell.held:
            continue
        predicted = [law.predict(cell) for law in laws]
        ratios = [f"{p:,.0f}" + (f" ({p / cell.cost:.2f})" if cell.cost else "") if p else "" for p in predicted]
        measured = f"{cell.cost:,.0f}" if cell.cost else f"{cell.status.replace('_', ' ')} ({min(cell.sizes):,} to {max(cell.sizes):,})"
        rows.append([cell.task, cell.noise, f"{cell.rate:g}", number(cell.margin, 3), measured, *ratios])
    print("\nHeld out: samples measured and predicted (ratio)\n")
    print(markdown(["task", "noise", "rate", "margin", "measured", *FORMS], rows))


def predictions(laws, wanted, tasks):
    rows = []
    for text in wanted:
        noise, _, wanted_rates = text.partition("=")
        if noise not in CHANCES:
            sys.exit(f"--predict {text}: must be NOISE=RATE,RATE with one of {', '.join(CHANCES)}")
        for task in tasks:
            for cell in (Cell(task, noise, rate) for rate in levels(wanted_rates)):
                said = [law.predict(cell) for law in laws]
                rows.append([task, noise, f"{cell.rate:g}", number(cell.margin, 3), *(f"{v:,.0f}" if v else "none" for v in said)])
    return markdown(["task", "noise", "rate", "margin", *FORMS], rows)


def main(asked):
    cells = collect(asked.sweeps)
    ordered = [cells[key] for key in sorted(cells)]
    fit, hold = conditions(asked.fit), conditions(asked.hold)
    for cell in ordered:
        clean = cells.get((cell.task, "none", 0.0))
        if not clean:
            sys.exit(f"{cell.task}: there is no clean run to compare with")
        find_cost(cell, clean)
        cell.held = cell is not clean and (any(agrees(cell, c) for c in hold) or bool(fit) and not any(agrees(cell, c) for c in fit))
    fitted = [c for c in ordered if c.can_be_fitted()]
    laws = [Law(form, fitted) for form in FORMS]
    header = ["form", "task", "k", "low", "high", "cells", "rms_fitted", "rms_held_out"]
    fits = [row for law in laws for row in law.rows(fitted, [c for c in ordered if c.held])]
    print(markdown(header, fits))
    if asked.predict:
        tasks = asked.task or sorted({c.task for c in fitted})
        unknown = [task for task in tasks if task not in {c.task for c in fitted}]
        if unknown:
            sys.exit(f"--task {unknown[0]}: no cost of it was fitted")
        print(f"\nPredicted samples\n\n{predictions(laws, asked.predict, tasks)}")
        return
    show_held_out(ordered, laws)
    write(reference(asked.to, "price.csv"), *tables(ordered, laws))
    write(reference(asked.to, "fits.csv"), header, fits)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweeps", nargs="+", metavar="[LABEL=]SWEEP")
    for option in ("--fit", "--hold", "--predict", "--task"):
        parser.add_argument(option, action="append", default=[])
    parser.add_argument("--to", default="price", help="folder of results/reference/ to write to")
    main(parser.parse_args())
