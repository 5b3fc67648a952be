"""What the analysis scripts share: where things are, rows of results.csv, monotone curves, tables. (thresholds.py shares nothing.)"""
import csv
import functools
import json
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PROGRAM = os.path.join(ROOT, "build", "cotnoise")


TOKEN = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]")  # of a trace, as the program's tokenizer has them


def reference(*names):
    return os.path.join(ROOT, "results", "reference", *names)


def read(*names):
    """The rows of a CSV file of results/reference/, as dictionaries of text."""
    try:
        with open(reference(*names), newline="") as file:
            return list(csv.DictReader(file))
    except OSError as problem:
        sys.exit(f"{problem.filename}: {problem.strerror}")


@functools.cache
def runs(sweep):
    """The runs of a sweep; where each cell chose some values (`select`), those with the values that it chose."""
    rows = read(sweep, "results.csv")
    if not os.path.exists(reference(sweep, "selection.csv")):
        return rows
    candidates = read(sweep, "selection.csv")
    names = list(candidates[0])[:list(candidates[0]).index("seeds")]
    chosen = {tuple(c[name] for name in names) for c in candidates if c["chosen"] == "yes"}
    return [row for row in rows if tuple(row[name] for name in names) in chosen]


def rates(row):
    """Kind of noise -> rate of a run's training data; nothing where it was left clean."""
    if row["noise"] == "none" or float(row["contamination"]) == 0:
        return {}
    together = zip(row["noise"].split("+"), row["rate"].split("+"))
    return {kind: float(rate) for kind, rate in together if float(rate) > 0}


def is_alone(row):
    """Whether a run has a chain of thought under one noise in all of its samples, or under none."""
    return row["format"] == "trace" and len(rates(row)) < 2 and (not rates(row) or float(row["contamination"]) == 1)


def mean(values):
    return sum(values) / len(values)


def monotone(values, weights):
    """The non-increasing sequence nearest to the values in weighted least squares: pooled adjacent violators."""
    pools = []
    for value, weight in zip(values, weights):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (a, v, n), (b, w, m) = pools.pop(-2), pools.pop()
            pools.append(((a * v + b * w) / (v + w), v + w, n + m))
    return [value for value, _, count in pools for _ in range(count)]


def run(*words, data=None):
    """What the program prints; ends here with its last message when it fails."""
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, input=data)
    if done.returncode:
        sys.exit((done.stderr.splitlines() or [f"cotnoise {words[0]}: exit status {done.returncode}"])[-1])
    return done.stdout


def overrides(sweep):
    """Options that the sweep's command line set over its spec."""
    path = reference(sweep, "sweep.json")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return json.load(file)["overrides"]


def planned(spec, options):
    """ID -> what `sweep --dry-run --json` says of each run that the spec asks for today."""
    return {listed["id"]: listed for listed in json.loads(run("sweep", spec, *options, "--dry-run", "--json"))["runs"]}


def learners(sweep, wanted, problems):
    """(row, what the spec says of it today, directory, test problems) of each of results/SWEEP's runs, its row wanted(row), in the order of
    tasks, noises, rates, samples and seeds. Those whose weights are not there (any more) are passed over, and that is said."""
    place = os.path.join("..", sweep)  # beside results/reference/
    spec, options = reference(place, "spec.yaml"), overrides(place)
    today, rows, without = planned(spec, options), [row for row in runs(place) if wanted(row)], 0
    for row in sorted(rows, key=lambda r: (r["task"], r["noise"], float(r["rate"]), int(r["samples"]), int(r["seed"]), r["run"])):
        directory = reference(place, "runs", row["run"])
        if row["run"] not in today:
            sys.exit(f"{sweep} {row['run']}: the spec asks for no such run (any more)")
        if not os.path.exists(os.path.join(directory, "model.safetensors")):
            without += 1
            continue
        number = str(today[row["run"]]["run"])
        yield row, today[row["run"]], directory, json_lines(
            run("gen", spec, *options, "--cell", number, "--split", "test", "-n", str(problems)))
    if without:
        print(f"{sweep}: {without} of {len(rows)} runs have no weights (any more), and are passed over", file=sys.stderr)


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def write(path, header, rows):
    """A CSV file, its folder made where it is missing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def markdown(header, rows):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in [header, *rows]]
    lines.insert(1, "|---" * len(header) + "|")
    return "\n".join(lines)
