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

// What is known of one member, or the least of it over several.
struct MemberKeys {
  Instant next = kMaxInstant;  // when its best point changes
  Instant earliest = kMaxInstant;
  Instant latest_complement = kMaxInstant;  // ~t turns the order round

  static MemberKeys LeastOf(const MemberKeys& a, const MemberKeys& b) {
    return {.next = std::min(a.next, b.next),
            .earliest = std::min(a.earliest, b.earliest),
            .latest_complement =
                std::min(a.latest_complement, b.latest_complement)};
  }
};

// The keys of some members, which change one at a time, as the leaves of a
// binary tree with its root at 1.
class LeastKeys {
 public:
  void Reset(size_t count) {
    leaves_ = std::bit_ceil(std::max<size_t>(count, 1));
    nodes_.assign(2 * leaves_, MemberKeys());
  }
  void Set(size_t member, const MemberKeys& keys) {
    size_t node = leaves_ + member;
    nodes_[node] = keys;
    for (node /= 2; node > 0; node /= 2) {
      nodes_[node] =
          MemberKeys::LeastOf(nodes_[2 * node], nodes_[2 * node + 1]);
    }
  }
  const MemberKeys& least() const { return nodes_[1]; }
  // The first member that changes next.
  size_t next_member() const {
    size_t node = 1;
    while (node < leaves_) {
      node = 2 * node + (nodes_[2 * node].next == least().next ? 0 : 1);
    }
    return node - leaves_;
  }

 private:
  size_t leaves_ = 1;
  std::vector<MemberKeys> nodes_;
};

class StepMerge {
 public:
  bool all_have() const { return lacking_ == 0; }
  // Of the members' best points, where all have one.
  Instant earliest() const { return least_.least().earliest; }
  Instant latest() const { return ~least_.least().latest_complement; }
  Position position(size_t member) const {
    return steps_[at_[member]].position;
  }

  // Calls visit(begin, *this) at each change. REQUIRES: the set is of
  // `members`, and all of its steps begin at one instant.
  template <typename Visit>
  void Run(const MemberSteps& steps, size_t set,
           std::span<const Candidates> members, Visit visit) {
    Start(steps, set, members);
    for (Instant now = least_.least().next; now != kMaxInstant;) {
      do {
        Advance(least_.next_member());
      } while (least_.least().next == now);
      visit(now, *this);
      now = least_.least().next;
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
    least_.Reset(members.size());
    for (size_t m = 0; m < members.size(); ++m) {
      at_[m] = begins_[m] - 1;  // before the first
      least_.Set(m, {.next = steps_[begins_[m]].begin});
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
    MemberKeys keys;
    if (at + 1 < begins_[member + 1]) keys.next = steps_[at + 1].begin;
    if (has) {
      keys.earliest = members_[member].points->capture_time(p);
      keys.latest_complement = ~keys.earliest;
    }
    least_.Set(member, keys);
  }

  std::span<const Candidates> members_;
  const BestStep* steps_ = nullptr;
  const size_t* begins_ = nullptr;  // of each member's steps
  size_t lacking_ = 0;
  std::vector<size_t> at_;  // the step that each member is in
  std::vector<uint8_t> has_;
  LeastKeys least_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_STEP_MERGE_H_
