#!/usr/bin/env bash
# How a sweep scales: two workers against one, beside two independent processes that do the same runs with nobody
# watching over them. Rounds alternate, and the best time of each counts, so that what else the machine does
# disturbs them alike.
#
#     tests/bench/scaling.sh PROGRAM [ROUNDS]
set -euo pipefail
program=$(realpath "$1")
rounds=${2:-5}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cotnoise-scaling-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export OPENBLAS_NUM_THREADS=1
cd "$scratch"
# Four runs of equal length.
cat >spec.yaml <<'EOF'
name: scaling
seeds: [1, 2, 3, 4]
task: {name: add, max_digits: 2}
data: {samples: 5000, epochs: 1}
model: {preset: tiny}
train: {batch_tokens: 2048, learning_rate: 3e-3}
eval: {problems: 50}
EOF

now() { date +%s%N; }
# The time of a command in ms, into the variable named first, where it is less than what is there.
least() {
    local name=$1 started took
    shift
    started=$(now)
    "$@" >/dev/null 2>&1
    took=$((($(now) - started) / 1000000))
    if [ "${!name:-0}" -eq 0 ] || [ "${!name}" -gt "$took" ]; then printf -v "$name" %d "$took"; fi
}
with_workers() {
    rm -rf results
    # A share of one part is all of the sweep without the report.
    "$program" sweep spec.yaml --share 1/1 -j "$1" --results results
}
# One process after the other for the given runs.
one_by_one() {
    for run in "$@"; do "$program" train spec.yaml --cell "$run" -o "alone/$run"; done
}
alone() {
    rm -rf alone
    one_by_one 1 2 3 4
}
two_alone() {
    rm -rf alone
    one_by_one 1 3 &
    local other=$!
    one_by_one 2 4
    wait $other
}
for _ in $(seq "$rounds"); do
    least single with_workers 1
    least double with_workers 2
    least serial alone
    least parallel two_alone
done
awk -v single="$single" -v double="$double" -v serial="$serial" -v parallel="$parallel" 'BEGIN {
    printf "four runs, best of the rounds: -j 1 %d ms, -j 2 %d ms; independent processes: one %d ms, two %d ms\n",
        single, double, serial, parallel
    printf "speed-up of -j 2: %.3f; of two independent processes: %.3f; ratio %.3f (at least 0.9 is asked)\n",
        single / double, serial / parallel, single / double / (serial / parallel)
}'
