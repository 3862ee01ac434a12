#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class RlineSelectTest : public RlineFixture {};

TEST_F(RlineSelectTest, CompleteExitsWithZero) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result =
      Rline({"select", "-i", "inventory", "--format", "textproto"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  const v1::Decision decision = DecisionOf(result.out);
  EXPECT_EQ(decision.outcome(), v1::Decision::COMPLETE);
  EXPECT_EQ(decision.vm_selections(0).recovery_point_id(), "crash");
  EXPECT_EQ(decision.provenance().schema_version(), 1);
  EXPECT_THAT(decision.provenance().inventory_digest(), StartsWith("sha256:"));
  EXPECT_THAT(decision.provenance().plan_digest(), IsEmpty());
}

TEST_F(RlineSelectTest, PartialExitsWithThree) {
  v1::Inventory inventory = OneVm();
  inventory.add_vms()->set_id("bare");
  WriteText("inventory", TextOf(inventory));
  const Result result =
      Rline({"select", "-i", "inventory", "--allow-not-replicating", "--format",
             "textproto"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_EQ(DecisionOf(result.out).outcome(), v1::Decision::PARTIAL);
}

TEST_F(RlineSelectTest, NoneExitsWithThree) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result = Rline(
      {"select", "-i", "inventory", "--not-before", "2026-03-01T11:00:00Z"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"NONE\""));
}

TEST_F(RlineSelectTest, FlagsReplaceThePolicyOfThePlan) {
  WriteText("inventory", TextOf(OneVm()));
  WriteText("plan", R"(id: "p" policy { rules { consistency: CRASH_CONSISTENT }
                       target_time { seconds: 1772323200 } })");
  const auto point = [&](std::vector<std::string> flags) {
    std::vector<std::string> args = {"select", "-i",       "inventory", "-p",
                                     "plan",   "--format", "textproto"};
    args.insert(args.end(), flags.begin(), flags.end());
    const v1::Decision decision = DecisionOf(Rline(args).out);
    return decision.vm_selections_size() == 1
               ? decision.vm_selections(0).recovery_point_id()
               : "no row";
  };
  EXPECT_EQ(point({}), "");
  EXPECT_EQ(point({"--target-time", "2026-03-01T12:00:00Z"}), "crash");
  EXPECT_EQ(point({"--target-time", "2026-03-01T10:59:59+01:00"}), "app");
  EXPECT_EQ(point({"--target-time", "2026-03-01T12:00:00Z", "--option",
                   "latest-app-consistent"}),
            "app");
}

TEST_F(RlineSelectTest, DecisionTimeComesFromTheFlagBeforeTheInventory) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result =
      Rline({"select", "-i", "inventory", "--decision-time",
             "2026-03-01T09:30:00Z", "--format", "textproto"});
  const v1::Decision decision = DecisionOf(result.out);
  EXPECT_EQ(decision.vm_selections(0).recovery_point_id(), "app");
  EXPECT_EQ(decision.vm_selections(0).age().seconds(), 1800);
}

TEST_F(RlineSelectTest, IncidentTimeIsWhatDataLossCountsTo) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result =
      Rline({"select", "-i", "inventory", "--incident-time",
             "2026-03-01T10:00:05Z", "--format", "textproto"});
  EXPECT_EQ(DecisionOf(result.out).vm_selections(0).data_loss().seconds(), 5);
}

TEST_F(RlineSelectTest, AnAlignedPlanSaysSoInOneLine) {
  v1::Inventory inventory = OneVm();
  v1::Vm* late = inventory.add_vms();
  *late = inventory.vms(0);
  late->set_id("late");
  late->set_display_name("late-name");
  late->mutable_recovery_points()->DeleteSubrange(1, 1);  // 09:00
  WriteText("inventory", TextOf(inventory));
  // 10:00 serves both; without it, nothing does.
  const auto select = [&](const std::string& format, const std::string& until) {
    return Rline({"select", "-i", "inventory", "--option", "latest-processed",
                  "--plan-alignment", "59m", "--target-time", until, "--format",
                  format});
  };
  EXPECT_THAT(select("table", "2026-03-01T10:00:00Z").out,
              HasSubstr("Aligned: 2 units from 2026-03-01 10:00:00Z on, 0s "
                        "apart (within 59m 00s): by capture times only\n"));
  const v1::Decision decision =
      DecisionOf(select("textproto", "2026-03-01T10:00:00Z").out);
  EXPECT_EQ(decision.alignment().max_skew().seconds(), 59 * 60);
  EXPECT_EQ(decision.alignment().unit_count(), 2);
}

