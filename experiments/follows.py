#!/usr/bin/env python3
"""Whether models read their answers off their chain of thought: lines that are not the prompt's are put in their mouths.

    experiments/follows.py SWEEP [-n 200]      writes results/reference/SWEEP/follows.csv

For each run of results/SWEEP with a chain of thought under one noise in all samples or under none (where each cell chose
some values, `select`, those that it chose), whose weights are there. Runs without weights are passed over, and that is said;
options in which runs differ are columns.

- follows: behind the prompt of a test problem stand the lines of another one's clean trace, one with as many lines and
  tokens and another answer, up to the answer. The share of the problems (`problems`) in which the answer of these lines is
  likelier than that of the prompt.
- follows_line: the trace is the problem's own, but for one line whose value the answer lists (of tasks where it does so),
  which has another value of the trace. The share in which the answer with that value is likelier than the right one.

1: where prompt and lines disagree, answers are those of the lines; 0: they are those of the prompt. Where a model can do
neither, it says little.
"""
import argparse
import json
import random
import sys

from tables import TOKEN, is_alone, json_lines, learners, rates, reference, run, write

HEADER = ["run", "task", "noise", "rate", "samples", "seed", "problems", "follows", "follows_line"]
ELEMENTS = {"sort": "least", "reverse": "next"}  # the lines whose values the answer lists, in their order


def shape(sample):
    """What two problems must share for their answers to be likely or not for their content alone."""
    lines = sample["completion"].split("\n")
    return len(lines), len(TOKEN.findall(sample["completion"])), len(TOKEN.findall(lines[-1]))


def answered(sample, lines, answer):
    """The sample with these lines in front of an answer line."""
    return {**sample, "completion": "\n".join([*lines, answer])}


def of_other_problems(samples):
    """(with the lines' answer, with the prompt's) for each problem behind the lines of the next one of its shape that has another
    answer; the last ones go on from the front."""
    for i, sample in enumerate(samples):
        others = samples[i + 1:] + samples[:i]
        other = next((o for o in others if shape(o) == shape(sample) and o["answer"] != sample["answer"]), None)
        if other:
            *lines, answer = other["completion"].split("\n")
            yield answered(sample, lines, answer), answered(sample, lines, sample["completion"].split("\n")[-1])


def of_one_line(samples, draws):
    """The same for each problem behind its own lines, one of which has another one's value."""
    for sample in samples:
        name = ELEMENTS.get(sample["task"])
        *lines, answer = sample["completion"].split("\n")
        places = [i for i, line in enumerate(lines) if line.startswith(f"{name} = ")]
        values = [lines[i].split(" = ")[1] for i in places]
        if len(set(values)) < 2:
            continue
        k = draws.randrange(len(values))
        new = draws.choice(sorted(set(values) - {values[k]}))
        lines[places[k]] = f"{name} = {new}"
        yield answered(sample, lines, f"answer = [{', '.join([*values[:k], new, *values[k + 1:]])}]"), answered(sample, lines, answer)


def nats_of_answer(scored):
    """Of the answer's line and the end, as scored behind lines that both answers share."""
    count = len(TOKEN.findall(scored["completion"].split("\n")[-1])) + 1
    return -sum(scored["token_logprobs"][-count:])


def follows(directory, pairs):
    """The share of pairs in which the answer of the lines is likelier than that of the prompt."""
    text = "".join(json.dumps(sample) + "\n" for pair in pairs for sample in pair)
    nats = [nats_of_answer(scored) for scored in json_lines(run("score", directory, "-", data=text))]
    return sum(of_lines < of_prompt for of_lines, of_prompt in zip(nats[::2], nats[1::2])) / len(pairs)


def main(asked):
    rows, options = [], []
    for row, _, directory, samples in learners(asked.sweep, is_alone, asked.problems):
        others, changed = list(of_other_problems(samples)), list(of_one_line(samples, random.Random(f"{row['run']} follows")))
        if not others:
            sys.exit(f"{asked.sweep} {row['run']}: no two test problems have traces of the same shape")
        (noise, rate), = rates(row).items() or [("none", 0.0)]
        options = [column for column in row if "." in column]
        shares = [f"{follows(directory, pairs):.4f}" if pairs else "" for pairs in (others, changed)]
        rows.append([row["run"], row["task"], noise, f"{rate:g}", row["samples"], row["seed"], len(others), *shares,
                     *(row[option] for option in options)])
    if not rows:
        sys.exit(f"{asked.sweep}: no run with a chain of thought under one noise, or none, that has its weights")
    write(reference(asked.sweep, "follows.csv"), [*HEADER, *options], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", metavar="SWEEP")
    parser.add_argument("-n", type=int, default=200, dest="problems", metavar="N", help="test problems (default 200)")
    main(parser.parse_args())
