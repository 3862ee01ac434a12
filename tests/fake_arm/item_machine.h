// Item machine: how items go from state to state, and the operations that take
// them there.
//
//   if (auto refusal = RefusalOf(call, now, state)) ...
//   int operation = BeginAtItem(call, input, now, &chaos, &state);
//   AdvanceTo(now + absl::Minutes(10), &state);      // it has ended
//
//   phase                action                     then
//   Protected            a failover of its type     CommitPending
//   Protected            testFailover               the same, test waits
//   (test waits)         testFailoverCleanup        Protected
//   CommitPending        applyRecoveryPoint         the same, other point
//   CommitPending        failoverCommit             Committed, no points
//   CommitPending, or while it fails over
//                        failoverCancel             Protected (RcmFailback)
//   Committed            reProtect, A2A: switchprotection
//                                                   InitialReplication, other
//                                                   type or place
//   Committed            plannedFailover            CommitPending (Hyper-V,
//   back) InitialReplication   (time)                     Protected, points
//   come
//
// The same action may begin again while it runs, unless the vault conflicts;
// any other is refused then.
//
// Cost: O(1) but for points and plans. Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_ITEM_MACHINE_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_ITEM_MACHINE_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/action_input.h"
#include "tests/fake_arm/fake_chaos.h"
#include "tests/fake_arm/fake_state.h"

namespace recoveryline::fake {

struct ItemCall {
  Action action = Action::kPlannedFailover;
  int item = 0;
  // A plan calls; its operation, once that is begun.
  bool by_plan = false;
  int parent = -1;
};

// Why the service would not begin it; nothing: it would.
std::optional<Refusal> RefusalOf(const ItemCall& call, absl::Time now,
                                 const FakeState& state);

// What the item says that it would do. The operation that is not to be seen yet
// does not show here either.
std::vector<absl::string_view> AllowedOperations(const FakeItem& item,
                                                 absl::Time now,
                                                 const FakeState& state);

// The newest operation that runs and is to be seen; -1: none.
int SeenOperation(const FakeItem& item, absl::Time now, const FakeState& state);

// Its index. REQUIRES: it is not refused.
int BeginAtItem(const ItemCall& call, const ActionInput& input, absl::Time now,
                FakeChaos* chaos, FakeState* state);

// The operation of a plan, without its items' ones; it ends with the last of
// them. REQUIRES: at least one is begun.
int BeginAtPlan(Action action, int plan, absl::Time now, FakeChaos* chaos,
                FakeState* state);

// Ends everything that is due. REQUIRES: time does not go back.
void AdvanceTo(absl::Time now, FakeState* state);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_ITEM_MACHINE_H_
