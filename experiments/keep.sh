#!/usr/bin/env bash
# Copies what the repository keeps of sweeps to results/reference/: experiments/keep.sh NAME...
# Tables, report and the plots of accuracy stay; runs, checkpoints and learning curves do not.
set -euo pipefail
cd "$(dirname "$0")/../results"
for name in "$@"; do
    rm -rf "reference/$name"
    mkdir -p "reference/$name/plots"
    cp "$name"/{results.csv,thresholds.csv,report.html,spec.yaml,sweep.json} "reference/$name/"
    for table in selection repair; do
        if [ -e "$name/$table.csv" ]; then cp "$name/$table.csv" "reference/$name/"; fi
    done
    find "$name/plots" -type f ! -name 'learning*' ! -name '*.png' -exec cp {} "reference/$name/plots/" \;
done
