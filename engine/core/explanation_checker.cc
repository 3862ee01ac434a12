#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "engine/core/line_survey.h"
#include "engine/core/point_judge.h"
#include "engine/core/selection_checker.h"

namespace recoveryline::core {
namespace {

class Recounter {
 public:
  // `own` is what explains the choice: itself, but where it was aligned.
  Recounter(const Unit& unit, const Policy& policy, const UnitChoice& choice,
            const UnitChoice& own, std::optional<CaptureWindow> window)
      : unit_(unit),
        policy_(policy),
        choice_(choice),
        own_(own),
        window_(window),
        judge_(unit, policy),
        member_count_(static_cast<int>(unit.members.size())) {}

  UnitExplanation Recount();

 private:
  // The newest remainder a member leaves behind.
  struct Remainder {
    bool decided = false;  // some rule serves it
    Instant earliest = 0;
  };

  bool selected() const { return choice_.outcome == UnitOutcome::kSelected; }
  // Whether the unit by itself has a choice.
  bool serves() const { return own_.outcome == UnitOutcome::kSelected; }
  const Member& member(int i) const {
    return unit_.members[static_cast<size_t>(i)];
  }
  const Rule* ExplainingRule() const;
  Fate FateOfEligible(int i, Position p, Instant captured) const;
  MemberExplanation RecountMember(int i, const Rule& rule);

  bool LacksPrecondition(const Member& m) const;
  std::vector<bool> MayBlock() const;
  std::vector<Remainder> Remainders();
  std::vector<Blocking> RecountBlocking();

