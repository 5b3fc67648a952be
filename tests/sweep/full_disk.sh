#!/usr/bin/env bash
# A sweep on a small file system that fills up and is then freed ends with the results.csv of an undisturbed one.
# Needs a mount of its own (root, or user namespaces); where that is not permitted it says so and passes.
#
#     tests/sweep/full_disk.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
if [ "${2:-}" != inside ]; then
    for user in "" "--user --map-root-user"; do
        # shellcheck disable=SC2086
        if unshare $user --mount sh -c 'mount -t tmpfs none /mnt' 2>/dev/null; then
            # shellcheck disable=SC2086
            exec unshare $user --mount "$here/full_disk.sh" "$program" inside
        fi
    done
    echo "full_disk: skipped, mounting a file system is not permitted here"
    exit 0
fi
. "$here/spec.sh"
sweep_scratch
sweep_spec full "1, 2" 300 >"$scratch/spec.yaml"
"$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/expected" >/dev/null 2>&1

mkdir "$scratch/small"
mount -t tmpfs -o size=4m none "$scratch/small"
# Again and again it is full, at another point each time, and then there is some more room.
full=0
for filler in 4000 3800 3600 3200 2800 2300; do
    head -c ${filler}k /dev/zero >"$scratch/small/filler" 2>/dev/null || true
    status=0
    "$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/small/results" >"$scratch/said" 2>&1 || status=$?
    [ $status -le 1 ] || { cat "$scratch/said"; exit 1; }
    ! grep -q "No space left" "$scratch/said" || full=$((full + 1))
    rm "$scratch/small/filler"
done
[ $full -ge 3 ] || { echo "the disk was full only $full times"; cat "$scratch/said"; exit 1; }
"$program" sweep "$scratch/spec.yaml" -j 2 --results "$scratch/small/results" >"$scratch/said" 2>&1 ||
    { cat "$scratch/said"; exit 1; }
diff <(sweep_table "$scratch/expected/full") <(sweep_table "$scratch/small/results/full") ||
    { echo "results.csv differs"; exit 1; }
umount "$scratch/small"
echo "full_disk: full $full times, the same results.csv"
