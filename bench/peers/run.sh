#!/usr/bin/env bash
# recoveryline against other engines, on the same data, with the same answers:
#
#   bench/peers/run.sh                        # 10,000 VMs x 1,000 points
#   bench/peers/run.sh --vms 504 --repetitions 3
#
# Installs what it needs (as root), builds the peers into build/peers, writes a
# generated world there, asks all engines the same questions, and prints one
# table; build/peers/table.md holds it too. Fails where two answers differ.
#
#   --vms N           VMs in groups of 8 with 1,000 points each   (10000)
#   --repetitions N   medians are taken over as many              (5)
#   --threads LIST    how many threads each engine gets           ("1 2")
#   --csv             DuckDB one-shot from CSV too
#
# What a time holds. One-shot: from a file in the page cache (an archive,
# protobuf rows, Parquet or CSV) to the answers for all VMs and all groups at one
# moment; parsing, loading and indexing are in it, freeing memory and writing the
# files are not. Warm: one question over all VMs (in random order) or all groups,
# with everything loaded; listing common lines beforehand is not in it. Sweep:
# 1,000 moments over all VMs; SeriesSweep and the ASOF JOIN are given all moments
# at once and may answer in any order, all others are asked moment by moment, and
# an engine that is asked about fewer is scaled up.
# The world has no exclusions and no cleanliness, as no rival knows of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly duckdb_version=1.5.6-r.1
readonly build=build/peers
readonly modules=$build/duckdb-$duckdb_version
vms=10000
repetitions=5
threads='1 2'

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

while (( $# > 0 )); do
  case "$1" in
    --vms) vms=$2; shift ;;
    --repetitions) repetitions=$2; shift ;;
    --threads) threads=$2; shift ;;
    --csv) export RECOVERYLINE_PEERS_CSV=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
vms=$(( vms < 8 ? 8 : vms / 8 * 8 ))
readonly world=$build/world
readonly peers=$build/bench/peers

# Runs a step, whose output goes to a log; shows it where the step fails.
quietly() {
  local log=$build/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 40 "$log" >&2
    echo "It failed; $log has all of it." >&2
    exit 1
  }
}

build_peers() {
  cmake --preset peers
  cmake --build --preset peers --target peers_all
}

install_duckdb() {
  [[ -d $modules/node_modules/@duckdb/node-api ]] ||
    npm install --prefix "$modules" --no-save --no-audit --no-fund \
      --loglevel=error "@duckdb/node-api@$duckdb_version"
}

# Runs a peer with `$1` threads on as many processors, the last ones, and keeps
# what it prints.
measure() {
  local count=$1 name=$2 last
  shift 2
  last=$(( $(nproc) - 1 ))
  echo "  $name, threads: $count" >&2
  taskset -c "$(( last - count + 1 ))-$last" "$@" "$vms" "$repetitions" \
    "$count" >"$build/$name-$count.tsv"
  measured+=("$build/$name-$count.tsv")
}

tools/packages.sh peers
mkdir -p "$build" "$world"
echo "Building into $build" >&2
quietly build build_peers
quietly npm install_duckdb

echo "Writing $vms VMs to $world" >&2
"$peers/peers_export_world" "$world" "$vms"
node bench/peers/duckdb.mjs "$modules" "$world" parquet
cat "$world"/* >/dev/null  # into the page cache

measured=()
for count in $threads; do
  if (( count > $(nproc) )); then
    echo "left out: $count threads on $(nproc) processors" >&2
    continue
  fi
  for peer in recoveryline sorted_vector ordered_map boost_icl sqlite; do
    # One connection is one thread.
    [[ $peer == sqlite ]] && (( count > 1 )) && continue
    measure "$count" "$peer" "$peers/peers_$peer" "$world"
  done
  measure "$count" duckdb node bench/peers/duckdb.mjs "$modules" "$world"
done

node bench/peers/table.mjs "$vms" "${measured[@]}" | tee "$build/table.md"
