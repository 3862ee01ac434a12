#include "engine/core/alternatives.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/btree_map.h"
#include "engine/core/candidates.h"
#include "engine/core/selector.h"

namespace recoveryline::core {
namespace {

// Less than any skew: of a line that a marker or a single member holds
// together.
constexpr Nanos kNoSkew = -1;

// How new a line some consistency reaches, by the skew that it allows.
class Front {
 public:
  bool Reaches(Nanos skew, Instant earliest) const {
    const auto wider = earliest_of_skew_.upper_bound(skew);
    return wider != earliest_of_skew_.begin() &&
           std::prev(wider)->second >= earliest;
  }

  // REQUIRES: it is not reached yet.
  void Add(Nanos skew, Instant earliest) {
    const auto at = earliest_of_skew_.insert_or_assign(skew, earliest).first;
    auto reached = std::next(at);
    while (reached != earliest_of_skew_.end() && reached->second <= earliest) {
      reached = earliest_of_skew_.erase(reached);
    }
  }

 private:
  absl::btree_map<Nanos, Instant> earliest_of_skew_;  // both rise
};

class Finder {
 public:
  Finder(const Unit& unit, const Policy& policy)
      : unit_(unit), policy_(policy) {
    policy_.rules.resize(1);
  }

  // Those that nothing found before reaches; stronger ones go first.
  void Find(Consistency consistency) {
    consistency_ = consistency;
    rule() = {.consistencies = AtLeast(consistency),
              .scope = Scope::kCommonMarker};
    if (unit_.members.size() == 1) rule().scope = Scope::kIndependent;
    auto line = ChooseUnder(unit_, policy_, 0);
    if (line && !front_.Reaches(kNoSkew, line->earliest)) {
      Keep(kNoSkew, *std::move(line));
    }
    if (unit_.members.size() > 1) FindWithinSkew();
  }

  std::vector<Alternative> TakeFound() {
    const auto rank = [](const Alternative& a) {
      return std::tuple(a.choice.earliest, a.consistency,
                        a.rule.scope == Scope::kCommonMarker, -a.rule.max_skew);
    };
    std::sort(found_.begin(), found_.end(),
              [rank](const Alternative& a, const Alternative& b) {
                return rank(a) > rank(b);
              });
    return std::move(found_);
  }

 private:
  Rule& rule() { return policy_.rules[0]; }

  // From the widest on, the newest line of each skew that makes a difference.
  void FindWithinSkew() {
    rule().scope = Scope::kCommonCaptureTime;
    rule().max_skew = kForever;
    while (auto line = ChooseUnder(unit_, policy_, 0)) {
      const Instant earliest = line->earliest;
      if (front_.Reaches(kNoSkew, earliest)) return;
      const Nanos skew = LeastSkewFrom(earliest);
      if (!front_.Reaches(skew, earliest)) {
        rule().max_skew = skew;
        Keep(skew, *ChooseUnder(unit_, policy_, 0));
      }
      if (skew == 0) return;
      rule().max_skew = skew - 1;
    }
  }

  // Of a line whose points were captured from `t` on.
  // REQUIRES: each member has a point from then on.
  Nanos LeastSkewFrom(Instant t) {
    Nanos least = 0;
    for (const Member& member : unit_.members) {
      const Candidates c = CandidatesOf(unit_, member, policy_, rule());
      Position p = c.points->LowerBound(t);
      while (!c.IsCandidate(p) || !c.IsEligible(p)) ++p;
      least = std::max(least, SaturatingSubtract(c.points->capture_time(p), t));
    }
    return least;
  }

  void Keep(Nanos skew, UnitChoice line) {
    front_.Add(skew, line.earliest);
    found_.push_back({rule(), consistency_, std::move(line)});
  }

  const Unit& unit_;
  Policy policy_;  // with the rule that is asked about alone
  Consistency consistency_ = Consistency::kUnset;
  Front front_;
  std::vector<Alternative> found_;
};

}  // namespace

std::vector<Alternative> UndominatedLines(const Unit& unit,
                                          const Policy& policy) {
  if (FailedPrecondition(unit, policy)) return {};
  Finder finder(unit, policy);
  for (const Consistency consistency :
       {Consistency::kApplication, Consistency::kFileSystem,
        Consistency::kCrash}) {
    finder.Find(consistency);
  }
  return finder.TakeFound();
}

Consistency WeakestOf(const Unit& unit, const UnitChoice& choice) {
  Consistency weakest = Consistency::kApplication;
  for (size_t i = 0; i < unit.members.size(); ++i) {
    weakest = std::min(weakest,
                       Flags::ConsistencyOf(
                           unit.members[i].points->flags(choice.positions[i])));
  }
  return weakest;
}

Unit WithoutMember(const Unit& unit, int member) {
  Unit rest = unit;
  rest.members.erase(rest.members.begin() + member);
  return rest;
}

}  // namespace recoveryline::core
