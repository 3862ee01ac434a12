#include "tools/importers/inventory_merge.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {
namespace {

using google::protobuf::Timestamp;

bool IsBefore(const Timestamp& a, const Timestamp& b) {
  return std::make_tuple(a.seconds(), a.nanos()) <
         std::make_tuple(b.seconds(), b.nanos());
}

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

template <typename Rows>
void SortById(Rows* rows) {
  std::sort(rows->pointer_begin(), rows->pointer_end(),
            [](const auto* a, const auto* b) { return a->id() < b->id(); });
}

class Merger {
 public:
  Merger(const v1::Inventory& earlier, const AsrImport& later,
         std::vector<std::string>* notes)
      : earlier_(earlier),
        merged_(later.inventory),
        without_item_(later.vm_ids_without_item.begin(),
                      later.vm_ids_without_item.end()),
        notes_(notes),
        dated_(merged_.has_as_of_time()),
        missed_at_(merged_.as_of_time()) {}

  v1::Inventory Merge() && {
    MergeHead();
    MergeGroups();
    MergeVms();
    return std::move(merged_);
  }

 private:
  void Note(std::string note) { notes_->push_back(std::move(note)); }

  void MergeHead() {
    if (merged_.source().empty()) merged_.set_source(earlier_.source());
    if (!earlier_.has_as_of_time()) return;
    if (!dated_ || IsBefore(missed_at_, earlier_.as_of_time())) {
      Note(
          absl::StrCat("The listing is not known to be newer than the "
                       "inventory it is added to, which is of ",
                       FormatTimestamp(earlier_.as_of_time()), "."));
      *merged_.mutable_as_of_time() = earlier_.as_of_time();
    }
  }

  void MergeGroups() {
    const auto matches =
        MatchIds(earlier_.replication_groups(), merged_.replication_groups());
    for (int i = 0; i < earlier_.replication_groups_size(); ++i) {
      const v1::ReplicationGroup& group = earlier_.replication_groups(i);
      std::string id = group.id();
      if (matches[i] >= 0) {
        id = merged_.replication_groups(matches[i]).id();
      } else {
        *merged_.add_replication_groups() = group;
      }
      group_ids_.emplace(group.id(), std::move(id));
    }
    SortById(merged_.mutable_replication_groups());
  }

  void MergeVms() {
    const auto matches = MatchIds(earlier_.vms(), merged_.vms());
    for (int i = 0; i < earlier_.vms_size(); ++i) {
      if (matches[i] >= 0) {
        MergeVm(earlier_.vms(i), merged_.mutable_vms(matches[i]));
      } else {
        AddUnmentioned(earlier_.vms(i));
      }
    }
    SortById(merged_.mutable_vms());
  }

  void AddUnmentioned(const v1::Vm& earlier) {
    v1::Vm* vm = merged_.add_vms();
    *vm = earlier;
    vm->set_replication_group_id(GroupId(earlier));
    Note(absl::StrCat("\"", vm->id(),
                      "\" is not in the new listing; it is kept as it was."));
  }

  // The group of a machine of the earlier inventory, as now spelled.
  std::string GroupId(const v1::Vm& earlier) const {
    const auto found = group_ids_.find(earlier.replication_group_id());
    return found == group_ids_.end() ? earlier.replication_group_id()
                                     : found->second;
  }

  void MergeVm(const v1::Vm& earlier, v1::Vm* vm) {
    if (vm->display_name().empty()) {
      vm->set_display_name(earlier.display_name());
    }
    if (vm->disk_count() == 0) vm->set_disk_count(earlier.disk_count());
    if (!vm->has_latest_replicated_time() &&
        earlier.has_latest_replicated_time()) {
      *vm->mutable_latest_replicated_time() = earlier.latest_replicated_time();
    }
    if (without_item_.contains(vm->id())) {
      vm->set_protection_state(earlier.protection_state());
      if (vm->replication_group_id().empty()) {
        vm->set_replication_group_id(GroupId(earlier));
      }
      Note(absl::StrCat("\"", vm->id(),
                        "\" is known from its points alone now; its state and "
                        "group are kept as they were."));
    }
    MergePoints(earlier, vm);
  }

