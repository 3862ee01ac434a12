// SimulatedFile: a simulated site that outlives the process, in a file.
//
//   auto site = SimulatedFile::Create("run-7.site", settings, vms);
//   (*site)->site().Begin(call);
//   ... in another process ...
//   auto again = SimulatedFile::Open("run-7.site");
//
// The file is a run log (run_log.h) whose records are SimulatedRecords: an
// effect that was answered is durable, and one process at a time has it.
//
// A file whose making was cut off is none yet: NotFound, and Create() takes it
// up.
//
// Errors: as of RunLog; DataLoss where the records make no sense.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_SIMULATED_FILE_H_
#define RECOVERYLINE_TOOLS_SITES_SIMULATED_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/failover/run_log.h"
#include "recoveryline/v1/simulated_site.pb.h"
#include "tools/sites/simulated_site.h"

namespace recoveryline {

class SimulatedFile {
 public:
  static absl::StatusOr<std::unique_ptr<SimulatedFile>> Create(
      const std::string& path, const v1::SimulatedSettings& settings,
      absl::Span<const v1::Vm* const> vms);
  static absl::StatusOr<std::unique_ptr<SimulatedFile>> Open(
      const std::string& path);

  // Whether it is what Create() makes of these, and nothing was done since.
  bool IsAsMade(const v1::SimulatedSettings& settings,
                absl::Span<const v1::Vm* const> vms) const;

  SimulatedSite& site() { return site_; }

 private:
  explicit SimulatedFile(RunLog log);
  absl::Status Keep(absl::Span<const v1::SimulatedRecord> records);

  RunLog log_;
  SimulatedSite site_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_SIMULATED_FILE_H_
