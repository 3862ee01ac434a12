#include "tests/failover/fake_site.h"

#include "tests/failover/failover_scene.h"

namespace recoveryline {

bool FakeSite::OneIn(int n) {
  return n > 0 && random_() % static_cast<size_t>(n) == 0;
}

absl::StatusOr<std::vector<v1::SiteVm>> FakeSite::Describe(
    absl::Span<const std::string> vm_ids) {
  crashes_.Here();
  if (OneIn(chaos_.unreachable)) return absl::UnavailableError("away");
  ++descriptions;
  std::vector<v1::SiteVm> vms;
  for (const std::string& id : vm_ids) {
    vms.push_back(SiteVmOf(id));
    vms.back().set_point_choice(point_choice);
  }
  return vms;
}

absl::StatusOr<std::string> FakeSite::Mark(const v1::SiteCall&) {
  crashes_.Here();
  if (OneIn(chaos_.unreachable)) return absl::UnavailableError("away");
  return std::string();
}

absl::Status FakeSite::Begin(const v1::SiteCall& call) {
  crashes_.Here();
  if (OneIn(chaos_.lost_request)) return absl::UnavailableError("lost");
  if (not_ready_calls > 0) {
    --not_ready_calls;
    return absl::FailedPreconditionError(
        numbers_reasons ? absl::StrCat("no agent yet, ", not_ready_calls)
                        : "no agent yet");
  }
  if (OneIn(chaos_.not_ready)) {
    return absl::FailedPreconditionError("no agent yet");
  }
  if (call.action() == refused &&
      (refused_vm.empty() || refused_vm == call.vm_id())) {
    return absl::InvalidArgumentError("the site says no");
  }
  // It knows no keys: what is begun twice is done twice.
  Call& known = calls_[call.key()];
  known.begun = true;
  known.fails = OneIn(chaos_.fails);
  if (!known.fails) {
    ++effects[{call.vm_id(), call.action(), call.recovery_point_id()}];
    if (call.action() == v1::SiteCall::FAIL_OVER) {
      point_of_vm[call.vm_id()] =
          always_at.empty() ? call.recovery_point_id() : always_at;
    }
    if (call.action() == v1::SiteCall::CHANGE_POINT) {
      point_of_vm[call.vm_id()] = call.recovery_point_id();
    }
  }
  crashes_.Here();
  if (OneIn(chaos_.lost_answer)) return absl::UnavailableError("lost");
  return absl::OkStatus();
}

absl::StatusOr<v1::CallReport> FakeSite::Read(const v1::SiteCall& call) {
  crashes_.Here();
  if (is_away || OneIn(chaos_.unreachable)) {
    return absl::UnavailableError("away");
  }
  v1::CallReport report;
  if (OneIn(chaos_.silent)) {
    report.set_state(v1::CallReport::UNKNOWN);
    report.set_message("no such job");
    return report;
  }
  const auto known = calls_.find(call.key());
  if (call.action() == v1::SiteCall::VERIFY) {
    report.set_vm_up(true);
    report.set_source_off(true);
  } else if (known == calls_.end() || !known->second.begun) {
    report.set_state(v1::CallReport::NOT_BEGUN);
    return report;
  }
  if (OneIn(chaos_.slow)) {
    report.set_state(v1::CallReport::RUNNING);
    return report;
  }
  const bool fails = known != calls_.end() && known->second.fails;
  report.set_state(fails ? v1::CallReport::FAILED : v1::CallReport::DONE);
  report.set_message(fails ? "the site says no" : "");
  report.set_recovery_point_id(point_of_vm[call.vm_id()]);
  return report;
}

}  // namespace recoveryline
