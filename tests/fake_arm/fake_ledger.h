// FakeLedger: what the vault really did, whatever it answered.
//
//   ledger.Count("vm-001", Action::kUnplannedFailover);   // 1, or somebody
//                                                         // began it twice
//   ledger.Doubled();                                     // those that were
//
// An effect is an operation that began at one item; one that was refused is
// none. The row is there from its beginning and learns its end.
//
// Cost: Add() O(1); the questions O(effects). Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_LEDGER_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_LEDGER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/fake_id.h"
#include "tests/fake_arm/fake_types.h"

namespace recoveryline::fake {

struct Effect {
  absl::Time time;
  std::string item;
  Action action = Action::kPlannedFailover;
  // That the VM goes to; none where the action is not about a point.
  FakeId point;
  FakeId operation;
  FakeId job;
  OperationState state = OperationState::kRunning;
  // The same action was running at the item already: somebody lost an answer
  // and asked again.
  bool doubled = false;
};

class FakeLedger {
 public:
  // Its index.
  int Add(Effect effect);
  void End(int index, OperationState state) {
    effects_[static_cast<size_t>(index)].state = state;
  }

  const std::vector<Effect>& effects() const { return effects_; }
  int Count(absl::string_view item, Action action) const;
  // Those of the item that did not fail, in their order.
  std::vector<Action> Done(absl::string_view item) const;
  std::vector<Effect> Doubled() const;
  // One line an effect.
  std::string ToJsonLines() const;

 private:
  std::vector<Effect> effects_;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_LEDGER_H_
