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

from tables import runs

REFERENCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "results", "reference")
MARK = re.compile(r"<!--= (.*?) -->(.*?)<!--/-->", re.S)


def read(sweep, name):
    with open(os.path.join(REFERENCE, sweep, name), newline="") as file:
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


def cell(sweep, wants):
    """Runs of one cell; rate=0 means the clean one, whatever is said of its noise."""
    rows = read(sweep, "results.csv")
    if float(wants.get("rate", 1)) == 0:
        wants = {k: v for k, v in wants.items() if k not in ("noise", "rate", "contamination")}
        rows = clean(rows)
    rows = pick(rows, wants)
    settings = ["task", "format", "model", "samples", "epochs", "noise", "rate", "contamination"]
    settings += [column for column in (rows[0] if rows else []) if "." in column]  # options in which runs differ
    if len({tuple(r.get(column) for column in settings) for r in rows}) > 1:
        raise ValueError(f"{sweep} {wants}: more than one cell")
    return accuracies(rows)


def show(values):
    if not values:
        return ""
    return f"{sum(values) / len(values):.3f} ({min(values):.3f}-{max(values):.3f})"


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


def label(sweep):
    """What a table calls a sweep; those of the first edition, FAMILY-QUESTION each, by their family."""
    edition, name = os.path.split(sweep.split("+")[0])
    return name.split("-")[0] if edition else name


def one_cell(rows, what):
    """The rows, if they differ in nothing but the seed."""
    options = ["noise", "rate", "contamination", "format"] + [c for c in (rows[0] if rows else []) if "." in c]
    if len({tuple(row[c] for c in options if c in row) for row in rows}) != 1:
        raise ValueError(f"{what}: not one cell")
    return rows


# --- what a comment may say ---


def accuracy(words):
    """accuracy SWEEP key=value...: mean accuracy of one cell and the range over its seeds."""
    (sweep,), wants = split(words)
    text = show(cell(sweep, wants))
    if not text:
        raise ValueError(f"{sweep} {wants}: no run")
    return text


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
    names = [label(joined) for joined in sweeps]
    lines = [f"| {by} | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for value in sorted(set().union(*found)):
        cells = [show(column.get(value, [])) for column in found]
        lines.append(f"| {value:,g} | " + " | ".join(cells) + " |")
    return "\n" + "\n".join(lines) + "\n"


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
    with open(os.path.join(REFERENCE, words[0]), newline="") as file:
        rows = list(csv.reader(file))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n" + "\n".join(lines) + "\n"


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
    lines = [f"| {by} | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for value, rows in sorted(groups.items()):
        found = [sum(float(row[column]) for row in rows) / len(rows) for column in columns]
        cells = [f"{mean:.3f}" if mean < 10 else f"{mean:g}" for mean in found]
        lines.append(f"| {value:g} | " + " | ".join(cells) + " |")
    return "\n" + "\n".join(lines) + "\n"


def repairs(words):
    """repairs SWEEP MEASURE: a table of repair.csv, a row for each noise, a column for what was before and for each method after;
    of accuracy with the 95 % interval of what was gained."""
    sweep, measure = words
    rows, lines, methods = read(sweep, "repair.csv"), {}, []
    for row in rows:
        method = row["method"] + (" " + row["rl.expert"] if row.get("rl.expert") else "")
        methods += [method] if method not in methods else []
        line = lines.setdefault((row["noise"], row["rate"]), {"before": f"{float(row['parent_' + measure]):.3f}"})
        if method in line:
            raise ValueError(f"{sweep}: two rows of {method} after {row['noise']} {row['rate']}")
        line[method] = f"{float(row['child_' + measure]):.3f}"
        if measure == "accuracy":
            line[method] += f" ({float(row['gain_low']):+.3f} to {float(row['gain_high']):+.3f})"
    table = ["| noise | rate | before | " + " | ".join(methods) + " |", "|---" * (len(methods) + 3) + "|"]
    for (noise, rate), line in sorted(lines.items()):
        table.append(f"| {noise} | {rate} | {line['before']} | " + " | ".join(line.get(m, "") for m in methods) + " |")
    return "\n" + "\n".join(table) + "\n"


def show_measure(rows, place):
    return show([float(row[place[1]]) for row in one_cell(rows, place[0])]) if rows else ""


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
    lines = ["| noise | rate | " + " | ".join(heads) + " |", "|---" * (len(heads) + 2) + "|"]
    for (noise, rate), row in sorted(cells.items()):
        lines.append(f"| {noise or 'none'} | {rate:g} | " + " | ".join(show_measure(row.get(place), place) for place in places) + " |")
    return "\n" + "\n".join(lines) + "\n"


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
    lines = ["| | " + " | ".join(noises) + " |", "|---" * (len(noises) + 1) + "|"]
    lines += [f"| {label(sweep)} | " + " | ".join(found[sweep].get(noise, "") for noise in noises) + " |" for sweep in sweeps]
    return "\n" + "\n".join(lines) + "\n"


def pivot(words):
    """pivot FILE key=value... ROW COLUMN[,COLUMN...] VALUE: of a CSV file a table of VALUE (measured ones to three places), a row for each value of ROW, a column
    for each of COLUMN."""
    (name, down, across, value), wants = split(words)
    cells, heads, rows = {}, [], []
    for row in pick(read("", name), wants):
        head, place = " ".join(row[c] for c in across.split(",") if row[c]) or "none", row[down]
        heads += [head] if head not in heads else []
        rows += [place] if place not in rows else []
        if (place, head) in cells:
            raise ValueError(f"{name}: two rows for {down} {place}, {across} {head}")
        cells[place, head] = row[value] if "." in value else f"{float(row[value]):.3f}"
    lines = [f"| {down} | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    lines += [f"| {place} | " + " | ".join(cells.get((place, head), "") for head in heads) + " |" for place in rows]
    return "\n" + "\n".join(lines) + "\n"


def columns(words):
    """columns FILE key=value... COLUMN...: these columns of a CSV file; what was measured to three places, options as they are."""
    (name, *wanted), wants = split(words)
    lines = ["| " + " | ".join(wanted) + " |", "|---" * len(wanted) + "|"]
    for row in pick(read("", name), wants):
        cells = [f"{float(row[c]):.3f}" if "." not in c and c != "rate" and "." in row[c] else row[c] for c in wanted]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n" + "\n".join(lines) + "\n"


FUNCTIONS = {f.__name__: f for f in (accuracy, threshold, half, levels, rises, minutes, table, count, means, repairs, chosen, chosen_cell,
                                     thresholds, pivot, columns)}


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
