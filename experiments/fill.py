#!/usr/bin/env python3
"""Fills the numbers of a Markdown file from the CSV files of sweeps, or checks that they are the ones there.

    experiments/fill.py results/README.md            write the numbers anew
    experiments/fill.py --check results/README.md    exit 1 when one differs from the CSV

A number stands between two comments, which a reader of the page does not see:

    <!--= threshold add-4 noise=digit format=trace -->12 % (10 % to 15 %)<!--/-->

What a comment may say is the functions at the end. Sweeps are folders of results/reference/; key=value picks
rows of their results.csv (thresholds.csv for `threshold`).
"""
import csv
import os
import re
import sys

from tables import markdown, mean, reference, runs

NUMBER = re.compile(r"-?[0-9.]+")
MARK = re.compile(r"<!--= (.*?) -->(.*?)<!--/-->", re.S)


def read(sweep, name):
    with open(reference(sweep, name), newline="") as file:
        return list(csv.DictReader(file))


def same(have, want):
    try:
        return float(have) == float(want)
    except ValueError:
        return have == want


def pick(rows, wants):
    for key in wants:
        if rows and key not in rows[0]:
            raise KeyError(f"no column '{key}'")
    return [row for row in rows if all(same(row[key], value) for key, value in wants.items())]


def clean(rows):
    """Rows of runs whose training data was left clean."""
    return [r for r in rows if r["noise"] == "none" or float(r["contamination"]) == 0]


def accuracies(rows):
    return [float(row["accuracy"]) for row in rows]


def one_cell(rows, what):
    """The rows, if there are any and they differ in nothing but the seed."""
    settings = ["task", "format", "model", "samples", "epochs", "noise", "rate", "contamination"]
    settings += [column for column in (rows[0] if rows else []) if "." in column]  # options in which runs differ
    if len({tuple(row.get(column) for column in settings) for row in rows}) != 1:
        raise ValueError(f"{what}: {'more than one cell' if rows else 'no run'}")
    return rows


def of_seeds(rows, what):
    """The rows, if there are any, each of another seed."""
    if not rows or len(rows) != len({row.get("seed") for row in rows}):
        raise ValueError(what)
    return rows


def cell(sweep, wants):
    """Runs of one cell; rate=0 means the clean one, whatever is said of its noise."""
    rows = read(sweep, "results.csv")
    if float(wants.get("rate", 1)) == 0:
        wants = {k: v for k, v in wants.items() if k not in ("noise", "rate", "contamination")}
        rows = clean(rows)
    return accuracies(one_cell(pick(rows, wants), f"{sweep} {wants}"))


def show(values):
    if not values:
        return ""
    return f"{mean(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def percent(text):
    return f"{100 * float(text):.2g} %" if float(text) < 0.1 else f"{100 * float(text):.0f} %"


def show_threshold(row, name):
    """What thresholds.csv says of `name`, "threshold" or "half", in words."""
    status, highest = row["half_status" if name == "half" else "status"], percent(row["highest"])
    low, high = row[name + "_low"], row[name + "_high"]
    if status == "found":
        return f"{percent(row[name])} ({percent(low)} to {percent(high) if high else 'beyond ' + highest})"
    if status == "not_reached":
        return f"not reached up to {highest}" + (f" (interval from {percent(low)})" if low else "")
    return status.replace("_", " ")


def split(words):
    wants = dict(word.split("=", 1) for word in words if "=" in word)
    return [word for word in words if "=" not in word], wants


def lines(heads, rows):
    """A table on lines of its own."""
    return f"\n{markdown(heads, rows)}\n"


def label(sweep):
    """What a table calls a sweep; those of the first edition, FAMILY-QUESTION each, by their family."""
    edition, name = os.path.split(sweep.split("+")[0])
    return name.split("-")[0] if edition else name


# --- what a comment may say ---


def accuracy(words):
    """accuracy SWEEP key=value...: mean accuracy of one cell and the range over its seeds."""
    (sweep,), wants = split(words)
    return show(cell(sweep, wants))


