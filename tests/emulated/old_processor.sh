#!/usr/bin/env bash
# The program on processors that are not there, by emulation (qemu-user). One from before fused multiply-add makes
# traces, data and reports, and says of the rest what is missing before anything is written; on one with AVX2 and
# nothing newer, what is trained has the bits that it has here.
#
#     tests/emulated/old_processor.sh PROGRAM [TEST_SAME_BITS]
#
# Of TEST_SAME_BITS, the test program, all models are trained on the emulated AVX2 processor: minutes.
set -euo pipefail
program=$(realpath "$1")
same_bits=${2:+$(realpath "$2")}
. "$(dirname "$0")/../sweep/spec.sh"
sweep_scratch
cd "$scratch"

fail() {
    echo "old_processor: $*"
    exit 1
}
# The emulator says on standard error what else the processor would have had.
emulate() {
    local status=0
    qemu-x86_64 -cpu "$1" "${@:2}" 2>"$scratch/complaint" || status=$?
    sed '/^qemu-x86_64: warning: TCG/d' "$scratch/complaint" >&2
    return $status
}
old() { emulate Nehalem "$program" "$@"; }

# What there is to work with, made here.
sweep_spec swept 1 40 | sed 's/checkpoint_every: 3/checkpoint_every: 100/' >spec.yaml
sweep_spec other 2 40 >other.yaml
"$program" gen spec.yaml -n 20 -o samples.jsonl
"$program" sweep spec.yaml -j 2 >/dev/null 2>&1
run=$(find results/swept/runs -mindepth 1 -maxdepth 1 | head -n 1)

# --- a processor without multiply-add --------------------------------------------------------------------

old --version >/dev/null
for command in "tasks" "noises" "trace gcd 98 35 --noise dynamic=0.2 --diff" "gen other.yaml -n 20 --stats" \
    "gen other.yaml -n 20 noise.digit=0.3" "profile samples.jsonl --task add" "status results/swept" \
    "train --help" "sweep other.yaml --dry-run"; do
    # shellcheck disable=SC2086
    old $command >emulated 2>said || fail "'$command' fails: $(cat said)"
    # shellcheck disable=SC2086
    "$program" $command 2>/dev/null | cmp -s - emulated || fail "'$command' says something else than here"
done
# A sweep whose results are all there is reported again.
for command in "report results/swept" "sweep spec.yaml"; do
    rm results/swept/report.html results/swept/plots/accuracy.svg
    # shellcheck disable=SC2086
    old $command >said 2>&1 || fail "'$command' fails: $(cat said)"
    for file in report.html plots/accuracy.svg; do
        [ -s results/swept/$file ] || fail "'$command' writes no $file"
    done
done

state() { find . ! -name said ! -name complaint -printf '%p %s %T@\n' | sort; }
before=$(state)
for command in "train other.yaml -o new" "eval $run -o new" "score $run samples.jsonl -o new" "solve $run 58" "bench" \
    "sweep other.yaml" "sweep spec.yaml data.epochs=3" "sweep other.yaml --share 1/2"; do
    status=0
    # shellcheck disable=SC2086
    old $command >said 2>&1 || status=$?
    [ $status -eq 1 ] || fail "'$command' ends with exit status $status: $(cat said)"
    case $(cat said) in
    *$'\n'*) fail "'$command' says more than one line: $(cat said)" ;;
    "cotnoise ${command%% *}: the transformer needs "*multiply-add*) ;;
    *) fail "'$command' says: $(cat said)" ;;
    esac
    [ "$(state)" = "$before" ] || fail "'$command' wrote something: $(diff <(echo "$before") <(state))"
done

# --- one with AVX2 and nothing newer ---------------------------------------------------------------------

emulate Haswell "$program" train spec.yaml noise.digit=0.5 -o emulated-run >/dev/null 2>said || fail "$(cat said)"
"$program" train spec.yaml noise.digit=0.5 -o run >/dev/null 2>&1
grep -q '"level": *"x86-64-v3"' emulated-run/config.json || fail "Haswell: not v3: $(cat emulated-run/config.json)"
cmp run/model.safetensors emulated-run/model.safetensors || fail "Haswell trains another model"
cmp run/examples.jsonl emulated-run/examples.jsonl || fail "Haswell decodes something else"
if [ -n "$same_bits" ]; then
    emulate Haswell "$same_bits" >said 2>&1 || fail "$(cat said)"
fi
echo "old_processor: an old one does what it can and says what it cannot; AVX2 trains the same model"
