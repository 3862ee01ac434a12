#include "tools/importers/asr_shared_points.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline::asr {
namespace {

constexpr char kTimePrefix[] = "time:";

// What points of different machines must have in common; empty for a point
// that cannot be shared.
std::string KeyOfListed(SharedPointBy by, const v1::RecoveryPoint& point,
                        bool multi_vm_flag) {
  switch (by) {
    case SharedPointBy::kId:
      return absl::AsciiStrToLower(point.id());
    case SharedPointBy::kTime:
      if (!multi_vm_flag) return "";
      return absl::StrCat(kTimePrefix, FormatTimestamp(point.capture_time()));
    case SharedPointBy::kNone:
      return "";
  }
  return "";
}

// The same for a point that the listing lacks.
std::string KeyOfKept(SharedPointBy by, const v1::RecoveryPoint& point) {
  const std::string& marker = point.consistency_marker();
  switch (by) {
    case SharedPointBy::kId:
      return IsTimeMarker(marker) ? "" : absl::AsciiStrToLower(marker);
    case SharedPointBy::kTime:
      return IsTimeMarker(marker) ? marker : "";
    case SharedPointBy::kNone:
      return "";
  }
  return "";
}

// Points of a group with one key.
struct Match {
  std::vector<v1::RecoveryPoint*> listed;
  // The markers of those that the listing lacks.
  std::set<std::string> kept_markers;
  const v1::Vm* last_vm = nullptr;
  int vm_count = 0;
};

// The marker of `match`: the key, or as the points spell it the name that they
// share, the same whatever their order.
std::string MarkerOf(SharedPointBy by, const std::string& key,
                     const Match& match) {
  if (!match.kept_markers.empty()) return *match.kept_markers.begin();
  if (by != SharedPointBy::kId) return key;
  return (*std::min_element(
              match.listed.begin(), match.listed.end(),
              [](const auto* a, const auto* b) { return a->id() < b->id(); }))
      ->id();
}

void AddMatches(SharedPointBy by, const VmReading* reading, v1::Vm* vm,
                std::map<std::string, Match>* matches) {
  for (v1::RecoveryPoint& point : *vm->mutable_recovery_points()) {
    bool is_listed = false;
    bool flag = false;
    if (reading != nullptr) {
      const auto found = reading->multi_vm_flags.find(point.id());
      is_listed = found != reading->multi_vm_flags.end();
      flag = is_listed && found->second;
    }
    const std::string key =
        is_listed ? KeyOfListed(by, point, flag) : KeyOfKept(by, point);
    if (key.empty()) continue;
    Match& match = (*matches)[key];
    if (is_listed) {
      match.listed.push_back(&point);
    } else {
      match.kept_markers.insert(point.consistency_marker());
    }
    if (match.last_vm != vm) ++match.vm_count;
    match.last_vm = vm;
  }
}

const VmReading* ReadingOf(const AsrInventory& made, const v1::Vm& vm) {
  const auto found = made.vms.find(vm.id());
  return found == made.vms.end() ? nullptr : &found->second;
}

// How many different markers the points of `vms`, a group's, got.
size_t MarkGroup(SharedPointBy by, const AsrInventory& made,
                 const std::vector<v1::Vm*>& vms) {
  std::map<std::string, Match> matches;
  for (v1::Vm* vm : vms) AddMatches(by, ReadingOf(made, *vm), vm, &matches);
  size_t count = 0;
  for (auto& [key, match] : matches) {
    if (match.vm_count < 2 || match.listed.empty()) continue;
    ++count;
    const std::string marker = MarkerOf(by, key, match);
    for (v1::RecoveryPoint* point : match.listed) {
      point->set_consistency_marker(marker);
    }
  }
  return count;
}

std::string NoteOf(SharedPointBy by, const std::string& group_id,
                   size_t count) {
  const std::string subject =
      absl::StrCat("Multi-VM group \"", group_id, "\": ");
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

void MarkSharedPoints(SharedPointBy by, AsrInventory* made,
                      std::vector<std::string>* notes) {
  std::map<std::string, std::vector<v1::Vm*>> members;
  for (v1::Vm& vm : *made->inventory.mutable_vms()) {
    members[vm.replication_group_id()].push_back(&vm);
  }
  for (const auto& group : made->inventory.replication_groups()) {
    const auto reading = made->groups.find(group.id());
    if (reading != made->groups.end() && reading->second.is_cluster) continue;
    const std::vector<v1::Vm*>& vms = members[group.id()];
    const bool is_mentioned = std::any_of(
        vms.begin(), vms.end(),
        [made](const v1::Vm* vm) { return ReadingOf(*made, *vm) != nullptr; });
    if (vms.size() < 2 || !is_mentioned) continue;
    if (by == SharedPointBy::kNone) {
      notes->push_back(absl::StrCat("Multi-VM group \"", group.id(),
                                    "\": no points are marked as shared, as "
                                    "was asked."));
      continue;
    }
    notes->push_back(NoteOf(by, group.id(), MarkGroup(by, *made, vms)));
  }
}

bool IsTimeMarker(absl::string_view marker) {
  return absl::StartsWith(marker, kTimePrefix);
}

}  // namespace recoveryline::asr
