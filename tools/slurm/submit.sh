#!/usr/bin/env bash
# Runs a sharded evaluation under Slurm: an array job, and a merge after it.
#
#   tools/slurm/submit.sh N DIR EVALUATE_FLAG... -- MERGE_FLAG...
#   tools/slurm/submit.sh 64 parts -i inventory.archive plans/ --vms -- \
#     --format jsonl -o rows.jsonl
#
# N shards are evaluated into the new directory DIR, which all nodes must see,
# and merged when all are there. $RLINE names the command, rline otherwise;
# $SBATCH_* what else Slurm should know (SBATCH_PARTITION, SBATCH_TIMELIMIT).
# Prints the number of the array job and that of the merge. Exits 64 on wrong
# usage.
set -euo pipefail

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
  exit 64
}

(( $# >= 3 )) && [[ "$1" =~ ^[1-9][0-9]*$ ]] || usage
readonly count="$1"
readonly here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir "$2" || exit 64  # parts of an earlier run must not get into this one
readonly parts="$(cd "$2" && pwd)"
shift 2

evaluate=()
while (( $# > 0 )) && [[ "$1" != -- ]]; do
  evaluate+=("$1")
  shift
done
(( $# > 0 )) || usage
shift

array="$(sbatch --parsable --array="0-$((count - 1))" \
  --output="$parts/%a.log" "$here/evaluate.sbatch" "$parts" "${evaluate[@]}")"
merge="$(sbatch --parsable --dependency="afterok:${array%%;*}" \
  --output="$parts/merge.log" "$here/merge.sbatch" "$parts" "$@")"
echo "${array%%;*} ${merge%%;*}"
