// ApplyRetention: when would these points be lost if they were pruned so?
//
//   absl::Status sound = CheckRetention(schedule);
//   ApplyRetention(schedule, &vm);           // sets expire_time
//
// The rule is that of RetentionSchedule in whatif.proto. A point that already
// is lost earlier stays so.
//
// Cost: O(points * tiers + points log points).
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_RETENTION_H_
#define RECOVERYLINE_ENGINE_RETENTION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/whatif.pb.h"

namespace recoveryline {

// InvalidArgument where tiers are not as the message says.
absl::Status CheckRetention(const v1::RetentionSchedule& schedule);

// REQUIRES: the schedule is sound, the machine valid.
void ApplyRetention(const v1::RetentionSchedule& schedule, v1::Vm* vm);

// "all:2h,1h:24h,4h:72h": all for two hours, then one an hour to a day, then
// one in four hours to three days. "asr" and "asr-DAYS" (0 to 15; asr is one
// day) are Azure's own. InvalidArgument for anything else.
absl::StatusOr<v1::RetentionSchedule> ParseRetention(absl::string_view text);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_RETENTION_H_
