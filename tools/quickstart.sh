#!/usr/bin/env bash
# From a fresh clone to a decision: installs what the build needs (as root),
# builds rline, and chooses recovery points for the sample in tools/sample.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/packages.sh build

mkdir -p build/quickstart
log=build/quickstart/build.log
echo "Building rline into build/release (log: $log)"
{
  cmake --preset release && cmake --build --preset release --target rline
} >"$log" 2>&1 </dev/null || {
  tail -n 40 "$log" >&2
  echo "The build failed; $log has all of it." >&2
  exit 1
}

rline=build/release/tools/rline
sample=(-i tools/sample/inventory.json -p tools/sample/plan.json)
decision=build/quickstart/decision.json

"$rline" select "${sample[@]}" --format json --output "$decision"
"$rline" select "${sample[@]}" --format table
cat <<END

The same decision as JSON: $decision
Why the orders group goes back so far:
  $rline explain ${sample[*]} --group orders
What it would be to carry it out, at a simulated site:
  $rline failover start -d $decision ${sample[*]} --dry-run --format table
END
