#!/usr/bin/env bash
# A sweep of 24 runs that is killed with SIGKILL again and again, the command, a worker or both, at random
# moments, ends with the results.csv of an undisturbed one.
#
#     tests/sweep/killed.sh PROGRAM [KILLS [SEED]]
set -euo pipefail
program=$(realpath "$1")
kills=${2:-20}
RANDOM=${3:-$$}
echo "$kills kills, seed ${3:-$$}"
. "$(dirname "$0")/spec.sh"
sweep_scratch
sweep_spec killed "1, 2, 3, 4, 5, 6" "${SAMPLES:-1500}" >"$scratch/spec.yaml"

started=$(date +%s%N)
"$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/expected" >/dev/null 2>&1
whole=$((($(date +%s%N) - started) / 1000000))
echo "undisturbed: $whole ms"

complete() { ls "$scratch"/killed/killed/runs/*/result.json 2>/dev/null | wc -l; }
# Moments between kills are such that most of them fall before the sweep is complete.
parents=0 workers=0 groups=0 resumed=0
parent=0
for kill in $(seq "$kills"); do
    if [ $parent = 0 ] || ! kill -0 $parent 2>/dev/null; then
        setsid "$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/killed" >>"$scratch/said" 2>&1 &
        parent=$!
        sleep 0.1
    fi
    moment=$((RANDOM % (whole / kills + 1)))
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    children=$(pgrep -P $parent || true)
    case $((RANDOM % 3)) in
    0)
        kill -KILL $parent 2>/dev/null && parents=$((parents + 1)) || true
        wait $parent 2>/dev/null || true
        ;;
    1)
        # As when memory runs out: one worker goes, the sweep goes on.
        victim=$(echo "$children" | head -n 1)
        [ -n "$victim" ] && kill -KILL "$victim" 2>/dev/null && workers=$((workers + 1)) || true
        ;;
    2)
        kill -KILL -- -$parent 2>/dev/null && groups=$((groups + 1)) || true
        wait $parent 2>/dev/null || true
        ;;
    esac
    printf 'kill %d: %d of 24 complete\n' "$kill" "$(complete)"
done
[ $parent = 0 ] || wait $parent || true
echo "killed: the command $parents times, a worker $workers, both $groups"
"$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/killed" >>"$scratch/said" 2>&1 ||
    { tail -n 20 "$scratch/said"; exit 1; }
diff <(sweep_table "$scratch/expected/killed") <(sweep_table "$scratch/killed/killed") ||
    { echo "results.csv differs"; exit 1; }
! ls "$scratch"/killed/killed/runs/*/failed.json 2>/dev/null || { echo "failed.json is left"; exit 1; }
! ls "$scratch"/killed/killed/runs/*/*.tmp.* 2>/dev/null || { echo "unfinished files are left"; exit 1; }
[ $workers = 0 ] || grep -q "killed (signal 9)" "$scratch/said" || { echo "no word of a killed worker"; exit 1; }
echo "killed: the same results.csv"
