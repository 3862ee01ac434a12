#!/bin/sh
# The programs of a site that is a directory of files; README.md says what is
# expected of them. Each is a link to this one, and acts by its own name.
#
# SAMPLE_SITE     the directory, made by ../make_site.sh
# SAMPLE_SECONDS  how long an effect takes; none unless given
#
# An effect is one line more in the ledger of a VM. What comes before it can be
# done again; what comes after it can be left out.
set -eu
export LC_ALL=C

tab=$(printf '\t')
site=${SAMPLE_SITE:?is not set: the directory of the site}
program=${0##*/}

# Ends without an effect.
refuse() {
  echo "$1"
  exit 65
}

# The text in field `$1` of the call.
field() {
  printf '%s\n' "$call" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'
}

# An id as the name of a file.
file_name() {
  printf '%s\n' "$1" | sed 's/%/%25/g; s,/,%2F,g; s/\./%2E/g'
}

# Where the VM in `$vm` stands: sets state, source, power and point.
look() {
  IFS=$tab read -r _ state source power point _ <<END
$(tail -n 1 "$vm/ledger")
END
}

report() {
  printf '{"state":"%s","message":"%s","recoveryPointId":"%s"}\n' "$1" "$2" "$3"
}

# Whether the ledger has the effect of this call.
is_in_ledger() {
  cut -f 6 "$vm/ledger" | grep -qxF -e "$key"
}

# Keeps the report in `$1` for good: all of it or nothing, power cut or not.
keep() {
  printf '%s\n' "$1" >"$kept.new"
  sync "$kept.new"
  mv "$kept.new" "$kept"
  sync "$site/keys"
}

# Ends the call: how, what for people, from which point the VM runs.
end() {
  keep "$(report "$@")"
  cat "$kept"
  exit 0
}

# At the end of a program that may have had an effect: read is asked.
doubt() {
  if [ $? -ne 0 ]; then
    report UNKNOWN "it failed half way" ""
    exit 0
  fi
}

# --- What has no effect ---

describe_vm() {
  look
  protection=FAILED_OVER allowed='"COMMIT","CHANGE_POINT","CANCEL"' points=
  case $state in
    protected) protection=REPLICATING allowed='"FAIL_OVER"' ;;
    committed) allowed='"REPROTECT"' ;;
  esac
  # A commit deletes them, whether it came to that or not.
  if [ "$state" != committed ] && [ -e "$vm/points" ]; then
    points=$(paste -s -d , "$vm/points")
  fi
  about=$(cat "$vm/about")
  printf '{"vm":%s,"protectionState":"%s","recoveryPoints":[%s]},' \
    "${about%\}}" "$protection" "$points"
  printf '"pointChoice":"BY_ID","allowedActions":[%s],"groupVmIds":%s' \
    "$allowed" "$(cat "$vm/group")"
  [ ! -e "$site/separate-start" ] || printf ',"separateStart":true'
  printf '}'
}

# More than was asked for does no harm.
describe() {
  separator=
  printf '{"vms":['
  for vm in "$site"/vms/*; do
    printf '%s' "$separator"
    describe_vm
    separator=,
  done
  printf ']}\n'
}

verify() {
  look
  up=false off=false
  [ "$power" = down ] || up=true
  [ "$source" = on ] || off=true
  printf '{"vmUp":%s,"sourceOff":%s,"recoveryPointId":"%s"}\n' \
    "$up" "$off" "${point#-}"
}

# Who acts holds the lock of the VM, and loses it when killed.
answer_read() {
  exec 9>>"$vm/lock"
  if ! flock -n 9; then
    report RUNNING "" ""
  elif [ ! -e "$kept" ]; then
    report NOT_BEGUN "" ""
  elif ! grep -q '^{"state":"RUNNING"' "$kept"; then
    cat "$kept"
  elif is_in_ledger; then
    look
    report DONE "" "${point#-}"
  else
    report NOT_BEGUN "killed before it had an effect" ""
  fi
}

# --- What has one ---

# Fails unless the VM is in one of the states named.
needs() {
  for allowed in "$@"; do
    [ "$state" != "$allowed" ] || return 0
  done
  end FAILED "the VM is $state" "${point#-}"
}

needs_point() {
  grep -qF -e "{\"id\":\"$1\"" "$vm/points" || end FAILED "there is no such point" ""
}

# What the next line of the ledger says; fails where the action is not allowed.
decide() {
  wanted=$(field recoveryPointId)
  case $program in
    fail-over)
      needs protected
      needs_point "$wanted"
      state=failed-over power=up point=$wanted
      [ ! -e "$site/separate-start" ] || power=down
      [ "$(field purpose)" = TEST ] || source=off
      ;;
    start)
      needs failed-over
      power=up
      ;;
    change-point)
      needs failed-over
      needs_point "$wanted"
      point=$wanted
      ;;
    commit)
      needs failed-over
      state=committed
      ;;
    cancel)
      needs failed-over protected
      state=protected source=on power=down point=-
      ;;
    reprotect)
      needs committed
      state=protected source=on power=down point=-
      ;;
    quiesce)
      needs protected
      source=off
      ;;
  esac
}

# What can be done again: nobody sees it before the effect.
prepare() {
  [ "$program" = reprotect ] || return 0
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  printf '{"id":"first-%s","captureTime":"%s","consistency":"%s","consistencyMarker":"%s"}\n' \
    "$now" "$now" CRASH_CONSISTENT reprotected >"$vm/points"
}

act() {
  exec 9>>"$vm/lock"
  flock 9
  look
  # How a call has ended stays so, whoever begins it again.
  if [ -e "$kept" ] && ! grep -q '^{"state":"RUNNING"' "$kept"; then
    cat "$kept"
    exit 0
  fi
  if is_in_ledger; then
    end DONE "" "${point#-}"
  fi
  if [ "$program" = reprotect ] && [ ! -e "$vm/agent" ]; then
    echo "no agent has registered"
    exit 75
  fi
  decide
  keep "$(report RUNNING "" "")"
  prepare
  [ -z "${SAMPLE_SECONDS:-}" ] || sleep "$SAMPLE_SECONDS" 9>&-
  trap doubt EXIT
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' \
    "$program" "$state" "$source" "$power" "$point" "$key" >>"$vm/ledger"
  sync "$vm/ledger"
  [ "$program" != commit ] || rm -f "$vm/points"
  end DONE "" "${point#-}"
}

[ -d "$site/vms" ] || refuse "$site is no site"
call=$(cat)
if [ "$program" = describe ]; then
  describe
  exit 0
fi
case $call in
  *\\*) refuse "an id with a quote or a backslash" ;;
esac
key=$(field key)
kept="$site/keys/$(file_name "$key")"
vm="$site/vms/$(file_name "$(field vmId)")"
[ -e "$vm/ledger" ] || refuse "the site does not know the VM"
case $program in
  verify) verify ;;
  read) answer_read ;;
  fail-over | start | change-point | commit | cancel | reprotect | quiesce)
    act
    ;;
  *) refuse "there is no action $program" ;;
esac
