// Vault shape: the state of a vault as it is made.
//
//   FakeState state = MakeState(options);
//   state.items[0].name;                     // "vm-001"
//
// VMs are numbered through all blocks. A block of VMware or Hyper-V has a site
// of its own, one of Azure VMs two regions; its plan is "plan-1", "plan-2", ...
// Groups are "group-1", "group-2", ...
//
// Cost: O(VMs * points); a copy of the state costs less than another one.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SHAPE_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SHAPE_H_

#include "tests/fake_arm/fake_state.h"

namespace recoveryline::fake {

FakeState MakeState(const FakeOptions& options);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SHAPE_H_
