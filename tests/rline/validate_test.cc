#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RlineValidateTest : public RlineFixture {};

TEST_F(RlineValidateTest, ValidInputIsCounted) {
  WriteText("inventory", TextOf(SixVms()));
  WriteText("plan", R"(boot_groups { id: "b" vm_ids: "vm-1" vm_ids: "vm-2" })");
  const Result result = Rline({"validate", "-i", "inventory", "-p", "plan"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "valid: 6 VMs, 62 points, 1 group; a plan of 1 boot group and 2 "
            "VMs\n");
}

TEST_F(RlineValidateTest, EveryBrokenRuleIsALineWithFileAndPath) {
  v1::Inventory inventory = OneVm();
  inventory.mutable_vms(0)->set_replication_group_id("gone");
  inventory.mutable_vms(0)->mutable_recovery_points(1)->clear_capture_time();
  WriteText("inv", TextOf(inventory));
  WriteText("plan", R"(policy { option: LATEST rules {} })");
  const Result result = Rline({"validate", "-i", "inv", "-p", "plan"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("inv:vms[0].replicationGroupId: "));
  EXPECT_THAT(result.err,
              HasSubstr("inv:vms[0].recoveryPoints[1].captureTime: "));
  EXPECT_THAT(result.err, HasSubstr("plan:plan.policy.rules[0].consistency: "));
  EXPECT_THAT(result.err, HasSubstr("invalid: 4 broken rules\n"));
}

TEST_F(RlineValidateTest, PlanIsHeldAgainstTheInventory) {
  WriteText("inventory", TextOf(OneVm()));
  WriteText("plan", R"(pins { vm_id: "solo" recovery_point_id: "gone" })");
  EXPECT_EQ(Rline({"validate", "-p", "plan"}).exit_code, 0);
  const Result result = Rline({"validate", "-i", "inventory", "-p", "plan"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("plan:plan.pins[0].recoveryPointId: "));
}

TEST_F(RlineValidateTest, JsonSaysTheSame) {
  WriteText("inventory", TextOf(OneVm()));
  EXPECT_EQ(Rline({"validate", "-i", "inventory", "--format", "json"}).out,
            "{\"valid\":true,\"contents\":\"1 VM, 2 points, 0 groups\"}\n");
  WriteText("inventory", R"(vms { id: "" })");
  const Result result =
      Rline({"validate", "-i", "inventory", "--format", "json"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr(R"("reason":"EMPTY_ID")"));
}

TEST_F(RlineValidateTest, NothingToValidateIsUsage) {
  EXPECT_EQ(Rline({"validate"}).exit_code, 64);
  EXPECT_EQ(Rline({"validate", "-i", "-", "-p", "-"}).exit_code, 64);
  EXPECT_EQ(Rline({"validate", "-i", "absent"}).exit_code, 65);
}

}  // namespace
}  // namespace recoveryline
