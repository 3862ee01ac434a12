#include "engine/failover/site_verdicts.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/failover/timestamp_order.h"

namespace recoveryline {
namespace {

using v1::RecoveryPlan;

std::string WhyNotThePoint(const v1::FailoverPlan& plan,
                           const v1::FailoverVm& vm,
                           const v1::CallReport& report) {
  if (report.recovery_point_id() == vm.recovery_point_id()) return "";
  if (plan.allow_type_only() && vm.point_choice() == v1::SiteVm::BY_TYPE) {
    return "";
  }
  if (vm.process_pending_data()) {
    if (report.has_recovery_point_time() &&
        !IsBefore(report.recovery_point_time(), vm.capture_time())) {
      return "";
    }
    return absl::StrCat("the site does not say that it used \"",
                        vm.recovery_point_id(), "\" or a later point");
  }
  return absl::StrCat("the site used recovery point \"",
                      report.recovery_point_id(), "\" instead of \"",
                      vm.recovery_point_id(), "\"");
}

std::string WhyNotOff(const v1::FailoverPlan& plan,
                      const v1::CallReport& report) {
  if (plan.purpose() == RecoveryPlan::TEST) return "";
  if (report.has_source_off() && report.source_off()) return "";
  if (plan.purpose() == RecoveryPlan::FAILOVER &&
      !plan.source_fenced_by().empty()) {
    return "";
  }
  return report.has_source_off() ? "its source is not shut down"
                                 : "the site does not say that its source is "
                                   "shut down";
}

}  // namespace

std::string WhyUnverified(const v1::FailoverPlan& plan,
                          const v1::FailoverVm& vm,
                          const v1::CallReport& report) {
  if (!report.vm_up()) {
    return report.has_vm_up() ? "it does not run"
                              : "the site does not say that it runs";
  }
  if (std::string why = WhyNotOff(plan, report); !why.empty()) return why;
  return WhyNotThePoint(plan, vm, report);
}

bool HavePointsAgain(absl::Span<const v1::SiteVm* const> unit) {
  for (const v1::SiteVm* vm : unit) {
    if (vm->vm().recovery_points().empty()) return false;
  }
  if (unit.size() < 2) return true;
  std::set<absl::string_view> common;
  for (size_t i = 0; i < unit.size(); ++i) {
    std::set<absl::string_view> still;
    for (const v1::RecoveryPoint& point : unit[i]->vm().recovery_points()) {
      const std::string& marker = point.consistency_marker();
      if (!marker.empty() && (i == 0 || common.count(marker) == 1)) {
        still.insert(marker);
      }
    }
    common = std::move(still);
  }
  return !common.empty();
}

}  // namespace recoveryline
