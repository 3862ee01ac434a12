#include "tools/importers/asr_points.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace recoveryline::asr {
namespace {

PointRow RowOf(const PointFact& point) {
  return {point.where,
          point.name,
          point.capture_time,
          point.consistency,
          point.multi_vm_flag,
          point.disk_count,
          point.of_cluster ? point.name : std::string()};
}

// One reading may say less than the other; it must not say otherwise.
bool Agree(const PointRow& a, const PointRow& b) {
  return a.capture_time == b.capture_time && a.consistency == b.consistency &&
         (a.disk_count == b.disk_count || a.disk_count == 0 ||
          b.disk_count == 0);
}

class Collector {
 public:
  Collector(const Machines& machines, std::vector<std::string>* notes)
      : machines_(machines),
        notes_(notes),
        table_(machines.size()),
        positions_(machines.size()) {}

  void Add(const PointFact& point, const ResourceRef& owner) {
    const std::optional<int> machine = machines_.Find(owner);
    if (!machine) {
      notes_->push_back(absl::StrCat(
          point.where, ": recovery point \"", point.name, "\" of \"",
          owner.name,
          "\" is left out: several machines have that name, and its container "
          "is none of theirs"));
      return;
    }
    std::vector<PointRow>& rows = table_[*machine];
    const auto [slot, is_new] = positions_[*machine].emplace(
        absl::AsciiStrToLower(point.name), rows.size());
    if (is_new) {
      rows.push_back(RowOf(point));
    } else {
      Join(machines_.id(*machine), RowOf(point), &rows[slot->second]);
    }
  }

  PointTable Take() && { return std::move(table_); }

 private:
  // Takes the reading `later` into `*row`, which has the same name.
  void Join(const std::string& machine, PointRow later, PointRow* row) {
    if (Agree(*row, later)) {
      if (row->marker.empty()) row->marker = std::move(later.marker);
      row->multi_vm_flag |= later.multi_vm_flag;
      if (row->disk_count == 0) row->disk_count = later.disk_count;
      return;
    }
    notes_->push_back(
        absl::StrCat(later.where, ": recovery point \"", later.name, "\" of \"",
                     machine, "\" was read before, at ", row->where,
                     ", with other contents; this later reading is kept"));
    *row = std::move(later);
  }

  const Machines& machines_;
  std::vector<std::string>* notes_;
  PointTable table_;
  std::vector<absl::flat_hash_map<std::string, size_t>> positions_;
};

}  // namespace

PointTable CollectPoints(const Listing& listing, const Machines& machines,
                         std::vector<std::string>* notes) {
  Collector collector(machines, notes);
  for (const PointFact& point : listing.points) {
    if (!point.of_cluster) collector.Add(point, point.owner);
    for (const ResourceRef& node : point.nodes) collector.Add(point, node);
  }
  return std::move(collector).Take();
}

}  // namespace recoveryline::asr
