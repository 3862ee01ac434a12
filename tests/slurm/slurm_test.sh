#!/usr/bin/env bash
# A sharded evaluation under a real Slurm on this machine, one task of it killed
# in the middle and requeued; the merged bytes must be those of one run.
#
#   tests/slurm/slurm_test.sh RLINE
#
# munged, slurmctld and slurmd run as root from a directory of their own, on
# ports of their own, and are gone at the end. Exits 77 where they are not
# installed, or without root.
set -euo pipefail

readonly rline="$(realpath "$1")"
readonly root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
readonly shards=4
readonly victim=2
readonly ctld_port=26817 slurmd_port=26818

(( EUID == 0 )) || { echo "needs root"; exit 77; }
for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || { echo "no $program"; exit 77; }
done

readonly dir="$(mktemp -d /tmp/rline_slurm.XXXXXX)"
daemons=()

# Only what this test started, by its number.
stop() {
  local i
  for (( i = ${#daemons[@]} - 1; i >= 0; --i )); do
    kill "${daemons[i]}" 2>/dev/null || true
    wait "${daemons[i]}" 2>/dev/null || true
  done
  rm -rf "$dir"
}
trap stop EXIT

fail() {
  echo "FAILED: $1"
  tail -n 20 "$dir"/*.log "$dir"/parts/*.log 2>/dev/null || true
  exit 1
}

# Until the command succeeds, for `$1` seconds at most.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    (( SECONDS < end )) || return 1
    sleep 0.2
  done
}

start_slurm() {
  local host
  host="$(hostname -s)"
  chmod 711 "$dir"
  mkdir "$dir/state" "$dir/spool" "$dir/munge"
  chmod 755 "$dir/munge"
  (umask 077; head -c 1024 /dev/urandom >"$dir/munge.key")
  cat >"$dir/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$slurmd_port
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$dir/munge/socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF="$dir/slurm.conf"
  munged --foreground --force --socket="$dir/munge/socket" \
    --key-file="$dir/munge.key" --pid-file="$dir/munge/pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munge/seed" \
    >"$dir/munged.out.log" 2>&1 &
  daemons+=($!)
  await 10 test -S "$dir/munge/socket" || fail "munged does not answer"
  slurmctld -D -i >"$dir/slurmctld.log" 2>&1 &
  daemons+=($!)
  await 20 scontrol ping || fail "slurmctld does not answer"
  slurmd -D -N "$host" >"$dir/slurmd.log" 2>&1 &
  daemons+=($!)
  await 30 bash -c 'sinfo -h -o %T | grep -q idle' || fail "no node is idle"
}

# The rline of the victim's task, while it is at work; it begins anew later.
victim_pid() {
  local process
  for process in /proc/[0-9]*; do
    [[ "$(readlink "$process/exe" 2>/dev/null)" == "$rline" ]] || continue
    tr '\0' '\n' <"$process/environ" 2>/dev/null |
      grep -qx "SLURM_ARRAY_TASK_ID=$victim" || continue
    echo "${process#/proc/}"
    return
  done
  return 1
}

has_ended() {
  [[ "$(scontrol show job "$1" -o | grep -o 'JobState=[A-Z_]*')" =~ \
     (COMPLETED|FAILED|CANCELLED) ]]
}

cd "$dir"
start_slurm
"$rline" generate --vms 200 --points 100 --group-size 4 --marker-loss 0.2 \
  --format binpb -o inventory
echo 'id: "all" policy { option: LATEST_MULTI_VM_APP_CONSISTENT }' >all.textproto
readonly evaluation=(-i "$dir/inventory" "$dir/all.textproto"
  --from 2026-02-27T00:00:00Z --to 2026-03-01T00:00:00Z --every 400ms
  --threads 1)
"$rline" evaluate "${evaluation[@]}" --format binpb -o one \
  --summary one.summary || (( $? == 3 ))

export RLINE="$rline"
read -r array merge < <("$root/tools/slurm/submit.sh" "$shards" "$dir/parts" \
  "${evaluation[@]}" -- --format binpb -o "$dir/merged" \
  --summary "$dir/merged.summary")
await 120 victim_pid || fail "task $victim never ran"
kill -KILL "$(victim_pid)" || fail "task $victim was over too soon"
await 60 grep -q 'goes back to the queue' "parts/$victim.log" ||
  fail "task $victim did not notice"
# Slurm lets a requeued task rest for two minutes.
await 60 scontrol update JobId="${array}_$victim" StartTime=now ||
  fail "task $victim was not requeued"
await 300 has_ended "$merge" || fail "the merge never ran"

scontrol show job "${array}_$victim" | grep -q 'Restarts=1' ||
  fail "task $victim did not run twice"
cmp one merged || fail "the merged rows differ"
cmp one.summary merged.summary || fail "the merged summary differs"
echo "$shards shards, task $victim killed and requeued: the same" \
  "$(stat -c %s merged) bytes"
