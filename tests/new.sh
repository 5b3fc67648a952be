#!/bin/sh
# Writes a working skeleton with its test: tests/new.sh task NAME [KIND [FOLDER]], or tests/new.sh noise NAME. KIND says what
# the task's arguments are; FOLDER, outside of this repository, is where the files go (TASKS_DIR). A skeleton is a worked
# example of a document under another name.
set -eu
what=${1:-} name=${2:-} kind=${3:-} folder=${4:-}

# Kinds of tasks: the arguments, the document, the example in it, and in words.
kinds='number tasks/README.md digit_sum a number
list,number tests/templates/list_number.md count_below a list of numbers, and a number'
tell_kinds() {
    echo "$kinds" | while read -r each _ _ words; do printf '  KIND=%-14s %s\n' "$each" "$words"; done
}
refuse() {
    echo "$1" >&2
    exit 2
}

case $what in
task)
    command="make new-task NAME=digit_sum"
    if [ -z "$kind" ] && [ -t 0 ] && [ -n "$name" ]; then
        echo "What are the arguments of $name?"
        tell_kinds
        printf 'KIND [number]: '
        read -r kind
    fi
    kind=${kind:-number}
    # shellcheck disable=SC2046 # words
    set -- $(echo "$kinds" | grep -F "$kind " | grep "^$kind ") || true
    [ $# -ge 3 ] || refuse "KIND=$kind: must be one of
$(tell_kinds)"
    document=$2 example=$3
    ;;
noise) document=noise/README.md example=digit_up command="make new-noise NAME=digit_up" ;;
*) refuse "usage: tests/new.sh task NAME [KIND [FOLDER]], tests/new.sh noise NAME" ;;
esac
[ -n "$name" ] || refuse "NAME is missing: $command"

# Where a file of the example goes.
place() {
    placed=$(echo "$1" | sed "s/$example/$name/")
    if [ -n "$folder" ]; then placed=$folder/$(echo "$placed" | sed 's#^tests/##; s#^tasks/##'); fi
    echo "$placed"
}
tasks=$(echo tasks/*.c) noises=$(echo noise/*.c)
if [ -n "$folder" ]; then tasks="$tasks $(find "$folder" -maxdepth 1 -name '*.c' ! -name 'test_*' | tr '\n' ' ')"; fi
files=$(sed -n "s#^\`\`\`[a-z]* file=\(.*$example\..*\)#\1#p" "$document")
source=$(place "$(echo "$files" | head -n 1)")
for file in $files; do
    [ ! -e "$(place "$file")" ] || refuse "$(place "$file"): is there already; choose another NAME, or remove it"
done
case $what in
task) tests/check_added.sh "$tasks $source" "$noises" || exit 2 ;;
noise) tests/check_added.sh "$tasks" "$noises $source" || exit 2 ;;
esac
for file in $files; do
    mkdir -p "$(dirname "$(place "$file")")"
    awk -v mark="file=$file" '/^```/ { on = index($0, mark) > 0; next } on' "$document" | sed "s/$example/$name/g" \
        >"$(place "$file")"
    echo "wrote $(place "$file")"
done

outside=${folder:+ TASKS_DIR=$folder}
echo
if [ "$what" = task ]; then
    arguments=$(awk -v mark="file=tests/golden/$example" '/^```/ { on = index($0, mark) > 0; next }
        on { sub(/^[^ ]* [^ ]* /, ""); print; exit }' "$document" | sed "s/\[[^]]*\]/'&'/g")
    cat <<END
They work as they are, and the next build has them. Change them into what you need, and after each change:

  make build$outside && build/cotnoise trace $name $arguments     # a second: see the trace
  make test-task NAME=$name$outside     # seconds: what is asked of every task, the golden traces, your test
  make test-task NAME=$name$outside GOLDEN=write     # writes the golden traces anew: read the difference

At the end: make lint$outside, and make check$outside (minutes).
END
else
    cat <<END
They work as they are, and the next build has them. Change them into what you need, and after each change:

  make build && build/cotnoise trace add 58 67 --noise $name=0.3 --diff     # a second: see what it does
  make test-noise NAME=$name     # seconds

At the end: make lint, and make check (minutes).
END
fi
