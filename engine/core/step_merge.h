// StepMerge: the best points of several members side by side. It answers "when
// do all have one, and how old is the oldest of them?"
//
//   merge.Run(steps, 0, members, [](Instant begin, const StepMerge& now) {
//     if (now.all_have()) use(begin, now.earliest(), now.latest());
//   });
//
// Each member's steps begin at the same instant; the merge stops at every
// instant at which some member's best point changes.
//
// Cost: O(log members) a step.
// Thread-safety: for one thread.

#ifndef RECOVERYLINE_ENGINE_CORE_STEP_MERGE_H_
#define RECOVERYLINE_ENGINE_CORE_STEP_MERGE_H_

#include <algorithm>
#include <bit>
#include <span>
#include <vector>

#include "engine/core/candidates.h"
#include "engine/core/timeline.h"

namespace recoveryline::core {

// The least of some instants that change one at a time.
class LeastInstant {
 public:
  void Reset(size_t count) {
    leaves_ = std::bit_ceil(std::max<size_t>(count, 1));
    least_.assign(2 * leaves_, kMaxInstant);
  }
  void Set(size_t leaf, Instant t) {
    size_t node = leaves_ + leaf;
    least_[node] = t;
    while (node > 1) {
      node /= 2;
      least_[node] = std::min(least_[2 * node], least_[2 * node + 1]);
    }
  }
  Instant value() const { return least_[1]; }
  // Of which it is; some, where it is of several.
  size_t leaf() const {
    size_t node = 1;
    while (node < leaves_) {
      node = 2 * node + (least_[2 * node] == least_[1] ? 0 : 1);
    }
    return node - leaves_;
  }

 private:
  size_t leaves_ = 1;
  std::vector<Instant> least_;  // of a binary tree, the root at 1
};

class StepMerge {
 public:
  bool all_have() const { return lacking_ == 0; }
  // Of the members' best points, where all have one.
  Instant earliest() const { return earliest_.value(); }
  Instant latest() const { return ~latest_.value(); }
  Position position(size_t member) const {
    return steps_[at_[member]].position;
  }

  // Calls visit(begin, *this) at each change. REQUIRES: the set is of
  // `members`, and all of its steps begin at one instant.
  template <typename Visit>
  void Run(const MemberSteps& steps, size_t set,
           std::span<const Candidates> members, Visit visit) {
    Start(steps, set, members);
    for (Instant now = next_.value(); now != kMaxInstant;) {
      do {
        Advance(next_.leaf());
      } while (next_.value() == now);
      visit(now, *this);
      now = next_.value();
    }
  }

 private:
  void Start(const MemberSteps& steps, size_t set,
             std::span<const Candidates> members) {
    members_ = members;
    steps_ = steps.steps.data();
    begins_ = &steps.begins[set * (members.size() + 1)];
    lacking_ = members.size();
    at_.resize(members.size());
    next_.Reset(members.size());
    earliest_.Reset(members.size());
    latest_.Reset(members.size());
    for (size_t m = 0; m < members.size(); ++m) {
      at_[m] = begins_[m] - 1;  // before the first
      next_.Set(m, steps_[begins_[m]].begin);
    }
    has_.assign(members.size(), 0);
  }

  void Advance(size_t member) {
    const size_t at = ++at_[member];
    const Position p = steps_[at].position;
    const bool has = p != kNoPosition;
    lacking_ += has_[member];
    has_[member] = has ? 1 : 0;
    lacking_ -= has_[member];
    const Instant t = has ? members_[member].points->capture_time(p) : 0;
    earliest_.Set(member, has ? t : kMaxInstant);
    latest_.Set(member, has ? ~t : kMaxInstant);
    next_.Set(member, at + 1 < begins_[member + 1] ? steps_[at + 1].begin
                                                   : kMaxInstant);
  }

  std::span<const Candidates> members_;
  const BestStep* steps_ = nullptr;
  const size_t* begins_ = nullptr;  // of each member's steps
  size_t lacking_ = 0;
  std::vector<size_t> at_;  // the step that each member is in
  std::vector<uint8_t> has_;
  LeastInstant next_;
  LeastInstant earliest_;
  LeastInstant latest_;  // bitwise complements, which turn the order round
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_STEP_MERGE_H_
