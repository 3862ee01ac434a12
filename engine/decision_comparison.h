// Compare: how does one Decision differ from another?
//
//   v1::DecisionComparison difference = Compare(before, after);
//   if (!difference.same()) use(difference.vms(0));     // loses most
//
// Rows are matched by VM id. Two rows are the same where outcome and point are;
// how they came about does not count.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_DECISION_COMPARISON_H_
#define RECOVERYLINE_ENGINE_DECISION_COMPARISON_H_

#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/whatif.pb.h"

namespace recoveryline {

v1::DecisionComparison Compare(const v1::Decision& before,
                               const v1::Decision& after);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_DECISION_COMPARISON_H_
