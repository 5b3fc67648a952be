#!/usr/bin/env python3
"""Computes the thresholds of sweeps once more, from results.csv alone, and compares them with thresholds.csv.

    experiments/thresholds.py results/reference/add-4...    exit 1 when one differs by more than rounding

Shares no code with the program or with the other scripts: what a threshold is was taken from docs/statistics.md.
Which curves there are, where a rise was found (a test by chance) and which candidate each cell chose is read from
thresholds.csv and selection.csv; levels, means, fit, crossing and status are computed here.
"""
import csv
import os
import re
import sys

SHARES = {"half": 0.5, "at_90": 0.9, "at_95": 0.95, "at_98": 0.98}
SETTINGS = ("task", "format", "model", "samples", "epochs", "method")
OF_NOISE = ("noise.", "refine", "data.fixed_noise", "data.contamination")  # a clean run lies on curves of any of these
BY_DEFAULT = ("noise.names", "noise.answer", "data.fixed_noise")  # empty: as by default; an empty rate is what rises along the curve
DYNAMIC = ("dynamic", "dynamic_state", "skip", "slip")  # of rates that rise together the first one's count, static kinds before these
OUTCOMES = ("pass_", "unique_", "majority", "rollouts", "diverged")


def read(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def text_of(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def rates(row):
    return dict(zip(row["noise"].split("+"), map(float, row["rate"].split("+")))) if row["noise"] != "none" else {}


def is_clean(row):
    return float(row["contamination"]) == 0 or not any(rates(row).values())


def mean(values):
    return sum(values) / len(values)


# --- the definition ---


def monotone(means, weights):
    """The non-increasing sequence nearest to the means in weighted least squares: neighbours that rise are pooled."""
    pools = []
    for value, weight in zip(means, weights):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (a, v, n), (b, w, m) = pools[-2:]
            pools[-2:] = [[(a * v + b * w) / (v + w), v + w, n + m]]
    return [value for value, _, count in pools for _ in range(count)]


def crossing(levels, fit, target):
    """Status, and the noise at which the line through the fit first falls below the target."""
    below = [i for i, value in enumerate(fit) if value < target - 1e-12]
    if not below:
        return "not_reached", None
    if below[0] == 0:
        return "below", None
    (x, y), (u, v) = ((levels[i], fit[i]) for i in (below[0] - 1, below[0]))
    return "found", x + (u - x) * max(0, (y - target) / (y - v))


# --- which runs a row of thresholds.csv speaks of ---


def options(curve):
    """The columns of options: from behind `contamination` to before `levels`."""
    names = list(curve)
    return names[names.index("contamination") + 1:names.index("levels")]


def agrees(row, curve, chosen):
    """Whether a run has the settings of a curve, rates apart; `chosen`: options that each cell chose."""
    named = [c for c in options(curve) if not c.startswith((*OF_NOISE, *OUTCOMES)) and c not in chosen]
    noise = [c for c in options(curve) if c.startswith(OF_NOISE) and (curve[c] or c in BY_DEFAULT) and not is_clean(row)]
    return all(row[c] == curve[c] for c in (*SETTINGS, *named, *noise) if c in row and c in curve)


def along(row, curve):
    """The level of a run along a curve, 0 where the curve begins; None: it is not on it."""
    there, kinds = rates(row), rates({"noise": curve["noise"], "rate": "+".join("1" for _ in curve["noise"].split("+"))})
    fixed = {c[6:]: float(curve[c]) for c in options(curve) if c.startswith("noise.") and c[6:] in there.keys() | kinds.keys() and curve[c]}
    if curve["axis"] == "contamination":
        if is_clean(row):
            return 0
        return float(row["contamination"]) if row["noise"] == curve["noise"] and there == fixed else None
    if is_clean(row) and not any(fixed.values()):
        return 0
    rising = [kind for kind in kinds if not fixed.get(kind)]
    same = float(row["contamination"]) == float(curve["contamination"]) and all(there.get(k, 0) == v for k, v in fixed.items())
    if not same or is_clean(row) or not there.keys() <= kinds.keys():
        return None
    levels = [there.get(kind, 0) for kind in sorted(rising, key=lambda kind: (kind in DYNAMIC, kind))]
    return levels[0] if levels and (all(levels) or (len(levels) == 1 and any(fixed.values()))) else None


def recompute(rows, curve, chosen, learned):
    """Name -> (status, threshold) of a row of thresholds.csv."""
    rows = [row for row in rows if agrees(row, curve, chosen)]
    levels = {}
    for row in rows:
        level = along(row, curve)
        if level is not None:
            levels.setdefault(level, []).append(row)
    noise, clean = sorted(levels), [row for row in rows if is_clean(row)]
    shares = {"threshold": float(curve["share"]), **SHARES}
    if not clean:
        return len(noise), {name: ("no_clean", None) for name in shares}
    validation = mean([float(row.get("validation_accuracy") or row["accuracy"]) for row in clean])
    if validation < learned - 1e-12:
        return len(noise), {name: ("not_learned", None) for name in shares}
    means = [mean([float(row["accuracy"]) for row in levels[x]]) for x in noise]
    weights = [sum(int(row.get("problems", 1)) for row in levels[x]) for x in noise]
    rest = 1 + noise.index(float(curve["rise_from"])) if curve.get("rise") else len(noise)
    fit = monotone(means[:rest], weights[:rest]) + monotone(means[rest:], weights[rest:])
    target = mean([float(row["accuracy"]) for row in clean])
    return len(noise), {name: crossing(noise, fit, share * target) for name, share in shares.items()}


def check(folder):
    rows, curves, candidates = (read(folder, name + ".csv") for name in ("results", "thresholds", "selection"))
    if not rows:
        sys.exit(f"{folder}: there is no results.csv, or none with runs")
    spec = text_of(folder, "spec.yaml")
    said = re.search(r"^select:( *\[.*?\]|(?:\n *- .*)+)", spec, re.M | re.S)
    chosen = re.findall(r"[\w.]+", said.group(1)) if said else []
    learned = re.search(r"\blearned: *([0-9.]+)", spec)
    if candidates:
        names = list(candidates[0])[:list(candidates[0]).index("seeds")]
        taken = {tuple(c[name] for name in names) for c in candidates if c["chosen"] == "yes"}
        rows = [row for row in rows if tuple(row[name] for name in names) in taken]
    different = 0
    for curve in curves:
        count, found = recompute(rows, curve, chosen, float(learned.group(1)) if learned else 0.9)
        what = " ".join(f"{c}={curve[c]}" for c in (*SETTINGS[:4], "noise", "axis", "contamination", *options(curve)) if curve.get(c))
        for name, (status, value) in found.items():
            if name not in curve:
                continue
            reported = curve["status" if name == "threshold" else name + "_status"], curve[name]
            same = count == int(curve["levels"]) and status == reported[0]
            same = same and (abs(value - float(reported[1])) < 1.5e-9 if value is not None else reported[1] == "")
            different += not same
            if name == "threshold" or not same:
                shown = f"{value:.9f}" if value is not None else status
                print(f"{folder}: {what}: {name}: {shown}, thresholds.csv {reported[1] or reported[0]}{'' if same else ': DIFFERENT'}")
    return different


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wrong = sum(check(folder) for folder in sys.argv[1:])
    print(f"{wrong} thresholds differ" if wrong else "all thresholds agree")
    sys.exit(1 if wrong else 0)
