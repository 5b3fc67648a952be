#!/bin/sh
# Writes a working skeleton with its test: tests/new.sh task NAME [KIND [FOLDER]], or tests/new.sh noise NAME. KIND says what
# the task's arguments are; FOLDER, outside of this repository, is where the files go (TASKS_DIR). A skeleton is a worked
# example of a document under another name.
set -eu
what=${1:-} name=${2:-} kind=${3:-} folder=${4:-}

# Kinds of tasks: the arguments, the document, the example in it, and in words.
kinds='number tasks/README.md digit_sum a number
list,number tests/templates/list_number.md count_below a list of numbers, and a number
list,list,number tests/templates/list_list_number.md pairs_above two lists of numbers, and a number
symbol,number tests/templates/symbol_number.md day_after a symbol of an alphabet, and a number
list,symbol tests/templates/list_symbol.md count_letter a list of symbols, and a symbol
list,truth tests/templates/list_truth.md all_are a list of truths, and a truth
graph tasks/README.md reachable a graph, a list of edges (u, v), and a node: problems that the task draws itself'
tell_kinds() {
    echo "$kinds" | while read -r each _ _ words; do printf '  KIND=%-17s %s\n' "$each" "$words"; done
}
refuse() {
    echo "$1" >&2
    exit 2
}

case $what in
task) usual="make new-task NAME=digit_sum" ;;
noise) usual="make new-noise NAME=digit_up" document=noise/README.md example=digit_up ;;
*) refuse "usage: tests/new.sh task NAME [KIND [FOLDER]], tests/new.sh noise NAME" ;;
esac
[ -n "$name" ] || refuse "NAME is missing: $usual"
case $name in *[!a-z0-9_]*) refuse "NAME=$name: lower-case letters, digits and _, beginning with a letter" ;; esac
tasks=$(echo tasks/*.c) noises=$(echo noise/*.c)
[ -z "$folder" ] || tasks="$tasks $(find "$folder" -maxdepth 1 -name '*.c' ! -name 'test_*' | tr '\n' ' ')"
case $what in
task) source=${folder:-tasks}/$name.c tasks="$tasks $source" ;;
noise) source=noise/$name.c noises="$noises $source" ;;
esac
[ ! -e "$source" ] || refuse "$source: is there already"
tests/check_added.sh "$tasks" "$noises" || exit 2

if [ "$what" = task ]; then
    if [ -z "$kind" ] && [ -t 0 ]; then
        echo "What are the arguments of $name?"
        tell_kinds
        printf 'KIND [number]: '
        read -r kind
    fi
    kind=${kind:-number}
    # shellcheck disable=SC2046 # words
    set -- $(echo "$kinds" | awk -v kind="$kind" '$1 == kind')
    [ $# -gt 0 ] || refuse "KIND=$kind: must be one of
$(tell_kinds)"
    document=$2 example=$3
fi

# Where a file of the example goes.
place() {
    placed=$(echo "$1" | sed "s/$example/$name/")
    if [ -n "$folder" ]; then placed=$folder/$(echo "$placed" | sed 's#^tests/##; s#^tasks/##'); fi
    echo "$placed"
}
files=$(sed -n "s#^\`\`\`[a-z]* file=\(.*$example\..*\)#\1#p" "$document")
for file in $files; do
    [ ! -e "$(place "$file")" ] || refuse "$(place "$file"): is there already"
done
for file in $files; do
    mkdir -p "$(dirname "$(place "$file")")"
    awk -v mark="file=$file" '/^```/ { on = index($0, mark) > 0; next } on' "$document" | sed "s/$example/$name/g" \
        >"$(place "$file")"
    echo "wrote $(place "$file")"
done

echo
echo "They work as they are, and the next build has them. Change them into what you need, and after each change:"
echo
if [ "$what" = task ]; then
    outside=${folder:+ TASKS_DIR=$folder}
    arguments=$(awk -v mark="file=tests/golden/$example" '/^```/ { on = index($0, mark) > 0; next }
        on { sub(/^[^ ]* [^ ]* /, ""); print; exit }' "$document" | sed "s/\[[^]]*\]/'&'/g")
    cat <<END
  make build$outside && build/cotnoise trace $name $arguments    # a second: see the trace
  make test-task NAME=$name$outside    # seconds: what is asked of every task, golden traces, your test
  make test-task NAME=$name$outside GOLDEN=write    # writes the golden traces anew: read the difference
END
else
    cat <<END
  make build && build/cotnoise trace add 58 67 --noise $name=0.3 --diff    # a second: see what it does
  make test-noise NAME=$name    # seconds: what is asked of every noise, your test
END
fi
echo
if [ -n "$folder" ]; then
    echo "At the end: make check$outside (minutes)."
else
    echo "At the end: make lint (a minute), make check (minutes)."
fi
