// PlanStream: many recovery plans in one file.
//
//   absl::StatusOr<PlanStream> plans = PlanStream::Open("plans.binpb");
//   for (int64_t i = 0; i < plans->count(); ++i)
//     LoadedPlan loaded = plans->Load(i);    // its source: "plans.binpb#17"
//
// The file is a stream of binary RecoveryPlans, each with its length in front,
// as protobuf's own delimited framing has it. A plan that makes no sense is
// found out when it is loaded. What is cut off in the middle of a plan has a
// last plan that says so.
//
// Memory: 8 bytes a plan; a pipe is copied to a temporary file.
// Thread-safety: plans may be loaded by several threads at once.
// Errors: of Open(), those of the file.

#ifndef RECOVERYLINE_TOOLS_RLINE_PLAN_STREAM_H_
#define RECOVERYLINE_TOOLS_RLINE_PLAN_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/batch/batch_sink.h"
#include "tools/formats/mapped_file.h"
#include "tools/rline/spooled_input.h"

namespace recoveryline {

class PlanStream {
 public:
  // "-" is stdin.
  static absl::StatusOr<PlanStream> Open(const std::string& path);

  int64_t count() const { return static_cast<int64_t>(starts_.size()); }
  // REQUIRES: below count().
  LoadedPlan Load(int64_t number) const;

 private:
  PlanStream(std::string name, SpooledInput input, MappedFile file);

  std::string name_;
  SpooledInput input_;  // keeps what a pipe was copied to
  MappedFile file_;
  std::vector<uint64_t> starts_;  // of each length
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_PLAN_STREAM_H_
