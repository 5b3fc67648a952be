#!/usr/bin/env bash
# The examples in experiments/trainers as trainers of small sweeps: the one in PyTorch for real, killed and taken up
# again; the one for Hugging Face against a stub of transformers (stub/). The argument is the program under test.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
here=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
    echo "$*"
    exit 1
}
say() { echo "  $* ($SECONDS s)"; }

cat >easy.yaml <<.
name: easy
task: {name: add, max_digits: 2}
data: {samples: 2400}
eval: {problems: 40}
grid: {noise.digit: [0, 1]}
.
arguments='--train {train} --test {test} --out {out} --seed {seed}'
gpt="/usr/bin/python3 '$here/experiments/trainers/small_gpt.py' $arguments --parent {parent}"
lines_right() { tail -n +2 "$1/easy/results.csv" | sort -t, -k10 | cut -d, -f16; }

echo "small_gpt.py"
"$program" sweep easy.yaml --trainer "$gpt --epochs 1" -j 2 --results plain >plain.txt 2>&1 ||
    fail "it failed: $(cat plain.txt)"
lines_right plain >plain.csv
awk 'NR == 1 && $1 < 0.5 || NR == 2 && $1 > 0.4 { exit 1 }' plain.csv || fail "it learns what it should not: $(cat plain.csv)"
say "lines right after clean and after noised data: $(tr '\n' ' ' <plain.csv)"
"$program" sweep easy.yaml --trainer "$gpt --epochs 1" -j 2 --results killed >killed.txt 2>&1 &
sweep=$!
for _ in $(seq 600); do [ "$(ls killed/easy/runs/*/small_gpt.pt 2>/dev/null | wc -l)" = 2 ] && break || sleep 0.1; done
kill -KILL "$sweep"
wait "$sweep" 2>/dev/null || true
"$program" sweep easy.yaml --trainer "$gpt --epochs 1" -j 2 --results killed >>killed.txt 2>&1
grep -q "going on at step [1-9]" killed/easy/runs/*/trainer.log || fail "it began again"
lines_right killed | cmp - plain.csv || fail "another result after a kill: $(lines_right killed)"
for run in plain/easy/runs/*; do
    cmp "$run/completions.jsonl" "killed/easy/runs/${run##*/}/completions.jsonl" || fail "other completions after a kill"
done
say "killed and taken up again: the same completions"
"$program" sweep easy.yaml --trainer "$gpt" data.samples=400 start.noise.digit=0 noise.digit=0.2 --results child >child.txt 2>&1 ||
    fail "it failed: $(cat child.txt)"
say "a run that starts from another"

echo "pythia.py, against a stub of transformers"
pythia="PYTHONPATH='$here/tests/trainers/stub' /usr/bin/python3 '$here/experiments/trainers/pythia.py' $arguments"
printf 'name: pythia\ntask: {name: add, max_digits: 4}\ndata: {samples: 200}\neval: {problems: 40}\n' >pythia.yaml
"$program" sweep pythia.yaml noise.digit=0.2 start.noise.digit=0 --trainer "$pythia --parent {parent}" --results stub \
    >stub.txt 2>&1 || fail "it failed: $(cat stub.txt)"
grep -q "from .*/model" stub/pythia/runs/*/trainer.log || fail "the child does not start from its parent's model"
for run in stub/pythia/runs/*; do
    python3 - "$run" <<. || fail "$run: wrong completions"
import json, sys
test, written = ([json.loads(line) for line in open(sys.argv[1] + name)] for name in ("/test.jsonl", "/completions.jsonl"))
assert len(test) == len(written)
for problem, line in zip(test, written):
    number, text = problem["args"][0], line["completion"]
    assert text == "answer = " + number if len(number) < 4 else text.startswith("answer = " + number + "1") and text.endswith("<cut>")
.
done
"$program" train pythia.yaml --trainer "$pythia --space-digits; false" -o again >again.txt 2>&1 && fail "exit status 0"
"$program" train pythia.yaml --trainer "$pythia --space-digits; false" -o again >again.txt 2>&1 && fail "exit status 0"
grep -q "resumed from checkpoints/checkpoint-1" again/trainer.log || fail "it does not go on from its checkpoint"
grep -q '[0-9] [0-9]' again/completions.jsonl || fail "digits are not spaced"
say "arguments, batches, checkpoints, cut-off completions"
echo "trainers: all passed"
