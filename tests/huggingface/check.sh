#!/usr/bin/env bash
# Checkpoints in Hugging Face's own code, which npm installs beside the build: the ids of texts and the texts of ids, of
# every task, and what a model that has learned something says. The argument is the program under test. Exit status 77
# where npm cannot install.
set -euo pipefail
program=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
modules=$(dirname "$program")/huggingface
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OPENBLAS_NUM_THREADS=1

# Modules are looked for beside the script that wants them. None of their own scripts runs while they are installed.
mkdir -p "$modules"
cp "$here"/*.mjs "$here"/package.json "$here"/package-lock.json "$modules"
if ! cmp -s "$modules/package-lock.json" "$modules/installed.json"; then
    if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1); then
        echo "check-huggingface: skipped, npm could not install tests/huggingface/package.json (see $modules/npm.log)"
        exit 77
    fi
    cp "$modules/package-lock.json" "$modules/installed.json"
fi
cd "$scratch"

spec() { # FILE TASK...: a spec of these tasks in equal shares
    file=$1
    shift
    { echo "name: check" && echo "task:" && printf '  - {name: %s}\n' "$@"; } >"$file"
}
noise="noise.digit=0.2 noise.line=0.2 noise.dynamic=0.1"

# A mix has at most 32 tasks. What a model writes after some steps is anything but a trace: tokens in any order.
mapfile -t tasks < <("$program" tasks | sed -n 's/^    \([a-z_]*\) .*/\1/p')
half=$((${#tasks[@]} / 2))
for part in first second; do
    these=("${tasks[@]:0:half}")
    [ $part = first ] || these=("${tasks[@]:half}")
    spec $part.yaml "${these[@]}"
    "$program" train $part.yaml model.preset=tiny data.samples=64 data.epochs=1 eval.problems=1 -o $part >train.log 2>&1 ||
        { cat train.log; exit 1; }
    mkdir $part.lines
    for task in "${these[@]}"; do
        spec one.yaml "$task"
        "$program" gen one.yaml --split test -n 100 -o "$part.lines/$task" 2>/dev/null
        # shellcheck disable=SC2086
        "$program" gen one.yaml -n 100 $noise -o "$part.lines/$task, noised"
    done
    "$program" eval $part -n 100 --max-new-tokens 100 -o "$part.lines/greedy completions" >/dev/null 2>&1
    "$program" eval $part -n 100 --max-new-tokens 100 --samples 3 --temperature 1 -o "$part.lines/drawn completions" \
        >/dev/null 2>&1
    node "$modules/tokens.mjs" $part $part.lines/*
done

# A model that solves some problems, in transformers.js.
cat >model.yaml <<EOF
name: check
task: {name: add, max_digits: 2}
data: {samples: 3000, epochs: 4}
model: {preset: tiny, rotary_share: 0.5}
train: {batch_tokens: 512, learning_rate: 3e-3}
EOF
"$program" train model.yaml eval.problems=20 -o model >train.log 2>&1 || { cat train.log; exit 1; }
"$program" gen model.yaml --split test -n 20 | "$program" score model - -o scored.jsonl
"$program" eval model -n 100 --max-new-tokens 60 -o evaluated.jsonl >/dev/null
node "$modules/model.mjs" model scored.jsonl evaluated.jsonl 60
if python3 -c "import transformers, torch" 2>/dev/null; then
    python3 "$here/model.py" model scored.jsonl evaluated.jsonl 60
else
    echo "  transformers: skipped, Python has none here"
fi
echo "Hugging Face's own code reads and writes as we do"
