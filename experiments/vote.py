#!/usr/bin/env python3
"""How sure models trained on noise are of their own answers, and whether a vote wins back what greedy lost.

    experiments/vote.py SWEEP > results/reference/SWEEP/votes.csv

For each run with a chain of thought of results/SWEEP (its checkpoints are needed): accuracy decoded greedily,
the log-probability a token that the model gives its own greedy completions, the accuracy of single samples at
temperature 1, and of the most frequent answer of 16 samples at temperatures 1 and 0.5, on the same problems.
"""
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PROGRAM = os.path.join(ROOT, "build", "cotnoise")
SAMPLES = 16


def run(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True).stdout


def evaluate(directory, *options):
    return json.loads(run("eval", directory, "--json", "--threads", "2", *options))["accuracy"]


def confidence(directory):
    """Greedy accuracy, and nats a token of the greedy completions under the model that wrote them."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as solved:
        accuracy = evaluate(directory, "-o", solved.name)
        scored = [json.loads(line) for line in run("score", directory, solved.name, "--threads", "2").splitlines()]
    tokens = sum(len(line["token_logprobs"]) for line in scored)
    return accuracy, sum(line["logprob"] for line in scored) / tokens


def main(sweep):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["noise", "rate", "contamination", "seed", "greedy", "logprob", "single", "vote", "vote_cooler"])
    found = []
    for path in glob.glob(os.path.join(ROOT, "results", sweep, "runs", "*", "result.json")):
        with open(path) as file:
            result = json.load(file)
        if result["format"] == "trace":
            found.append((result["noise"], float(result["rate"]), result["contamination"], result["seed"], os.path.dirname(path)))
    for noise, rate, contamination, seed, directory in sorted(found):
        accuracy, logprob = confidence(directory)
        single = evaluate(directory, "--samples", "1", "--temperature", "1")
        votes = [evaluate(directory, "--samples", str(SAMPLES), "--temperature", t) for t in ("1", "0.5")]
        out.writerow([noise, f"{rate:g}", f"{contamination:g}", seed, f"{accuracy:.3f}", f"{logprob:.4f}",
                      f"{single:.3f}", *(f"{vote:.3f}" for vote in votes)])
        sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
