#!/usr/bin/env python3
"""The optimum that calibration.py computes, against what `gen` writes. It lies beside
the folders experiments/ and build/ when it runs. Of each noised sample those sites count
at which all before is as in the clean one; right digits there must be as many as the optimum says, within 4.5 deviations,
for each task, noise, name of a line, and length of the number. What is rare in samples is computed by hand, at a rate of
one half."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "experiments"))
import calibration  # noqa: E402
from tables import json_lines, run  # noqa: E402

CASES = [("add", "{name: add, max_digits: 2}"), ("sort", "{name: sort, max_digits: 2, max_length: 3}"),
         ("gcd", "{name: gcd, max_digits: 2}"), ("polynomial", "{name: polynomial, max_digits: 1}")]
RATES = [("digit", 0.4), ("dynamic", 0.4), ("slip", 0.4), ("digit_drop", 0.2)]

# Noise, line, place of the digit, its chance. dynamic: a digit stays with 0.55 and is any other with 0.05.
BY_HAND = [("dynamic", "x = 11", 4, 0.55 + 0.05 * 0.55), ("dynamic", "x = 11", 5, 0.55 * 0.55 / (0.55 + 0.05 * 0.55)),
           ("dynamic", "x = 12", 4, 0.55 + 0.05 * 0.05), ("dynamic", "x = -5", 5, 0.55 / 0.95),
           ("slip", "x = 9", 4, 0.5), ("slip", "x = 10", 4, 0.75), ("slip", "x = 10", 5, 0.5 / 0.75),
           ("digit_drop", "x = 33", 4, 0.75), ("digit_drop", "x = 33", 5, 0.25 / 0.75),
           ("slip", "y = f(3) = 4", 6, 1), ("slip", "y = f(3) = 4", 11, None), ("line", "x = 9", 4, None)]


def tally(noise, rate, clean, noised, sums):
    """Adds a sample's sites before which nothing is wrong: right digits, their expectation and its variance."""
    begin, noised = 0, noised.replace(" ", "")  # spaces only separate
    for line in clean.split("\n")[:-1]:
        for number in calibration.NUMBER.finditer(line):
            for place in range(number.start(), number.end()):
                before = clean[:begin + place].replace(" ", "")
                if not line[place].isdigit() or not noised.startswith(before):
                    continue
                best = calibration.optimum(noise, rate, line, number.start(), place)
                if best is not None:
                    entry = sums.setdefault((line.split(" =")[0], place - number.start(), len(number.group())), [0, 0, 0, 0])
                    for i, value in enumerate((noised[len(before):][:1] == line[place], best, best * (1 - best), 1)):
                        entry[i] += value
        begin += len(line) + 1


def main():
    worst, sites = 0, 0
    for noise, line, place, chance in BY_HAND:
        start = next(n.start() for n in calibration.NUMBER.finditer(line) if n.start() <= place < n.end())
        found = calibration.optimum(noise, 0.5, line, start, place)
        if found != chance and (found is None or chance is None or abs(found - chance) > 1e-12):
            sys.exit(f"{noise} '{line}' at {place}: {found}, not {chance}")
    for task, text in CASES:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as spec:
            spec.write(f"task: {text}\n")
            spec.flush()
            clean = json_lines(run("gen", spec.name, "-n", "2000"))
            for noise, rate in RATES:
                sums = {}
                for a, b in zip(clean, json_lines(run("gen", spec.name, f"noise.{noise}={rate}", "-n", "2000"))):
                    tally(noise, rate, a["completion"], b["completion"], sums)
                for key, (right, expected, variance, count) in sums.items():
                    off = abs(right - expected) / max(variance, 1e-9) ** 0.5 if abs(right - expected) > 1e-6 else 0
                    worst, sites = max(worst, off), sites + count
                    if off > 4.5:
                        print(f"{task} {noise} {key}: {right} of {count} right, {expected:.1f} expected, off by {off:.1f} deviations")
    print(f"{sites} sites, at most {worst:.1f} deviations off")
    return worst > 4.5


sys.exit(main())
