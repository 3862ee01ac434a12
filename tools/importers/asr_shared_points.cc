#include "tools/importers/asr_shared_points.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/timestamps.h"

namespace recoveryline::asr {
namespace {

// What points of different machines must have in common; empty for a point
// that cannot be shared.
std::string MatchKey(SharedPointBy by, const PointRow& point) {
  switch (by) {
    case SharedPointBy::kId:
      return absl::AsciiStrToLower(point.name);
    case SharedPointBy::kTime:
      if (!point.multi_vm_flag) return "";
      return absl::StrCat("time:", FormatInstant(point.capture_time));
    case SharedPointBy::kNone:
      return "";
  }
  return "";
}

// Points of a group with one key.
struct Match {
  std::vector<PointRow*> points;
  int last_machine = -1;
  int machine_count = 0;
};

// The marker of `match`: the key, or as the points spell it the name that they
// share, the same whatever their order.
std::string MarkerOf(SharedPointBy by, const std::string& key,
                     const Match& match) {
  if (by != SharedPointBy::kId) return key;
  const PointRow* first = *std::min_element(
      match.points.begin(), match.points.end(),
      [](const PointRow* a, const PointRow* b) { return a->name < b->name; });
  return first->name;
}

// How many different markers the group's points got.
size_t MarkGroup(SharedPointBy by, const Group& group, PointTable* points) {
  std::map<std::string, Match> matches;
  for (int machine : group.machines) {
    for (PointRow& point : (*points)[machine]) {
      const std::string key = MatchKey(by, point);
      if (key.empty()) continue;
      Match& match = matches[key];
      match.points.push_back(&point);
      if (match.last_machine != machine) ++match.machine_count;
      match.last_machine = machine;
    }
  }
  size_t count = 0;
  for (auto& [key, match] : matches) {
    if (match.machine_count < 2) continue;
    ++count;
    const std::string marker = MarkerOf(by, key, match);
    for (PointRow* point : match.points) point->marker = marker;
  }
  return count;
}

std::string NoteOf(SharedPointBy by, const Group& group, size_t count) {
  const std::string subject =
      absl::StrCat("Multi-VM group \"", group.message.id(), "\": ");
  const absl::string_view like =
      by == SharedPointBy::kId
          ? "the same name"
          : "the multi-VM flag and exactly the same capture time";
  if (count == 0) {
    return absl::StrCat(subject, "no points of two machines have ", like,
                        ", so none are marked as shared.");
  }
  return absl::StrCat(subject, count,
                      " shared points were inferred: points of two machines or "
                      "more have ",
                      like, ". Azure does not document that this is so.");
}

}  // namespace

void MarkSharedPoints(SharedPointBy by, const Groups& groups,
                      PointTable* points, std::vector<std::string>* notes) {
  for (const Group& group : groups.list) {
    if (group.is_cluster || group.machines.size() < 2) continue;
    if (by == SharedPointBy::kNone) {
      notes->push_back(absl::StrCat("Multi-VM group \"", group.message.id(),
                                    "\": no points are marked as shared, as "
                                    "was asked."));
      continue;
    }
    notes->push_back(NoteOf(by, group, MarkGroup(by, group, points)));
  }
}

}  // namespace recoveryline::asr
