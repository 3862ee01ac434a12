#include "tools/importers/inventory_merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "google/protobuf/timestamp.pb.h"
#include "tools/importers/asr_shared_points.h"
#include "tools/importers/id_matching.h"
#include "tools/importers/point_absence.h"
#include "tools/importers/point_watch.h"

namespace recoveryline::asr {
namespace {

using google::protobuf::Timestamp;

template <typename Rows>
void SortById(Rows* rows) {
  std::sort(rows->pointer_begin(), rows->pointer_end(),
            [](const auto* a, const auto* b) { return a->id() < b->id(); });
}

void SortPoints(v1::Vm* vm) {
  std::sort(vm->mutable_recovery_points()->pointer_begin(),
            vm->mutable_recovery_points()->pointer_end(),
            [](const auto* a, const auto* b) {
              const Timestamp& s = a->capture_time();
              const Timestamp& t = b->capture_time();
              return std::make_tuple(s.seconds(), s.nanos(), a->id()) <
                     std::make_tuple(t.seconds(), t.nanos(), b->id());
            });
}

class Merger {
 public:
  Merger(const v1::Inventory& earlier, SharedPointBy by, AsrInventory* made,
         std::vector<std::string>* notes)
      : earlier_(earlier),
        by_(by),
        made_(*made),
        merged_(made->inventory),
        notes_(notes),
        dated_(merged_.has_as_of_time()),
        missed_at_(merged_.as_of_time()),
        watch_(earlier, merged_),
        is_older_(dated_ && earlier.has_as_of_time() &&
                  IsBefore(missed_at_, earlier.as_of_time())),
        is_newer_(dated_ && (!earlier.has_as_of_time() ||
                             IsBefore(earlier.as_of_time(), missed_at_))) {}

  void Merge() {
    MergeHead();
    MergeGroups();
    MergeVms();
    RespellExpected();
    watch_.Finish(&made_, notes_);
  }

 private:
  void Note(std::string note) { notes_->push_back(std::move(note)); }
  void NoteOf(const v1::Vm& vm, absl::string_view note) {
    Note(absl::StrCat("\"", vm.id(), "\"", note));
  }

  void MergeHead() {
    if (merged_.source().empty()) merged_.set_source(earlier_.source());
    if (!earlier_.has_as_of_time()) return;
    if (!dated_ || is_older_) {
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
      for (const std::string& id : group.expected_vm_ids()) {
        expected_.insert(id);
      }
      v1::ReplicationGroup* row;
      if (matches[i] >= 0) {
        row = merged_.mutable_replication_groups(matches[i]);
        MergeGroup(group, row);
      } else {
        row = merged_.add_replication_groups();
        *row = group;
      }
      group_ids_.emplace(group.id(), row->id());
    }
    SortById(merged_.mutable_replication_groups());
    for (const v1::Vm& vm : earlier_.vms()) AddCluster(vm);
  }

  void MergeGroup(const v1::ReplicationGroup& earlier,
                  v1::ReplicationGroup* group) {
    if (group->display_name().empty()) {
      group->set_display_name(earlier.display_name());
    }
    if (made_.groups[group->id()].states_members) return;
    group->set_multi_vm_consistency(earlier.multi_vm_consistency());
    group->mutable_expected_vm_ids()->MergeFrom(earlier.expected_vm_ids());
  }

  // The group of `vm` is a cluster, if one of its points shows it; the listing
  // knows better.
  void AddCluster(const v1::Vm& vm) {
    const auto is_cluster_point = [&](const auto& point) {
      return IsOfCluster(vm, point);
    };
    if (!vm.replication_group_id().empty() &&
        std::any_of(vm.recovery_points().begin(), vm.recovery_points().end(),
                    is_cluster_point)) {
      GroupReading cluster;
      cluster.is_cluster = true;
      made_.groups.emplace(GroupId(vm), std::move(cluster));
    }
  }

  // Writes expected machines as they are spelled now, bytewise and each once.
  void RespellExpected() {
    absl::flat_hash_set<std::string> ids;
    absl::flat_hash_map<std::string, std::string> by_folded_id;
    for (const v1::Vm& vm : merged_.vms()) {
      ids.insert(vm.id());
      by_folded_id.emplace(absl::AsciiStrToLower(vm.id()), vm.id());
    }
    for (auto& group : *merged_.mutable_replication_groups()) {
      std::set<std::string> expected;
      for (const std::string& id : group.expected_vm_ids()) {
        const auto found = by_folded_id.find(absl::AsciiStrToLower(id));
        const bool stays = ids.contains(id) || found == by_folded_id.end();
        expected.insert(stays ? id : found->second);
      }
      group.mutable_expected_vm_ids()->Assign(expected.begin(), expected.end());
    }
  }

