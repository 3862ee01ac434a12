#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPoints[] = R"({"value": [{
  "id": "/Subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/vm1/recoveryPoints/p1",
  "name": "p1",
  "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/recoveryPoints",
  "properties": {"recoveryPointTime": "2026-03-01T00:00:00.1234567Z",
                 "recoveryPointType": "CrashConsistent"}}]})";

// A plan with this name in the listing's own form.
std::string PlanNamed(const std::string& name) {
  return R"({
  "id": "/Subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/replicationRecoveryPlans/)" +
         name + R"(",
  "name": ")" +
         name + R"(",
  "type": "Microsoft.RecoveryServices/vaults/replicationRecoveryPlans",
  "properties": {"friendlyName": ")" +
         name + R"(", "groups": [
    {"groupType": "Boot", "replicationProtectedItems": [{
      "id": "/Subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/vm1"}],
     "startGroupActions": [], "endGroupActions": []}]}})";
}

class RlineImportTest : public RlineFixture {};

v1::Inventory InventoryOf(const std::string& text) {
  v1::Inventory inventory;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &inventory))
      << text;
  return inventory;
}

TEST_F(RlineImportTest, ListingsBecomeAnInventoryAndAPlan) {
  WriteText("points.json", kPoints);
  WriteText("plan.json", PlanNamed("web"));
  const Result result = Rline({"import", "asr", "points.json", "plan.json",
                               "-o", "inventory", "--plan-output", "the-plan"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("rline: note: "));
  const Result chosen = Rline({"select", "-i", "inventory", "-p", "the-plan",
                               "--option", "latest", "--format", "textproto"});
  EXPECT_EQ(chosen.exit_code, 0) << chosen.err;
  EXPECT_EQ(DecisionOf(chosen.out).vm_selections(0).capture_time().nanos(),
            123'456'700);
}

TEST_F(RlineImportTest, ListingMayComeOnStdin) {
  const Result result =
      Rline({.args = {"import", "asr", "-", "--format", "textproto"},
             .input = kPoints});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(InventoryOf(result.out).vms_size(), 1);
  EXPECT_EQ(InventoryOf(result.out).vms(0).recovery_points_size(), 1);
}

TEST_F(RlineImportTest, PlansAreNotWrittenUnlessAskedFor) {
  WriteText("plan.json", PlanNamed("web"));
  const Result result = Rline({"import", "asr", "plan.json", "-o", "i"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 recovery plan not written"));
  EXPECT_THAT(Files(), testing::ElementsAre("i", "plan.json"));
}

TEST_F(RlineImportTest, HostilePlanNamesStayInTheDirectory) {
  WriteText("points.json", kPoints);
  WriteText("a.json", PlanNamed("../../x"));
  WriteText("b.json", PlanNamed(".hidden"));
  WriteText("c.json", PlanNamed("WEB"));
  WriteText("d.json", PlanNamed("w/eb"));
  const Result result =
      Rline({"import", "asr", "a.json", "b.json", "c.json", "d.json",
             "points.json", "-o", "i", "--plans-dir", "plans"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(Files(),
              testing::ElementsAre("a.json", "b.json", "c.json", "d.json", "i",
                                   "plans", "points.json"));
  EXPECT_FALSE(Exists("../x.json"));
  EXPECT_FALSE(Exists("../../x.json"));
  EXPECT_TRUE(Exists("plans/WEB.json"));
  EXPECT_TRUE(Exists("plans/_hidden.json"));
}

TEST_F(RlineImportTest, PlanOutputTakesExactlyOne) {
  WriteText("a.json", PlanNamed("a"));
  WriteText("b.json", PlanNamed("b"));
  const Result result = Rline(
      {"import", "asr", "a.json", "b.json", "-o", "i", "--plan-output", "p"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("--plans-dir"));
  EXPECT_FALSE(Exists("i"));
  EXPECT_FALSE(Exists("p"));
}

TEST_F(RlineImportTest, InventoryAndPlanGoToTwoPlaces) {
  WriteText("points.json", kPoints);
  WriteText("plan.json", PlanNamed("web"));
  for (const std::string place :
       {"out1.json", "./out1.json", "absent/../out1.json"}) {
    const Result result = Rline({"import", "asr", "points.json", "plan.json",
                                 "--plan-output", place, "-o", "out1.json"});
    EXPECT_EQ(result.exit_code, 64) << place;
    EXPECT_THAT(result.err, HasSubstr("one place")) << place;
    EXPECT_FALSE(Exists("out1.json"));
  }
  EXPECT_EQ(Rline({"import", "asr", "points.json", "plan.json", "--plans-dir",
                   "plans", "-o", "plans/web.json"})
                .exit_code,
            64);
}

TEST_F(RlineImportTest, MergedPointsThatAreGoneExpire) {
  WriteText("old.json", kPoints);
  ASSERT_EQ(Rline({"import", "asr", "old.json", "-o", "old"}).exit_code, 0);
  std::string points = kPoints;
  points.replace(points.find("\"p1\""), 4, "\"p2\"");
  points.replace(points.find("recoveryPoints/p1"), 17, "recoveryPoints/p2");
  points.replace(points.find("00:00:00.1234567"), 16, "01:00:00.0000000");
  WriteText("new.json", points);
  const std::vector<std::string> args = {
      "import", "asr", "new.json", "--merge", "old", "--format", "textproto"};
  const Result result = Rline(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const v1::Inventory merged = InventoryOf(result.out);
  ASSERT_EQ(merged.vms(0).recovery_points_size(), 2);
  EXPECT_EQ(merged.vms(0).recovery_points(0).expire_time().seconds(),
            merged.as_of_time().seconds());
}

TEST_F(RlineImportTest, DetailedExitCodeTellsChangeFromNone) {
  WriteText("points.json", kPoints);
  ASSERT_EQ(Rline({"import", "asr", "points.json", "-o", "old"}).exit_code, 0);
  const std::vector<std::string> same = {
      "import", "asr", "points.json", "--merge", "old", "--detailed-exitcode"};
  EXPECT_EQ(Rline(same).exit_code, 0);
  std::string points = kPoints;
  points.replace(points.find("Crash"), 5, "Application");
  WriteText("points.json", points);
  EXPECT_EQ(Rline(same).exit_code, 2);
}

TEST_F(RlineImportTest, AsOfIsTaken) {
  WriteText("points.json", kPoints);
  const Result result =
      Rline({"import", "asr", "points.json", "--as-of", "2026-03-02T00:00:00Z",
             "--format", "textproto"});
  EXPECT_EQ(InventoryOf(result.out).as_of_time().seconds(), 1'772'409'600);
}

TEST_F(RlineImportTest, BadInputAndUsageAreToldApart) {
  WriteText("points.json", kPoints);
  WriteText("broken.json", "{\"value\": [");
  WriteText("invalid", R"(vms { id: "" })");
  const auto code = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"import", "asr"});
    return Rline(args).exit_code;
  };
  EXPECT_EQ(code({"absent.json"}), 65);
  EXPECT_EQ(code({"broken.json"}), 65);
  EXPECT_EQ(code({"points.json", "--merge", "absent"}), 65);
  EXPECT_EQ(code({"points.json", "--merge", "invalid"}), 65);
  EXPECT_EQ(code({}), 64);
  EXPECT_EQ(code({"points.json", "--shared-point-by", "luck"}), 64);
  EXPECT_EQ(code({"points.json", "--detailed-exitcode"}), 64);
  EXPECT_EQ(code({"points.json", "--plan-output", "-"}), 64);
  EXPECT_EQ(code({"points.json", "--plan-output", "p", "--plans-dir", "d"}),
            64);
  EXPECT_EQ(Rline({"import"}).exit_code, 64);
}

constexpr char kVault[] =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/"
    "vaults/v";

TEST_F(RlineImportTest, AVaultIsAskedForInsteadOfFiles) {
  WriteText("points.json", kPoints);
  WriteText("token", "sentinel-7f3a9c51");
  EXPECT_EQ(Rline({"import", "asr"}).exit_code, 64);
  EXPECT_EQ(Rline({"import", "asr", "points.json", "--vault", kVault,
                   "--token-file", "token"})
                .exit_code,
            64);
  EXPECT_EQ(Rline({"import", "asr", "--vault", kVault}).exit_code, 64);
  EXPECT_EQ(Rline({"import", "asr", "--vault", "v", "--token-file", "token"})
                .exit_code,
            64);
  EXPECT_EQ(Rline({"import", "asr", "--vault", kVault, "--token-file", "token",
                   "--endpoint", "http://127.0.0.1"})
                .exit_code,
            64);
}

TEST_F(RlineImportTest, WithoutATokenAVaultIsNotAsked) {
  const Result result =
      Rline({"import", "asr", "--vault", kVault, "--endpoint",
             "https://127.0.0.1:1", "--token-env", "RLINE_NO_SUCH_TOKEN"});
  EXPECT_EQ(result.exit_code, 77);
  EXPECT_THAT(result.err, HasSubstr("RLINE_NO_SUCH_TOKEN"));
}

}  // namespace
}  // namespace recoveryline
