// IdMatching: which rows of two listings mean the same thing.
//
//   const std::vector<int> matches = MatchIds(earlier.vms(), later.vms());
//
// Cost: O(rows).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ID_MATCHING_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ID_MATCHING_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"

namespace recoveryline::asr {

// Which row of `later` each row of `earlier` is, -1 for none: byte by byte,
// else case aside. No row of `later` is taken twice.
template <typename Rows>
std::vector<int> MatchIds(const Rows& earlier, const Rows& later) {
  absl::flat_hash_map<std::string, int> by_id;
  absl::flat_hash_map<std::string, int> by_folded_id;
  for (int i = 0; i < later.size(); ++i) {
    by_id.emplace(later[i].id(), i);
    by_folded_id.emplace(absl::AsciiStrToLower(later[i].id()), i);
  }
  std::vector<int> matches(earlier.size(), -1);
  absl::flat_hash_set<int> claimed;
  const auto claim = [&](const auto& index, const std::string& key, int row) {
    const auto found = index.find(key);
    if (found == index.end() || !claimed.insert(found->second).second) return;
    matches[row] = found->second;
  };
  for (int i = 0; i < earlier.size(); ++i) claim(by_id, earlier[i].id(), i);
  for (int i = 0; i < earlier.size(); ++i) {
    if (matches[i] >= 0) continue;
    claim(by_folded_id, absl::AsciiStrToLower(earlier[i].id()), i);
  }
  return matches;
}

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ID_MATCHING_H_
