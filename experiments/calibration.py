#!/usr/bin/env python3
"""Why noise is borne: the chance that a model gives the right digit against the best that can be known.

    experiments/calibration.py SWEEP [-n 200]      writes results/reference/SWEEP/calibration.csv

For each run of results/SWEEP that has a chain of thought and was trained on one noise in all samples, or on none; where
each cell chose some values (`select`), for those that it chose. Runs whose weights are not there (any more) are passed
over, and that is said. A site is a digit on any line but the answer's. `chance`, `optimum`, `distance` and `above_half`
are of clean traces of test problems:

- chance: mean chance that the model gives the right digit
- optimum: mean of the chance at which the training data has it there, after a prefix that is right: 1 without noise,
  1 - 0.9 r after `digit`. `dynamic`, `slip` and `digit_drop` act on a whole number: it is the sum over all numbers that
  this one may become and that begin as this does, so that a leading 0 that goes (`dynamic`), the number of digits
  (`slip` from 9 to 10) and a sign count. Arguments of a written call only repeat what stands before, the optimum is 1.
  Empty where it cannot be told: results of a call under `dynamic` or `slip`, which act on the unwritten work too, and
  all other noises.
- distance: mean distance of chance and optimum a site
- above_half: share of sites at which the right digit has more than half of the chance. There it is surely the likeliest;
  at others it may be, for `score` tells the chance of the given token alone.

`nats`, `entropy` and `other_nats` are of the same traces with `digit` noise of the run's rate, drawn anew: mean nats a
site, the least that is possible, -(1 - 0.9 r) ln(1 - 0.9 r) - 0.9 r ln(0.1 r), and mean nats of tokens that are no
digits, of which the least is 0. A row for each name of a line, and `all`: all sites whose optimum is known, or all if
none is.
"""
import argparse
import itertools
import json
import math
import random
import re
import sys

from tables import TOKEN, is_alone, json_lines, learners, mean, rates, reference, run, write

NUMBER = re.compile(r"(?<![^\s\[(,])-[0-9]+|[0-9]+")
HEADER = ["run", "task", "noise", "rate", "samples", "seed", "name", "sites", "chance", "optimum", "distance", "above_half",
          "nats", "entropy", "other_nats"]


# --- the optimum ---


def of_digits(number, rate, begin):
    """The chance that a number whose digits are corrupted, and that then loses its leading zeros, begins so."""
    digits, negative = number.lstrip("-"), number[0] == "-"

    def becomes(i, digit):
        return (1 - rate) * (digits[i] == digit) + rate / 10

    if begin == "-":
        return 1 - math.prod(becomes(i, "0") for i in range(len(digits)))
    wanted, total = begin.lstrip("-"), 0
    if not wanted:
        return 1 if not negative else of_digits(number, rate, "-")
    for zeros in range(len(digits) - len(wanted) + 1):
        lost = math.prod(becomes(i, "0") for i in range(zeros))
        total += lost * math.prod(becomes(zeros + i, digit) for i, digit in enumerate(wanted))
    return total


def of_list(chances, begin):
    """The same for a number of which all that it may become is listed with its chance."""
    return sum(chance for text, chance in chances if text.startswith(begin))


def after_drop(number, rate):
    """What may be left of a number whose digits are deleted; a newline ends it, so that nothing begins with too much."""
    digits = number.lstrip("-")
    for kept in itertools.product((True, False), repeat=len(digits)):
        left = "".join(d for d, keep in zip(digits, kept) if keep)
        yield number[:-len(digits)] + left + "\n", math.prod(1 - rate if keep else rate for keep in kept)


def begins(noise, number, rate, begin):
    if noise == "dynamic":
        return of_digits(number, rate, begin)
    if noise == "slip":
        steps = ((0, 1 - rate), (1, rate / 2), (-1, rate / 2))
        return of_list([(str(int(number) + step), chance) for step, chance in steps], begin)
    return of_list(list(after_drop(number, rate)), begin)


def optimum(noise, rate, line, start, place):
    """The chance of the digit at a place of a line, in a number that starts at `start`; None: it cannot be told."""
    value, is_call = line.rfind("= ") + 2, line.count("= ") > 1
    if noise == "none":
        return 1
    if noise == "digit":
        return 1 - 0.9 * rate
    if noise not in ("dynamic", "slip", "digit_drop"):
        return None
    if noise != "digit_drop" and is_call:
        return 1 if place < value else None
    number = NUMBER.match(line, start).group()
    before, after = line[start:place], line[start:place + 1]
    return begins(noise, number, rate, after) / begins(noise, number, rate, before)


