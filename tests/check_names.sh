#!/bin/sh
# Names of the house: what a source exports begins with its module's name, no struct, union or enum tag is defined twice,
# no two files have one name.
#
# A module is foo.h with foo.c and, where one file would be too long, foo_part.c. What it exports begins with foo_ (or the
# same word in the singular or plural), or with the tag of a struct or enum that foo.h defines, as tokens_free in
# vocabulary.c: tags being unique, that too says where to look. Other names are listed here, with the reason.
set -u
objects=${1:?usage: check_names.sh OBJECTS, the folder with compiled src/, tasks/ and noise/}
excepted() {
    case $1 in
    src/trace/trace_assignment.c:let_* | src/trace/trace_assignment.c:hold_*) ;; # the words in which tasks are written
    src/trace/trace.c:call_value | src/trace/trace.c:call_numbers) ;; # the same, by way of the macro `call`
    src/nn/gemm.c:gemm) ;; # BLAS's own word
    src/base/pass_at_k.c:pass_at_k) ;; # the field's own word
    src/cli/cli_*.c:cli_*) ;; # subcommands, declared together in cli.h
    src/nn/tokenizer_json.c:tokenizer_*) ;; # the two files of a Hugging Face tokenizer
    src/cli/main.c:main) ;;
    tasks/*.c:task_* | noise/*.c:noise_*) # one descriptor a file, named like it
        stem=$(basename "$file" .c)
        [ "${1#*:}" = "task_$stem" ] || [ "${1#*:}" = "noise_$stem" ] ;;
    *) return 1 ;;
    esac
}
# Words that may begin a name of a source: of each header whose name is that of the source or its beginning.
words_of() {
    folder=$(dirname "$1")
    part=$(basename "$1" .c)
    echo "$part" "$(singular "$part")" "${part}s"
    while :; do
        for header in "$part" "${part}s"; do
            if [ -f "$folder/$header.h" ]; then
                echo "$header" "$(singular "$header")" "${header}s"
                sed -nE 's/^(typedef )?(struct|enum|union) ([a-z_0-9]+) \{.*/\3/p; s/^struct ([a-z_0-9]+);.*/\1/p' "$folder/$header.h"
            fi
        done
        case $part in *_*) part=${part%_*} ;; *) break ;; esac
    done
}
singular() { case $1 in *s) echo "${1%s}" ;; *) echo "$1" ;; esac; }

status=0
complain() {
    echo "$1"
    status=1
}
for file in src/*/*.c src/*/*/*.c tasks/*.c noise/*.c; do
    object=$objects/${file%.c}.o
    # Kernels are compiled once a level: any of the objects will do.
    case $file in src/nn/kernels/*) object=$(ls "$objects/${file%.c}".*.o 2>/dev/null | head -n 1) ;; esac
    if [ ! -f "$object" ]; then
        complain "$file: not compiled in $objects"
        continue
    fi
    pattern=$(words_of "$file" | tr ' ' '\n' | sort -u | paste -sd'|')
    for name in $(nm -g --defined-only "$object" | awk 'NF == 3 && $3 !~ /^_/ { print $3 }'); do
        echo "$name" | grep -Eq "^($pattern)_" || excepted "$file:$name" ||
            complain "$file exports $name: such a name begins with $(echo "$pattern" | sed 's/|/_, /g')_"
    done
done
tags=$(grep -hoE '^(typedef )?(static )?(const )?(struct|enum|union) [a-z_0-9]+ \{' $(find src tasks noise -name '*.[ch]') |
    sed -E 's/ \{$//; s/.* //' | sort | uniq -d)
for tag in $tags; do
    complain "the tag $tag is defined twice: $(grep -lE "^(typedef )?(static )?(const )?(struct|enum|union) $tag \{" \
        $(find src tasks noise -name '*.[ch]') | paste -sd' ')"
done
# A header belongs to the source of the same name in its own folder.
twice=$(find src tasks noise -name '*.[ch]' | sed 's/\.[ch]$//' | sort -u | sed 's#.*/##' | sort | uniq -d)
for name in $twice; do
    complain "two files are called $name: $(find src tasks noise -name "$name.[ch]" | sort | paste -sd' ')"
done
exit $status