  void MergePoints(const v1::Vm& earlier, v1::Vm* vm) {
    if (vm->recovery_points().empty() && !earlier.recovery_points().empty()) {
      *vm->mutable_recovery_points() = earlier.recovery_points();
      Note(absl::StrCat("\"", vm->id(),
                        "\" comes without a list of its points; those known "
                        "are kept as they were."));
      return;
    }
    const auto matches =
        MatchIds(earlier.recovery_points(), vm->recovery_points());
    int gone = 0;
    int undated = 0;
    for (int i = 0; i < earlier.recovery_points_size(); ++i) {
      const v1::RecoveryPoint& point = earlier.recovery_points(i);
      if (matches[i] >= 0) {
        FillPoint(point, vm, vm->mutable_recovery_points(matches[i]));
        continue;
      }
      v1::RecoveryPoint* kept = vm->add_recovery_points();
      *kept = point;
      ++(Expire(kept) ? gone : undated);
    }
    std::sort(vm->mutable_recovery_points()->pointer_begin(),
              vm->mutable_recovery_points()->pointer_end(),
              [](const auto* a, const auto* b) {
                const Timestamp& s = a->capture_time();
                const Timestamp& t = b->capture_time();
                return std::make_tuple(s.seconds(), s.nanos(), a->id()) <
                       std::make_tuple(t.seconds(), t.nanos(), b->id());
              });
    if (gone > 0) {
      Note(absl::StrCat("\"", vm->id(), "\": ", gone,
                        " points are not listed any more; they expire at ",
                        FormatTimestamp(missed_at_), " or before."));
    }
    if (undated > 0) {
      Note(absl::StrCat(
          "\"", vm->id(), "\": ", undated,
          " points are not listed, but the listing is not known to be newer "
          "than they are; they are kept as they were."));
    }
  }

  // Ends `point` when it was first missed; false where that cannot be said.
  bool Expire(v1::RecoveryPoint* point) const {
    const Timestamp& from = point->has_available_from()
                                ? point->available_from()
                                : point->capture_time();
    if (!dated_ || !IsBefore(from, missed_at_)) return false;
    if (!point->has_expire_time() ||
        IsBefore(missed_at_, point->expire_time())) {
      *point->mutable_expire_time() = missed_at_;
    }
    return true;
  }

  // Gives `*point` what only its earlier reading says.
  void FillPoint(const v1::RecoveryPoint& earlier, const v1::Vm* vm,
                 v1::RecoveryPoint* point) {
    if (IsBefore(earlier.capture_time(), point->capture_time()) ||
        IsBefore(point->capture_time(), earlier.capture_time())) {
      Note(absl::StrCat("\"", vm->id(), "\": point \"", point->id(),
                        "\" had another capture time before; the new reading "
                        "is kept."));
      return;
    }
    if (point->consistency() == v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED) {
      point->set_consistency(earlier.consistency());
    }
    if (point->consistency_marker().empty()) {
      point->set_consistency_marker(earlier.consistency_marker());
    }
    if (point->cleanliness() == v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED) {
      point->set_cleanliness(earlier.cleanliness());
    }
    if (!point->has_covered_disk_count() && earlier.has_covered_disk_count()) {
      point->set_covered_disk_count(earlier.covered_disk_count());
    }
    if (!point->has_available_from() && earlier.has_available_from()) {
      *point->mutable_available_from() = earlier.available_from();
    }
    // An end that has passed was wrong: the point is still listed.
    if (!point->has_expire_time() && earlier.has_expire_time() && dated_ &&
        IsBefore(missed_at_, earlier.expire_time())) {
      *point->mutable_expire_time() = earlier.expire_time();
    }
  }

  const v1::Inventory& earlier_;
  v1::Inventory merged_;
  const absl::flat_hash_set<std::string> without_item_;
  std::vector<std::string>* notes_;
  const bool dated_;  // whether the new listing says when it was made
  const Timestamp missed_at_;
  absl::flat_hash_map<std::string, std::string> group_ids_;
};

}  // namespace

v1::Inventory MergeInventories(const v1::Inventory& earlier,
                               const AsrImport& later,
                               std::vector<std::string>* notes) {
  return Merger(earlier, later, notes).Merge();
}

}  // namespace recoveryline
