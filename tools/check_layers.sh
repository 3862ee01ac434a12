#!/usr/bin/env bash
# Proves the order of the house by what its files include and link:
#
#   tools -> {batch, archive, failover} -> engine -> core
#
# Also the names and the sizes of files. Prints each breach with its line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

breaches=0
breach() {
  echo "$1"
  breaches=$((breaches + 1))
}

# Files larger than the limit, each with the reason why it may be.
declare -A large_files=(
)

# Every include of the files under `$1` (not deeper than `$2` folders) as
# FILE:LINE:NAME, a system header's name in angle brackets.
includes() {
  [[ -d "$1" ]] || return 0
  find "$1" -maxdepth "$2" \( -name '*.h' -o -name '*.cc' \) -type f \
    -exec grep -HnE '^[[:space:]]*#[[:space:]]*include' {} + |
    sed -E 's/#[[:space:]]*include[[:space:]]*//; s/"([^"]*)".*/\1/;
            s/(<[^>]*>).*/\1/'
}

# Of those includes, each must match the regular expression `$3`.
only() {
  local line
  while IFS= read -r line; do
    breach "$line: $4"
  done < <(includes "$1" "$2" | grep -vE ":($3)\$" || true)
}

# Of those includes, none may match `$3`.
never() {
  local line
  while IFS= read -r line; do
    breach "$line: $4"
  done < <(includes "$1" "$2" | grep -E ":($3)\$" || true)
}

# The libraries that the target `$2` links, by the CMakeLists.txt in `$1`.
linked() {
  sed 's/#.*//' "$1/CMakeLists.txt" | tr '\n' ' ' | tr -s ' ' |
    grep -oE "target_link_libraries\( ?$2 [^)]*\)" |
    sed -E 's/^[^ ]* ?[^ ]* //; s/\)$//' | tr ' ' '\n' |
    grep -vE '^(PUBLIC|PRIVATE|INTERFACE|)$' || true
}

# Each library that the target links must match `$3`.
links_only() {
  local library found=false
  while IFS= read -r library; do
    found=true
    [[ "$library" =~ ^($3)$ ]] || breach "$1/CMakeLists.txt: $2 links $library"
  done < <(linked "$1" "$2")
  "$found" || breach "$1/CMakeLists.txt: no target $2"
}

check_core() {
  local pure='<(algorithm|array|bit|cassert|compare|concepts|cstddef|cstdint'
  pure+='|cstring|functional|iterator|limits|memory|numeric|optional|queue'
  pure+='|span|tuple|type_traits|utility|variant|vector|immintrin.h)>'
  only engine/core 9 \
    "$pure|engine/core/.*|absl/(container|types|algorithm|base|numeric)/.*" \
    'core is pure: std containers, Abseil containers and core alone'
  links_only engine recoveryline_core 'recoveryline_options|absl::(flat_hash_map|flat_hash_set|inlined_vector|fixed_array|btree|span|algorithm_container|core_headers|bits)'
}

check_engine() {
  never engine 9 '(tools|tests|bench)/.*' 'the engine knows none of its users'
  never engine 1 'engine/(archive|batch|failover)/.*' \
    'engine/ lies below archive, batch and failover'
  never engine/failover 9 'engine/core/.*' 'the driver never selects'
  never engine 1 '<(chrono|thread|iostream|fstream|ctime|time.h|random)>' \
    'clocks, sleeps, files and chance stop at tools/'
  never engine/failover 9 '<(chrono|thread|ctime|time.h)>' \
    'clocks and sleeps are injected'
  local folder
  for folder in core archive wire batch; do
    never "engine/$folder" 9 '<sqlite3.h>' 'only a run is logged in SQLite'
  done
  never engine 1 '<sqlite3.h>' 'only a run is logged in SQLite'
  links_only engine recoveryline_engine \
    'recoveryline_(core|proto|options)|absl::.*|protobuf::libprotobuf'
  links_only engine recoveryline_wire \
    'recoveryline_archive|absl::.*'
  links_only engine recoveryline_batch \
    'recoveryline_engine|absl::.*|Threads::Threads'
  links_only engine recoveryline_failover \
    'recoveryline_(proto|options)|absl::.*|SQLite::SQLite3'
  links_only proto recoveryline_proto 'protobuf::libprotobuf'
}

check_users() {
  never tools 9 '(tests|bench)/.*' 'tools know neither tests nor benches'
  never bench 9 'tests/.*' 'benches do not lean on tests'
  never tests/core 9 '(tools|bench)/.*|recoveryline/v1/.*' \
    'tests of core need core alone'
}

# The second opinions share no code with their subject.
check_independence() {
  local line
  while IFS= read -r line; do
    breach "$line: the reference shares no code with the engine"
  done < <(includes tests/reference 1 |
             grep -vE '^tests/reference/[a-z_]*(_test\.cc|compare\.(h|cc)):' |
             grep -E ':engine/.*$' || true)
  while IFS= read -r line; do
    breach "$line: the checker shares no code with the selector"
  done < <(includes engine/core 1 |
             grep -E '^engine/core/(selection_checker|point_judge|line_survey)\.(h|cc):' |
             grep -E ':engine/core/(selector|candidates|common_line|blocking)\.h$' ||
             true)
}

check_names() {
  local file
  while IFS= read -r file; do
    breach "$file: a name that says nothing"
  done < <(find engine tools tests bench proto -type f \
             \( -name '*.h' -o -name '*.cc' -o -name '*.proto' \) |
             grep -E '(^|[/_])(util|utils|common|helper|helpers|misc|base|manager|handler)\.[a-z]+$' || true)
}

check_sizes() {
  local file limit lines
  while IFS= read -r file; do
    case "$file" in
      tests/*.cc) limit=700 ;;
      *.h) limit=150 ;;
      *) limit=400 ;;
    esac
    lines=$(wc -l <"$file")
    if (( lines > limit )) && [[ -z "${large_files[$file]:-}" ]]; then
      breach "$file: $lines lines, at most $limit"
    fi
  done < <(find engine tools tests bench \( -name '*.h' -o -name '*.cc' \) \
             -type f | LC_ALL=C sort)
}

check_core
check_engine
check_users
check_independence
check_names
check_sizes
if (( breaches > 0 )); then
  echo "$breaches breaches"
  exit 1
fi
echo "every layer keeps to itself"
