#!/usr/bin/env bash
# The Debian packages that recoveryline is built and checked with: one list.
#
#   tools/packages.sh build      # installs what a build lacks (as root)
#   tools/packages.sh all        # and what tools/check.sh lacks
#   tools/packages.sh peers      # what bench/peers/run.sh lacks
#   tools/packages.sh slurm      # what tools/check.sh slurm lacks
#   tools/packages.sh ansible    # what tools/check.sh ansible lacks
#   tools/packages.sh report     # what tools/check.sh report lacks
#   tools/packages.sh list       # prints all of them
#
# Without root, nothing is installed: it says what to install, and fails.
set -euo pipefail

build_packages=(
  g++ cmake ninja-build pkg-config
  libabsl-dev libprotobuf-dev protobuf-compiler
  libsimdjson-dev nlohmann-json3-dev libcli11-dev libssl-dev libsqlite3-dev
  libcurl4-openssl-dev libcpp-httplib-dev
  libgtest-dev libgmock-dev libbenchmark-dev
)
# Another npm than Debian's will do.
npm_packages=(nodejs npm ca-certificates)
peer_packages=(libboost-dev)
slurm_packages=(slurmctld slurmd slurm-client munge)
ansible_packages=(ansible-core)
# A font, or the pages have no letters.
report_packages=(chromium fonts-dejavu-core)
check_packages=(clang clang-format clang-tidy)
# Used when present, never asked for: ccache.

is_installed() {
  [[ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" == *' installed' ]]
}

# Sets `wanted` to the packages of the set named `$1`.
choose() {
  case "$1" in
    build) wanted=("${build_packages[@]}") ;;
    all)
      wanted=("${build_packages[@]}" "${check_packages[@]}")
      command -v npm >/dev/null || wanted+=("${npm_packages[@]}")
      ;;
    peers)
      wanted=("${build_packages[@]}" "${peer_packages[@]}")
      command -v npm >/dev/null || wanted+=("${npm_packages[@]}")
      ;;
    slurm) wanted=("${build_packages[@]}" "${slurm_packages[@]}") ;;
    ansible) wanted=("${build_packages[@]}" "${ansible_packages[@]}") ;;
    report)
      wanted=("${report_packages[@]}")
      command -v node >/dev/null || wanted+=("${npm_packages[@]}")
      ;;
    list) wanted=("${build_packages[@]}" "${check_packages[@]}"
                  "${peer_packages[@]}" "${slurm_packages[@]}"
                  "${ansible_packages[@]}"
                  "${report_packages[@]}" "${npm_packages[@]}") ;;
    *)
      echo "usage: tools/packages.sh build|all|peers|slurm|ansible|report|list" >&2
      exit 64
      ;;
  esac
}

choose "${1:-all}"
if [[ "${1:-all}" == list ]]; then
  printf '%s\n' "${wanted[@]}"
  exit 0
fi
if ! command -v dpkg-query >/dev/null; then
  echo "Not a Debian system: see that you have what these packages hold:" >&2
  echo "  ${wanted[*]}" >&2
  exit 0
fi
missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if (( ${#missing[@]} == 0 )); then
  exit 0
fi
if (( EUID != 0 )); then
  echo "These packages are missing. As root:" >&2
  echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "${missing[@]}" \
  </dev/null >/dev/null
