#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RlineExplainTest : public RlineFixture {
 protected:
  Result Explain(std::vector<std::string> more) const {
    std::vector<std::string> args = {"explain",
                                     "-i",
                                     "inventory",
                                     "--format",
                                     "table",
                                     "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }

  v1::Decision Select() const {
    return DecisionOf(Rline({"select", "-i", "inventory", "--option",
                             "latest-app-consistent", "--format", "textproto"})
                          .out);
  }
};

TEST_F(RlineExplainTest, GroupOfSixTakesFifteenLinesAndNamesTheLaggard) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result = Explain({"--group", "web"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LE(LineCount(result.out), 15) << result.out;
  EXPECT_THAT(result.out,
              HasSubstr("by vm-3: without it the group would be 2h 00m 00s "
                        "newer, at 2026-03-01 09:00:00Z"));
  EXPECT_THAT(result.out, HasSubstr("2026-03-01 07:00:00Z, 5h 00m 00s older "
                                    "than the decision time"));
  EXPECT_THAT(result.out,
              HasSubstr("eligible, but not common to the whole group"));
  EXPECT_THAT(result.out, HasSubstr("4h 00m 00s: if consistency did not "
                                    "matter"));
}

TEST_F(RlineExplainTest, DroppingTheLaggardGivesTheGain) {
  WriteText("inventory", TextOf(SixVms()));
  const v1::GroupSelection with = Select().group_selections(0);
  ASSERT_EQ(with.blocking_vms_size(), 1);
  ASSERT_EQ(with.blocking_vms(0).vm_id(), "vm-3");
  WriteText("inventory", TextOf(Without(SixVms(), "vm-3")));
  const v1::GroupSelection without = Select().group_selections(0);
  EXPECT_EQ(without.earliest_capture_time().seconds() -
                with.earliest_capture_time().seconds(),
            with.blocking_vms(0).gain().seconds());
  EXPECT_EQ(with.blocking_vms(0).gain().seconds(), 2 * 3600);
}

TEST_F(RlineExplainTest, GroupsNeverTakeMoreThanFifteenLines) {
  ASSERT_EQ(Rline({"generate", "--vms", "200", "--group-size", "200",
                   "--points", "100", "--marker-loss", "0.02", "--profile",
                   "bursty", "--judged", "30%", "-o", "inventory"})
                .exit_code,
            0);
  const Result result =
      Explain({"--group", "group-0000", "--not-before", "2026-02-27T00:00:00Z",
               "--target-time", "2026-02-28T20:00:00Z"});
  EXPECT_THAT(result.out, Not(IsEmpty()));
  EXPECT_LE(LineCount(result.out), 15) << result.out;
}

TEST_F(RlineExplainTest, VmListsItsBestPointsWithTheirFates) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result = Explain({"--vm", "vm-1", "--candidates", "5"});
  EXPECT_THAT(result.out, testing::ContainsRegex(
                              "11:00:00Z +1h 00m 00s +crash +crash-11 +of the "
                              "wrong consistency"));
  EXPECT_THAT(result.out,
              testing::ContainsRegex("10:00:00Z .*app-10 +marker-10 "
                                     "+eligible, but not common"));
  EXPECT_THAT(result.out, testing::ContainsRegex("07:00:00Z .*CHOSEN"));
  EXPECT_THAT(result.out, Not(HasSubstr("06:00:00Z")));
}

TEST_F(RlineExplainTest, ChosenPointBeyondTheListIsSaidToBeThere) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result = Explain({"--vm", "vm-1", "--candidates", "2"});
  EXPECT_THAT(result.out, Not(HasSubstr("CHOSEN")));
  EXPECT_THAT(result.out,
              HasSubstr("The chosen point comes after 4 better ones"));
}

TEST_F(RlineExplainTest, NamesServeAsIds) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result = Explain({"--vm", "solo-name"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("VM solo-name: selected"));
}

TEST_F(RlineExplainTest, UnknownNamesExitWithSixtyFourAndNearOnes) {
  WriteText("inventory", TextOf(SixVms()));
  const Result vm = Explain({"--vm", "mv-3"});
  EXPECT_EQ(vm.exit_code, 64);
  EXPECT_THAT(vm.out, IsEmpty());
  EXPECT_THAT(vm.err, HasSubstr("did you mean vm-3"));
  const Result group = Explain({"--group", "wbe"});
  EXPECT_EQ(group.exit_code, 64);
  EXPECT_THAT(group.err, HasSubstr("did you mean web?"));
  const Result far = Explain({"--group", "database"});
  EXPECT_THAT(far.err, Not(HasSubstr("did you mean")));
}

