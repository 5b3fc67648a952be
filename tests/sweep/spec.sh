# What the sweep tests in sh share: a sweep of short runs, and its results without times. To be sourced.

# sweep_spec NAME SEEDS SAMPLES: four cells for each seed.
sweep_spec() {
    cat <<EOF
name: $1
seeds: [$2]
task: {name: add, max_digits: 2}
data: {samples: $3, epochs: 2}
model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}
train: {batch_tokens: 1024, learning_rate: 3e-3, checkpoint_every: 3}
eval: {problems: 20}
grid:
  - noise.digit: [0, 0.5]
  - noise.line: [0, 0.3]
  - noise.dynamic: [0, 0.2]
EOF
}

# results.csv without seconds and tokens_per_second.
sweep_table() {
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "seconds" || $i == "tokens_per_second") drop[i] = 1 }
                      { for (i in drop) $i = ""; print }' "$1/results.csv"
}

sweep_scratch() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/cotnoise-sweep-XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    export OPENBLAS_NUM_THREADS=1
}
