#include "tools/importers/point_watch.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "engine/core/instant.h"
#include "engine/timestamps.h"

namespace recoveryline::asr {
namespace {

bool IsWhole(const PointList& list) {
  return list.reading == ListReading::kWhole && list.unread_names.empty();
}

// Of each machine, its own list or that of its cluster.
bool ListsAreWhole(const AsrInventory& made) {
  const auto& vms = made.inventory.vms();
  return std::all_of(vms.begin(), vms.end(), [&made](const v1::Vm& vm) {
    const auto reading = made.vms.find(vm.id());
    const auto group = made.groups.find(vm.replication_group_id());
    return (reading != made.vms.end() && IsWhole(reading->second.own_list)) ||
           (group != made.groups.end() && IsWhole(group->second.cluster_list));
  });
}

}  // namespace

bool IsBefore(const google::protobuf::Timestamp& a,
              const google::protobuf::Timestamp& b) {
  return std::make_tuple(a.seconds(), a.nanos()) <
         std::make_tuple(b.seconds(), b.nanos());
}

const google::protobuf::Timestamp& AvailableFrom(
    const v1::RecoveryPoint& point) {
  return point.has_available_from() ? point.available_from()
                                    : point.capture_time();
}

PointWatch::PointWatch(const v1::Inventory& earlier,
                       const v1::Inventory& listing)
    : earlier_(earlier),
      goes_on_(listing.has_as_of_time() &&
               !(earlier.has_as_of_time() &&
                 IsBefore(listing.as_of_time(), earlier.as_of_time()))),
      is_newer_(goes_on_ && earlier.has_as_of_time() &&
                IsBefore(earlier.as_of_time(), listing.as_of_time())) {}

bool PointWatch::IsOld(const v1::RecoveryPoint& point) const {
  return earlier_.has_as_of_time() &&
         IsBefore(AvailableFrom(point), earlier_.as_of_time());
}

void PointWatch::Late(v1::RecoveryPoint* point) {
  if (IsOld(*point)) late_.push_back(point);
}

void PointWatch::NewVm(const v1::Vm& vm) {
  for (const v1::RecoveryPoint& point : vm.recovery_points()) {
    if (IsOld(point)) Gap();
  }
}

void PointWatch::Finish(AsrInventory* made,
                        std::vector<std::string>* notes) const {
  v1::Inventory& merged = made->inventory;
  merged.clear_observed_from();
  const auto looked = ToInstant(earlier_.as_of_time());
  const bool was = earlier_.has_observed_from() && earlier_.has_as_of_time() &&
                   looked &&
                   !IsBefore(earlier_.as_of_time(), earlier_.observed_from());
  const bool is_whole = goes_on_ && ListsAreWhole(*made);
  if (was && is_whole && whole_) {
    *merged.mutable_observed_from() = earlier_.observed_from();
    for (v1::RecoveryPoint* point : late_) {
      *point->mutable_available_from() =
          ToTimestamp(core::SaturatingAdd(*looked, 1));
    }
    return;
  }
  if (is_whole && is_newer_) {
    *merged.mutable_observed_from() = merged.as_of_time();
  }
  if (was) {
    notes->push_back(
        absl::StrCat("The points are watched no longer since ",
                     FormatTimestamp(earlier_.observed_from()),
                     ": not all of them were looked for",
                     merged.has_observed_from() ? "; it begins anew." : "."));
  }
}

}  // namespace recoveryline::asr