  const Unit& unit_;
  const Policy& policy_;
  const UnitChoice& choice_;
  const UnitChoice& own_;
  const std::optional<CaptureWindow> window_;
  PointJudge judge_;
  const int member_count_;
};

// The rule that served, else the first that the unit may take.
const Rule* Recounter::ExplainingRule() const {
  if (serves()) return &policy_.rules[static_cast<size_t>(own_.rule)];
  const auto first =
      std::find_if(policy_.rules.begin(), policy_.rules.end(),
                   [this](const Rule& r) { return IsMeantFor(r, unit_); });
  return first == policy_.rules.end() ? nullptr : &*first;
}

// A precondition that failed did not refuse eligible points. What the member
// would get by itself, and what is worse, was refused for the plan's line.
Fate Recounter::FateOfEligible(int i, Position p, Instant captured) const {
  if (choice_.outcome < UnitOutcome::kSelected) return Fate::kNone;
  if (!serves() || p > own_.positions[static_cast<size_t>(i)]) {
    return Fate::kNotCommon;
  }
  const bool inside = window_.has_value() && window_->from <= captured &&
                      captured <= window_->until;
  return inside ? Fate::kNotCommon : Fate::kNotAligned;
}

MemberExplanation Recounter::RecountMember(int i, const Rule& rule) {
  const PointSeries& points = *member(i).points;
  const Position chosen =
      selected() ? choice_.positions[static_cast<size_t>(i)] : kNoPosition;
  MemberExplanation found;
  std::array<RefusedPoints, kFateCount> refused;
  bool cost_known = !selected();
  for (Position p = points.size() - 1; p > chosen; --p) {
    const RecoveryPoint point = points.point(p);
    if (!cost_known &&
        judge_.Judge(i, p, point, AtLeast(Consistency::kCrash)) ==
            Fate::kNone) {
      cost_known = true;
      found.consistency_cost = SaturatingSubtract(
          point.capture_time, points.point(chosen).capture_time);
    }
    Fate fate = judge_.Judge(i, p, point, rule.consistencies);
    if (fate == Fate::kNone) fate = FateOfEligible(i, p, point.capture_time);
    RefusedPoints& row = refused[static_cast<size_t>(fate)];
    if (row.count++ > 0) continue;
    row.fate = fate;
    row.example = p;
  }
  for (size_t fate = 1; fate < refused.size(); ++fate) {
    if (refused[fate].count > 0) found.refused.push_back(refused[fate]);
  }
  return found;
}

// Whether the unit has no choice as long as this member exists.
bool Recounter::LacksPrecondition(const Member& m) const {
  return !m.named || (policy_.replication_required && !m.replicating) ||
         m.points->size() == 0 ||
         (policy_.pins_required && unit_.pinned_marker == kNoMarker &&
          m.pinned == kNoPosition);
}

// Without which members all preconditions hold: any where all hold, else the
// only member that fails one.
std::vector<bool> Recounter::MayBlock() const {
  std::vector<bool> may(unit_.members.size(), false);
  if (unit_.expected_missing) return may;
  int failing = -1;
  int failing_count = 0;
  for (int i = 0; i < member_count_; ++i) {
    if (!LacksPrecondition(member(i))) continue;
    failing = i;
    ++failing_count;
  }
  if (failing_count == 0) may.assign(unit_.members.size(), true);
  if (failing_count == 1) may[static_cast<size_t>(failing)] = true;
  return may;
}

// What the unit would choose without each member: the first rule that serves
// the rest decides, be its line newer or not. The rule that served the unit
// serves each rest too, and of its lines only the newer ones count.
std::vector<Recounter::Remainder> Recounter::Remainders() {
  std::vector<Remainder> rests(unit_.members.size());
  const auto survey_rule = [&](const Rule& rule, Instant floor) {
    if (!IsMeantFor(rule, unit_)) return;
    const LineSurvey survey = Survey(unit_, rule, floor, &judge_);
    for (size_t i = 0; i < rests.size(); ++i) {
      if (rests[i].decided || !survey.without[i].has_value()) continue;
      rests[i] = {.decided = true, .earliest = *survey.without[i]};
    }
  };
  const size_t unserved =
      serves() ? static_cast<size_t>(own_.rule) : policy_.rules.size();
  for (size_t r = 0; r < unserved; ++r) {
    survey_rule(policy_.rules[r], kMinInstant);
  }
  if (serves() && own_.earliest < kMaxInstant) {
    survey_rule(policy_.rules[unserved], own_.earliest + 1);
  }
  return rests;
}

std::vector<Blocking> Recounter::RecountBlocking() {
  std::vector<Blocking> blocking;
  if (member_count_ < 2) return blocking;
  const std::vector<bool> may_block = MayBlock();
  if (std::find(may_block.begin(), may_block.end(), true) == may_block.end()) {
    return blocking;
  }
  const std::vector<Remainder> rests = Remainders();
  for (int i = 0; i < member_count_; ++i) {
    const Remainder& rest = rests[static_cast<size_t>(i)];
    if (!may_block[static_cast<size_t>(i)] || !rest.decided) continue;
    if (!serves()) {
      blocking.push_back({.member = i, .gain = kForever});
    } else if (rest.earliest > own_.earliest) {
      blocking.push_back(
          {.member = i,
           .gain = SaturatingSubtract(rest.earliest, own_.earliest)});
    }
  }
  std::stable_sort(
      blocking.begin(), blocking.end(),
      [](const Blocking& a, const Blocking& b) { return a.gain > b.gain; });
  return blocking;
}

UnitExplanation Recounter::Recount() {
  UnitExplanation why;
  why.members.resize(unit_.members.size());
  if (const Rule* rule = ExplainingRule(); rule != nullptr) {
    for (int i = 0; i < member_count_; ++i) {
      why.members[static_cast<size_t>(i)] = RecountMember(i, *rule);
    }
  }
  why.blocking = RecountBlocking();
  return why;
}

// -1: the same; else an entry that differs.
std::optional<size_t> FirstDifference(const std::vector<RefusedPoints>& right,
                                      const std::vector<RefusedPoints>& given) {
  for (size_t k = 0; k < std::max(right.size(), given.size()); ++k) {
    if (k >= right.size() || k >= given.size() ||
        right[k].fate != given[k].fate || right[k].count != given[k].count ||
        right[k].example != given[k].example) {
      return k;
    }
  }
  return std::nullopt;
}

std::optional<Fault> CompareMember(int member, const MemberExplanation& right,
                                   const MemberExplanation& given) {
  const std::optional<size_t> k = FirstDifference(right.refused, given.refused);
  if (k.has_value()) {
    return Fault{.kind = Fault::Kind::kRefusals,
                 .member = member,
                 .position = *k < right.refused.size()
                                 ? right.refused[*k].example
                                 : kNoPosition};
  }
  if (right.consistency_cost == given.consistency_cost) return std::nullopt;
  return Fault{.kind = Fault::Kind::kConsistencyCost, .member = member};
}

}  // namespace

UnitExplanation Recount(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice, const OwnChoice* own) {
  return Recounter(unit, policy, choice, own != nullptr ? own->choice : choice,
                   own != nullptr ? own->window : std::nullopt)
      .Recount();
}

std::optional<Fault> CheckExplanation(const Unit& unit, const Policy& policy,
                                      const UnitChoice& choice,
                                      const UnitExplanation& why,
                                      const OwnChoice* own) {
  const UnitExplanation right = Recount(unit, policy, choice, own);
  if (why.members.size() != right.members.size()) {
    return Fault{.kind = Fault::Kind::kRefusals};
  }
  for (size_t i = 0; i < right.members.size(); ++i) {
    if (const std::optional<Fault> fault = CompareMember(
            static_cast<int>(i), right.members[i], why.members[i])) {
      return fault;
    }
  }
  for (size_t k = 0; k < std::max(right.blocking.size(), why.blocking.size());
       ++k) {
    if (k >= right.blocking.size()) {
      return Fault{.kind = Fault::Kind::kBlocking,
                   .member = why.blocking[k].member};
    }
    if (k >= why.blocking.size() ||
        why.blocking[k].member != right.blocking[k].member ||
        why.blocking[k].gain != right.blocking[k].gain) {
      return Fault{.kind = Fault::Kind::kBlocking,
                   .member = right.blocking[k].member};
    }
  }
  return std::nullopt;
}

}  // namespace recoveryline::core
