#!/usr/bin/env bash
# Every command but profile and bench, which take minutes there, on something small under valgrind: no invalid access,
# no use of what was never set, no leak.
#
#     tests/valgrind.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
suppressions=$(realpath "$(dirname "$0")/valgrind.supp")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cat >spec.yaml <<'END'
name: tiny
task: {name: add, sampling: length, min_digits: 1, max_digits: 2}
data: {samples: 40, epochs: 1}
noise: {digit: 0.2}
model: {preset: tiny, layers: 1, width: 16, heads: 2}
train: {batch_tokens: 512}
eval: {problems: 6, every: 1, max_new_tokens: 8}
END
sed '$a start: {noise.digit: 0}\ngrid: {start.data.samples: [0, 20]}' spec.yaml >sweep.yaml
export OPENBLAS_NUM_THREADS=1
commands=0 started=$(date +%s)
# The command must end with `status`, whatever it says, and without a word of valgrind's.
check() {
    local wanted=$1 status=0
    shift
    valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
        --errors-for-leak-kinds=definite,indirect --suppressions="$suppressions" --log-file=valgrind.%p "$program" "$@" >said 2>&1 || status=$?
    if [ "$status" != "$wanted" ] || [ -s "$(cat valgrind.* >all; rm valgrind.*; echo all)" ]; then
        echo "valgrind: cotnoise $* (exit status $status)"
        tail -n 5 said
        head -n 40 all
        exit 1
    fi
    commands=$((commands + 1))
    echo "$(($(date +%s) - started)) s: cotnoise $*"
}
check 0 --help
check 0 --version
check 0 tasks
check 0 noises
check 0 trace mul 17 25 --visibility add=call
check 0 trace add 17 25 --noise dynamic=0.5 --noise line=0.3 --diff
check 0 trace sort "[88, 80, 412]" --json
check 2 trace add 1
check 0 gen spec.yaml -n 6 --threads 2 -o samples.jsonl
check 0 gen spec.yaml -n 6 --split test -o test.jsonl
check 0 gen spec.yaml -n 6 --stats
check 0 gen spec.yaml noise.digit=0.3 --shots 3 -n 6
check 0 gen spec.yaml --shots 1 --batch m -n 6
check 2 gen spec.yaml noise.digit=7 -n 6 -o -
check 0 train spec.yaml -o run --threads 2 --tensorboard
check 0 train spec.yaml data.file=samples.jsonl -o elsewhere
check 0 train spec.yaml model.init=run -o child
check 0 eval run
check 0 eval run --problems test.jsonl --samples 2 --temperature 1 -o out.jsonl
check 0 score run samples.jsonl -o out.jsonl
check 1 solve run "1 + 2" # it has learned nothing, and writes until it is stopped
check 2 solve run "1 + x"
check 0 experiments
check 0 help --man sweep
check 0 help --words sweep quickstart --noise.digit
check 0 sweep quickstart --noise.digit=0.1 --dry-run --results .
check 0 sweep sweep.yaml --dry-run --results .
check 0 sweep sweep.yaml -j 2 --results .
check 0 sweep sweep.yaml -j 2 --results .
check 0 status tiny
check 0 status tiny --json
check 0 report tiny
echo "valgrind: $commands commands, clean"
