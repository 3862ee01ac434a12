#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "recoveryline/v1/alternatives.pb.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::Not;
using v1::RecoveryPoint;

class RlineAlternativesTest : public RlineFixture {
 protected:
  Result Run(std::vector<std::string> more) const {
    std::vector<std::string> args = {"alternatives", "-i", "inventory",
                                     "--option", "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
  v1::PlanAlternatives Answer(const std::vector<std::string>& more) const {
    const Result result = Run(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ParseJson<v1::PlanAlternatives>(result.out);
  }
};

TEST_F(RlineAlternativesTest, ALoneVmMayBeNewerIfCrashConsistent) {
  WriteText("inventory", TextOf(OneVm()));
  const v1::PlanAlternatives answer = Answer({});
  ASSERT_EQ(answer.units_size(), 1);
  ASSERT_EQ(answer.units(0).alternatives_size(), 1);
  const v1::Alternative& newer = answer.units(0).alternatives(0);
  EXPECT_EQ(newer.gain().seconds(), 3600);
  EXPECT_EQ(newer.line().consistency(), RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_THAT(answer.provenance().inventory_digest(), HasSubstr("sha256:"));
  const Result table = Run({"--format", "table"});
  EXPECT_THAT(table.out, HasSubstr("1h 00m 00s newer"));
  EXPECT_THAT(table.out, HasSubstr("application consistency"));
}

// The rule of a line, put into a plan, gives that line.
TEST_F(RlineAlternativesTest, TheRuleThatIsNamedGivesTheLine) {
  v1::Inventory inventory = SixVms();
  v1::RecoveryPoint* last =
      inventory.mutable_vms(2)->mutable_recovery_points()->Add();
  last->set_id("late");
  last->mutable_capture_time()->set_seconds(inventory.as_of_time().seconds() -
                                            2 * 3600 - 60);
  last->set_consistency(RecoveryPoint::APPLICATION_CONSISTENT);
  WriteText("inventory", TextOf(inventory));
  const v1::PlanAlternatives answer = Answer({"--group", "web"});
  ASSERT_EQ(answer.units_size(), 1);
  const v1::UnitAlternatives& web = answer.units(0);
  EXPECT_EQ(web.vm_ids_size(), 6);
  int tried = 0;
  for (const v1::Alternative& alternative : web.alternatives()) {
    if (!alternative.without_vm_id().empty()) {
      EXPECT_EQ(alternative.without_vm_id(), "vm-3");
      continue;
    }
    v1::RecoveryPlan plan;
    *plan.mutable_policy()->add_rules() = alternative.line().rule();
    WriteText("plan", "id: \"p\" " + TextOf(plan));
    const v1::Decision decision =
        DecisionOf(Rline({"select", "-i", "inventory", "-p", "plan", "--format",
                          "textproto"})
                       .out);
    ASSERT_EQ(decision.group_selections_size(), 1);
    EXPECT_EQ(TextOf(decision.group_selections(0).earliest_capture_time()),
              TextOf(alternative.line().earliest_capture_time()));
    EXPECT_EQ(TextOf(decision.group_selections(0).skew()),
              TextOf(alternative.line().skew()));
    ++tried;
  }
  EXPECT_GE(tried, 1);
  EXPECT_EQ(web.alternatives_size(), tried + 1);
}

TEST_F(RlineAlternativesTest, AUnitIsNamedByOneOfItsVms) {
  WriteText("inventory", TextOf(SixVms()));
  EXPECT_EQ(Answer({"--vm", "vm-4"}).units_size(), 1);
  const Result unknown = Run({"--vm", "vm-44"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_THAT(unknown.err, HasSubstr("--vm \"vm-44\" is not in the plan"));
  EXPECT_EQ(Run({"--group", ""}).exit_code, 64);
}

TEST_F(RlineAlternativesTest, NothingElseIsAnAnswerToo) {
  v1::Inventory inventory = OneVm();
  inventory.mutable_vms(0)->mutable_recovery_points()->DeleteSubrange(0, 1);
  WriteText("inventory", TextOf(inventory));
  EXPECT_EQ(Answer({}).units(0).alternatives_size(), 0);
  const Result table = Run({"--format", "table"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, HasSubstr("0 with something else"));
  EXPECT_THAT(table.out, Not(HasSubstr("INSTEAD")));
}

TEST_F(RlineAlternativesTest, BadInputNamesItsPlace) {
  WriteText("inventory", "vms { id: \"a\" } vms { id: \"a\" }");
  const Result twice = Run({});
  EXPECT_EQ(twice.exit_code, 65);
  EXPECT_THAT(twice.out, HasSubstr("DUPLICATE_ID"));
  EXPECT_THAT(twice.err, HasSubstr("vms[1].id"));
  WriteText("inventory", "{\"vms\":[{\"id\":7}]}");
  EXPECT_EQ(Run({"--format", "table"}).exit_code, 65);
  EXPECT_EQ(Run({"--format", "table"}).out, "");
}

}  // namespace
}  // namespace recoveryline