def threshold(words, name="threshold"):
    """threshold SWEEP key=value...: highest noise at which 95 % of the clean accuracy is left, with its interval."""
    (sweep,), wants = split(words)
    rows = pick(read(sweep, "thresholds.csv"), wants)
    if len(rows) != 1:
        raise ValueError(f"{sweep} {wants}: {len(rows)} curves")
    return show_threshold(rows[0], name)


def half(words):
    """half SWEEP key=value...: the same for half of the clean accuracy."""
    return threshold(words, "half")


def levels(words):
    """levels key=value... SWEEP...: a table, a row for each rate (or by=COLUMN), a column for each sweep.
    Where several sweeps are joined by +, a column shows the cells of them all."""
    sweeps, wants = split(words)
    by = wants.pop("by", "rate")
    found = []
    for joined in sweeps:
        column = {}
        for sweep in joined.split("+"):
            rows = read(sweep, "results.csv")
            if by in ("rate", "contamination"):
                untouched = pick(clean(rows), {k: v for k, v in wants.items() if k not in ("noise", "rate", "contamination")})
                if untouched:
                    column[0.0] = accuracies(untouched)
            for value in {row[by] for row in pick(rows, wants)}:
                if by not in ("rate", "contamination") or float(value) > 0:
                    column[float(value)] = cell(sweep, {**wants, by: value})
        found.append(column)
    rows = [[f"{value:,g}", *(show(column.get(value, [])) for column in found)] for value in sorted(set().union(*found))]
    return lines([by, *map(label, sweeps)], rows)


def largest_rise(curve):
    """(gain, low, high): of a curve, (level, accuracies) in order of levels, the pair of levels with the largest gain at which every
    seed at the higher is better than every seed at the lower one; None without such a pair."""
    up = [(sum(b) / len(b) - sum(a) / len(a), low, high)
          for i, (low, a) in enumerate(curve) for high, b in curve[i + 1:] if min(b) > max(a)]
    return max(up) if up else None


def rises(words):
    """rises SWEEP...: the largest rise of each curve of three levels or more, where every seed at a level of noise is better than
    every seed at a lower level."""
    found = []
    for sweep in words:
        rows = read(sweep, "results.csv")
        noised = [r for r in rows if r["noise"] != "none" and float(r["contamination"]) > 0]
        start = [(0.0, accuracies(clean(rows)))] if clean(rows) else []
        for axis, other in (("rate", "contamination"), ("contamination", "rate")):
            for noise, fixed in sorted({(r["noise"], r[other]) for r in noised}):
                wants = {"noise": noise, other: fixed}
                levels_there = {r[axis] for r in pick(noised, wants) if float(r[axis]) > 0}
                curve = start + sorted((float(v), cell(sweep, {**wants, axis: v})) for v in levels_there)
                rise = largest_rise(curve) if len(curve) > 2 else None
                if rise:
                    found.append(f"{label(sweep)} from {rise[1]:g} to {rise[2]:g}")
    return "; ".join(found) if found else "none"


def minutes(words):
    """minutes SWEEP...: what the runs took in all, divided by two workers; a run in several sweeps counts once."""
    runs = {row["run"]: float(row["seconds"]) for sweep in words for row in read(sweep, "results.csv")}
    return f"{sum(runs.values()) / 120:.0f}"


def table(words):
    """table FILE: a CSV file of results/reference as a table."""
    with open(reference(words[0]), newline="") as file:
        heads, *rows = csv.reader(file)
    return lines(heads, rows)


def count(words):
    """count FILE key=value...: how many rows of a CSV file of results/reference there are."""
    (name,), wants = split(words)
    return str(len(pick(read("", name), wants)))


def means(words):
    """means FILE by=COLUMN key=value... COLUMN...: a table of means over the rows that are alike in `by`."""
    (name, *columns), wants = split(words)
    by = wants.pop("by")
    groups = {}
    for row in pick(read("", name), wants):
        groups.setdefault(float(row[by]), []).append(row)
    found = []
    for value, rows in sorted(groups.items()):
        middles = [mean([float(row[column]) for row in rows]) for column in columns]
        found.append([f"{value:g}", *(f"{middle:.3f}" if middle < 10 else f"{middle:g}" for middle in middles)])
    return lines([by, *columns], found)


