// Asr ids: under which id does each resource stand in the inventory?
//
//   UniqueIds({{"db", "east/db"}, {"web", "east/web"}, {"DB", "west/DB"}},
//             "machine", &notes);   // "east/db", "web", "west/DB"
//
// Each resource offers names from the shortest to the fullest. One whose
// shortest name is its own gets that; those that share it, case aside, all
// move to the first longer form that tells them apart.
//
// Invariants:
//   (1) No two ids are equal, even where case is ignored.
//   (2) Ids are not empty and have at most kMaxIdBytes.
//   (3) The order of the resources does not matter but to the last resort,
//       "machine-1", for resources that nothing tells apart.
//
// Cost: O(n log n).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_IDS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_IDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline::asr {

// `noun` says in the notes what the resources are. REQUIRES: no ladder is
// empty, and its first name is not empty.
std::vector<std::string> UniqueIds(
    const std::vector<std::vector<std::string>>& ladders,
    absl::string_view noun, std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_IDS_H_
