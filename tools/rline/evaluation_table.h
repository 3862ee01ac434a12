// EvaluationTable: what a batch found, for people.
//
//   out += EvaluationTable(report, display);
//
// A headline for all plans, then a line a plan, the one that loses most first.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_RLINE_EVALUATION_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_EVALUATION_TABLE_H_

#include <string>

#include "recoveryline/v1/evaluation.pb.h"
#include "tools/rline/display.h"

namespace recoveryline {

std::string EvaluationTable(const v1::EvaluationReport& report,
                            const Display& display);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_EVALUATION_TABLE_H_
