// BatchPlans: the plans of a batch, each read when its turn comes.
//
//   absl::StatusOr<BatchPlans> plans = BatchPlans::Open(flags, reporter);
//   for (int64_t i = 0; i < plans->count(); ++i) Use(plans->Load(i));
//
// Plans are files, all plans in directories by name, or one delimited stream.
// Without any there is one plan, which names nothing: all VMs.
//
// Errors: a path that cannot be listed or opened, and an empty stream. A plan
// that cannot be read is a Violation of its own. A field of a binary plan that
// this version does not know is ignored with a note, the first time.
// Thread-safety: Load() may be called by several threads.

#ifndef RECOVERYLINE_TOOLS_RLINE_BATCH_PLANS_H_
#define RECOVERYLINE_TOOLS_RLINE_BATCH_PLANS_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/batch/batch_sink.h"
#include "tools/rline/inputs.h"
#include "tools/rline/plan_stream.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

class BatchPlans {
 public:
  // `stream` is empty where there is none. What the flags say stands in place
  // of parts of each plan's policy. REQUIRES: flags and reporter outlive it.
  static absl::StatusOr<BatchPlans> Open(const std::vector<std::string>& paths,
                                         const std::string& stream,
                                         const InputFlags& flags,
                                         const Reporter& reporter);

  int64_t count() const;
  // REQUIRES: below count().
  LoadedPlan Load(int64_t number) const;

 private:
  BatchPlans(const InputFlags& flags, const Reporter& reporter)
      : flags_(flags), reporter_(reporter) {}

  const InputFlags& flags_;
  const Reporter& reporter_;
  std::vector<std::string> files_;
  std::optional<PlanStream> stream_;
  std::unique_ptr<std::once_flag> noted_ = std::make_unique<std::once_flag>();
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_BATCH_PLANS_H_
