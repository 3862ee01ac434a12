#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class RlineVerifyTest : public RlineFixture {
 protected:
  // Writes a Decision about SixVms() with one thing changed by `corrupt`.
  template <typename Corrupt>
  void WriteDecision(Corrupt corrupt) const {
    WriteText("inventory", TextOf(SixVms()));
    v1::Decision decision =
        DecisionOf(Rline({"select", "-i", "inventory", "--option",
                          "latest-app-consistent", "--format", "textproto"})
                       .out);
    corrupt(&decision);
    WriteText("decision", TextOf(decision));
  }

  Result Verify(std::vector<std::string> more) const {
    std::vector<std::string> args = {"verify", "-i", "inventory"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
};

TEST_F(RlineVerifyTest, RightDecisionIsProvedInOneLine) {
  WriteDecision([](v1::Decision*) {});
  const Result result =
      Verify({"--option", "latest-app-consistent", "decision"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("right: COMPLETE, 6 of 6 VMs; "));
  EXPECT_EQ(LineCount(result.out), 1);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(RlineVerifyTest, DecisionMayBeAFlagOrStdin) {
  WriteDecision([](v1::Decision*) {});
  EXPECT_EQ(
      Verify({"--option", "latest-app-consistent", "--decision", "decision"})
          .exit_code,
      0);
  const Result stdin_result =
      Rline({.args = {"verify", "-i", "inventory", "--option",
                      "latest-app-consistent", "-"},
             .input = ReadText("decision")});
  EXPECT_EQ(stdin_result.exit_code, 0) << stdin_result.err;
  EXPECT_EQ(Rline({"verify", "-i", "-", "-"}).exit_code, 64);
}

TEST_F(RlineVerifyTest, WrongPointIsRefutedWithItsPath) {
  WriteDecision([](v1::Decision* decision) {
    decision->mutable_vm_selections(1)->set_recovery_point_id("app-6");
  });
  const Result result =
      Verify({"--option", "latest-app-consistent", "decision"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, HasSubstr("vmSelections[1].recoveryPointId: "));
  EXPECT_THAT(result.err, HasSubstr("refuted"));
}

TEST_F(RlineVerifyTest, OtherFlagsRefute) {
  WriteDecision([](v1::Decision*) {});
  EXPECT_EQ(Verify({"--option", "latest", "decision"}).exit_code, 4);
}

TEST_F(RlineVerifyTest, OtherInputIsSaidToBeADigestMismatch) {
  WriteDecision([](v1::Decision*) {});
  WriteText("inventory", TextOf(SixVms()) + "# another byte\n");
  const Result result =
      Verify({"--option", "latest-app-consistent", "decision"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, HasSubstr("provenance.inventoryDigest: "));
  EXPECT_THAT(result.err, HasSubstr("made from other input"));
}

TEST_F(RlineVerifyTest, JsonListsTheRefutations) {
  WriteDecision([](v1::Decision* decision) {
    decision->mutable_vm_selections(0)->mutable_age()->set_seconds(1);
  });
  const Result result = Verify(
      {"--option", "latest-app-consistent", "decision", "--format", "json"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out,
              StartsWith(R"({"right":false,"refutations":[{"fieldPath":)"
                         R"("vmSelections[0].age","message":")"));
  EXPECT_THAT(result.err, StartsWith(R"({"error":{"code":4,)"));
}

TEST_F(RlineVerifyTest, UnreadableDecisionIsBadInput) {
  WriteText("inventory", TextOf(SixVms()));
  WriteText("decision", "{\"vmSelections\": 1}");
  const Result result = Verify({"decision"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("decision:vmSelections: "));
  EXPECT_EQ(Verify({"absent"}).exit_code, 65);
  EXPECT_EQ(Verify({}).exit_code, 64);
}

TEST_F(RlineVerifyTest, InvalidDecisionOfInvalidInputIsRight) {
  WriteText("inventory", R"(as_of_time { seconds: 1 } vms { id: "" })");
  WriteText("decision",
            Rline({"select", "-i", "inventory", "--format", "json"}).out);
  const Result result = Verify({"decision"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, StartsWith("right: INVALID"));
}

TEST_F(RlineVerifyTest, InvalidDecisionOfUnreadableInputIsRightToo) {
  WriteText("inventory",
            R"({"asOfTime": "noon", "vms": [{"id": "a", "kind": 1}, {}]})");
  WriteText("decision",
            Rline({"select", "-i", "inventory", "--format", "textproto"}).out);
  const Result right = Verify({"decision"});
  EXPECT_EQ(right.exit_code, 0) << right.out << right.err;
  EXPECT_THAT(right.out, HasSubstr("right: INVALID"));

  v1::Decision decision = DecisionOf(ReadText("decision"));
  ASSERT_EQ(decision.violations_size(), 3);
  decision.mutable_violations()->RemoveLast();
  WriteText("decision", TextOf(decision));
  const Result wrong = Verify({"decision"});
  EXPECT_EQ(wrong.exit_code, 4);
  EXPECT_THAT(wrong.out, HasSubstr("violations"));
}

TEST_F(RlineVerifyTest, BrokenInputIsNamedRatherThanTheDecision) {
  WriteDecision([](v1::Decision*) {});
  WriteText("inventory", R"({"asOfTime": "2026-03-01T12:00:00Z", "vms": [{)");
  const Result cut = Verify({"decision"});
  EXPECT_EQ(cut.exit_code, 65);
  EXPECT_THAT(cut.err, HasSubstr("inventory:vms"));
  WriteText("inventory", TextOf(SixVms()));
  WriteText("plan", R"(boot_groups { id: "" })");
  const Result plan = Verify({"-p", "plan", "decision"});
  EXPECT_EQ(plan.exit_code, 65);
  EXPECT_THAT(plan.err, HasSubstr("plan:plan.bootGroups[0].id: "));
}

TEST_F(RlineVerifyTest, WithoutADigestNoneMismatches) {
  WriteDecision([](v1::Decision* decision) { decision->clear_provenance(); });
  const Result result =
      Verify({"--option", "latest-app-consistent", "decision"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, testing::Not(HasSubstr("made from other input")));
}

}  // namespace
}  // namespace recoveryline