# --- sites ---


class Token:
    """A token of a line but the answer's: its name, whether it is a digit, and nats under the model."""

    def __init__(self, name, is_site, nats, best):
        self.name, self.is_site, self.nats, self.chance, self.best = name, is_site, nats, math.exp(-nats), best


def tokens_of(sample, noise, rate):
    """The tokens of a scored sample on lines but the answer's; its text and its log-probabilities must be as many."""
    texts = list(TOKEN.finditer(sample["completion"]))
    if len(texts) + 1 != len(sample["token_logprobs"]):
        sys.exit(f"{sample['prompt'].strip()}: {len(texts)} tokens, but {len(sample['token_logprobs'])} log-probabilities")
    lines, begin, scored = sample["completion"].split("\n"), 0, zip(texts, sample["token_logprobs"])
    for line in lines[:-1]:
        starts = {place: found.start() for found in NUMBER.finditer(line) for place in range(found.start(), found.end())}
        for text, logprob in scored:
            place = text.start() - begin
            is_site = text.group().isdigit()
            best = optimum(noise, rate, line, starts[place], place) if is_site else None
            yield Token(line.split(" =")[0], is_site, -logprob, best)
            if text.group() == "\n":
                break
        begin += len(line) + 1


def noised(sample, rate, draws):
    """The sample with each digit of its completion, the answer's apart, replaced at the rate."""
    trace, newline, answer = sample["completion"].rpartition("\n")
    other = re.sub("[0-9]", lambda digit: str(int(draws.random() * 10)) if draws.random() < rate else digit.group(), trace)
    return {**sample, "completion": other + newline + answer}


def score(directory, samples):
    text = "".join(json.dumps(sample) + "\n" for sample in samples)
    return json_lines(run("score", directory, "-", data=text))


# --- a run ---


def measures(clean, noisy, rate):
    """Columns from `sites` on, of these tokens."""
    sites, others = [t for t in clean if t.is_site], [t.nats for t in noisy if not t.is_site]
    known = all(t.best is not None for t in sites)
    found = [mean([t.chance for t in sites]), mean([t.best for t in sites]) if known else None,
             mean([abs(t.chance - t.best) for t in sites]) if known else None, mean([t.chance > 0.5 for t in sites])]
    if noisy:
        right, wrong = 1 - 0.9 * rate, 0.9 * rate
        found += [mean([t.nats for t in noisy if t.is_site]), -right * math.log(right) - wrong * math.log(rate / 10), mean(others)]
    else:
        found += [None] * 3
    return [len(sites), *("" if value is None else f"{value:.4f}" for value in found)]


def rows_of(row, samples, directory):
    (noise, rate), = rates(row).items() or [("none", 0.0)]
    clean = [t for sample in score(directory, samples) for t in tokens_of(sample, noise, rate)]
    noisy = []
    if noise == "digit":
        draws = random.Random(f"{row['run']} digit")
        again = score(directory, [noised(sample, rate, draws) for sample in samples])
        noisy = [t for sample in again for t in tokens_of(sample, noise, rate)]
    start = [row["run"], row["task"], noise, f"{rate:g}", row["samples"], row["seed"]]
    known = [t for t in clean if t.is_site and t.best is not None] or [t for t in clean if t.is_site]
    for name in sorted({t.name for t in clean if t.is_site}):
        own = [[t for t in tokens if t.name == name] for tokens in (clean, noisy)]
        yield [*start, name, *measures(*own, rate)]
    if known:
        yield [*start, "all", *measures(known, noisy, rate)]


def main(asked):
    rows = []
    for row, listed, directory, samples in learners(asked.sweep, is_alone, asked.problems):
        if listed["config"]["noise"]["names"]:
            sys.exit(f"{asked.sweep} {row['run']}: its noise is aimed at lines (noise.names), which no optimum here knows of")
        rows += rows_of(row, samples, directory)
    if not rows:
        sys.exit(f"{asked.sweep}: no run with a chain of thought under one noise, or none, that has its weights")
    write(reference(asked.sweep, "calibration.csv"), HEADER, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", metavar="SWEEP")
    parser.add_argument("-n", type=int, default=200, dest="problems", metavar="N", help="test problems (default 200)")
    main(parser.parse_args())
