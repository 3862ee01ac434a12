// ReportWorld: a small inventory with all that a report is made from.
//
//   ReportWorld world;
//   std::string json = ReportData(world.source(), world.form(), 1'000'000);
//
// Units, worst first: "bare" has no point; of the group "web" (a, b) b lacks
// the marker of 11:00; "solo" has hourly points until 11:00. It is 12:00.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_REPORT_REPORT_WORLD_H_
#define RECOVERYLINE_TESTS_REPORT_REPORT_WORLD_H_

#include <memory>
#include <string>

#include "engine/batch/plan_timeline.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "tools/report/report_source.h"

namespace recoveryline {

class ReportWorld {
 public:
  static constexpr int64_t kNoon = 1'772'366'400;  // 2026-03-01T12:00:00Z

  ReportWorld() {
    auto* group = inventory_.add_replication_groups();
    group->set_id("web-id");
    group->set_display_name("web");
    group->set_multi_vm_consistency(true);
    inventory_.mutable_as_of_time()->set_seconds(kNoon);
    AddVm("solo", "", 11);
    AddVm("a", "web-id", 11);
    AddVm("b", "web-id", 10);
    AddVm("bare", "", 0);
    auto* policy = plan_.mutable_policy();
    policy->set_option(v1::Policy::LATEST_APP_CONSISTENT);
    policy->mutable_rpo_objective()->set_seconds(5400);
    Decide();
  }

  v1::Inventory& inventory() { return inventory_; }
  v1::RecoveryPlan& plan() { return plan_; }
  v1::Timeline& timeline() { return timeline_; }

  // A machine with application-consistent points at 1:00 to `hours`:00, each
  // kept for two days.
  v1::Vm* AddVm(const std::string& id, const std::string& group, int hours) {
    v1::Vm* vm = inventory_.add_vms();
    vm->set_id(id);
    vm->set_replication_group_id(group);
    vm->set_protection_state(v1::Vm::REPLICATING);
    for (int hour = 1; hour <= hours; ++hour) {
      v1::RecoveryPoint* point = vm->add_recovery_points();
      point->set_id(id + "-" + std::to_string(hour));
      const int64_t at = kNoon - 3600 * (12 - hour);
      point->mutable_capture_time()->set_seconds(at);
      point->mutable_expire_time()->set_seconds(at + 2 * 86'400);
      point->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
      point->set_consistency_marker("marker-" + std::to_string(hour));
    }
    return vm;
  }

  // After what was changed.
  void Decide() {
    view_ = std::make_unique<RowInventory>(inventory_);
    decision_ = Select(*view_, plan_, {});
    timeline_ = MakeTimeline(*view_, plan_, {.percents = {50, 95}}, 1);
  }

  ReportSource source() const {
    return {*view_, plan_, inventory_, decision_, timeline_};
  }
  ReportForm form() const {
    return {.words = {.option = "option",
                      .purpose = "failback",
                      .rules = {"rule"},
                      .outcomes = {},
                      .outcome_reasons = {},
                      .rejections = {},
                      .consistencies = {}}};
  }

 private:
  v1::Inventory inventory_;
  v1::RecoveryPlan plan_;
  std::unique_ptr<RowInventory> view_;
  v1::Decision decision_;
  v1::Timeline timeline_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_REPORT_REPORT_WORLD_H_