def repairs(words):
    """repairs SWEEP MEASURE: a table of repair.csv, a row for each noise, a column for what was before and for each method after;
    of accuracy with the 95 % interval of what was gained."""
    sweep, measure = words
    rows, found, methods = read(sweep, "repair.csv"), {}, []
    for row in rows:
        method = row["method"] + (" " + row["rl.expert"] if row.get("rl.expert") else "")
        methods += [method] if method not in methods else []
        line = found.setdefault((row["noise"], row["rate"]), {"before": f"{float(row['parent_' + measure]):.3f}"})
        if method in line:
            raise ValueError(f"{sweep}: two rows of {method} after {row['noise']} {row['rate']}")
        line[method] = f"{float(row['child_' + measure]):.3f}"
        if measure == "accuracy":
            line[method] += f" ({float(row['gain_low']):+.3f} to {float(row['gain_high']):+.3f})"
    heads = ["before", *methods]
    return lines(["noise", "rate", *heads], [[*place, *(line.get(head, "") for head in heads)] for place, line in sorted(found.items())])


def show_measure(rows, place):
    """Of the seeds that have it: of no right answer none is unsound."""
    return show([float(row[place[1]]) for row in one_cell(rows, place[0]) if row[place[1]]]) if rows else ""


def chosen(words):
    """chosen key=value... COLUMN[,COLUMN...] SWEEP...: a table, a row for each noise and rate, a column for each sweep or, of one sweep, for
    each column of results.csv: mean and range over the seeds, of the alternative that each level chose by validation."""
    (measures, *sweeps), wants = split(words)
    places = [(sweep, measure) for sweep in sweeps for measure in measures.split(",")]
    cells = {}
    for sweep in sweeps:
        for row in pick(runs(sweep), wants):
            level = ("", 0.0) if row["noise"] == "none" else (row["noise"], float(row["rate"]))
            for place in places:
                if place[0] == sweep:
                    cells.setdefault(level, {}).setdefault(place, []).append(row)
    heads = [measure if "," in measures else label(sweep) for sweep, measure in places]
    return lines(["noise", "rate", *heads], [[noise or "none", f"{rate:g}", *(show_measure(row.get(place), place) for place in places)]
                                             for (noise, rate), row in sorted(cells.items())])


def chosen_cell(words):
    """chosen_cell SWEEP key=value...: mean accuracy and range over the seeds of one cell, of the alternative that it chose."""
    (sweep,), wants = split(words)
    return show(accuracies(one_cell(pick(runs(sweep), wants), f"{sweep} {wants}")))


def thresholds(words):
    """thresholds key=value... SWEEP...: a table of thresholds, a row for each sweep, a column for each noise."""
    sweeps, wants = split(words)
    found = {}
    for sweep in sweeps:
        for row in pick(read(sweep, "thresholds.csv"), wants):
            if row["noise"] in found.setdefault(sweep, {}):
                raise ValueError(f"{sweep} {wants}: two curves of {row['noise']}")
            found[sweep][row["noise"]] = show_threshold(row, "threshold")
    noises = sorted({noise for row in found.values() for noise in row})
    return lines(["", *noises], [[label(sweep), *(found[sweep].get(noise, "") for noise in noises)] for sweep in sweeps])


def pivot(words):
    """pivot FILE[+FILE...] key=value... ROW[,ROW...] COLUMN[,COLUMN...] VALUE: of CSV files a table of VALUE, a row for each of ROW, a column
    for each of COLUMN. What was measured is shown to three places, of several seeds as mean and range; options as they are."""
    (name, down, across, value), wants = split(words)
    cells, heads, rows = {}, [], []
    for row in pick([row for file in name.split("+") for row in read("", file)], wants):
        head, place = " ".join(row[c] for c in across.split(",") if row[c]) or "none", tuple(row[d] for d in down.split(","))
        heads += [head] if head not in heads else []
        rows += [place] if place not in rows else []
        cells.setdefault((place, head), []).append(row)

    def shown(found):
        of_seeds(found, f"{name}: two rows for one of {down}, {across}")
        if "." in value:
            texts = {row[value] for row in found}
            if len(texts) > 1:
                raise ValueError(f"{name}: several {value} for one of {down}, {across}")
            return texts.pop()
        return show([float(row[value]) for row in found]) if len(found) > 1 else f"{float(found[0][value]):.3f}"

    return lines([*down.split(","), *heads],
                 [[*place, *(shown(cells[place, head]) if (place, head) in cells else "" for head in heads)] for place in rows])


