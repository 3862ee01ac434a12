// What the tests of the runner share: plans, and a person who wants protection.
//
//   v1::FailoverPlan plan = PlanOf(/*groups=*/4, /*group_size=*/6);
//   runner->Ask(RequestOf(NextVerb(runner->run())));
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAILOVER_FAILOVER_SCENE_H_
#define RECOVERYLINE_TESTS_FAILOVER_FAILOVER_SCENE_H_

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_run.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

inline v1::FailoverPlan PlanOf(int groups, int group_size) {
  v1::FailoverPlan plan;
  plan.set_run_id("run");
  for (int i = 0; i < groups * group_size; ++i) {
    v1::FailoverVm* vm = plan.add_vms();
    vm->set_vm_id(absl::StrCat("vm-", i));
    vm->set_unit(i / group_size);
    vm->set_boot_group(i % 3);
    vm->set_recovery_point_id(absl::StrCat("point-", i));
  }
  return plan;
}

inline v1::FailoverRequest RequestOf(v1::FailoverRequest::Verb verb) {
  v1::FailoverRequest request;
  request.set_verb(verb);
  request.set_actor("operator");
  return request;
}

// What a person does who wants protection again: asks, and asks again.
inline v1::FailoverRequest::Verb NextVerb(const FailoverRun& run) {
  switch (run.state()) {
    case FailoverState::kAwaitingCommit:
    case FailoverState::kCommitting:
      return v1::FailoverRequest::COMMIT;
    case FailoverState::kCommitted:
    case FailoverState::kReprotecting:
      return v1::FailoverRequest::REPROTECT;
    case FailoverState::kAwaitingManualAction:
      return v1::FailoverRequest::CONTINUE;
    default:
      return v1::FailoverRequest::START;
  }
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FAILOVER_FAILOVER_SCENE_H_
