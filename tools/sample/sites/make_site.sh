#!/bin/sh
# Makes a site that is a directory of files, of an inventory.
#
#   rline convert inventory.json --to json | tools/sample/sites/make_site.sh DIR
#
# DIR/vms/VM/about    the VM's id and group, as JSON
#           /group    the ids of its group, itself included, as JSON
#           /points   its recovery points, a line of JSON each
#           /ledger   what was done to it, a line each: action, state, source,
#                     power, point and key; the last says where it stands
# DIR/keys            what has become of each call
#
# The indented JSON of rline is read line by line, for want of a JSON reader on
# a bare system. A text with a quote, a backslash or, what Ansible would carry
# out, a template is refused.
set -eu
export LC_ALL=C

usage() {
  echo "usage: rline convert INVENTORY --to json | $0 DIR" >&2
  exit 64
}

[ $# -eq 1 ] || usage
mkdir -p "$1"
site=$(cd "$1" && pwd)
mkdir "$site/vms" "$site/keys"
tab=$(printf '\t')

# Prints "vm NAME ABOUT GROUP" and "point NAME POINT", each between tabs.
records() {
  awk '
    function value(line) {
      sub(/^ *"[A-Za-z]*": /, "", line)
      sub(/,$/, "", line)
      return line
    }
    # As site.sh names the folder of a VM.
    function name(id) {
      gsub(/"/, "", id)
      gsub(/%/, "%25", id)
      gsub(/\//, "%2F", id)
      gsub(/\./, "%2E", id)
      return id
    }
    /\\|\{[{%#]/ {
      print "a quote, backslash or template in line " NR ": " $0 > "/dev/stderr"
      failed = 1
      exit 65
    }
    /^ "[A-Za-z]+": \[/ { list = $1; next }
    list == "\"vms\":" {
      if (/^   "id": /) id[++vms] = value($0)
      if (/^   "replicationGroupId": /) group_of[vms] = value($0)
      if (/^    \{/) point = ""
      if (/^     "/) {
        sub(/^ */, ""); sub(/,$/, ""); sub(/": /, "\":")
        point = point (point == "" ? "" : ",") $0
      }
      if (/^    \}/) print "point\t" name(id[vms]) "\t{" point "}"
    }
    list == "\"replicationGroups\":" {
      if (/^   "id": /) group = value($0)
      if (/^   "multiVmConsistency": true/) is_unit[group] = 1
    }
    END {
      if (failed) exit 65
      for (i = 1; i <= vms; ++i) {
        group = group_of[i]
        if (group in is_unit) {
          members[group] = members[group] (members[group] == "" ? "" : ",") \
                           id[i]
        }
      }
      for (i = 1; i <= vms; ++i) {
        about = "{\"id\":" id[i]
        if (group_of[i] in is_unit) {
          about = about ",\"replicationGroupId\":" group_of[i]
        }
        print "vm\t" name(id[i]) "\t" about "}\t[" members[group_of[i]] "]"
      }
    }'
}

records >"$site/records"
while IFS=$tab read -r kind name json group; do
  vm="$site/vms/$name"
  mkdir -p "$vm"
  if [ "$kind" = point ]; then
    printf '%s\n' "$json" >>"$vm/points"
  else
    printf '%s\n' "$json" >"$vm/about"
    printf '%s\n' "$group" >"$vm/group"
    printf 'SETUP\tprotected\ton\tdown\t-\t-\n' >"$vm/ledger"
  fi
done <"$site/records"
rm "$site/records"
