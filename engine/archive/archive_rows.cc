#include "engine/archive/archive_rows.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_writer.h"
#include "engine/archive/archived_points.h"
#include "engine/archive/archived_series.h"
#include "engine/field_checks.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "google/protobuf/stubs/logging.h"

namespace recoveryline {
namespace {

// "group "web"" or "machine "db-1"".
std::string NameOf(const UnitFacts& facts) {
  return facts.group_index.has_value()
             ? absl::StrCat("replication group ", Quoted(facts.group.id))
             : absl::StrCat("machine ", Quoted(facts.machines[0].id));
}

absl::Status Broken(const std::string& name, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(name, ": ", what));
}

absl::Status Broken(const std::string& name, const absl::Status& status) {
  return Broken(name, status.message());
}

struct UnitRows {
  UnitFacts facts;
  v1::Inventory rows;  // its group, if it has one, and its machines
};

// Protobuf's own rule, which only its parser enforces.
bool IsUtf8(const google::protobuf::Message& message) {
  const google::protobuf::LogSilencer silencer;  // of what was forged
  const std::unique_ptr<google::protobuf::Message> again(message.New());
  return again->ParseFromString(message.SerializeAsString());
}

// Adds the bytes of its points to `*points_bytes`.
absl::StatusOr<UnitRows> RestoreUnit(const Archive& archive, uint32_t number,
                                     uint64_t* points_bytes) {
  absl::StatusOr<UnitFacts> facts = archive.ReadUnit(number);
  if (!facts.ok()) {
    return absl::Status(
        facts.status().code(),
        absl::StrCat("unit ", number, ": ", facts.status().message()));
  }
  UnitRows unit{*std::move(facts), {}};
  if (unit.facts.group_index.has_value()) {
    absl::StatusOr<v1::ReplicationGroup> group = archive.ReadGroup(unit.facts);
    if (!group.ok()) return group.status();
    *unit.rows.add_replication_groups() = *std::move(group);
  }
  const absl::StatusOr<MarkerList> markers = archive.ReadMarkers(unit.facts);
  if (!markers.ok()) return Broken(NameOf(unit.facts), markers.status());
  for (const MachineFacts& machine : unit.facts.machines) {
    absl::StatusOr<v1::Vm> row = archive.ReadRow(machine);
    if (!row.ok()) return Broken(NameOf(unit.facts), row.status());
    *points_bytes += machine.points.size;
    if (*points_bytes > archive.all().size()) {
      return Broken(NameOf(unit.facts), "its points are another unit's, too");
    }
    const auto series = ReadSeries(archive, machine);
    if (!series.ok()) return series.status();
    const auto points = ArchivedPoints::Open(archive, machine);
    if (!points.ok()) return points.status();
    *unit.rows.add_vms() = *std::move(row);
    const absl::Status restored =
        points->Restore(*series, *markers, &*unit.rows.mutable_vms()->rbegin());
    if (!restored.ok()) return restored;
    if (!IsUtf8(*unit.rows.vms().rbegin())) {
      return Broken(NameOf(unit.facts),
                    absl::StrCat("machine ", Quoted(machine.id),
                                 ": a text that is not UTF-8"));
    }
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
    absl::StatusOr<UnitRows> unit =
        RestoreUnit(archive_, number, &points_bytes_);
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
    if (unit->facts.group_index.has_value()) {
      again.group = &unit->rows.replication_groups(0);
      again.group_index = static_cast<int>(*unit->facts.group_index);
      if (!group_ids_.insert(again.group->id()).second) {
        return Broken(name, "another group has its id");
      }
    }
    for (size_t v = 0; v < unit->facts.machines.size(); ++v) {
      const v1::Vm* row = &unit->rows.vms(static_cast<int>(v));
      if (!vm_ids_.insert(row->id()).second) {
        return Broken(name, absl::StrCat("another machine has the id ",
                                         Quoted(row->id())));
      }
      if (row->replication_group_id() !=
          (again.group == nullptr ? "" : again.group->id())) {
        return Broken(name, absl::StrCat("machine ", Quoted(row->id()),
                                         " names another group"));
      }
      again.vms.push_back(
          {static_cast<int>(unit->facts.machines[v].index), row});
    }
    const absl::Status added = writer_.Add(again);
    return added.ok() ? added : Broken(name, added.message());
  }

  const Archive& archive_;
  Comparison comparison_;
  ArchiveWriter writer_;
  uint64_t points_bytes_ = 0;
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
  uint64_t points_bytes = 0;
  uint64_t count = 0;
  for (uint32_t u = 0; u < archive.unit_count(); ++u) {
    absl::StatusOr<UnitRows> unit = RestoreUnit(archive, u, &points_bytes);
    if (!unit.ok()) return unit.status();
    // Each of these stands in one unit alone, or the unit would not be read.
    const UnitFacts& facts = unit->facts;
    for (size_t v = 0; v < facts.machines.size(); ++v) {
      const uint32_t index = facts.machines[v].index;
      ++count;
      inventory.mutable_vms(static_cast<int>(index))
          ->Swap(unit->rows.mutable_vms(static_cast<int>(v)));
    }
    if (!facts.group_index.has_value()) continue;
    inventory.mutable_replication_groups(static_cast<int>(*facts.group_index))
        ->Swap(unit->rows.mutable_replication_groups(0));
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
