#!/bin/sh
# Runs every test program given after the program under test; fails when one of them fails, after running all.
# EMULATOR is what runs programs that are made for another processor, if they are.
set -u
COTNOISE=$1
if [ -n "${EMULATOR:-}" ]; then # tests start the program by its name
    printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$EMULATOR" "$(realpath "$COTNOISE")" >"$COTNOISE-emulated"
    chmod +x "$COTNOISE-emulated"
    COTNOISE=$COTNOISE-emulated
fi
# An allocation that cannot be met returns NULL under the sanitizers too: that path is tested.
export COTNOISE OPENBLAS_NUM_THREADS=1 ASAN_OPTIONS=allocator_may_return_null=1
export TSAN_OPTIONS=allocator_may_return_null=1
shift
failed=""
for program in "$@"; do
    echo "== $(basename "$program")"
    ${EMULATOR:-} "$program" || failed="$failed $(basename "$program")"
done
if [ -n "$failed" ]; then
    echo "FAILED:$failed"
    exit 1
fi
echo "all $# test programs passed"
