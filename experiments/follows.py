#!/usr/bin/env python3
"""Whether models read their answers off their chain of thought: the trace of another problem is put in their mouths.

    experiments/follows.py SWEEP [-n 200]      writes results/reference/SWEEP/follows.csv

For each run of results/SWEEP with a chain of thought under one noise in all samples or under none (where each cell chose
some values, `select`, those that it chose), whose weights are there: behind the prompt of a test problem stand the lines of
another one's clean trace, one with as many lines and tokens and another answer, up to the answer. What is likelier now, the
answer of these lines or that of the prompt? `follows` is the share of problems in which it is the lines' answer: 1 where
answers are read off the chain, 0 where they come from the prompt past it. Runs without weights are passed over, and that is
said.
"""
import argparse
import json
import sys

from tables import TOKEN, is_alone, json_lines, learners, rates, reference, run, write

HEADER = ["run", "task", "noise", "rate", "samples", "seed", "problems", "follows"]


def shape(sample):
    """What two problems must share for their answers to be likely or not for their content alone."""
    lines = sample["completion"].split("\n")
    return len(lines), len(TOKEN.findall(sample["completion"])), len(TOKEN.findall(lines[-1]))


def pairs(samples):
    """Each problem with the next of the same shape and another answer; the last ones go on from the front."""
    found = []
    for i, sample in enumerate(samples):
        others = samples[i + 1:] + samples[:i]
        fitting = (o for o in others if shape(o) == shape(sample) and o["answer"] != sample["answer"])
        other = next(fitting, None)
        if other:
            found.append((sample, other))
    return found


def with_answer(sample, other, answer):
    """The prompt of a sample, the lines of another one, and the answer line of either."""
    lines = other["completion"].split("\n")[:-1]
    return {**sample, "completion": "\n".join([*lines, answer["completion"].split("\n")[-1]])}


def nats_of_answer(scored):
    """Of the answer's line and the end, as scored behind lines that both answers share."""
    count = len(TOKEN.findall(scored["completion"].split("\n")[-1])) + 1
    return -sum(scored["token_logprobs"][-count:])


def follows(directory, several):
    """The share of pairs in which the answer of the lines is likelier than that of the prompt."""
    asked = [with_answer(sample, other, answer) for sample, other in several for answer in (other, sample)]
    text = "".join(json.dumps(sample) + "\n" for sample in asked)
    nats = [nats_of_answer(scored) for scored in json_lines(run("score", directory, "-", data=text))]
    return sum(of_lines < of_prompt for of_lines, of_prompt in zip(nats[::2], nats[1::2])) / len(several)


def main(asked):
    rows = []
    for row, _, directory, samples in learners(asked.sweep, is_alone, asked.problems):
        several = pairs(samples)
        if not several:
            sys.exit(f"{asked.sweep} {row['run']}: no two test problems have traces of the same shape")
        (noise, rate), = rates(row).items() or [("none", 0.0)]
        rows.append([row["run"], row["task"], noise, f"{rate:g}", row["samples"], row["seed"], len(several),
                     f"{follows(directory, several):.4f}"])
    if not rows:
        sys.exit(f"{asked.sweep}: no run with a chain of thought under one noise, or none, that has its weights")
    write(reference(asked.sweep, "follows.csv"), HEADER, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", metavar="SWEEP")
    parser.add_argument("-n", type=int, default=200, dest="problems", metavar="N", help="test problems (default 200)")
    main(parser.parse_args())
