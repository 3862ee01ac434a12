#include "engine/failover/preflight.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "engine/failover/timestamp_order.h"

namespace recoveryline {
namespace {

using Finding = v1::PreflightFinding;
using google::protobuf::Timestamp;

bool IsSame(const Timestamp& a, const Timestamp& b) {
  return !IsBefore(a, b) && !IsBefore(b, a);
}

// Whether what the Decision was made from is not so any more.
bool IsDrift(Finding::Kind kind) {
  return kind >= Finding::UNKNOWN_VM && kind <= Finding::CAPABILITY_CHANGED;
}

// Goes over one VM, and adds what it finds to the report.
class VmCheck {
 public:
  VmCheck(const v1::FailoverPlan& plan, const v1::FailoverVm& planned,
          const v1::SiteVm& site, v1::PreflightReport* report)
      : plan_(plan), planned_(planned), site_(site), report_(*report) {}

  void Run() {
    if (!site_.found()) {
      Add(Finding::UNKNOWN_VM, Finding::BLOCKS, "the site does not know it");
      return;
    }
    CheckPoint();
    CheckGroup();
    CheckChoice();
    CheckReplication();
    CheckSite();
    CheckRights();
  }

 private:
  Finding* Add(Finding::Kind kind, Finding::Weight weight,
               absl::string_view message, absl::string_view remedy = "") {
    Finding* finding = report_.add_findings();
    finding->set_kind(kind);
    finding->set_weight(weight);
    finding->set_vm_id(planned_.vm_id());
    finding->set_message(std::string(message));
    finding->set_remedy(std::string(remedy));
    return finding;
  }

  const v1::RecoveryPoint* Chosen() const {
    for (const v1::RecoveryPoint& point : site_.vm().recovery_points()) {
      if (point.id() == planned_.recovery_point_id()) return &point;
    }
    return nullptr;
  }

  void CheckPoint() {
    if (site_.vm().recovery_points().empty()) {
      Add(Finding::NO_RECOVERY_POINTS, Finding::BLOCKS,
          "it has no recovery point");
    }
    const v1::RecoveryPoint* chosen = Chosen();
    const std::string named = absl::StrCat("its recovery point \"",
                                           planned_.recovery_point_id(), "\"");
    if (chosen == nullptr) {
      Add(Finding::POINT_GONE, Finding::BLOCKS, absl::StrCat(named, " is gone"),
          "choose again from a new inventory");
      return;
    }
    if (!IsSame(chosen->capture_time(), planned_.capture_time()) ||
        chosen->consistency() != planned_.consistency() ||
        (!planned_.consistency_marker().empty() &&
         chosen->consistency_marker() != planned_.consistency_marker())) {
      Add(Finding::POINT_CHANGED, Finding::BLOCKS,
          absl::StrCat(named,
                       " has another capture time, consistency or marker than "
                       "the Decision says"),
          "choose again from a new inventory");
    }
    for (const v1::RecoveryPoint& point : site_.vm().recovery_points()) {
      if (point.consistency() >= planned_.consistency() &&
          IsBefore(planned_.capture_time(), point.capture_time())) {
        Add(Finding::NEWER_POINT, Finding::NOTE,
            absl::StrCat("there is a newer point, \"", point.id(), "\""));
        return;
      }
    }
  }

  void CheckGroup() {
    if (site_.vm().replication_group_id() != planned_.replication_group_id()) {
      Add(Finding::GROUP_CHANGED, Finding::BLOCKS,
          absl::StrCat("it is of replication group \"",
                       site_.vm().replication_group_id(), "\", and was of \"",
                       planned_.replication_group_id(), "\""),
          "choose again from a new inventory");
      return;
    }
    if (planned_.replication_group_id().empty()) return;
    std::set<absl::string_view> planned;
    for (const v1::FailoverVm& vm : plan_.vms()) {
      if (vm.unit() == planned_.unit()) planned.insert(vm.vm_id());
    }
    for (const std::string& id : site_.group_vm_ids()) {
      if (planned.count(id) == 1) continue;
      Add(Finding::GROUP_CHANGED,
          plan_.allow_partial() ? Finding::WARNING : Finding::BLOCKS,
          absl::StrCat("its replication group has VM \"", id,
                       "\", which the Decision has no point for"),
          "choose again from a new inventory");
      return;
    }
  }

  void CheckChoice() {
    if (site_.point_choice() != planned_.point_choice() ||
        site_.separate_start() != plan_.separate_start()) {
      Add(Finding::CAPABILITY_CHANGED, Finding::BLOCKS,
          "the site takes points or starts VMs otherwise than when the run was "
          "planned",
          "plan a new run");
    }
    switch (site_.point_choice()) {
      case v1::SiteVm::BY_ID:
      case v1::SiteVm::AFTER_FAILOVER:
        return;
      case v1::SiteVm::BY_TYPE:
        Add(Finding::POINT_CANNOT_BE_CHOSEN,
            plan_.allow_type_only() ? Finding::WARNING : Finding::BLOCKS,
            "the site can be told the kind of a point, not which",
            "--allow-type-only, and see which point was used");
        return;
      default:
        Add(Finding::POINT_CANNOT_BE_CHOSEN, Finding::BLOCKS,
            "the site cannot be told a point");
    }
  }

