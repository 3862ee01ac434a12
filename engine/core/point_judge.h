// PointJudge: what speaks against this one point? For the checker alone.
//
//   PointJudge judge(unit, policy);
//   RecoveryPoint point = unit.members[i].points->point(p);
//   if (judge.Judge(i, p, point, rule.consistencies) == Fate::kNone) ...
//
// It puts the sentences of the specification to a point's raw attributes, one
// after the other, and keeps its own account of verdicts: of each member it
// reads points from the newest back to the oldest instant that a question
// needed, once.
//
// Cost: O(1) a point, and O(log verdicts) where a point was never judged; of
// verdicts only the changes are kept.
// Thread-safety: none; it remembers what it has read.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_JUDGE_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_JUDGE_H_

#include <vector>

#include "engine/core/explanation.h"
#include "engine/core/instant.h"
#include "engine/core/point_series.h"
#include "engine/core/policy.h"
#include "engine/core/recovery_point.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// What points never judged take over from the points of one VM.
class VerdictHistory {
 public:
  // REQUIRES: `points` outlives this.
  explicit VerdictHistory(const PointSeries& points)
      : points_(&points), unread_(points.size()) {}

  // The worst verdict of the nearest instant, at or before `t`, at which some
  // point was judged; kUnknown where that is kClean or there is none.
  Cleanliness InheritedAt(Instant t);

 private:
  // From `since` to the change before in the list.
  struct Change {
    Instant since = 0;
    Cleanliness inherited = Cleanliness::kUnknown;
  };
  // Reads the newest instant that was not read yet.
  void ReadInstant();

  const PointSeries* points_;
  Position unread_;  // positions below were not read
  std::vector<Change> newest_first_;
};

// Whether CUSTOM means the rule for this unit; all other options mean each rule
// for every unit. (The checker's own account of Unit::MayTake.)
bool IsMeantFor(const Rule& rule, const Unit& unit);

class PointJudge {
 public:
  // REQUIRES: `unit` and `policy` outlive this.
  PointJudge(const Unit& unit, const Policy& policy);

  // The first rule of eligibility that the point fails where a rule asks for
  // `consistencies`; kNotPinned for an eligible one that a pin leaves out;
  // kNone for an eligible candidate.
  // REQUIRES: `point` stands at `position` of the member.
  Fate Judge(int member, Position position, const RecoveryPoint& point,
             ConsistencySet consistencies);

  // The best eligible candidate, or kNoPosition; none captured before `floor`
  // is looked for.
  Position Best(int member, ConsistencySet consistencies,
                Instant floor = kMinInstant);

 private:
  Fate JudgeEligibility(int member, const RecoveryPoint& point,
                        ConsistencySet consistencies);
  bool CleanEnough(int member, const RecoveryPoint& point);

  const Unit& unit_;
  const Policy& policy_;
  std::vector<VerdictHistory> histories_;  // one a member
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_JUDGE_H_