def absolute(words):
    """absolute FILE: of predictions.csv the mean absolute differences of the prediction and of the baselines."""
    rows = read("", words[0])
    return ", ".join(f"{mean([float(row[name]) for row in rows]):.3f}" for name in rows[0] if name.startswith("difference"))


def correlation(words):
    """correlation FILE key=value... COLUMN COLUMN: Pearson's, over the rows."""
    (name, *columns), wants = split(words)
    rows = pick(read("", name), wants)
    x, y = ([float(row[column]) for row in rows] for column in columns)
    products = [sum((a - mean(p)) * (b - mean(q)) for a, b in zip(p, q)) for p, q in ((x, y), (x, x), (y, y))]
    return f"{products[0] / (products[1] * products[2]) ** 0.5:.2f}"


def span(words):
    """span SWEEP key=value... COLUMN: the lowest and the highest value of a column of counts over the runs, where they differ."""
    (sweep, column), wants = split(words)
    values = sorted({float(row[column]) for row in pick(read(sweep, "results.csv"), wants)})
    return " to ".join(f"{value:,.0f}" for value in values[::max(1, len(values) - 1)])


def csv_mean(words):
    """csv_mean FILE key=value... COLUMN: mean of a column of a CSV file and its range over the seeds."""
    (name, column), wants = split(words)
    found = of_seeds(pick(read("", name), wants), f"{name} {wants}: not one row for each seed")
    return show([float(row[column]) for row in found])


def paired(words):
    """paired SWEEP key=value...: of paired.csv a method's difference from the one that it is compared with, and its interval."""
    (sweep,), wants = split(words)
    found = pick(read(sweep, "paired.csv"), wants)
    if len(found) != 1:
        raise ValueError(f"{len(found)} rows of paired.csv are of {wants}")
    if not found[0]["low"]:
        raise ValueError("no interval of one parent")
    difference, low, high = (f"{float(found[0][name]):+.3f}" for name in ("difference", "low", "high"))
    return f"{difference} ({low} to {high})"


def columns(words):
    """columns FILE key=value... COLUMN...: these columns of a CSV file; what was measured to three places, from a thousand on to the
    unit, options as they are."""
    (name, *wanted), wants = split(words)

    def shown(row, column):
        value = row[column]
        if "." in column or column == "rate" or not NUMBER.fullmatch(value):
            return value
        if abs(float(value)) >= 1000:
            return f"{float(value):,.0f}"
        return f"{float(value):.3f}" if "." in value else value

    return lines(wanted, [[shown(row, c) for c in wanted] for row in pick(read("", name), wants)])


FUNCTIONS = {f.__name__: f for f in (accuracy, threshold, half, levels, rises, minutes, table, count, means, repairs, chosen, chosen_cell,
                                     thresholds, pivot, absolute, correlation, span, csv_mean, paired, columns)}


def fill(path, check):
    with open(path) as file:
        text = file.read()
    wrong = []

    def replace(match):
        name, *words = match.group(1).split()
        try:
            value = FUNCTIONS[name](words)
        except (KeyError, ValueError, OSError) as problem:
            sys.exit(f"{path}: {match.group(1)}: {problem}")
        if value != match.group(2):
            wrong.append(f"{path}: {match.group(1)}: is {match.group(2)!r}, the CSV says {value!r}")
        return f"<!--= {match.group(1)} -->{value}<!--/-->"

    filled, marks = MARK.subn(replace, text)
    if check:
        print("\n".join(wrong) if wrong else f"{path}: {marks} places agree with the CSV files")
        return 1 if wrong or not marks else 0
    with open(path, "w") as file:
        file.write(filled)
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    checking = arguments[:1] == ["--check"]
    files = arguments[1:] if checking else arguments
    if not files:
        sys.exit(__doc__)
    sys.exit(max(fill(path, checking) for path in files))
