#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class RlineReportTest : public RlineFixture {
 protected:
  Result Report(std::vector<std::string> more) const {
    std::vector<std::string> args = {"report", "-i", "inventory", "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
};

TEST_F(RlineReportTest, APageIsWrittenToTheFileAndNothingElse) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result = Report({"-o", "report.html"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, IsEmpty());
  const std::string page = ReadText("report.html");
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n"));
  EXPECT_THAT(page, HasSubstr("\"group\":\"web\""));
  EXPECT_THAT(page, HasSubstr("at least application-consistent"));
  EXPECT_EQ(Report({}).out, page);
}

TEST_F(RlineReportTest, TheFormOfTheInventoryDoesNotMatter) {
  WriteText("inventory", TextOf(SixVms()));
  ASSERT_EQ(Rline({"convert", "inventory", "--to", "archive", "-o", "archive"})
                .exit_code,
            0);
  ASSERT_EQ(
      Rline({"convert", "inventory", "--to", "binpb", "-o", "binpb"}).exit_code,
      0);
  const auto without_digest = [](std::string page) {
    const size_t at = page.find("sha256:");
    return at == std::string::npos ? page : page.erase(at, 7 + 64);
  };
  const std::string page = without_digest(Report({}).out);
  for (const char* name : {"archive", "binpb"}) {
    const Result result =
        Rline({"report", "-i", name, "--option", "latest-app-consistent"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(without_digest(result.out), page) << name;
  }
}

TEST_F(RlineReportTest, SomeUnitsAloneByIdOrName) {
  v1::Inventory inventory = SixVms();
  *inventory.add_vms() = OneVm().vms(0);
  WriteText("inventory", TextOf(inventory));
  const Result web = Report({"--group", "web"});
  EXPECT_EQ(web.exit_code, 0) << web.err;
  EXPECT_THAT(web.out, HasSubstr("\"unitCount\":1"));
  EXPECT_THAT(web.out, HasSubstr("\"planUnits\":2"));
  EXPECT_THAT(web.out, Not(HasSubstr("\"solo\"")));
  const Result solo = Report({"--vm", "solo-name"});
  EXPECT_THAT(solo.out, HasSubstr("\"unitCount\":1"));
  EXPECT_THAT(solo.out, HasSubstr("\"solo\""));
  // A machine of a group stands for its group.
  EXPECT_EQ(Report({"--vm", "vm-2"}).out, web.out);
  EXPECT_THAT(Report({}).out, Not(HasSubstr("\"planUnits\":")));
}

TEST_F(RlineReportTest, UnknownNamesExitWithSixtyFourAndNearOnes) {
  WriteText("inventory", TextOf(SixVms()));
  const Result vm = Report({"--vm", "mv-3", "-o", "report.html"});
  EXPECT_EQ(vm.exit_code, 64);
  EXPECT_THAT(vm.err, HasSubstr("did you mean vm-3"));
  EXPECT_FALSE(Exists("report.html"));
  EXPECT_EQ(Report({"--group", "wbe"}).exit_code, 64);
  EXPECT_EQ(Report({"--group", ""}).exit_code, 64);
}

TEST_F(RlineReportTest, SomeVmWithoutAPointExitsWithThree) {
  v1::Inventory inventory = SixVms();
  v1::Vm* bare = inventory.add_vms();
  bare->set_id("bare");
  bare->set_protection_state(v1::Vm::REPLICATING);
  WriteText("inventory", TextOf(inventory));
  const Result result = Report({"-o", "report.html"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(ReadText("report.html"), HasSubstr("\"withoutCount\":1"));
}

TEST_F(RlineReportTest, BadInputLeavesWhatWasThere) {
  WriteText("inventory", R"(vms { id: "" } as_of_time { seconds: 1 })");
  WriteText("report.html", "old");
  const Result result = Report({"-o", "report.html"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("inventory:vms[0].id: "));
  EXPECT_EQ(ReadText("report.html"), "old");
}

TEST_F(RlineReportTest, ASpanThatEndsBeforeItBeginsIsRefused) {
  WriteText("inventory", TextOf(SixVms()));
  const Result result = Report({"--from", "2027-01-01T00:00:00Z"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(RlineReportTest, TheZoneIsThatOfTheFlag) {
  WriteText("inventory", TextOf(SixVms()));
  EXPECT_THAT(Report({"--time-zone", "+05:30"}).out, HasSubstr(",19800]]"));
  EXPECT_THAT(Report({}).out, HasSubstr("\"zone\":\"UTC\""));
  EXPECT_EQ(Report({"--time-zone", "Mars"}).exit_code, 64);
}

TEST_F(RlineReportTest, FormatIsNoFlagOfIt) {
  WriteText("inventory", TextOf(SixVms()));
  EXPECT_EQ(Report({"--format", "json"}).exit_code, 64);
}

TEST_F(RlineReportTest, HostileNamesStayText) {
  v1::Inventory inventory = OneVm();
  inventory.mutable_vms(0)->set_display_name("</script><script>alert(1)");
  WriteText("inventory", TextOf(inventory));
  const Result result = Report({});
  EXPECT_THAT(result.out, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(result.out, HasSubstr("script\\u003ealert(1)"));
}

}  // namespace
}  // namespace recoveryline