  void CheckReplication() {
    const bool failback = plan_.purpose() != v1::RecoveryPlan::FAILOVER &&
                          plan_.purpose() != v1::RecoveryPlan::TEST;
    if (site_.vm().protection_state() != v1::Vm::REPLICATING) {
      Add(Finding::NOT_REPLICATING,
          failback ? Finding::BLOCKS : Finding::WARNING,
          absl::StrCat(
              "it does not replicate (",
              v1::Vm::ProtectionState_Name(site_.vm().protection_state()), ")"),
          failback ? "reprotect it, and wait for a point" : "");
    }
    for (const v1::HealthError& error : site_.health_errors()) {
      Add(Finding::HEALTH,
          error.critical() ? Finding::BLOCKS : Finding::WARNING,
          error.message(), error.remedy())
          ->set_code(error.code());
    }
    if (site_.resynchronization_required()) {
      Add(Finding::RESYNCHRONIZATION_REQUIRED, Finding::BLOCKS,
          "it has to be resynchronised with its source", "resynchronise it");
    }
  }

  void CheckSite() {
    if (site_.has_agent_registered() && !site_.agent_registered()) {
      Add(Finding::AGENT_NOT_REGISTERED, Finding::BLOCKS,
          "its agent has not registered", "wait up to 15 minutes");
    }
    if (site_.test_failover_uncleaned()) {
      Add(Finding::TEST_FAILOVER_UNCLEANED, Finding::BLOCKS,
          "a test failover of it was not cleaned up",
          "rline failover cleanup of that run");
    }
    const auto& allowed = site_.allowed_actions();
    if (std::find(allowed.begin(), allowed.end(), v1::SiteCall::FAIL_OVER) ==
        allowed.end()) {
      Add(Finding::NOT_ALLOWED, Finding::BLOCKS,
          "the site would not fail it over now");
    }
  }

  // What a run comes to in the end must be allowed before it begins.
  void CheckRights() {
    for (const v1::MissingRight& missing : site_.missing_rights()) {
      const bool in_test = plan_.purpose() == v1::RecoveryPlan::TEST;
      if (missing.in_test() != in_test) continue;
      const bool is_spare =
          (missing.action() == v1::SiteCall::CANCEL && !in_test) ||
          (missing.action() == v1::SiteCall::CHANGE_POINT &&
           planned_.point_choice() != v1::SiteVm::AFTER_FAILOVER);
      Add(Finding::MISSING_RIGHT, is_spare ? Finding::WARNING : Finding::BLOCKS,
          absl::StrCat("the right to ", missing.right(), " is missing (",
                       v1::SiteCall::Action_Name(missing.action()), ")"),
          "have it granted, or run as somebody who has it");
    }
  }

  const v1::FailoverPlan& plan_;
  const v1::FailoverVm& planned_;
  const v1::SiteVm& site_;
  v1::PreflightReport& report_;
};

}  // namespace

v1::PreflightReport CheckBeforehand(const v1::FailoverPlan& plan,
                                    absl::Span<const v1::SiteVm> vms) {
  v1::PreflightReport report;
  for (int i = 0; i < plan.vms_size(); ++i) {
    VmCheck(plan, plan.vms(i), vms[static_cast<size_t>(i)], &report).Run();
  }
  report.set_passed(true);
  for (const Finding& finding : report.findings()) {
    if (finding.weight() != Finding::BLOCKS) continue;
    report.set_passed(false);
    if (IsDrift(finding.kind())) report.set_drifted(true);
  }
  return report;
}

std::string WhyPointsAreGone(const v1::FailoverPlan& plan,
                             absl::Span<const v1::SiteVm> vms) {
  const v1::PreflightReport report = CheckBeforehand(plan, vms);
  v1::PreflightReport of_points;
  for (const Finding& finding : report.findings()) {
    if (finding.kind() == Finding::UNKNOWN_VM ||
        finding.kind() == Finding::POINT_GONE ||
        finding.kind() == Finding::POINT_CHANGED) {
      *of_points.add_findings() = finding;
    }
  }
  return SummaryOf(of_points);
}

std::string SummaryOf(const v1::PreflightReport& report) {
  std::string first;
  int more = 0;
  for (const Finding& finding : report.findings()) {
    if (finding.weight() != Finding::BLOCKS) continue;
    if (first.empty()) {
      first = absl::StrCat("VM \"", finding.vm_id(), "\": ", finding.message());
    } else {
      ++more;
    }
  }
  return more == 0 ? first : absl::StrCat(first, "; and ", more, " more");
}

absl::Status StatusOf(const v1::PreflightReport& report) {
  if (report.passed()) return absl::OkStatus();
  for (const Finding& finding : report.findings()) {
    if (finding.kind() == Finding::MISSING_RIGHT &&
        finding.weight() == Finding::BLOCKS) {
      return absl::PermissionDeniedError(SummaryOf(report));
    }
  }
  return absl::FailedPreconditionError(SummaryOf(report));
}

}  // namespace recoveryline
