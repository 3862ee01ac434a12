// Alternatives: what else could a unit go back to, and at what price?
//
//   for (const Alternative& a : UndominatedLines(unit, policy))
//     a.choice.earliest;                 // what a.rule alone gives the unit
//
// A line is an eligible point for each member, of whatever consistency. It is
// dominated where another one is at least as good in all of these, and better
// in one:
//   (1) its earliest capture time;
//   (2) its consistency, which is that of its weakest point;
//   (3) its scope: one marker on all points is better than none;
//   (4) its skew; of points with one marker it is 0, whatever their clocks say.
// A rule that lets each member choose for itself gives nothing else: by its
// earliest capture no line is newer than the widest one within a skew. A unit
// of one knows (1) and (2) alone.
//
// Facts used:
//   (5) Where the newest line of a consistency has only stronger points, the
//       stronger one has a line that is as new. So each is asked for by itself,
//       the strongest first, and keeps what no stronger one reaches.
//   (6) In a window that begins with the greatest t that serves all members,
//       some member is at t: the least skew that t allows is the greatest of
//       the members' first points from t on. What is undominated beside it is
//       the newest line with less skew than that.
//
// Cost: a search a member, and one over the points that lie between, for each
// line found; mostly some ten lines, at worst as many as points.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_ALTERNATIVES_H_
#define RECOVERYLINE_ENGINE_CORE_ALTERNATIVES_H_

#include <vector>

#include "engine/core/policy.h"
#include "engine/core/recovery_point.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

struct Alternative {
  Rule rule;
  // Of the weakest point; what the rule asks for.
  Consistency consistency = Consistency::kUnset;
  // What the rule gives where the policy has no other: choice.rule is 0.
  UnitChoice choice;
};

// All lines that no line dominates, one of those that are equally good: the
// newest first, then the strongest, then by marker, then the one with the least
// skew. None where a precondition fails, but for that of pins without an
// eligible point. The policy's own rules do not matter.
std::vector<Alternative> UndominatedLines(const Unit& unit,
                                          const Policy& policy);

// The consistency of the weakest point of a choice.
// REQUIRES: the choice is of this unit, and its outcome kSelected.
Consistency WeakestOf(const Unit& unit, const UnitChoice& choice);

// The unit as if `member` did not exist. REQUIRES: it has another one.
Unit WithoutMember(const Unit& unit, int member);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_ALTERNATIVES_H_