  void MergeVms() {
    const auto matches = MatchIds(earlier_.vms(), merged_.vms());
    const std::set<int> known(matches.begin(), matches.end());
    for (int i = 0; i < merged_.vms_size(); ++i) {
      if (known.count(i) == 0) watch_.NewVm(merged_.vms(i));
    }
    for (int i = 0; i < earlier_.vms_size(); ++i) {
      const v1::Vm& earlier = earlier_.vms(i);
      if (matches[i] >= 0) {
        v1::Vm* vm = merged_.mutable_vms(matches[i]);
        MergeVm(earlier, vm);
        NoteAbsences(*vm, MergePoints(earlier, vm));
      } else {
        AddUnmentioned(earlier);
      }
    }
    SortById(merged_.mutable_vms());
  }

  // Its cluster's list may say all the same which points are gone.
  void AddUnmentioned(const v1::Vm& earlier) {
    v1::Vm* vm = merged_.add_vms();
    *vm = earlier;
    vm->clear_recovery_points();
    vm->set_replication_group_id(GroupId(earlier));
    Absences absences = MergePoints(earlier, vm);
    absences.erase(Absence::kListUnread);
    NoteOf(*vm, " is not in the new listing; it is kept as it was.");
    NoteAbsences(*vm, absences);
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
    if (made_.vms[vm->id()].has_item) return;
    vm->set_protection_state(earlier.protection_state());
    if (vm->replication_group_id().empty()) {
      vm->set_replication_group_id(GroupId(earlier));
    }
    NoteOf(*vm,
           " is known from its points alone now; its state and group are kept "
           "as they were.");
  }

  Absences MergePoints(const v1::Vm& earlier, v1::Vm* vm) {
    const auto matches =
        MatchIds(earlier.recovery_points(), vm->recovery_points());
    const std::set<int> known(matches.begin(), matches.end());
    int ended = 0;
    for (int i = 0; i < vm->recovery_points_size(); ++i) {
      if (known.count(i) > 0) continue;
      watch_.Late(vm->mutable_recovery_points(i));
      ended += EndIfOlder(earlier, vm->mutable_recovery_points(i));
    }
    if (ended > 0) {
      NoteOf(*vm, absl::StrCat(": ", ended,
                               " points that this older listing "
                               "alone has expire at ",
                               FormatTimestamp(earlier_.as_of_time()),
                               " or before."));
    }
    Absences absences;
    int dropped_markers = 0;
    for (int i = 0; i < earlier.recovery_points_size(); ++i) {
      const v1::RecoveryPoint& point = earlier.recovery_points(i);
      if (matches[i] >= 0) {
        v1::RecoveryPoint* row = vm->mutable_recovery_points(matches[i]);
        dropped_markers += FillPoint(point, *vm, row);
        continue;
      }
      v1::RecoveryPoint* kept = vm->add_recovery_points();
      *kept = point;
      const Absence absence = AbsenceOf(earlier, point, *vm);
      if (absence == Absence::kExpired) {
        Expire(kept);
      } else if (!point.has_expire_time() ||
                 IsBefore(earlier_.as_of_time(), point.expire_time())) {
        watch_.Gap();
      }
      ++absences[absence];
    }
    SortPoints(vm);
    if (dropped_markers > 0) {
      NoteOf(*vm, absl::StrCat(": ", dropped_markers,
                               " points lose the marker that was inferred "
                               "from their time, as was asked."));
    }
    return absences;
  }

  // Ends a point that only an older listing has, where the newer one has points
  // of its machine; whether it did.
  bool EndIfOlder(const v1::Vm& earlier, v1::RecoveryPoint* point) const {
    if (!is_older_ || earlier.recovery_points().empty() ||
        !IsBefore(AvailableFrom(*point), earlier_.as_of_time()) ||
        (point->has_expire_time() &&
         IsBefore(point->expire_time(), earlier_.as_of_time()))) {
      return false;
    }
    *point->mutable_expire_time() = earlier_.as_of_time();
    return true;
  }