TEST_F(RlineSelectTest, APlanWithoutALineSaysWhoPreventsIt) {
  v1::Inventory inventory = OneVm();
  v1::Vm* old = inventory.add_vms();
  *old = inventory.vms(0);
  old->set_id("old");
  old->set_display_name("old-name");
  for (auto& point : *old->mutable_recovery_points()) {
    point.mutable_capture_time()->set_seconds(point.capture_time().seconds() -
                                              86'400);
  }
  WriteText("inventory", TextOf(inventory));
  const Result table = Rline({"select", "-i", "inventory", "--plan-alignment",
                              "5m", "--format", "table"});
  EXPECT_EQ(table.exit_code, 3) << table.err;
  EXPECT_THAT(table.out,
              HasSubstr("Aligned: NO LINE holds 2 units within 5m 00s; held "
                        "back by solo-name and 1 more\n"));
  EXPECT_THAT(table.out, HasSubstr("not aligned"));
  const Result explained =
      Rline({"explain", "-i", "inventory", "--plan-alignment", "5m", "--vm",
             "old", "--format", "table"});
  EXPECT_EQ(explained.exit_code, 3) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("outside of the plan's line"));
  EXPECT_THAT(explained.out, HasSubstr("prevented by this unit"));
}

TEST_F(RlineSelectTest, AllowancesAreTakenFromFlags) {
  v1::Inventory inventory = SixVms();
  inventory.mutable_replication_groups(0)->add_expected_vm_ids("vm-7");
  inventory.mutable_vms(0)->set_protection_state(v1::Vm::RESYNCHRONIZING);
  inventory.mutable_vms(0)->set_disk_count(2);
  for (auto& point : *inventory.mutable_vms(0)->mutable_recovery_points()) {
    point.set_covered_disk_count(1);
  }
  WriteText("inventory", TextOf(inventory));
  std::vector<std::string> args = {"select", "-i", "inventory"};
  EXPECT_THAT(Rline(args).out, HasSubstr("GROUP_INCOMPLETE"));
  args.push_back("--allow-incomplete-groups");
  EXPECT_THAT(Rline(args).out, HasSubstr("NOT_REPLICATING"));
  args.push_back("--allow-not-replicating");
  EXPECT_THAT(Rline(args).out, HasSubstr("PARTIAL_DISKS"));
  args.push_back("--allow-partial-disks");
  EXPECT_EQ(Rline(args).exit_code, 0);
}

TEST_F(RlineSelectTest, BrokenRulesGiveAnInvalidDecisionAndSixtyFive) {
  v1::Inventory inventory = OneVm();
  *inventory.add_vms() = inventory.vms(0);
  WriteText("inventory", TextOf(inventory));
  WriteText("plan", R"(boot_groups { id: "" vm_ids: "solo" })");
  const Result result = Rline(
      {"select", "-i", "inventory", "-p", "plan", "--format", "textproto"});
  EXPECT_EQ(result.exit_code, 65);
  const v1::Decision decision = DecisionOf(result.out);
  EXPECT_EQ(decision.outcome(), v1::Decision::INVALID);
  EXPECT_EQ(decision.violations_size(), 2);
  EXPECT_THAT(result.err, HasSubstr("inventory:vms[1].id: "));
  EXPECT_THAT(result.err, HasSubstr("plan:plan.bootGroups[0].id: "));
}

