#include "tools/sites/simulated_file.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/sites/log_files.h"

namespace recoveryline {
namespace {

constexpr char kKind[] = "simulated";

constexpr char kRunId[] = "simulated site";

std::vector<v1::SimulatedRecord> FirstRecords(
    const v1::SimulatedSettings& settings,
    absl::Span<const v1::Vm* const> vms) {
  std::vector<v1::SimulatedRecord> records(vms.size() + 1);
  *records[0].mutable_settings() = settings;
  for (size_t i = 0; i < vms.size(); ++i) {
    *records[i + 1].mutable_vm() = *vms[i];
  }
  return records;
}

}  // namespace

SimulatedFile::SimulatedFile(RunLog log)
    : log_(std::move(log)), site_([this](const v1::SimulatedRecord& record) {
        return Keep({record});
      }) {}

absl::Status SimulatedFile::Keep(
    absl::Span<const v1::SimulatedRecord> records) {
  std::vector<RunRecord> kept;
  for (const v1::SimulatedRecord& record : records) {
    kept.push_back({.kind = kKind, .payload = record.SerializeAsString()});
  }
  return OfOurFile(log_.Append(kept));
}

bool SimulatedFile::IsAsMade(const v1::SimulatedSettings& settings,
                             absl::Span<const v1::Vm* const> vms) const {
  const std::vector<v1::SimulatedRecord> made = FirstRecords(settings, vms);
  if (log_.records().size() != made.size()) return false;
  for (size_t i = 0; i < made.size(); ++i) {
    if (log_.records()[i].payload != made[i].SerializeAsString()) return false;
  }
  return true;
}

absl::StatusOr<std::unique_ptr<SimulatedFile>> SimulatedFile::Create(
    const std::string& path, const v1::SimulatedSettings& settings,
    absl::Span<const v1::Vm* const> vms) {
  absl::StatusOr<RunLog> log = NewLog(path, kRunId);
  if (!log.ok()) return log.status();
  std::unique_ptr<SimulatedFile> file(new SimulatedFile(*std::move(log)));
  const std::vector<v1::SimulatedRecord> records = FirstRecords(settings, vms);
  for (const v1::SimulatedRecord& record : records) {
    if (absl::Status applied = file->site_.Apply(record); !applied.ok()) {
      return applied;
    }
  }
  if (absl::Status kept = file->Keep(records); !kept.ok()) return kept;
  return file;
}

absl::StatusOr<std::unique_ptr<SimulatedFile>> SimulatedFile::Open(
    const std::string& path) {
  absl::StatusOr<RunLog> log = OpenLog(path);
  if (!log.ok()) return log.status();
  if (log->records().empty()) {
    return absl::NotFoundError(absl::StrCat(path, " has no site in it yet"));
  }
  std::unique_ptr<SimulatedFile> file(new SimulatedFile(*std::move(log)));
  for (const RunRecord& kept : file->log_.records()) {
    v1::SimulatedRecord record;
    if (kept.kind != kKind || !record.ParseFromString(kept.payload)) {
      return absl::DataLossError(
          absl::StrCat(path, " is not the file of a simulated site"));
    }
    if (absl::Status applied = file->site_.Apply(record); !applied.ok()) {
      return applied;
    }
  }
  return file;
}

}  // namespace recoveryline
