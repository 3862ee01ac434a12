#include "engine/core/selection_checker.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <vector>

#include "engine/core/line_survey.h"
#include "engine/core/point_judge.h"

namespace recoveryline::core {
namespace {

using FaultOrNone = std::optional<Fault>;

class ChoiceChecker {
 public:
  ChoiceChecker(const Unit& unit, const Policy& policy,
                const UnitChoice& choice)
      : unit_(unit),
        policy_(policy),
        choice_(choice),
        judge_(unit, policy),
        member_count_(static_cast<int>(unit.members.size())) {}

  FaultOrNone Check();

 private:
  std::optional<UnitOutcome> FailedPrecondition();
  bool HasPinNotEligible();
  bool HasCandidate(int member);
  FaultOrNone CheckNoChoice();

  FaultOrNone CheckLine();
  FaultOrNone CheckShape() const;
  FaultOrNone CheckChosenPoints();
  FaultOrNone CheckCommon() const;
  FaultOrNone CheckFigures() const;
  FaultOrNone CheckEarlierRules();
  FaultOrNone CheckNothingBetter();
  FaultOrNone CheckBestOfEach(Instant newest, Marker marker);
  FaultOrNone CheckNoBetterMarker();
  FaultOrNone CheckNoNewerWindow();

  const PointSeries& points(int member) const {
    return *unit_.members[static_cast<size_t>(member)].points;
  }
  Position chosen(int member) const {
    return choice_.positions[static_cast<size_t>(member)];
  }
  RecoveryPoint chosen_point(int member) const {
    return points(member).point(chosen(member));
  }
  const Rule& rule() const {
    return policy_.rules[static_cast<size_t>(choice_.rule)];
  }
  Guarantee RightGuarantee() const {
    if (!NeedsCommon(unit_, rule())) return Guarantee::kIndependent;
    return rule().scope == Scope::kCommonMarker ? Guarantee::kMarker
                                                : Guarantee::kSkewBounded;
  }

