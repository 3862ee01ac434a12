#!/bin/sh
# Captures a recovery point of every VM of such a site that is protected, as
# replication would: all at one instant, with one marker.
#
#   tools/sample/sites/capture_points.sh DIR
set -eu
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -d "$1/vms" ]; then
  echo "usage: $0 DIR" >&2
  exit 64
fi
now=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
for vm in "$1"/vms/*; do
  [ "$(tail -n 1 "$vm/ledger" | cut -f 2)" = protected ] || continue
  printf '{"id":"%s","captureTime":"%s","consistency":"%s","consistencyMarker":"%s"}\n' \
    "captured-$now" "$now" APPLICATION_CONSISTENT "captured-$now" \
    >>"$vm/points"
done
