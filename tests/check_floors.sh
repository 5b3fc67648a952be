#!/bin/sh
# The floors of the house: a folder includes from itself and from the floors below it, never from above or beside.
set -u
floor_of() {
    case $1 in
    src/base/*) echo 1 ;;
    src/trace/* | src/nn/*) echo 2 ;;
    tasks/* | noise/*) echo 3 ;;
    src/train/*) echo 4 ;;
    src/profile/* | src/sweep/*) echo 5 ;;
    src/report/*) echo 6 ;;
    src/cli/*) echo 7 ;;
    esac
}
status=0
for file in src/*/*.[ch] tasks/*.[ch] noise/*.[ch]; do
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
        elif [ "$other" -eq "$own" ] && [ "$(dirname "$file")" != "$(dirname "$path")" ]; then
            echo "$file includes $path: both are on floor $own; neither may know the other"
            status=1
        fi
    done
done
exit $status
