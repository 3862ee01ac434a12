#!/usr/bin/env bash
# Everything that must hold before a change is accepted.
#
#   tools/check.sh               # all steps but the last five, in this order:
#   tools/check.sh packages      # what the other steps need, installed if root
#   tools/check.sh format        # clang-format finds nothing to change
#   tools/check.sh layers        # who includes and links whom; names; sizes
#   tools/check.sh buf           # the protos pass buf lint
#   tools/check.sh gcc           # release build and all tests
#   tools/check.sh bench         # each benchmark once, on a tiny world
#   tools/check.sh dev           # ASan + UBSan build and all tests
#   tools/check.sh clang         # the other compiler
#   tools/check.sh tidy          # clang-tidy; needs the build of step clang
#   tools/check.sh slurm         # shards under a real Slurm, which it installs
#   tools/check.sh sdk           # the Azure SDK against the fake service
#   tools/check.sh ansible       # a failover by Ansible, which it installs
#   tools/check.sh report        # rline report in Chromium, which it installs
#   tools/check.sh -k [STEP...]  # goes on after a step that failed
#
# Several steps may be named. Exits 0 when each step passed, else 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly default_steps=(packages format layers buf gcc bench dev clang)
readonly buf_version=1.75.0
readonly sdk_version=5.1.0
readonly skipped=77  # what a step returns that could not run

sources() {
  find engine tools tests bench \( -name '*.h' -o -name '*.cc' \) -type f |
    LC_ALL=C sort
}

step_packages() {
  tools/packages.sh all
}

step_format() {
  sources | xargs clang-format --dry-run -Werror
}

step_layers() {
  tools/check_layers.sh
}

step_buf() {
  if ! command -v npm >/dev/null; then
    echo "npm is not there, and buf comes with it"
    [[ -z "${CI:-}" ]] || return 1
    return "$skipped"
  fi
  local cache="build/buf-$buf_version"
  if [[ ! -x "$cache/node_modules/.bin/buf" ]]; then
    mkdir -p "$cache"
    npm install --prefix "$cache" --no-save --no-audit --no-fund \
      --loglevel=error "@bufbuild/buf@$buf_version"
  fi
  "$cache/node_modules/.bin/buf" lint proto
}

# Configures and builds the preset `$1`.
build() {
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || {
    cat "build/$1.configure.log"
    return 1
  }
  cmake --build --preset "$1" --parallel 2
}

# Runs the tests of the preset `$1`. What they print holds no token of theirs.
run_tests() {
  ctest --preset "$1" --no-tests=error
  if grep -nE 'sentinel-|fake-token' "build/$1/Testing/Temporary/LastTest.log"
  then
    echo "a test has printed a token"
    return 1
  fi
}

step_gcc() {
  build release
  run_tests release
}

