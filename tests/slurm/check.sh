#!/usr/bin/env bash
# Sweeps through a real Slurm, started here and stopped at the end: the same results.csv as without it, whatever
# happens to tasks and to the command that follows them. The argument is the program under test.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")"
. ./cluster.sh
. ../sweep/spec.sh
# Slurm does not like long paths, and munged wants one that nobody else can write to.
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/cotnoise-slurm-XXXXXX")
chmod 755 "$scratch"
finish() {
    status=$?
    cluster_stop || true
    if [ $status -ne 0 ]; then
        echo "FAILED; the last lines of what was printed:"
        tail -n 15 "$scratch"/*.txt "$scratch"/*/*/slurm/*.log "$cluster/log/slurmctld.log" 2>/dev/null || true
    fi
    rm -rf "$scratch"
    exit $status
}
trap finish EXIT
cluster_start "$scratch/cluster"
cd "$scratch"
export OPENBLAS_NUM_THREADS=1

fail() {
    echo "$*"
    exit 1
}
say() { echo "  $* ($SECONDS s)"; }

same() { diff <(sweep_table "expected/$2") <(sweep_table "$1/$2") >/dev/null || fail "$1: not the same results.csv"; }

# Waits until a command succeeds.
await() {
    for _ in $(seq 300); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    fail "waited in vain for: $*"
}
job_of() { sed -n 's/.*"job": "\([0-9]*\)".*/\1/p' "$1/$2/slurm.json"; }
runs_something() { [ -n "$(squeue -h -r -t RUNNING -j "$1" -o %i 2>/dev/null)" ]; }
has_saved() { ls "$1"/*/runs/*/optimizer.safetensors >/dev/null 2>&1; }
has_note() { [ -s "$1/slurm.json" ]; }

sweep_spec little "1, 2" 300 >little.yaml
# The same with runs of some seconds, in the middle of which something can happen.
sed -e 's/name: little/name: longer/' -e 's/samples: 300, epochs: 2/samples: 6000, epochs: 4/' \
    -e 's/seeds: .*/seeds: 1/' little.yaml >longer.yaml
"$program" sweep little.yaml -j 2 --results expected >local.txt 2>&1
"$program" sweep longer.yaml -j 2 --results expected >>local.txt 2>&1

echo "a sweep as a job array"
"$program" sweep little.yaml --launcher slurm --results plain >plain.txt 2>&1 || fail "it failed"
same plain little
[ ! -e plain/little/slurm.json ] || fail "slurm.json outlived the job"
[ "$(ls plain/little/slurm/task-*.log | wc -l)" = 8 ] || fail "not a task for each run"
grep -q "Slurm job [0-9]* with 8 tasks" plain.txt || fail "it does not say what it submitted"
say "8 runs in 8 tasks"
"$program" sweep little.yaml --launcher slurm --results plain >again.txt 2>&1 || fail "a second call failed"
! grep -q "Slurm job" again.txt || fail "a finished sweep was submitted again"
same plain little
say "nothing is submitted for a sweep that is complete"

echo "runs that start from others, in tasks of their own"
{ sed -e 's/name: little/name: parents/' little.yaml && echo "start: {noise: {digit: 0, line: 0, dynamic: 0}, data.samples: 200}"; } >parents.yaml
"$program" sweep parents.yaml -j 2 --results expected >>local.txt 2>&1
"$program" sweep parents.yaml --launcher slurm --results plain >parents.txt 2>&1 || fail "it failed"
same plain parents
[ "$(ls -d plain/parents/runs/* | wc -l)" = 10 ] || fail "not 8 runs and 2 that they start from"
! ls plain/parents/runs/*/failed.json 2>/dev/null || fail "a run failed on the way"
say "8 runs, 2 parents"

echo "only what is missing is submitted, with the user's arguments and a throttle"
rm -r plain/little/runs/"$(sed -n 4p plain/little/results.csv | cut -d, -f1)"
"$program" sweep little.yaml --launcher slurm --results plain --throttle 1 --retries 0 \
    --slurm-args "--comment='two words; \$(touch evil)' --time=10" >missing.txt 2>&1 || fail "it failed"
grep -q "with 1 task," missing.txt || fail "not one task"
job=$(sed -n 's/.*Slurm job \([0-9]*\) with.*/\1/p' missing.txt)
scontrol show job "$job" >job.txt
grep -q 'Comment=two words; $(touch evil)' job.txt || fail "the comment did not arrive as one word"
grep -q 'TimeLimit=00:10:00' job.txt || fail "the time limit did not arrive"
[ ! -e evil ] || fail "a shell has read --slurm-args"
same plain little

echo "a task that is requeued in the middle, and a follower that comes and goes"
"$program" sweep longer.yaml --launcher slurm --results requeued >first.txt 2>&1 &
follower=$!
await has_note requeued/longer
job=$(job_of requeued longer)
await runs_something "$job"
await has_saved requeued
kill -INT "$follower"
wait "$follower" && fail "a detached command must not exit with 0"
grep -q "detached; Slurm job $job goes on" first.txt || fail "it does not say that the job goes on"
task=$(squeue -h -r -t RUNNING -j "$job" -o %i | sed -n 1p)
scontrol requeue "$task"
say "requeued $task"
"$program" status requeued/longer >status.txt || fail "cotnoise status failed"
grep -q "4 runs: .* Slurm job $job" status.txt || fail "cotnoise status does not know the job"
! "$program" sweep longer.yaml data.samples=6001 --launcher slurm --results requeued >other.txt 2>&1 ||
    fail "another spec was let in"
grep -q "the spec has changed: .*Slurm job $job is at work here" other.txt || fail "wrong words: $(cat other.txt)"
! "$program" sweep longer.yaml --results requeued >beside.txt 2>&1 || fail "a local sweep was let in"
grep -q "Slurm job $job is at work here" beside.txt || fail "wrong words: $(cat beside.txt)"
"$program" sweep longer.yaml --launcher slurm --results requeued >second.txt 2>&1 || fail "it failed"
grep -q "attached to Slurm job $job" second.txt || fail "it did not attach"
same requeued longer
scontrol show job "$job" >tasks.txt # no pipe: grep -q would leave it early, and its end would count as failed
grep -q "Restarts=[1-9]" tasks.txt || fail "no task was started twice"
! ls requeued/longer/runs/*/failed.json 2>/dev/null || fail "a requeued run counts as failed"
say "results.csv is the same"

echo "a run that takes longer than Slurm's time limit, two minutes, of which it hears 110 s before the end"
sweep_spec limited 1 40000 | sed -e 's/epochs: 2/epochs: 16/' -e '/^grid/,$d' >limited.yaml
"$program" sweep limited.yaml --results expected >>local.txt 2>&1 &
local=$!
"$program" sweep limited.yaml --launcher slurm --results limited \
    --slurm-args '--time=2 --signal=B:USR1@110' >limited.txt 2>&1 &
follower=$!
await has_note limited/limited
job=$(job_of limited limited)
starts() { { cat limited/limited/slurm/task-0.log 2>/dev/null || true; } | grep -c 'share 1 of 1: 1 run, 0 of' || true; }
has_come_back() { [ "$(starts)" -ge 2 ]; }
for _ in 1 2 3; do has_come_back || sleep 20; done
await has_come_back
scontrol update JobId="$job" TimeLimit=UNLIMITED # the rest at once
wait "$follower" || fail "it failed: $(cat limited.txt)"
wait "$local"
same limited limited
grep -q "saved, and Slurm starts task ${job}_0 again" limited/limited/slurm/task-0.log ||
    fail "it was not stopped: $(cat limited/limited/slurm/task-0.log)"
! ls limited/limited/runs/*/failed.json 2>/dev/null || fail "a stopped run counts as failed"
say "the task was started $(starts) times"

echo "tasks that are killed, and an array that is cancelled"
"$program" sweep longer.yaml --launcher slurm --results killed >killed.txt 2>&1 &
follower=$!
await has_note killed/longer
job=$(job_of killed longer)
await runs_something "$job"
await has_saved killed
scancel "$job"
wait "$follower" && fail "a cancelled sweep must not exit with 0"
grep -q "are not complete though Slurm job $job is over" killed.txt || fail "wrong words"
"$program" sweep longer.yaml --launcher slurm --results killed >killed2.txt 2>&1 || fail "it failed"
same killed longer
say "the next call goes on"

echo "runs that a program of the user's trains, with a command of hostile words, and a task of it that is requeued"
printf 'n=$(cat mine 2>/dev/null || echo 0)\necho "from $n, $1"\nwhile [ $n -lt 60 ]; do n=$((n + 1)); echo $n >mine.new; mv mine.new mine; sleep 0.1; done\ncp "$2" "$3"\n' >"it's.sh"
trainer="sh \"$scratch/it's.sh\" '\$(touch evil); it'\\''s' {test} {out}"
"$program" sweep longer.yaml --trainer "$trainer" -j 4 --results expected-outside >>local.txt 2>&1 || fail "it failed"
"$program" sweep longer.yaml --trainer "$trainer" --launcher slurm --results outside >outside.txt 2>&1 &
follower=$!
await has_note outside/longer
job=$(job_of outside longer)
has_begun() { ls outside/longer/runs/*/mine >/dev/null 2>&1; }
await has_begun
task=$(squeue -h -r -t RUNNING -j "$job" -o %i | sed -n 1p)
scontrol requeue "$task"
! "$program" sweep longer.yaml --launcher slurm --results outside >other.txt 2>&1 || fail "built-in runs were let in"
grep -q "the spec has changed: .*Slurm job $job is at work here" other.txt || fail "wrong words: $(cat other.txt)"
wait "$follower" || fail "it failed: $(cat outside.txt)"
diff <(sweep_table expected-outside/longer) <(sweep_table outside/longer) || fail "not the same results.csv"
grep -q 'from [1-9].*, $(touch evil); it.s' outside/longer/runs/*/trainer.log || fail "the requeued program began again"
[ -z "$(find . -name evil)" ] || fail "a shell has read the command's words"
say "the same results.csv, and the program went on"

echo "more runs than an array may have tasks"
cluster_stop
export MAX_ARRAY_SIZE=3
rm -rf "$cluster"
cluster_start "$scratch/cluster"
"$program" sweep little.yaml --launcher slurm -j 2 --results few >few.txt 2>&1 || fail "it failed"
grep -q "with 3 tasks" few.txt || fail "not three tasks: $(cat few.txt)"
same few little
say "8 runs in 3 tasks of 2 workers"

echo "without Slurm's programs"
empty=$scratch/empty
mkdir "$empty"
! PATH=$empty "$program" sweep little.yaml --launcher slurm --results none >none.txt 2>&1 || fail "exit status 0"
grep -q "scontrol: cannot be run: no such program in PATH" none.txt || fail "wrong words: $(cat none.txt)"
echo "slurm: all passed"
