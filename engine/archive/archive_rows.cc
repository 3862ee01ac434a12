#include "engine/archive/archive_rows.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_writer.h"
#include "engine/archive/archived_points.h"
#include "engine/field_checks.h"
#include "engine/validate.h"
#include "engine/violations.h"

namespace recoveryline {
namespace {

// "group "web"" or "machine "db-1"".
std::string NameOf(const v1::ArchiveUnit& facts) {
  return facts.has_group()
             ? absl::StrCat("replication group ", Quoted(facts.group().id()))
             : absl::StrCat("machine ", Quoted(facts.vms(0).vm().id()));
}

absl::Status Broken(const std::string& name, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(name, ": ", what));
}

struct UnitRows {
  v1::ArchiveUnit facts;
  v1::Inventory rows;  // its group, if it has one, and its machines
};

absl::StatusOr<UnitRows> RestoreUnit(const Archive& archive, uint32_t number) {
  absl::StatusOr<v1::ArchiveUnit> facts = archive.ReadUnit(number);
  if (!facts.ok()) {
    return absl::Status(
        facts.status().code(),
        absl::StrCat("unit ", number, ": ", facts.status().message()));
  }
  UnitRows unit{*std::move(facts), {}};
  if (unit.facts.has_group()) {
    *unit.rows.add_replication_groups() = unit.facts.group();
  }
  for (const v1::ArchiveVm& vm : unit.facts.vms()) {
    const absl::StatusOr<ArchivedPoints> points =
        ArchivedPoints::Load(archive, vm);
    if (!points.ok()) return points.status();
    v1::Vm* row = unit.rows.add_vms();
    *row = vm.vm();
    const absl::Status restored = points->Restore(unit.facts.markers(), row);
    if (!restored.ok()) return restored;
  }
  return unit;
}

// Writes nothing, but sees that the same stands in the archive.
class Comparison {
 public:
  explicit Comparison(absl::string_view all) : rest_(all) {}

  absl::Status Append(absl::string_view bytes) {
    if (rest_.substr(0, bytes.size()) != bytes) {
      return absl::DataLossError("it is not written as its own rows would be");
    }
    rest_.remove_prefix(bytes.size());
    return absl::OkStatus();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
};

class Proof {
 public:
  explicit Proof(const Archive& archive)
      : archive_(archive),
        comparison_(archive.all()),
        writer_([this](absl::string_view bytes) {
          return comparison_.Append(bytes);
        }) {}

  absl::Status Run() {
    for (uint32_t u = 0; u < archive_.unit_count(); ++u) {
      const absl::Status proven = ProveUnit(u);
      if (!proven.ok()) return proven;
    }
    if (vm_ids_.size() != archive_.vm_count() ||
        group_ids_.size() != archive_.group_count()) {
      return Broken("the directory", "it does not count what is there");
    }
    Violations found;
    ValidateInventory(archive_.head(), &found);
    if (!found.empty()) {
      return Broken("the directory", found.list().front().message());
    }
    const absl::Status finished = writer_.Finish(
        archive_.head(), [this] { return archive_.content_digest(); });
    if (!finished.ok()) return Broken("the directory", finished.message());
    if (!comparison_.at_end()) {
      return Broken("the trailer", "something follows it");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ProveUnit(uint32_t number) {
    absl::StatusOr<UnitRows> unit = RestoreUnit(archive_, number);
    if (!unit.ok()) return unit.status();
    const std::string name = NameOf(unit->facts);
    Violations found;
    ValidateInventory(unit->rows, &found);
    if (!found.empty()) {
      const v1::Violation& first = found.list().front();
      return Broken(name,
                    absl::StrCat(first.field_path(), ": ", first.message()));
    }
    ArchivedUnit again;
    if (unit->facts.has_group()) {
      again.group = &unit->rows.replication_groups(0);
      again.group_index = static_cast<int>(unit->facts.group_index());
      if (unit->facts.group_index() >= archive_.group_count() ||
          !group_ids_.insert(again.group->id()).second) {
        return Broken(name, "another group has its id");
      }
    }
    for (int v = 0; v < unit->facts.vms_size(); ++v) {
      const v1::Vm* row = &unit->rows.vms(v);
      if (!vm_ids_.insert(row->id()).second) {
        return Broken(name, absl::StrCat("another machine has the id ",
                                         Quoted(row->id())));
      }
      if (row->replication_group_id() !=
          (again.group == nullptr ? "" : again.group->id())) {
        return Broken(name, absl::StrCat("machine ", Quoted(row->id()),
                                         " names another group"));
      }
      again.vms.push_back({static_cast<int>(unit->facts.vms(v).index()), row});
    }
    const absl::Status added = writer_.Add(again);
    return added.ok() ? added : Broken(name, added.message());
  }

  const Archive& archive_;
  Comparison comparison_;
  ArchiveWriter writer_;
  absl::flat_hash_set<std::string> vm_ids_;
  absl::flat_hash_set<std::string> group_ids_;
};

}  // namespace

absl::StatusOr<v1::Inventory> RestoreInventory(const Archive& archive) {
  v1::Inventory inventory = archive.head();
  for (uint32_t v = 0; v < archive.vm_count(); ++v) inventory.add_vms();
  for (uint32_t g = 0; g < archive.group_count(); ++g) {
    inventory.add_replication_groups();
  }
  std::vector<bool> filled(archive.vm_count());
  uint64_t count = 0;
  for (uint32_t u = 0; u < archive.unit_count(); ++u) {
    absl::StatusOr<UnitRows> unit = RestoreUnit(archive, u);
    if (!unit.ok()) return unit.status();
    const v1::ArchiveUnit& facts = unit->facts;
    for (int v = 0; v < facts.vms_size(); ++v) {
      const uint32_t index = facts.vms(v).index();
      if (filled[index]) {
        return Broken(NameOf(facts), "another machine stands in its row");
      }
      filled[index] = true;
      ++count;
      inventory.mutable_vms(static_cast<int>(index))
          ->Swap(unit->rows.mutable_vms(v));
    }
    if (!facts.has_group()) continue;
    if (facts.group_index() >= archive.group_count()) {
      return Broken(NameOf(facts), "the directory does not count it");
    }
    *inventory.mutable_replication_groups(
        static_cast<int>(facts.group_index())) = facts.group();
  }
  if (count != archive.vm_count()) {
    return Broken("the directory", "some of its machines are in no unit");
  }
  return inventory;
}

absl::Status ProveArchive(const Archive& archive) {
  return Proof(archive).Run();
}

}  // namespace recoveryline