step_bench() {
  build release
  local count=0 bench log
  for bench in build/release/bench/*_bench; do
    log="build/$(basename "$bench").log"
    if ! RECOVERYLINE_BENCH_VMS=16 "$bench" --benchmark_min_time=0.001 \
      >"$log" 2>&1 || grep -q 'ERROR OCCURRED' "$log"; then
      cat "$log"
      return 1
    fi
    count=$((count + 1))
  done
  (( count > 0 ))
  echo "$count benchmarks ran"
}

step_dev() {
  build dev
  UBSAN_OPTIONS=print_stacktrace=1 run_tests dev
}

step_clang() {
  build clang
}

step_tidy() {
  build clang
  # The peers are built only by bench/peers/run.sh.
  sources | grep '\.cc$' | grep -v '^bench/peers/' |
    xargs -P 2 -n 4 clang-tidy --quiet -p build/clang 2>/dev/null
}

step_slurm() {
  if (( EUID != 0 )); then
    echo "Slurm's daemons need root here"
    return "$skipped"
  fi
  tools/packages.sh slurm
  build release
  tests/slurm/slurm_test.sh build/release/tools/rline
}

step_sdk() {
  if ! command -v npm >/dev/null; then
    echo "npm is not there, and the SDK comes with it"
    [[ -z "${CI:-}" ]] || return 1
    return "$skipped"
  fi
  local cache=build/sdk server=build/release/tests
  local sdk=@azure/arm-recoveryservices-siterecovery
  if ! grep -qs "\"version\": \"$sdk_version\"" \
    "$cache/node_modules/$sdk/package.json"; then
    mkdir -p "$cache"
    npm install --prefix "$cache" --no-save --no-audit --no-fund \
      --loglevel=error "$sdk@$sdk_version"
  fi
  local target
  cmake --preset release >build/release.configure.log 2>&1 || {
    cat build/release.configure.log
    return 1
  }
  for target in fake_arm_server asr_bodies; do
    cmake --build --preset release --target "$target"
  done
  export NODE_PATH="$PWD/$cache/node_modules"
  node tests/sdk/drive_fake.js "$server/fake_arm_server" "$cache"
  node tests/sdk/compare_test.js "$cache"
  # Each request of ours, against what the SDK sends for the same call.
  "$server/asr_bodies" | sort -u >"$cache/ours.jsonl"
  node tests/sdk/compare_requests.js "$cache/ours.jsonl" "$cache/requests.json"
}

step_ansible() {
  if (( EUID != 0 )) && ! command -v ansible-playbook >/dev/null; then
    echo "Ansible is not there, and only root can install it"
    return "$skipped"
  fi
  (( EUID != 0 )) || tools/packages.sh ansible
  cmake --preset release >build/release.configure.log 2>&1 || {
    cat build/release.configure.log
    return 1
  }
  cmake --build --preset release --parallel 2 --target rline
  tests/ansible/ansible_test.sh build/release/tools/rline
}

step_report() {
  if (( EUID != 0 )) && ! command -v chromium >/dev/null; then
    echo "Chromium is not there, and only root can install it"
    return "$skipped"
  fi
  (( EUID != 0 )) || tools/packages.sh report
  cmake --preset release >build/release.configure.log 2>&1 || {
    cat build/release.configure.log
    return 1
  }
  cmake --build --preset release --parallel 2 --target rline
  tests/report/report_test.sh build/release/tools/rline build/report
}

# Runs step `$1`; its result is in `result`.
run() {
  local started=$SECONDS
  printf '\n== %s\n' "$1"
  set +e
  (set -e; "step_$1") </dev/null
  result=$?
  set -e
  case "$result" in
    0) passed+=("$1"); echo "== $1 passed ($((SECONDS - started)) s)" ;;
    "$skipped") left_out+=("$1"); echo "== $1 SKIPPED" ;;
    *) failed+=("$1"); echo "== $1 FAILED ($((SECONDS - started)) s)" ;;
  esac
}

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

steps=()
keep_going=false
for argument in "$@"; do
  case "$argument" in
    -k) keep_going=true ;;
    -h | --help) usage; exit 0 ;;
    all) steps+=("${default_steps[@]}") ;;
    *)
      if ! declare -F "step_$argument" >/dev/null; then
        usage >&2
        exit 64
      fi
      steps+=("$argument")
      ;;
  esac
done
(( ${#steps[@]} > 0 )) || steps=("${default_steps[@]}")

mkdir -p build
passed=() failed=() left_out=()
for step in "${steps[@]}"; do
  run "$step"
  if (( ${#failed[@]} > 0 )) && ! "$keep_going"; then
    break
  fi
done
summary="${#passed[@]} passed, ${#failed[@]} failed"
(( ${#left_out[@]} == 0 )) || summary+=", ${#left_out[@]} skipped (${left_out[*]})"
printf '\n%s in %d s\n' "$summary" "$SECONDS"
if (( ${#failed[@]} > 0 )); then
  echo "failed: ${failed[*]}"
  exit 1
fi
