// What the tests of the runner share: plans, and a person who wants protection.
//
//   v1::FailoverPlan plan = PlanOf(/*groups=*/4, /*group_size=*/6);
//   runner->Ask(RequestOf(NextVerb(runner->run())));
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAILOVER_FAILOVER_SCENE_H_
#define RECOVERYLINE_TESTS_FAILOVER_FAILOVER_SCENE_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_run.h"
#include "recoveryline/v1/failover.pb.h"
#include "recoveryline/v1/site.pb.h"

namespace recoveryline {

inline v1::FailoverPlan PlanOf(int groups, int group_size) {
  v1::FailoverPlan plan;
  plan.set_run_id("run");
  plan.set_decision_digest("d1");
  for (const char* id : {"first", "second", "third"}) {
    plan.add_boot_groups()->set_id(id);
  }
  for (int i = 0; i < groups * group_size; ++i) {
    v1::FailoverVm* vm = plan.add_vms();
    vm->set_vm_id(absl::StrCat("vm-", i));
    vm->set_unit(i / group_size);
    vm->set_boot_group(i % 3);
    vm->set_recovery_point_id(absl::StrCat("point-", i));
    vm->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
    vm->set_point_choice(v1::SiteVm::BY_ID);
  }
  return plan;
}

// What a site says of a VM of that plan with which all is well.
inline v1::SiteVm SiteVmOf(const std::string& vm_id) {
  v1::SiteVm vm;
  vm.set_found(true);
  vm.set_point_choice(v1::SiteVm::BY_ID);
  vm.add_allowed_actions(v1::SiteCall::FAIL_OVER);
  vm.mutable_vm()->set_id(vm_id);
  vm.mutable_vm()->set_protection_state(v1::Vm::REPLICATING);
  v1::RecoveryPoint* point = vm.mutable_vm()->add_recovery_points();
  point->set_id("point-" + vm_id.substr(3));
  point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  point->set_consistency_marker("m");
  return vm;
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
