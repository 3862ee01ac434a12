#!/bin/sh
# The programs of a site that Ansible acts on: each is a link to this one. It
# hands the call to a playbook as the variable `call`, and prints the report
# that the playbook wrote. What is expected of it: ../shell/README.md.
#
# SAMPLE_SITE     a directory made by ../make_site.sh
# SAMPLE_SECONDS  how long an effect takes; none unless given
#
# What Ansible says goes to ansible.log in the site.
set -eu
: "${SAMPLE_SITE:?is not set: the directory of the site}"

program=${0##*/}
here=$(cd "$(dirname "$0")" && pwd)
call=$(cat)

# Text in braces would be a template to Ansible, and so a program.
case $call in
  *\\* | *'{{'* | *'{%'* | *'{#'*)
    echo "an id with a quote, a backslash or a template"
    exit 65
    ;;
esac

# The text in field `$1` of the call, as the name of a file.
file_name() {
  printf '%s\n' "$call" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' |
    sed 's/%/%25/g; s,/,%2F,g; s/\./%2E/g'
}

# Who acts on a VM holds its lock; playbooks inherit it.
vm="$SAMPLE_SITE/vms/$(file_name vmId)"
case $program in
  describe | verify) playbook=$program.yml ;;
  read)
    playbook=read.yml
    exec 9>>"$vm/lock"
    if ! flock -n 9; then
      echo '{"state":"RUNNING"}'
      exit 0
    fi
    ;;
  *)
    playbook=act.yml
    exec 9>>"$vm/lock"
    flock 9
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '{"call":%s}\n' "$call" >"$work/call.json"
export LC_ALL=C.UTF-8 ANSIBLE_NOCOWS=1 ANSIBLE_RETRY_FILES_ENABLED=0
export VM_FOLDER="$vm" PROGRAM="$program" REPORT_FILE="$work/report"
KEY_FILE="$SAMPLE_SITE/keys/$(file_name key)"
export KEY_FILE

# Whether playbook `$1` made a report.
play() {
  ansible-playbook --inventory localhost, --connection local \
    --extra-vars "@$work/call.json" "$here/$1" \
    >>"$SAMPLE_SITE/ansible.log" 2>&1 || true
  [ -s "$work/report" ]
}

if play "$playbook"; then
  cat "$work/report"
elif [ "$playbook" != act.yml ]; then
  echo "$playbook ended without a report: see ansible.log"
  exit 1
elif ! play read.yml; then
  echo '{"state":"UNKNOWN","message":"no report was made: see ansible.log"}'
elif grep -q NOT_BEGUN "$work/report"; then
  # Nobody else can begin it: the lock is ours. A playbook that never works is
  # not to be begun for ever.
  echo '{"state":"FAILED","message":"no report was made: see ansible.log"}' \
    >"$work/failed"
  mv "$work/failed" "$KEY_FILE"
  cat "$KEY_FILE"
else
  cat "$work/report"
fi
