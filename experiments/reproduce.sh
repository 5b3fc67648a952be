#!/usr/bin/env bash
# Runs experiments one after the other: experiments/reproduce.sh WORKERS NAME... (experiments/NAME.yaml each).
# Specs share runs, the clean ones above all; a run that another spec has finished is copied, not repeated.
set -euo pipefail
cd "$(dirname "$0")/.."
workers=$1
shift
for name in "$@"; do
    spec=experiments/$name.yaml
    build/cotnoise sweep "$spec" --dry-run | awk '$3 == "to" && $4 == "do" { print $2 }' | while read -r id; do
        for done in results/*/runs/"$id"/result.json; do
            [ -s "$done" ] || continue
            [ "$(dirname "$done")" -ef "results/$name/runs/$id" ] && continue # what lies there is not its result
            mkdir -p "results/$name/runs"
            cp -r "$(dirname "$done")" "results/$name/runs/"
            break
        done
    done
    build/cotnoise sweep "$spec" -j "$workers"
done
