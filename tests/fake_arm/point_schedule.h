// Point schedule: which recovery points has an item now, and which one does a
// failover take?
//
//   MakePointsUntil(now, group, &state);
//   PointChoice choice = ChoosePoint({.kind = PointWish::kLatest}, item, now,
//                                    &state);
//
// Points come on a grid of time that depends on the seed alone, not on who
// asks when: they are made when somebody looks. A group's grid is common: at
// each of its instants all VMs that replicate get a multi-VM point, but one of
// them misses some; the others' points say "multi-VM" all the same.
//
// Cost: O(points that have come since). Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_POINT_SCHEDULE_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_POINT_SCHEDULE_H_

#include "tests/fake_arm/fake_state.h"

namespace recoveryline::fake {

// REQUIRES: whether a VM of the group replicates has not changed since the last
// time; call it before that changes.
void MakePointsUntil(absl::Time now, int group, FakeState* state);

struct PointWish {
  enum Kind {
    // What has arrived until now becomes a point.
    kLatest,
    kLatestProcessed,
    kLatestApplicationConsistent,
    kLatestCrashConsistent,
    kById,
    // No point is asked for.
    kNone,
  };
  Kind kind = kNone;
  FakeId id = {};
  // The newest that all VMs of the group have.
  bool multi_vm = false;
};

// A point, or why there is none.
struct PointChoice {
  FakeId id;
  absl::Time time = absl::InfinitePast();
  std::string error_code = {};
  std::string error_message = {};
};

// Makes the group's points until `now` first.
PointChoice ChoosePoint(const PointWish& wish, int item, absl::Time now,
                        FakeState* state);

// Takes the point out of the list; false: it is not there.
bool PrunePoint(int item, const FakeId& id, FakeState* state);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_POINT_SCHEDULE_H_