TEST_F(RlineExplainTest, WithoutNamesTheWorstUnitStandsFirst) {
  v1::Inventory inventory = SixVms();
  *inventory.add_vms() = OneVm().vms(0);
  v1::Vm* bare = inventory.add_vms();
  bare->set_id("bare");
  bare->set_protection_state(v1::Vm::REPLICATING);
  WriteText("inventory", TextOf(inventory));
  const Result result = Explain({});
  EXPECT_EQ(result.exit_code, 3);
  const size_t none = result.out.find("\nbare ");
  const size_t oldest = result.out.find("\ngroup web ");
  const size_t newest = result.out.find("\nsolo-name ");
  ASSERT_NE(newest, std::string::npos) << result.out;
  EXPECT_LT(none, oldest);
  EXPECT_LT(oldest, newest);
  EXPECT_THAT(result.out, HasSubstr("no recovery points"));
}

TEST_F(RlineExplainTest, GroupWithoutAChoiceSaysWhoseFaultItIs) {
  v1::Inventory inventory = SixVms();
  inventory.mutable_vms(1)->set_protection_state(v1::Vm::RESYNCHRONIZING);
  WriteText("inventory", TextOf(inventory));
  const Result state = Explain({"--group", "web"});
  EXPECT_EQ(state.exit_code, 3);
  EXPECT_THAT(state.out, HasSubstr("not replicating: vm-2 (RESYNCHRONIZING)"));
  EXPECT_THAT(state.out,
              HasSubstr("by vm-2: without it the group would have a point"));

  inventory = SixVms();
  inventory.mutable_replication_groups(0)->add_expected_vm_ids("vm-9");
  WriteText("inventory", TextOf(inventory));
  EXPECT_THAT(Explain({"--group", "web"}).out,
              HasSubstr("missing: vm-9 (not in the inventory)"));

  inventory = SixVms();
  inventory.mutable_vms(5)->clear_recovery_points();
  WriteText("inventory", TextOf(inventory));
  EXPECT_THAT(Explain({"--group", "web"}).out,
              HasSubstr("without points: vm-6"));

  inventory = SixVms();
  for (auto& point : *inventory.mutable_vms(3)->mutable_recovery_points()) {
    point.set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  }
  WriteText("inventory", TextOf(inventory));
  EXPECT_THAT(Explain({"--group", "web"}).out,
              HasSubstr("no eligible point under the first rule: vm-4\n"));
}

TEST_F(RlineExplainTest, JsonHoldsTheRowsAskedFor) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result =
      Rline({"explain", "-i", "inventory", "--vm", "vm-2", "--vm", "vm-4",
             "--group", "web", "--format", "textproto"});
  const v1::Decision decision = DecisionOf(result.out);
  ASSERT_EQ(decision.vm_selections_size(), 2);
  EXPECT_EQ(decision.vm_selections(0).vm_id(), "vm-2");
  EXPECT_EQ(decision.vm_selections(1).vm_id(), "vm-4");
  EXPECT_EQ(decision.group_selections_size(), 1);
}

TEST_F(RlineExplainTest, InvalidInputIsSaidToBe) {
  WriteText("inventory", R"(vms { id: "" } as_of_time { seconds: 1 })");
  const Result result = Explain({"--vm", "x"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.out, HasSubstr("INVALID: the input breaks 1 rule"));
  EXPECT_THAT(result.err, HasSubstr("inventory:vms[0].id: "));
}

TEST_F(RlineExplainTest, DataCarryTheGroupOfAVm) {
  WriteText("inventory", TextOf(SixVms()));
  std::vector<std::string> args = {
      "explain", "-i",   "inventory", "--option", "latest-app-consistent",
      "--vm",    "vm-1", "--format",  "textproto"};
  const Result result = Rline(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const v1::Decision decision = DecisionOf(result.out);
  EXPECT_EQ(decision.vm_selections_size(), 1);
  ASSERT_EQ(decision.group_selections_size(), 1);
  EXPECT_GT(decision.group_selections(0).blocking_vms_size(), 0);
  args.insert(args.end(), {"--candidates", "5"});
  EXPECT_EQ(Rline(args).exit_code, 64);
  EXPECT_EQ(Explain({"--candidates", "5"}).exit_code, 64);
}

}  // namespace
}  // namespace recoveryline