  const Unit& unit_;
  const Policy& policy_;
  const UnitChoice& choice_;
  PointJudge judge_;
  const int member_count_;
};

// Whether the member has an eligible candidate under any rule.
bool ChoiceChecker::HasCandidate(int member) {
  return std::any_of(
      policy_.rules.begin(), policy_.rules.end(), [&](const Rule& r) {
        return IsMeantFor(r, unit_) &&
               judge_.Best(member, r.consistencies) != kNoPosition;
      });
}

bool ChoiceChecker::HasPinNotEligible() {
  for (int i = 0; i < member_count_; ++i) {
    const bool pinned =
        unit_.pinned_marker != kNoMarker ||
        unit_.members[static_cast<size_t>(i)].pinned != kNoPosition;
    if (pinned && !HasCandidate(i)) return true;
  }
  return false;
}

// Each precondition is put to all members before the next.
std::optional<UnitOutcome> ChoiceChecker::FailedPrecondition() {
  const auto some_member = [this](auto fails) {
    return std::any_of(unit_.members.begin(), unit_.members.end(), fails);
  };
  if (unit_.expected_missing ||
      some_member([](const Member& m) { return !m.named; })) {
    return UnitOutcome::kGroupIncomplete;
  }
  if (policy_.replication_required &&
      some_member([](const Member& m) { return !m.replicating; })) {
    return UnitOutcome::kNotReplicating;
  }
  if (some_member([](const Member& m) { return m.points->size() == 0; })) {
    return UnitOutcome::kNoRecoveryPoints;
  }
  if (policy_.pins_required && unit_.pinned_marker == kNoMarker &&
      some_member([](const Member& m) { return m.pinned == kNoPosition; })) {
    return UnitOutcome::kNotPinned;
  }
  if (HasPinNotEligible()) return UnitOutcome::kPinNotEligible;
  return std::nullopt;
}

FaultOrNone ChoiceChecker::Check() {
  const std::optional<UnitOutcome> failed = FailedPrecondition();
  if (failed.has_value() && choice_.outcome != *failed) {
    return Fault{.kind = Fault::Kind::kOutcome, .outcome = *failed};
  }
  if (choice_.outcome == UnitOutcome::kSelected) return CheckLine();
  if (!failed.has_value()) {
    if (FaultOrNone fault = CheckNoChoice()) return fault;
  }
  if (choice_.rule != -1 || !choice_.positions.empty()) {
    return Fault{.kind = Fault::Kind::kShape};
  }
  if (choice_.guarantee != Guarantee::kNone || choice_.marker != kNoMarker ||
      choice_.earliest != 0 || choice_.latest != 0) {
    return Fault{.kind = Fault::Kind::kFigures};
  }
  return std::nullopt;
}

// All preconditions hold, and yet no rule serves.
FaultOrNone ChoiceChecker::CheckNoChoice() {
  UnitOutcome right = UnitOutcome::kNoEligiblePoint;
  for (size_t r = 0; r < policy_.rules.size(); ++r) {
    const Rule& tried = policy_.rules[r];
    if (!IsMeantFor(tried, unit_)) continue;
    const LineSurvey survey = Survey(unit_, tried, kMinInstant, &judge_);
    if (survey.whole.has_value()) {
      return Fault{.kind = Fault::Kind::kOutcome,
                   .outcome = UnitOutcome::kSelected,
                   .rule = static_cast<int>(r)};
    }
    if (survey.each_has_one) right = UnitOutcome::kNoCommonPoint;
  }
  if (choice_.outcome == right) return std::nullopt;
  return Fault{.kind = Fault::Kind::kOutcome, .outcome = right};
}

FaultOrNone ChoiceChecker::CheckLine() {
  if (FaultOrNone fault = CheckShape()) return fault;
  if (FaultOrNone fault = CheckChosenPoints()) return fault;
  if (FaultOrNone fault = CheckCommon()) return fault;
  if (FaultOrNone fault = CheckFigures()) return fault;
  if (FaultOrNone fault = CheckEarlierRules()) return fault;
  return CheckNothingBetter();
}

FaultOrNone ChoiceChecker::CheckShape() const {
  const int rule_count = static_cast<int>(policy_.rules.size());
  if (choice_.rule < 0 || choice_.rule >= rule_count ||
      !IsMeantFor(rule(), unit_) ||
      choice_.positions.size() != unit_.members.size()) {
    return Fault{.kind = Fault::Kind::kShape};
  }
  for (int i = 0; i < member_count_; ++i) {
    if (chosen(i) < 0 || chosen(i) >= points(i).size()) {
      return Fault{
          .kind = Fault::Kind::kShape, .member = i, .position = chosen(i)};
    }
  }
  return std::nullopt;
}

FaultOrNone ChoiceChecker::CheckChosenPoints() {
  for (int i = 0; i < member_count_; ++i) {
    const Fate fate =
        judge_.Judge(i, chosen(i), chosen_point(i), rule().consistencies);
    if (fate != Fate::kNone) {
      return Fault{.kind = Fault::Kind::kNotEligible,
                   .member = i,
                   .position = chosen(i),
                   .fate = fate};
    }
  }
  return std::nullopt;
}

FaultOrNone ChoiceChecker::CheckCommon() const {
  if (!NeedsCommon(unit_, rule())) return std::nullopt;
  Instant earliest = kMaxInstant;
  for (int i = 0; i < member_count_; ++i) {
    earliest = std::min(earliest, chosen_point(i).capture_time);
  }
  const Instant end = SaturatingAdd(earliest, rule().max_skew);
  const Marker marker = chosen_point(0).marker;
  for (int i = 0; i < member_count_; ++i) {
    const RecoveryPoint point = chosen_point(i);
    const bool common =
        rule().scope == Scope::kCommonMarker
            ? point.marker != kNoMarker && point.marker == marker
            : point.capture_time <= end;
    if (!common) {
      return Fault{
          .kind = Fault::Kind::kNotCommon, .member = i, .position = chosen(i)};
    }
  }
  return std::nullopt;
}

FaultOrNone ChoiceChecker::CheckFigures() const {
  Instant earliest = kMaxInstant;
  Instant latest = kMinInstant;
  for (int i = 0; i < member_count_; ++i) {
    earliest = std::min(earliest, chosen_point(i).capture_time);
    latest = std::max(latest, chosen_point(i).capture_time);
  }
  const Guarantee guarantee = RightGuarantee();
  const Marker marker =
      guarantee == Guarantee::kMarker ? chosen_point(0).marker : kNoMarker;
  if (choice_.guarantee == guarantee && choice_.marker == marker &&
      choice_.earliest == earliest && choice_.latest == latest) {
    return std::nullopt;
  }
  return Fault{.kind = Fault::Kind::kFigures};
}

FaultOrNone ChoiceChecker::CheckEarlierRules() {
  for (int r = 0; r < choice_.rule; ++r) {
    const Rule& earlier = policy_.rules[static_cast<size_t>(r)];
    if (IsMeantFor(earlier, unit_) &&
        Survey(unit_, earlier, kMinInstant, &judge_).whole.has_value()) {
      return Fault{.kind = Fault::Kind::kRule, .rule = r};
    }
  }
  return std::nullopt;
}

FaultOrNone ChoiceChecker::CheckNothingBetter() {
  switch (RightGuarantee()) {
    case Guarantee::kNone:
    case Guarantee::kIndependent:
      return CheckBestOfEach(kMaxInstant, kNoMarker);
    case Guarantee::kMarker:
      if (FaultOrNone fault = CheckBestOfEach(kMaxInstant, choice_.marker)) {
        return fault;
      }
      return CheckNoBetterMarker();
    case Guarantee::kSkewBounded:
      if (FaultOrNone fault = CheckNoNewerWindow()) return fault;
      return CheckBestOfEach(SaturatingAdd(choice_.earliest, rule().max_skew),
                             kNoMarker);
  }
  return std::nullopt;
}

// No member has a better point captured at or before `newest` that carries
// `marker`, or any marker where that is kNoMarker.
FaultOrNone ChoiceChecker::CheckBestOfEach(Instant newest, Marker marker) {
  for (int i = 0; i < member_count_; ++i) {
    for (Position p = points(i).size() - 1; p > chosen(i); --p) {
      const RecoveryPoint point = points(i).point(p);
      if (point.capture_time > newest) continue;
      if (marker != kNoMarker && point.marker != marker) continue;
      if (judge_.Judge(i, p, point, rule().consistencies) == Fate::kNone) {
        return Fault{
            .kind = Fault::Kind::kBetterExists, .member = i, .position = p};
      }
    }
  }
  return std::nullopt;
}

// A better line has no point older than the earliest chosen.
FaultOrNone ChoiceChecker::CheckNoBetterMarker() {
  // Greater is better.
  const auto rank = [](Instant earliest, Instant latest, Marker marker) {
    return std::make_tuple(earliest, latest, -marker);
  };
  auto best = rank(choice_.earliest, choice_.latest, choice_.marker);
  Marker better = kNoMarker;
  bool each_has_one = false;
  for (const auto& [marker, line] :
       SurveyMarkers(unit_, rule(), choice_.earliest, &judge_, &each_has_one)) {
    if (line.holder_count != member_count_) continue;
    const auto other = rank(line.earliest, line.latest, marker);
    if (other <= best) continue;
    best = other;
    better = marker;
  }
  if (better == kNoMarker) return std::nullopt;
  return Fault{.kind = Fault::Kind::kBetterExists, .marker = better};
}

FaultOrNone ChoiceChecker::CheckNoNewerWindow() {
  if (choice_.earliest == kMaxInstant) return std::nullopt;
  const LineSurvey newer = Survey(unit_, rule(), choice_.earliest + 1, &judge_);
  if (!newer.whole.has_value()) return std::nullopt;
  return Fault{.kind = Fault::Kind::kBetterExists};
}

}  // namespace

FaultOrNone CheckChoice(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice) {
  return ChoiceChecker(unit, policy, choice).Check();
}

}  // namespace recoveryline::core
