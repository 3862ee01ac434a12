// LiteralAlignment: the line of a plan of small units, by trying each instant.
//
//   LiteralLine line = LiteralAlign(units, policy, max_skew, own);
//   EXPECT_EQ(AlignUnits(...).window.has_value(), line.t.has_value());
//
// Whether a unit has a choice in a window is asked of LiteralChoice(), with the
// window as floor and target time.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_CORE_LITERAL_ALIGNMENT_H_
#define RECOVERYLINE_TESTS_CORE_LITERAL_ALIGNMENT_H_

#include <deque>
#include <optional>
#include <vector>

#include "engine/core/plan_alignment.h"
#include "tests/core/literal_choice.h"

namespace recoveryline::core {

struct LiteralLine {
  std::optional<Instant> t;
  std::vector<UnitChoice> choices;  // one a unit
  std::vector<HoldingUnit> holding;
};

// `own`: LiteralChoice() of each unit.
LiteralLine LiteralAlign(const std::deque<SmallUnit>& units,
                         const Policy& policy, Nanos max_skew,
                         const std::vector<UnitChoice>& own);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_TESTS_CORE_LITERAL_ALIGNMENT_H_
