// NearWords: did you mean?
//
//   NearWords words("wbe-1");
//   for (absl::string_view name : names) words.Consider(name);
//   words.Nearest();                         // {"web-1"}
//
// Near are words that differ by a third of the letters at most (added,
// dropped, changed, or swapped with their neighbour), case aside.
//
// Cost: Consider O(length^2) for words of like length, else nothing.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_NEAR_WORDS_H_
#define RECOVERYLINE_TOOLS_RLINE_NEAR_WORDS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline {

class NearWords {
 public:
  static constexpr size_t kMost = 3;

  explicit NearWords(absl::string_view wanted);

  void Consider(absl::string_view word);

  // At most kMost of the words considered, the nearest first.
  std::vector<std::string> Nearest() const;

 private:
  std::string wanted_;
  size_t furthest_;
  std::vector<std::pair<size_t, std::string>> near_;
};

// "; did you mean a or b?", or nothing.
std::string DidYouMean(const std::vector<std::string>& near);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_NEAR_WORDS_H_
