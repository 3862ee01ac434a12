// AlternativesTable: what else units could go back to, as rows for people.
//
//   out += AlternativesTable(alternatives, names, display);
//
//   UNIT  INSTEAD        CAPTURED               CONSISTENCY  GIVING UP
//   web   of             2026-03-01 07:00:00Z   application
//         2h 00m newer   2026-03-01 09:00:00Z   application  vm-3
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_RLINE_ALTERNATIVES_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_ALTERNATIVES_TABLE_H_

#include <string>

#include "recoveryline/v1/alternatives.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/names.h"

namespace recoveryline {

// Units without a choice first, then by what the newest alternative gains; of
// a large plan the first ones. REQUIRES: there are no violations.
std::string AlternativesTable(const v1::PlanAlternatives& alternatives,
                              const Names& names, const Display& display);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_ALTERNATIVES_TABLE_H_
