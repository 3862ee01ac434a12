#include "tools/rline/failover_read.h"

#include <memory>
#include <vector>

#include "engine/failover/failover_records.h"
#include "engine/failover/failover_runner.h"
#include "tools/rline/failover_status.h"
#include "tools/sites/log_files.h"

namespace recoveryline {
namespace {

// Nothing is asked of it.
class NoSite final : public RecoverySite {
 public:
  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string>) override {
    return absl::UnavailableError("no site");
  }
  absl::StatusOr<std::string> Mark(const v1::SiteCall&) override {
    return absl::UnavailableError("no site");
  }
  absl::Status Begin(const v1::SiteCall&) override {
    return absl::UnavailableError("no site");
  }
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall&) override {
    return absl::UnavailableError("no site");
  }
};

}  // namespace

absl::Status CheckSense(absl::Span<const v1::FailoverRecord> records) {
  NoSite site;
  return FailoverRunner::Resume(records, &site, nullptr, {}).status();
}

absl::StatusOr<v1::FailoverStatus> ReadStatus(const std::string& run) {
  const absl::StatusOr<RunHistory> history = ReadLog(run);
  if (!history.ok()) return history.status();
  const auto records = FailoverRecordsOf(history->records);
  if (!records.ok()) return records.status();
  NoSite site;
  const auto runner = FailoverRunner::Resume(*records, &site, nullptr, {});
  if (!runner.ok()) return runner.status();
  return StatusOf(**runner, *records, history->digest);
}

}  // namespace recoveryline
