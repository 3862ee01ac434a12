#include "tools/rline/near_words.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace recoveryline {
namespace {

// Longer words are compared by their beginning.
constexpr size_t kMostLetters = 100;

// How many letters must be added, dropped, changed or swapped with their
// neighbour to make one of the other (optimal string alignment).
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> previous(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(previous.begin(), previous.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] =
          std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(row);
  }
  return previous[b.size()];
}

}  // namespace

NearWords::NearWords(absl::string_view wanted)
    : wanted_(absl::AsciiStrToLower(wanted.substr(0, kMostLetters))),
      furthest_(std::max<size_t>(1, wanted_.size() / 3)) {}

void NearWords::Consider(absl::string_view word) {
  const size_t longer = std::max(word.size(), wanted_.size());
  const size_t shorter = std::min(word.size(), wanted_.size());
  if (longer - shorter > furthest_) return;
  const size_t distance = Distance(wanted_, absl::AsciiStrToLower(word));
  if (distance <= furthest_) near_.emplace_back(distance, word);
}

std::vector<std::string> NearWords::Nearest() const {
  std::vector<std::pair<size_t, std::string>> near = near_;
  std::sort(near.begin(), near.end());
  std::vector<std::string> words;
  for (auto& [distance, word] : near) {
    if (words.size() == kMost) break;
    if (std::find(words.begin(), words.end(), word) != words.end()) continue;
    words.push_back(std::move(word));
  }
  return words;
}

std::string DidYouMean(const std::vector<std::string>& near) {
  if (near.empty()) return "";
  return absl::StrCat("; did you mean ", absl::StrJoin(near, " or "), "?");
}

}  // namespace recoveryline
