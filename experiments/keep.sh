#!/usr/bin/env bash
# Copies what the repository keeps of sweeps to results/reference/: experiments/keep.sh NAME...
# Tables, report and the plots of accuracy stay; runs, checkpoints and learning curves do not. Of a figure its SVG stays, its
# script and its data: PNG and PDF are the same once more, in bytes that do not compare, and `gnuplot NAME.gp` draws them.
set -euo pipefail
cd "$(dirname "$0")/../results"
for name in "$@"; do
    rm -rf "reference/$name/plots" "reference/$name"/{selection,repair}.csv # tables that scripts made stay
    mkdir -p "reference/$name/plots"
    cp "$name"/{results.csv,thresholds.csv,report.html,spec.yaml,sweep.json} "reference/$name/"
    for table in selection repair; do
        if [ -e "$name/$table.csv" ]; then cp "$name/$table.csv" "reference/$name/"; fi
    done
    find "$name/plots" -type f ! -name 'learning*' ! -name '*.png' ! -name '*.pdf' -exec cp {} "reference/$name/plots/" \;
done
