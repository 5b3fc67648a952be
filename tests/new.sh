#!/bin/sh
# Writes a working skeleton with its test: tests/new.sh task NAME, or tests/new.sh noise NAME. The skeleton is the worked
# example of tasks/README.md or noise/README.md under another name.
set -eu
kind=${1:-} name=${2:-}
case $kind in
task) readme=tasks/README.md example=digit_sum ;;
noise) readme=noise/README.md example=digit_up ;;
*) echo "usage: tests/new.sh task|noise NAME" >&2; exit 2 ;;
esac
case $name in
'' | [!a-z]* | *[!a-z0-9_]*)
    echo "NAME is '$name': must be lower-case letters, digits and _, beginning with a letter" >&2
    exit 2
    ;;
esac
files=$(sed -n 's/^```[a-z]* file=//p' $readme)
for file in $files; do
    target=$(echo "$file" | sed "s/$example/$name/")
    if [ -e "$target" ]; then
        echo "$target is there already" >&2
        exit 2
    fi
done
for file in $files; do
    target=$(echo "$file" | sed "s/$example/$name/")
    awk -v mark="file=$file" '/^```/ { on = index($0, mark) > 0; next } on' $readme | sed "s/$example/$name/g" >"$target"
    echo "wrote $target"
done
