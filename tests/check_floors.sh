#!/bin/sh
# The floors of the house: a folder includes from itself and from the floors below it, never from above or beside.
set -u
floor_of() {
    case $1 in
    src/base/*) echo 1 ;;
    src/trace/* | src/nn/*) echo 2 ;;
    tasks/* | noise/*) echo 3 ;;
    src/data/*) echo 4 ;;
    src/spec/*) echo 5 ;;
    src/record/* | src/profile/*) echo 6 ;;
    src/train/*) echo 7 ;;
    src/reinforce/* | src/curve/*) echo 8 ;;
    src/sweep/* | src/plot/*) echo 9 ;;
    src/page/*) echo 10 ;;
    src/report/*) echo 11 ;;
    src/cli/*) echo 12 ;;
    esac
}
# The folder that has a floor: src/nn/kernels is part of src/nn.
room_of() { echo "$1" | cut -d/ -f1,2 | sed 's#/[^/]*\.[ch]$##'; }
status=0
for file in src/*/*.[ch] src/*/*/*.[ch] tasks/*.[ch] noise/*.[ch]; do
    own=$(floor_of "$file")
    for included in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
        case $included in tasks/* | noise/*) path=$included ;; *) path=src/$included ;; esac
        if [ ! -f "$path" ]; then
            echo "$file: \"$included\" is not a header of this repository (paths start at src/ or at the root)"
            status=1
            continue
        fi
        other=$(floor_of "$path")
        if [ "$other" -gt "$own" ]; then
            echo "$file (floor $own) includes $path (floor $other): a floor never includes from above"
            status=1
        elif [ "$other" -eq "$own" ] && [ "$(room_of "$file")" != "$(room_of "$path")" ]; then
            echo "$file includes $path: both are on floor $own; neither may know the other"
            status=1
        fi
    done
done
exit $status
