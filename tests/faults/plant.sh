#!/usr/bin/env bash
# Plants faults in engine/ and tools/report/, one at a time, and shows which test
# notices each.
#
#   tests/faults/plant.sh            # all of faults.txt
#   tests/faults/plant.sh 3 17       # the third and the seventeenth
#
# Works in a copy below build/, so that the tree stays as it is. Prints a line a
# fault: its number, "caught by" and the first failing test, or MISSED. Exits 0
# when each was caught.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly root="$PWD"
readonly copy="$root/build/faults/tree"
readonly out="$root/build/faults/out"
readonly limit_seconds=300  # a fault may make a search endless
readonly programs=(core_test engine_test archive_test batch_test wire_test
  failover_test report_test)

# Brings the copy to the state of the tree. Files that did not change keep
# their times, so that little is compiled again; those that did (a fault that an
# earlier run left behind) get a new one.
refresh() {
  local part=(CMakeLists.txt engine proto tools tests bench) file
  mkdir -p "$copy"
  while IFS= read -r file; do
    cmp -s "$root/$file" "$copy/$file" && continue
    mkdir -p "$(dirname "$copy/$file")"
    cp "$root/$file" "$copy/$file"
  done < <(find "${part[@]}" -type f)
  while IFS= read -r file; do
    [[ -e "$root/$file" ]] || rm "$copy/$file"
  done < <(cd "$copy" && find . -type f)
}

# Replaces the one occurrence of `$2` in file `$1` by `$3`, any white space in
# the text standing for any in the file.
break_file() {
  FILE="$1" BEFORE="$2" AFTER="$3" perl -0777 -i -pe '
    my $pattern = join("\\s+", map { quotemeta } split(/\s+/, $ENV{BEFORE}));
    my $count = () = /$pattern/g;
    die "$ENV{FILE}: the text stands there $count times\n" if $count != 1;
    s/$pattern/$ENV{AFTER}/;
  ' "$copy/$1"
}

# The first failing test of the programs; nothing where all pass.
first_failure() {
  local program status log="$out/test.log"
  for program in "${programs[@]}"; do
    status=0
    RECOVERYLINE_WORLDS=5000 RECOVERYLINE_EXHAUSTIVE_STEP=40 \
      timeout "$limit_seconds" "$out/tests/$program" --gtest_fail_fast --gtest_brief=1 \
      --gtest_filter=-'*Corruption*' >"$log" 2>&1 || status=$?
    (( status == 0 )) && continue
    grep -m1 -oE '\[  FAILED  \] [A-Za-z0-9_/.]+' "$log" | sed 's/.*\] //' ||
      echo "$program (exit $status)"
    return
  done
}

main() {
  refresh
  cmake -G Ninja -S "$copy" -B "$out" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS="-O1 -Wno-error" >/dev/null
  cmake --build "$out" -j 2 --target "${programs[@]}" >/dev/null
  local failure
  failure="$(first_failure)"
  if [[ -n "$failure" ]]; then
    echo "without any fault $failure fails"
    exit 1
  fi
  local number=0 caught=0 planted=0 file before after what
  while IFS=$'\x01' read -r file before after what; do
    number=$((number + 1))
    if (( $# > 0 )) && [[ ! " $* " == *" $number "* ]]; then continue; fi
    planted=$((planted + 1))
    break_file "$file" "$before" "$after"
    if cmake --build "$out" -j 2 --target "${programs[@]}" \
         >"$out/build.log" 2>&1; then
      failure="$(first_failure)"
    else
      echo "fault $number does not compile:"
      grep -m3 'error' "$out/build.log" || true
      exit 1
    fi
    if [[ -n "$failure" ]]; then
      caught=$((caught + 1))
      echo "$number. $what: caught by $failure"
    else
      echo "$number. $what: MISSED ($file)"
    fi
    cp "$root/$file" "$copy/$file"
  done < <(grep -vE '^(#|$)' tests/faults/faults.txt |
             sed -E 's/ *@@ */\x01/g')
  echo "$planted planted, $caught caught"
  (( caught == planted ))
}

main "$@"
