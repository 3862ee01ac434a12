// ComparisonTable: how choices differ, for people.
//
//   out += ComparisonTable(comparison, display);
//   out += WhatIfTable(answer, names, display);
//
// A headline, then what differs, the greatest loss first.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_COMPARISON_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_COMPARISON_TABLE_H_

#include <string>

#include "recoveryline/v1/whatif.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/names.h"

namespace recoveryline {

std::string ComparisonTable(const v1::DecisionComparison& comparison,
                            const Display& display);

std::string WhatIfTable(const v1::WhatIf& answer, const Names& names,
                        const Display& display);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_COMPARISON_TABLE_H_