  // Whether the earlier inventory shows that a cluster's list had the point.
  bool IsOfCluster(const v1::Vm& vm, const v1::RecoveryPoint& point) const {
    return expected_.contains(vm.id()) &&
           absl::EqualsIgnoreCase(point.consistency_marker(), point.id());
  }

  // REQUIRES: the listing has no `point` of `earlier`, which is `vm` now.
  Absence AbsenceOf(const v1::Vm& earlier, const v1::RecoveryPoint& point,
                    const v1::Vm& vm) const {
    static const PointList* const kUnread = new PointList();
    const auto reading = made_.vms.find(vm.id());
    const auto group = made_.groups.find(GroupId(earlier));
    const PointList& own =
        reading == made_.vms.end() ? *kUnread : reading->second.own_list;
    const PointList& cluster =
        group == made_.groups.end() ? *kUnread : group->second.cluster_list;
    const std::string name = absl::AsciiStrToLower(point.id());
    if (own.unread_names.count(name) + cluster.unread_names.count(name) > 0) {
      return Absence::kListedUnread;
    }
    switch ((IsOfCluster(earlier, point) ? cluster : own).reading) {
      case ListReading::kUnread:
        return Absence::kListUnread;
      case ListReading::kPart:
        return Absence::kListInPart;
      case ListReading::kWhole:
        break;
    }
    return is_newer_ && IsBefore(AvailableFrom(point), missed_at_)
               ? Absence::kExpired
               : Absence::kNotNewer;
  }

  // Ends `point` when it was first missed.
  void Expire(v1::RecoveryPoint* point) const {
    if (!point->has_expire_time() ||
        IsBefore(missed_at_, point->expire_time())) {
      *point->mutable_expire_time() = missed_at_;
    }
  }

  void NoteAbsences(const v1::Vm& vm, const Absences& absences) {
    for (const auto& [absence, count] : absences) {
      NoteOf(vm, absl::StrCat(": ", count, " points ",
                              WordsOf(absence, missed_at_)));
    }
  }

  // Gives `*point`, one of `vm`, what only its earlier reading says; whether
  // a marker inferred by time was dropped.
  bool FillPoint(const v1::RecoveryPoint& earlier, const v1::Vm& vm,
                 v1::RecoveryPoint* point) {
    if (IsBefore(earlier.capture_time(), point->capture_time()) ||
        IsBefore(point->capture_time(), earlier.capture_time())) {
      NoteOf(vm, absl::StrCat(": point \"", point->id(),
                              "\" had another capture time before; the new "
                              "reading is kept."));
      return false;
    }
    if (point->consistency() == v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED) {
      point->set_consistency(earlier.consistency());
    }
    const bool drops_marker = IsTimeMarker(earlier.consistency_marker()) &&
                              by_ != SharedPointBy::kTime;
    if (point->consistency_marker().empty() && !drops_marker) {
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
    // A point that was missed and is listed again was not there in between.
    if (earlier.has_expire_time() &&
        !IsBefore(earlier_.as_of_time(), earlier.expire_time())) {
      watch_.Gap();
    }
    // An end that has passed was wrong, for the point is still listed; but an
    // older listing shows nothing of what came after it.
    if (earlier.has_expire_time() &&
        (!dated_ || is_older_ || IsBefore(missed_at_, earlier.expire_time()))) {
      *point->mutable_expire_time() = earlier.expire_time();
    }
    return drops_marker;
  }

  const v1::Inventory& earlier_;
  const SharedPointBy by_;
  AsrInventory& made_;
  v1::Inventory& merged_;
  std::vector<std::string>* notes_;
  const bool dated_;  // whether the new listing says when it was made
  const Timestamp missed_at_;
  PointWatch watch_;
  const bool is_older_;
  const bool is_newer_;
  // The groups of the earlier inventory, as now spelled.
  absl::flat_hash_map<std::string, std::string> group_ids_;
  // The machines that some group of the earlier inventory expects.
  absl::flat_hash_set<std::string> expected_;
};

}  // namespace

void MergeInventories(const v1::Inventory& earlier, SharedPointBy by,
                      AsrInventory* made, std::vector<std::string>* notes) {
  Merger(earlier, by, made, notes).Merge();
}

}  // namespace recoveryline::asr
