// DecisionTable: a Decision at one glance, for people.
//
//   std::cout << DecisionTable(decision, names, display);
//
//   PARTIAL: 2 of 3 VMs have a point, the oldest 38m 12s old
//   ...
//   VM     GROUP  BOOT GROUP  RECOVERY POINT TIME   CONSISTENCY  ...
//
// A headline, one row a VM in plan order, one row a group, the warnings.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_DECISION_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_DECISION_TABLE_H_

#include <string>

#include "recoveryline/v1/decision.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/names.h"

namespace recoveryline {

std::string DecisionTable(const v1::Decision& decision, const Names& names,
                          const Display& display);

// "COMPLETE: 9 of 9 VMs have a point, the oldest 38m 12s old", and how it was
// asked for; two lines.
std::string Headline(const v1::Decision& decision, const Display& display);

// "Aligned: 9 units from ... on, 4m apart (within 5m): ..."; nothing where the
// plan was not aligned.
std::string AlignmentLine(const v1::Decision& decision, const Names& names,
                          const Display& display);

// A heading and one line a warning, at most `limit` of them; nothing where
// there is none.
std::string WarningLines(const v1::Decision& decision, const Names& names,
                         int limit);

// What an outcome looks like.
Tone ToneOf(v1::VmSelection::Outcome outcome);

// The instants and lengths of a row; 0 where left out.
core::Instant InstantOf(const google::protobuf::Timestamp& time);
core::Nanos NanosOf(const google::protobuf::Duration& length);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_DECISION_TABLE_H_
