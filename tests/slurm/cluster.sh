# A Slurm of one node with two processors, in a folder of its own, run by whoever runs this. To be sourced.
#
#   cluster_start DIR    munged, slurmctld and slurmd; exports SLURM_CONF for the clients
#   cluster_stop         ends them by their pid files
#
# A requeued task starts again when its old credential has expired: after 5 s here instead of 2 min.

cluster_write_configuration() {
    user=$(id -un)
    cat >"$SLURM_CONF" <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$1
SlurmdPort=$2
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/munge.sock,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd.pid
SlurmctldLogFile=$cluster/log/slurmctld.log
SlurmdLogFile=$cluster/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
ReturnToService=2
JobCompType=jobcomp/filetxt
JobCompLoc=$cluster/log/jobcomp.log
MaxArraySize=${MAX_ARRAY_SIZE:-10001}
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
}

# A port that nobody listens on, from the given one upwards.
free_port() {
    port=$1
    while (: >/dev/tcp/127.0.0.1/"$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

cluster_start() {
    cluster=$1
    host=$(hostname -s)
    export SLURM_CONF="$cluster/slurm.conf"
    # munged wants a path that only it can write to; slurmctld a folder that it owns.
    mkdir -p "$cluster"/{munge,state,spool,log}
    chmod 755 "$cluster"
    chmod 711 "$cluster/munge"
    (umask 077 && head -c 1024 /dev/urandom >"$cluster/munge/munge.key")
    cluster_write_configuration "$(free_port 26817)" "$(free_port 26818)"
    PATH=$PATH:/usr/sbin:/sbin
    munged --key-file="$cluster/munge/munge.key" --socket="$cluster/munge/munge.sock" \
        --pid-file="$cluster/munged.pid" --log-file="$cluster/log/munged.log" \
        --seed-file="$cluster/munge/munged.seed" --num-threads=2
    slurmctld -f "$SLURM_CONF"
    slurmd -f "$SLURM_CONF" -N "$host"
    for _ in $(seq 100); do
        [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || return 0
        sleep 0.1
    done
    echo "Slurm did not start; its logs are:" >&2
    tail -n 20 "$cluster"/log/*.log >&2
    return 1
}

cluster_stop() {
    for daemon in slurmd slurmctld munged; do
        [ -s "$cluster/$daemon.pid" ] || continue
        process=$(cat "$cluster/$daemon.pid")
        kill "$process" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$process" 2>/dev/null || break
            sleep 0.1
        done
    done
}
