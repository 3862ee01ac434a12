// Unit: the VMs that one choice is made for, and that choice.
//
//   Unit unit;
//   unit.members.push_back({.points = &series, .exclusions = &holes});
//   UnitChoice choice = ChooseForUnit(unit, policy);   // selector.h
//
// A replication group with multi-VM consistency is one unit; every other VM is
// a unit by itself. Members are counted from 0 in the unit's order.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_CORE_UNIT_H_
#define RECOVERYLINE_ENGINE_CORE_UNIT_H_

#include <algorithm>
#include <vector>

#include "engine/core/instant.h"
#include "engine/core/point_series.h"
#include "engine/core/policy.h"

namespace recoveryline::core {

struct Member {
  const PointSeries* points = nullptr;
  const IntervalSet* exclusions = nullptr;  // null: none
  Position pinned = kNoPosition;            // the VM's own pin
  bool replicating = true;
  bool named = true;  // whether the plan names it
};

struct Unit {
  std::vector<Member> members;
  Marker pinned_marker = kNoMarker;  // the group's pin
  // The group expects a VM that the inventory lacks.
  bool expected_missing = false;

  bool PinnedByMarker() const { return pinned_marker != kNoMarker; }
  bool Pinned() const {
    return PinnedByMarker() ||
           std::all_of(members.begin(), members.end(),
                       [](const Member& m) { return m.pinned != kNoPosition; });
  }
  // Whether CUSTOM lets this unit try `rule`; all other options do.
  bool MayTake(const Rule& rule) const {
    return rule.serves == Serves::kEveryUnit ||
           (rule.serves == Serves::kPinnedByMarker) == PinnedByMarker();
  }
};

// In the order in which they are tried.
enum class UnitOutcome : uint8_t {
  kGroupIncomplete,
  kNotReplicating,
  kNoRecoveryPoints,
  kNotPinned,
  kPinNotEligible,
  kSelected,
  kNoCommonPoint,
  kNoEligiblePoint,
  // Of a unit that has a choice by itself; see plan_alignment.h.
  kNotAligned,
};

enum class Guarantee : uint8_t { kNone, kMarker, kSkewBounded, kIndependent };

struct UnitChoice {
  UnitOutcome outcome = UnitOutcome::kNoEligiblePoint;
  // With kSelected alone:
  int rule = -1;
  Guarantee guarantee = Guarantee::kNone;
  Marker marker = kNoMarker;        // with Guarantee::kMarker
  std::vector<Position> positions;  // one a member
  Instant earliest = 0;
  Instant latest = 0;
};

// Both ends included: [from, until].
struct CaptureWindow {
  Instant from = kMinInstant;
  Instant until = kMaxInstant;

  bool Contains(Instant t) const { return from <= t && t <= until; }
};

// A member without which the unit's choice would be newer, or exist at all.
struct Blocking {
  int member = 0;
  // Of the earliest capture time; kForever where there was no choice.
  Nanos gain = kForever;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_UNIT_H_
