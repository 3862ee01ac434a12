// UnitSweep: the choices for one unit after the other, at many moments.
//
//   const Moments moments(asked);
//   UnitSweep sweep(moments);
//   sweep.Run(unit, policy, lists);
//   for (size_t i = 0; i < moments.size(); ++i)
//     if (sweep.outcome(i) == UnitOutcome::kSelected) use(sweep.earliest(i));
//
// Invariant: ChoiceAt(i) is ChooseForUnit() at moment i, whatever the policy's
// own decision and target time.
//
// Cost: a SeriesSweep a member and rule that is tried. A unit with pins, or one
// that wants common points without lists of them, is chosen for at each moment.
// Memory: 4 bytes a member and moment, and 100 a moment.
// Thread-safety: for one thread; the moments must outlive it. What it says of a
// unit holds until the next Run().

#ifndef RECOVERYLINE_ENGINE_CORE_UNIT_SWEEP_H_
#define RECOVERYLINE_ENGINE_CORE_UNIT_SWEEP_H_

#include <span>
#include <vector>

#include "engine/core/moments.h"
#include "engine/core/selector.h"
#include "engine/core/series_sweep.h"

namespace recoveryline::core {

class UnitSweep {
 public:
  explicit UnitSweep(const Moments& moments);

  // REQUIRES: `lists` is empty, or as ChooseForUnit() asks.
  void Run(const Unit& unit, const Policy& policy, const CommonLists& lists);

  UnitOutcome outcome(size_t moment) const { return outcomes_[moment]; }
  // With kSelected alone, all four; positions are one a moment.
  int rule(size_t moment) const { return rules_[moment]; }
  Instant earliest(size_t moment) const { return earliest_[moment]; }
  Position position(size_t member, size_t moment) const {
    return positions_[member * moments_.size() + moment];
  }
  // Of all moments; where one is not selected, nothing that means anything.
  std::span<const Position> positions(size_t member) const {
    return std::span(positions_)
        .subspan(member * moments_.size(), moments_.size());
  }
  UnitChoice ChoiceAt(size_t moment) const;

 private:
  bool CanSweep(const CommonLists& lists) const;
  void ChooseAtEach(const CommonLists& lists);
  void ServeIndependent(int rule);
  void ServeByList(int rule, const CommonPoints& list);
  void FindWhyNoneServed();
  // Into scratch: each member's best, whether all have one, and the earliest.
  void SweepMembers(const Rule& rule);
  void Keep(size_t moment, int rule, Instant earliest);
  Policy PolicyAt(size_t moment) const;

  const Moments& moments_;
  SeriesSweep sweep_;
  const Unit* unit_ = nullptr;
  const Policy* policy_ = nullptr;
  size_t unserved_count_ = 0;

  std::vector<UnitOutcome> outcomes_;
  std::vector<int> rules_;
  std::vector<Instant> earliest_;
  std::vector<Position> positions_;  // a row of moments a member

  // Scratch.
  std::vector<Position> found_;  // as positions_
  std::vector<Instant> found_earliest_;
  std::vector<uint8_t> all_have_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_UNIT_SWEEP_H_
