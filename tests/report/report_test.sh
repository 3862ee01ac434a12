#!/usr/bin/env bash
# Reports of 12 VMs, of 10,000 and of hostile names, opened in a real browser.
#
#   tests/report/report_test.sh RLINE OUT_DIRECTORY
#
# Screenshots and the reports are left in OUT_DIRECTORY. Exits 77 where there is
# neither Chromium nor node.
set -euo pipefail

readonly rline="$(realpath "$1")"
mkdir -p "$2"
readonly out="$(realpath "$2")"
readonly here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

for program in node "${CHROMIUM:-chromium}"; do
  command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 77; }
done

# A report may say that some VM has no point.
report() {
  local code=0
  "$rline" report "$@" || code=$?
  (( code == 0 || code == 3 ))
}

cd "$out"
rm -f ./*.png ./*.pdf ./*.html
cat >plan.textproto <<'PLAN'
id: "shop"
display_name: "Web shop, back to the primary site"
policy {
  rules { consistency: APPLICATION_CONSISTENT group_scope: COMMON }
  rules { consistency: CRASH_CONSISTENT group_scope: COMMON }
  rpo_objective { seconds: 7200 }
}
PLAN
"$rline" generate --vms 12 --group-size 4 --profile asr-pruned \
  --marker-loss 20% --seed 5 -o small.json
"$rline" generate --vms 10000 --group-size 8 --profile asr-pruned \
  --marker-loss 10% --seed 7 --format archive -o large.archive
"$rline" generate --vms 10000 --group-size 1 --points 1000 --seed 7 \
  --format archive -o lone.archive
report -i small.json -p plan.textproto --time-zone Europe/Berlin -o small.html
report -i large.archive -p plan.textproto -o large.html
report -i lone.archive -p plan.textproto -o lone.html
report -i "$here/hostile.textproto" -o hostile.html
cp small.html again.html
report -i small.json -p plan.textproto --time-zone Europe/Berlin -o again.html
cmp small.html again.html
rm -f again.html large.archive lone.archive
node "$here/open_reports.js" "$out" small.html large.html lone.html hostile.html
echo "reports open as they should; see $out"
