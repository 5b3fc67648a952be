#!/usr/bin/env python3
"""Profiles data sets of known noise: known_noise.py PROGRAM [TASK...] (default add sort median gcd mul).

Each noise alone and all together, at rates 0.05, 0.3 and 0.7 and contaminations 0.1, 0.5 and 1, 50,000 samples of
the tasks' default sizes each. Fails when an estimate is off by more than 0.03, or when fewer than 97 % of the visibly noised samples of a
single noise of rate 0.3 or less are told to be static or dynamic as they are.
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile

KINDS = ("digit", "line", "dynamic")
TASKS = ("add", "sort", "median", "gcd", "mul")
SAMPLES = 50000


def profile(program, task, level, contamination):
    with tempfile.TemporaryDirectory() as folder:
        spec, data = os.path.join(folder, "spec.yaml"), os.path.join(folder, "data.jsonl")
        with open(spec, "w") as file:
            file.write(f"name: known\ntask: {{name: {task}}}\n")
        options = [f"noise.{kind}={rate}" for kind, rate in level.items()] + [f"data.contamination={contamination}"]
        subprocess.run([program, "gen", spec, *options, "-n", str(SAMPLES), "-o", data], check=True)
        done = subprocess.run([program, "profile", data, "--task", task, "--threads", "2", "--json"],
                              check=True, capture_output=True)
        return json.loads(done.stdout)


def main(program, tasks):
    worst, failures, least, cases = 0, 0, 1, 0
    print("task,noise,rate,contamination,off_contamination,off_digit,off_line,off_dynamic,told_apart")
    for task, kinds in itertools.product(tasks, [("digit",), ("line",), ("dynamic",), KINDS]):
        for rate, contamination in itertools.product((0.05, 0.3, 0.7), (0.1, 0.5, 1)):
            p = profile(program, task, {kind: rate for kind in kinds}, contamination)
            truth = {"contamination": contamination, **{kind: rate if kind in kinds else 0 for kind in KINDS}}
            off = {name: abs(p["estimate"][name]["value"] - truth[name]) for name in truth}
            told = ""
            if len(kinds) == 1 and rate <= 0.3:
                seen = p["static"] + p["dynamic"] + p["both"]
                told = p["dynamic" if kinds == ("dynamic",) else "static"] / seen
                least = min(least, told)
            failed = max(off.values()) > 0.03 or (told != "" and told < 0.97)
            failures += failed
            cases += 1
            worst = max(worst, *off.values())
            shown = f"{told:.4f}" if told != "" else ""
            print(",".join([task, "+".join(kinds), f"{rate}", f"{contamination}", *(f"{o:.4f}" for o in off.values()), shown])
                  + (" FAILED" if failed else ""), flush=True)
    print(f"{cases} data sets, {failures} failed; largest error {worst:.4f}, least share told apart {least:.4f}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:] or TASKS))
