// FailoverRepeat: is the run that is there the one that start is asked for?
//
//   if (auto refusal = CheckIsRun(flags, plan)) return reporter.Fail(...);
//
// A start that is given again goes on with the run as it was begun. What the
// command line says must not differ from that and be ignored: of the Decision
// and the run id it is another run (exit 4), of anything else exit 64. What is
// left out is as it was. Where a token is from may differ.
//
// Thread-safety: no state of its own.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_REPEAT_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_REPEAT_H_

#include <optional>

#include "recoveryline/v1/failover.pb.h"
#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_flags.h"

namespace recoveryline {

std::optional<Refusal> CheckIsRun(const FailoverFlags& flags,
                                  const v1::FailoverPlan& run);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_REPEAT_H_
