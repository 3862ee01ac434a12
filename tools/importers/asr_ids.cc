#include "tools/importers/asr_ids.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/importers/asr_fields.h"

namespace recoveryline::asr {
namespace {

using Ladders = std::vector<std::vector<std::string>>;

// Ids that were given out, lower-case.
using Taken = std::set<std::string>;

const std::string& Rung(const std::vector<std::string>& ladder, size_t level) {
  return ladder[std::min(level, ladder.size() - 1)];
}

// Whether the names at `level` tell `sharers` apart, from each other and from
// all ids given out.
bool TellApart(const Ladders& ladders, const std::vector<size_t>& sharers,
               size_t level, const Taken& taken) {
  Taken names;
  for (size_t i : sharers) {
    const std::string& name = Rung(ladders[i], level);
    const std::string key = absl::AsciiStrToLower(name);
    if (name.size() > kMaxIdBytes || taken.count(key) > 0 ||
        !names.insert(key).second) {
      return false;
    }
  }
  return true;
}

size_t HighestLevel(const Ladders& ladders,
                    const std::vector<size_t>& sharers) {
  size_t highest = 0;
  for (size_t i : sharers) highest = std::max(highest, ladders[i].size() - 1);
  return highest;
}

// "machine-1", "machine-2", ...: the first that is free.
std::string SpareId(absl::string_view noun, const Taken& taken) {
  for (int i = 1;; ++i) {
    std::string id = absl::StrCat(noun, "-", i);
    if (taken.count(id) == 0) return id;
  }
}

std::string NoteOf(absl::string_view noun, size_t count,
                   const std::string& name,
                   const std::vector<std::string>& chosen) {
  const std::string ids = absl::StrCat(
      "called \"", absl::StrJoin(chosen, "\", \""), "\" in what was imported.");
  if (count == 1) {
    return absl::StrCat("A ", noun, " with a name of more than ", kMaxIdBytes,
                        " bytes is ", ids);
  }
  return absl::StrCat(count, " ", noun, "s share the name \"", name,
                      "\" and are ", ids);
}

}  // namespace

std::vector<std::string> UniqueIds(const Ladders& ladders,
                                   absl::string_view noun,
                                   std::vector<std::string>* notes) {
  std::map<std::string, std::vector<size_t>> by_name;
  for (size_t i = 0; i < ladders.size(); ++i) {
    by_name[absl::AsciiStrToLower(ladders[i].front())].push_back(i);
  }
  std::vector<std::string> ids(ladders.size());
  Taken taken;
  for (const auto& [name, sharers] : by_name) {
    if (!TellApart(ladders, sharers, 0, taken)) continue;
    ids[sharers.front()] = ladders[sharers.front()].front();
    taken.insert(name);
  }
  for (const auto& [name, sharers] : by_name) {
    if (!ids[sharers.front()].empty()) continue;
    const size_t highest = HighestLevel(ladders, sharers);
    size_t level = 1;
    while (level <= highest && !TellApart(ladders, sharers, level, taken)) {
      ++level;
    }
    std::vector<std::string> chosen;
    for (size_t i : sharers) {
      ids[i] =
          level <= highest ? Rung(ladders[i], level) : SpareId(noun, taken);
      taken.insert(absl::AsciiStrToLower(ids[i]));
      chosen.push_back(ids[i]);
    }
    notes->push_back(
        NoteOf(noun, sharers.size(), ladders[sharers.front()].front(), chosen));
  }
  return ids;
}

}  // namespace recoveryline::asr
