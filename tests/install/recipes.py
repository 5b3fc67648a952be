#!/usr/bin/env python3
"""Checks docs/recipes.md in the current folder, with the cotnoise that PATH has: Python is compiled, YAML read; what a
W&B agent makes of its file, the Snakefile and the shell lines that only need cotnoise are run, with little to learn.

usage: recipes.py RECIPES.md
"""
import os
import re
import subprocess
import sys

import yaml

SMALL = "data.samples=200 data.epochs=1 seeds=1 eval.problems=20 eval.every=1000"
TEXT = open(sys.argv[1], encoding="utf-8").read()


def blocks(language):
    """The fenced blocks of a language."""
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)
    assert found, language
    return found


def run(command, **environment):
    """Runs a line of shell, which must succeed."""
    done = subprocess.run(command, shell=True, env={**os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"{command}: status {done.returncode}\n{done.stdout[-2000:]}")
    return done.stdout


for block in blocks("python"):
    compile(block, "recipe", "exec")
harness, agent = [yaml.safe_load(block) for block in blocks("yaml")]
assert harness["dataset_kwargs"]["data_files"]["test"] == "test.jsonl"

lines = re.findall(r"^    (cotnoise (?:gen|sweep|train) .*)$", TEXT, re.M)
for line in lines:
    line = line.split("  #")[0].replace("-n 20000", "-n 20")
    run(f"{line} {'' if '--dry-run' in line else SMALL if ' sweep ' not in line else '--dry-run'}")

# As wandb's agent does: each parameter becomes --key=value.
arguments = [f"--{key}={value['values'][-1]}" for key, value in agent["parameters"].items()]
command = []
for word in agent["command"]:
    command += arguments + SMALL.split() if word == "${args}" else [word]
done = subprocess.run(command, env={**os.environ, "WANDB_RUN_ID": "abc"}, capture_output=True, text=True)
assert done.returncode == 0, done.stderr
config = open("runs/abc/config.json", encoding="utf-8").read()
assert re.search(r'"digit":\s*\{?\s*("rate":\s*)?0\.5', config), config

with open("Snakefile", "w", encoding="utf-8") as file:
    file.write(blocks("snakemake")[0].replace("-j {threads}", "-j {threads} " + SMALL))
run("snakemake --cores 2 results/quickstart/thresholds.csv")
print(f"  recipes: {len(lines)} commands, a W&B agent's and a Snakefile run")
