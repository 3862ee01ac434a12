#!/usr/bin/env bash
# A failover by Ansible, with rline and playbooks killed in it; the ledger of the
# site must have each effect once.
#
#   tests/ansible/ansible_test.sh RLINE
#
# Exits 77 where Ansible is not installed.
set -euo pipefail

rline="$(realpath "$1")"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
readonly rline root
readonly programs="$root/tools/sample/sites/ansible"

command -v ansible-playbook >/dev/null || { echo "no Ansible"; exit 77; }

dir="$(mktemp -d /tmp/rline_ansible.XXXXXX)"
readonly dir
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export HOME="$dir" SAMPLE_SITE="$dir/site"

fail() {
  echo "FAILED: $1"
  "$rline" failover status --run run.db --format table || true
  cat site/vms/*/ledger
  tail -n 40 site/ansible.log
  exit 1
}

# Runs rline failover, which must end with code `$1`.
expect() {
  local wanted="$1" code=0
  shift
  "$rline" failover "$@" --format json >out.json 2>err || code=$?
  (( code == wanted )) || { cat err; fail "$1: exit code $code, not $wanted"; }
}

# Until the command succeeds, for `$1` seconds at most.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    (( SECONDS < end )) || fail "never: $*"
    sleep 0.1
  done
}

# Each VM's ledger has exactly the actions named.
ledgers_have() {
  local ledger
  for ledger in site/vms/*/ledger; do
    [[ "$(cut -f 1 "$ledger" | tr '\n' ' ')" == \
       "$(printf '%s ' SETUP "$@")" ]] ||
      fail "$ledger is not $*"
  done
}

make_site() {
  rm -rf site run.db run.db-*
  "$rline" convert inventory.json --to json |
    "$root/tools/sample/sites/make_site.sh" site
}

digest() {
  sha256sum <decision.json | cut -d ' ' -f 1
}

readonly start=(start --run run.db -d decision.json -p plan.json
  --not-after 2100-01-01T00:00:00Z --poll 500ms
  --site exec --site-option "folder=$programs")

cat >inventory.json <<'JSON'
{"asOfTime": "2026-03-01T12:00:00Z",
 "vms": [
  {"id": "db", "replicationGroupId": "shop", "protectionState": "REPLICATING",
   "recoveryPoints": [
    {"id": "d/1", "captureTime": "2026-03-01T10:00:00Z",
     "consistency": "APPLICATION_CONSISTENT", "consistencyMarker": "m1"},
    {"id": "d/2", "captureTime": "2026-03-01T11:00:00.000000005Z",
     "consistency": "APPLICATION_CONSISTENT", "consistencyMarker": "m2"}]},
  {"id": "web/1", "replicationGroupId": "shop", "protectionState": "REPLICATING",
   "recoveryPoints": [
    {"id": "w1", "captureTime": "2026-03-01T10:00:00Z",
     "consistency": "APPLICATION_CONSISTENT", "consistencyMarker": "m1"},
    {"id": "w2", "captureTime": "2026-03-01T11:00:00Z",
     "consistency": "APPLICATION_CONSISTENT", "consistencyMarker": "m2"}]}],
 "replicationGroups": [{"id": "shop", "multiVmConsistency": true,
                        "expectedVmIds": ["db", "web/1"]}]}
JSON
echo '{"id": "shop", "bootGroups": [{"id": "all", "vmIds": ["db", "web/1"]}],
  "policy": {"option": "LATEST_MULTI_VM_APP_CONSISTENT"}}' >plan.json
"$rline" select -i inventory.json -p plan.json --format json -o decision.json \
  --option latest-app-consistent
"$rline" select -i inventory.json -p plan.json --format json -o older.json \
  --option latest-app-consistent --target-time 2026-03-01T10:30:00Z

echo "the whole of it"
make_site
expect 7 "${start[@]}"
ledgers_have fail-over
expect 7 change-point --run run.db -d older.json -p plan.json --poll 500ms \
  --not-after 2100-01-01T00:00:00Z
grep -q 'change-point.*d/1' site/vms/db/ledger || fail "another point"
expect 0 commit --run run.db --approve "$(sha256sum <older.json | cut -d ' ' -f 1)" --poll 500ms
expect 8 reprotect --run run.db --poll 500ms --deadline 1s
ledgers_have fail-over change-point commit
touch site/vms/db/agent site/vms/web%2F1/agent
expect 0 reprotect --run run.db --poll 500ms
grep -q '"PROTECTED"' out.json || fail "not protected"
ledgers_have fail-over change-point commit reprotect

echo "taken back"
make_site
expect 7 "${start[@]}"
expect 0 cancel --run run.db --poll 500ms
ledgers_have fail-over cancel

echo "a playbook that does not work is not begun for ever"
make_site
cp -r "$programs" broken
echo "- nonsense: : :" >broken/effects/fail-over.yml
expect 1 "${start[@]/#folder=*/folder=$dir/broken}"
ledgers_have
cp "$programs/effects/fail-over.yml" broken/effects
expect 7 "${start[@]}"
ledgers_have fail-over

# Both calls are noted.
have_begun() {
  (( $(find site/keys -size +0 -name '*%2F1' | wc -l) == 2 ))
}

# With effects that take `$1` seconds.
begin_slowly() {
  make_site
  SAMPLE_SECONDS="$1" "$rline" failover "${start[@]}" >out.json 2>err &
  await 60 have_begun
}

# The programs that process `$1` has started, each a process group.
read_children() {
  # The file ends without a newline.
  read -r -a children <"/proc/$1/task/$1/children" || true
  (( ${#children[@]} == 2 )) || fail "${#children[@]} programs run, not 2"
}

echo "rline killed, playbooks go on"
begin_slowly 5
kill -KILL $!
{ wait $!; } 2>/dev/null || true
expect 7 resume --run run.db --poll 500ms
ledgers_have fail-over

echo "rline and playbooks killed, before their effect"
begin_slowly 600
read_children $!
kill -KILL $!
for child in "${children[@]}"; do kill -KILL -- "-$child"; done
{ wait $!; } 2>/dev/null || true
ledgers_have
expect 7 resume --run run.db --poll 500ms
ledgers_have fail-over

echo "playbooks killed alone, before their effect: rline begins them again"
begin_slowly 5
read_children $!
for child in "${children[@]}"; do kill -KILL -- "-$child"; done
code=0
wait $! || code=$?
(( code == 7 )) || fail "start: exit code $code, not 7"
ledgers_have fail-over

expect 0 commit --run run.db --approve "$(digest)" --poll 500ms
ledgers_have fail-over commit
echo "each effect once"