TEST_F(RlineSelectTest, UnreadableContentGivesAnInvalidDecisionToo) {
  const auto select = [&](const std::string& content) {
    WriteText("inventory.json", content);
    const Result result =
        Rline({"select", "-i", "inventory.json", "--format", "textproto"});
    EXPECT_EQ(result.exit_code, 65);
    EXPECT_EQ(DecisionOf(result.out).outcome(), v1::Decision::INVALID);
    return result.err;
  };
  EXPECT_THAT(select(R"({"vms": [{"id": "a", "speed": 1}]})"),
              HasSubstr("inventory.json:vms[0].speed: "));
  EXPECT_THAT(select("{{"), StartsWith("inventory.json: "));
  EXPECT_THAT(select(R"({"vms": [{"id": "a"})"),
              StartsWith("inventory.json:vms: "));
}

TEST_F(RlineSelectTest, FieldsOfALaterVersionAreIgnoredWithANote) {
  v1::Inventory inventory = SixVms();
  v1::Vm* vm = inventory.mutable_vms(2);
  vm->GetReflection()->MutableUnknownFields(vm)->AddVarint(717, 1);
  WriteText("inventory", inventory.SerializeAsString());
  const Result result =
      Rline({"select", "-i", "inventory", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("inventory says more than this version "
                                    "understands (vms[2], field 717)"));
}

TEST_F(RlineSelectTest, BrokenRulesAreFoundBesideUnreadableFields) {
  WriteText("inventory.json",
            R"({"vms": [{"id": "a", "speed": 1, "diskCount": "x"}, {"id": "a"},
                        {"id": "b", "recoveryPoints": [
                           {"id": "p", "captureTime": "noon"}]}]})");
  WriteText("plan", R"(boot_groups { id: "" })");
  const Result result = Rline({"select", "-i", "inventory.json", "-p", "plan",
                               "--format", "textproto"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(DecisionOf(result.out).violations_size(), 5) << result.out;
  EXPECT_THAT(result.err, HasSubstr("inventory.json:vms[0].speed: "));
  EXPECT_THAT(
      result.err,
      HasSubstr("inventory.json:vms[2].recoveryPoints[0].captureTime: "));
  EXPECT_THAT(result.err, HasSubstr("inventory.json:vms[1].id: "));
  EXPECT_THAT(result.err, HasSubstr("plan:plan.bootGroups[0].id: "));
}

TEST_F(RlineSelectTest, NoDecisionTimeIsBadInput) {
  v1::Inventory inventory = OneVm();
  inventory.clear_as_of_time();
  WriteText("inventory", TextOf(inventory));
  const Result result =
      Rline({"select", "-i", "inventory", "--format", "textproto"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(DecisionOf(result.out).violations(0).reason(),
            v1::Violation::NO_DECISION_TIME);
}

TEST_F(RlineSelectTest, ViolationsOfAFlagAreSaidToBeThere) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result = Rline(
      {"select", "-i", "inventory", "--not-before", "1500-01-01T00:00:00Z"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("--not-before:plan.policy.notBefore: "));
}

TEST_F(RlineSelectTest, MissingInputIsSixtyFiveAndNoDecision) {
  WriteText("inventory", TextOf(OneVm()));
  for (const auto& args : {std::vector<std::string>{"select", "-i", "absent"},
                           std::vector<std::string>{"select", "-i", "."},
                           std::vector<std::string>{"select", "-i", "inventory",
                                                    "-p", "absent"}}) {
    const Result result = Rline(args);
    EXPECT_EQ(result.exit_code, 65) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, StartsWith("rline: error: "));
  }
}

TEST_F(RlineSelectTest, ErrorsAreJsonWhereJsonIsAskedFor) {
  const Result missing = Rline({"select", "-i", "absent", "--format", "json"});
  EXPECT_THAT(missing.err, StartsWith(R"({"error":{"code":65,"message":")"));
  EXPECT_THAT(missing.err, testing::EndsWith("\"violations\":[]}}\n"));
  const Result usage = Rline({"select", "--format=json", "--bogus"});
  EXPECT_EQ(usage.exit_code, 64);
  EXPECT_THAT(usage.err, StartsWith(R"({"error":{"code":64,)"));
  WriteText("inventory", R"(vms { id: "" })");
  const Result invalid =
      Rline({"select", "-i", "inventory", "--format", "json"});
  EXPECT_THAT(invalid.err,
              HasSubstr(R"({"file":"inventory","reason":"EMPTY_ID",)"
                        R"("fieldPath":"vms[0].id","message":")"));
}

TEST_F(RlineSelectTest, StdinIsReadOnceOnly) {
  const Result inventory =
      Rline({.args = {"select", "-i", "-"}, .input = TextOf(OneVm())});
  EXPECT_EQ(inventory.exit_code, 0) << inventory.err;
  WriteText("inventory", TextOf(OneVm()));
  const Result plan = Rline({.args = {"select", "-i", "inventory", "-p", "-"},
                             .input = R"(boot_groups { id: "b" })"});
  EXPECT_EQ(plan.exit_code, 3) << plan.err;
  const Result both = Rline({"select", "-i", "-", "-p", "-"});
  EXPECT_EQ(both.exit_code, 64);
  EXPECT_THAT(both.out, IsEmpty());
}

TEST_F(RlineSelectTest, EveryInputFormatGivesTheSameChoice) {
  WriteText("inventory", TextOf(SixVms()));
  std::string expected;
  for (const std::string format : {"json", "jsonl", "textproto", "binpb"}) {
    ASSERT_EQ(
        Rline({"convert", "inventory", "--to", format, "-o", format}).exit_code,
        0);
    v1::Decision decision = DecisionOf(
        Rline({"select", "-i", format, "--format", "textproto"}).out);
    decision.clear_provenance();
    if (expected.empty()) expected = TextOf(decision);
    EXPECT_EQ(TextOf(decision), expected) << format;
  }
}

TEST_F(RlineSelectTest, SameInputGivesTheSameBytes) {
  WriteText("inventory", TextOf(SixVms()));
  for (const std::string format :
       {"table", "json", "jsonl", "textproto", "binpb"}) {
    const std::vector<std::string> args = {
        "select", "-i", "inventory", "--option", "latest", "--format", format};
    const Result once = Rline(args);
    EXPECT_THAT(once.out, testing::Not(IsEmpty())) << format;
    EXPECT_EQ(Rline(args).out, once.out) << format;
  }
}

TEST_F(RlineSelectTest, JsonlIsOneLine) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result =
      Rline({"select", "-i", "inventory", "--format", "jsonl"});
  EXPECT_EQ(LineCount(result.out), 1);
  EXPECT_EQ(result.out.back(), '\n');
}

TEST_F(RlineSelectTest, TableSaysWhatWasChosen) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result =
      Rline({"select", "-i", "inventory", "--option", "latest-app-consistent",
             "--format", "table", "--time-zone", "Europe/Berlin"});
  EXPECT_THAT(result.out,
              StartsWith("COMPLETE: 6 of 6 VMs have a point, the oldest 5h "
                         "00m 00s old at 2026-03-01 13:00:00+01:00\n"));
  EXPECT_THAT(result.out, HasSubstr("vm-3  web    2026-03-01 08:00:00+01:00  "
                                    "application  5h 00m 00s  5h 00m 00s  "
                                    "selected\n"));
  EXPECT_THAT(result.out, HasSubstr("marker marker-7"));
  EXPECT_THAT(result.out, HasSubstr("vm-3 (2h 00m 00s)"));
}

TEST_F(RlineSelectTest, WarningsOfTheDecisionAreInTheTable) {
  WriteText("inventory", TextOf(OneVm()));
  const Result result =
      Rline({"select", "-i", "inventory", "--format", "table"});
  EXPECT_THAT(result.out, HasSubstr("Warnings:\n  OPTION_DEFAULTED: "));
}

TEST_F(RlineSelectTest, LargeInventoriesAreChosenFor) {
  ASSERT_EQ(Rline({"generate", "--vms", "300", "--points", "200",
                   "--marker-loss", "5%", "-o", "inventory.json"})
                .exit_code,
            0);
  const Result result =
      Rline({"select", "-i", "inventory.json", "--option",
             "latest-multi-vm-processed", "--format", "textproto"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(DecisionOf(result.out).vm_selections_size(), 300);
}

}  // namespace
}  // namespace recoveryline
