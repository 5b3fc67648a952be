#!/bin/sh
# Says what is wrong with the names of tasks and noises, and whether their files are what the names say:
# tests/check_added.sh "TASK FILES" "NOISE FILES". Of a file that is not there yet only the name is looked at. What a name
# may not be is said here and nowhere else: every build asks, and so does `make new-task`.
#
# A name is a file, a C symbol (task_NAME), a word of prompts and traces, and the last part of an option (noise.NAME).
set -u
tasks=${1?usage: check_added.sh TASKS NOISES} noises=${2?usage: check_added.sh TASKS NOISES}
sources=$(find src -name '*.[ch]' | sed 's#.*/##; s/\.[ch]$//' | sort -u | tr '\n' ' ')
there=""
for file in $tasks $noises; do [ -f "$file" ] && there="$there $file"; done
# shellcheck disable=SC2086 # a list
exec awk -v tasks="$tasks" -v noises="$noises" -v there="$there" -v sources=" $sources" '
BEGIN {
    count = split(there, list, " ")
    for (i = 1; i <= count; i++) is_there[list[i]] = 1
    why["task", "answer"] = "begins the last line of a trace"
    why["task", "fix"] = "begins a correction in a trace"
    why["task", "true"] = why["task", "false"] = "is a value in a trace"
    why["noise", "none"] = "stands in results.csv where there is no noise"
}
# What headers declare: task_parse(...), task_list[].
FILENAME ~ /\.h$/ {
    for (line = $0; match(line, /(task|noise)_[a-z_0-9]+[[(]/); line = substr(line, RSTART + RLENGTH))
        declared[substr(line, RSTART, RLENGTH - 1)] = FILENAME
    next
}
# The parts of options: noise.NAME is one, and a report shows the last part.
FILENAME == "src/spec/options.c" {
    if (match($0, /(INTEGER|NUMBER|CHOICE|PATH)\("[a-z_.*]+"|\.name = "[a-z_.*]+"/)) {
        split(substr($0, RSTART, RLENGTH), quoted, "\"")
        count = split(quoted[2], part, ".")
        for (i = 1; i <= count; i++) why["noise", part[i]] = "is part of the option " quoted[2]
    }
    next
}
{ text[FILENAME] = text[FILENAME] $0 "\n" }
function complain(file, what) {
    print file ": " what >"/dev/stderr"
    wrong = 1
}
function check(kind, file, name, symbol, start) {
    name = file
    sub(/.*\//, "", name)
    sub(/\.c$/, "", name)
    symbol = kind "_" name
    if (name !~ /^[a-z][a-z0-9_]*$/)
        complain(file, "the name of a " kind " is lower-case letters, digits and _, beginning with a letter")
    else if (length(name) > 32)
        complain(file, "the name of a " kind " has at most 32 characters")
    else if ((kind, name) in why)
        complain(file, "no " kind " can be called " name ": the word " why[kind, name])
    else if (symbol in declared)
        complain(file, "no " kind " can be called " name ": " declared[symbol] " declares " symbol)
    else if (name ~ /^test_/)
        complain(file, "no " kind " can be called " name ": a file of this name is a test")
    else if (name in first)
        complain(file, "the name is that of " first[name])
    else if (file ~ /^(tasks|noise)\// && index(sources, " " name " "))
        complain(file, "the name is that of a source in src/")
    else if (file in is_there && !(start = index(text[file], "\nconst struct " kind " " symbol " = {")))
        complain(file, "must have a line that begins with: const struct " kind " " symbol " = {")
    else if (file in is_there && !index(substr(text[file], start), ".name = \"" name "\""))
        complain(file, symbol " must have .name = \"" name "\", as the file is called")
    first[name] = file
}
END {
    count = split(tasks, list, " ")
    for (i = 1; i <= count; i++) check("task", list[i])
    count = split(noises, list, " ")
    for (i = 1; i <= count; i++) check("noise", list[i])
    exit wrong ? 2 : 0
}
' src/*/*.h tasks/tasks.h noise/noises.h src/spec/options.c $there
