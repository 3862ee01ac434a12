#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "recoveryline/v1/whatif.pb.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;

class RlineWhatIfTest : public RlineFixture {
 protected:
  RlineWhatIfTest() { WriteText("inventory", TextOf(SixVms())); }

  Result Run(std::vector<std::string> more) const {
    std::vector<std::string> args = {"whatif", "-i", "inventory", "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
  v1::WhatIf Answer(const std::vector<std::string>& more) const {
    const Result result = Run(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ParseJson<v1::WhatIf>(result.out);
  }
};

TEST_F(RlineWhatIfTest, WithoutWhoHoldsItBackTheGroupIsNewer) {
  const v1::WhatIf answer = Answer({"--without-vm", "vm-3"});
  ASSERT_EQ(answer.choice().vms_size(), 6);
  // From 07:00 to 09:00.
  EXPECT_EQ(answer.choice().vms(5).loss().seconds(), -2 * 3600);
  EXPECT_EQ(answer.figures_before().worst_age().seconds(), 5 * 3600);
  EXPECT_EQ(answer.figures_after().worst_age().seconds(), 3 * 3600);
  EXPECT_THAT(Run({"--without-vm", "vm-3", "--format", "table"}).out,
              HasSubstr("5h 00m 00s -> 3h 00m 00s at worst"));
}

TEST_F(RlineWhatIfTest, EveryAssumptionIsTaken) {
  EXPECT_EQ(Answer({"--without-group", "web"}).choice().outcome_after(),
            v1::Decision::NONE);
  EXPECT_FALSE(Answer({"--with-option", "latest"}).choice().same());
  EXPECT_FALSE(Answer({"--exclude", "2026-03-01T06:30:00Z/"}).choice().same());
  EXPECT_FALSE(Answer({"--app-consistent-every", "4h"}).choice().same());
  EXPECT_FALSE(Answer({"--retention", "all:90m"}).units().empty());
  // By marker, a clock does not part the group; its times are other ones.
  EXPECT_EQ(Answer({"--clock-skew", "vm-1=-90m"}).units_size(), 1);
  WriteText("assumed", "without_vm_ids: \"vm-3\"");
  EXPECT_EQ(Answer({"--assumptions", "assumed"}).choice().vms_size(), 6);
  EXPECT_TRUE(Answer({}).choice().same());
}

TEST_F(RlineWhatIfTest, ADifferenceHasACodeOfItsOwn) {
  EXPECT_EQ(Run({"--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(Run({"--detailed-exitcode", "--without-vm", "vm-3"}).exit_code, 2);
}

TEST_F(RlineWhatIfTest, WhatMakesNoSenseNamesItsFlag) {
  const std::vector<std::vector<std::string>> bad = {
      {"--without-vm", "vm-9"},      {"--without-group", "wbe"},
      {"--without-boot-group", "x"}, {"--without-disk", "vm-1"},
      {"--exclude", "yesterday/"},   {"--exclude", "/"},
      {"--retention", "1h"},         {"--app-consistent-every", "often"},
      {"--clock-skew", "vm-1"},      {"--clock-skew", "vm-9=1h"}};
  for (const auto& args : bad) {
    const Result result = Run(args);
    EXPECT_EQ(result.exit_code, 64) << args[0] << " " << args[1];
    EXPECT_THAT(result.err, HasSubstr(args[1].substr(0, 4))) << args[0];
    EXPECT_EQ(result.out, "");
  }
  WriteText("inventory", "vms {}");
  EXPECT_EQ(Run({}).exit_code, 65);
}

TEST_F(RlineWhatIfTest, AnArchiveIsTakenToo) {
  ASSERT_EQ(Rline({"convert", "inventory", "--to", "archive", "-o", "other"})
                .exit_code,
            0);
  const Result other = Rline({"whatif", "-i", "other", "--option",
                              "latest-app-consistent", "--without-vm", "vm-3"});
  auto a = ParseJson<v1::WhatIf>(other.out);
  auto b = Answer({"--without-vm", "vm-3"});
  a.clear_provenance();
  b.clear_provenance();
  EXPECT_EQ(a.DebugString(), b.DebugString());
}

class RlineDiffTest : public RlineFixture {
 protected:
  RlineDiffTest() {
    WriteText("inventory", TextOf(SixVms()));
    for (const char* option : {"latest", "latest-app-consistent"}) {
      Rline({"select", "-i", "inventory", "--option", option, "-o", option});
    }
  }
};

TEST_F(RlineDiffTest, TwoDecisionsAreCompared) {
  const Result diff = Rline({"diff", "latest", "latest-app-consistent"});
  EXPECT_EQ(diff.exit_code, 0) << diff.err;
  const auto comparison = ParseJson<v1::DecisionComparison>(diff.out);
  ASSERT_EQ(comparison.vms_size(), 6);
  EXPECT_EQ(comparison.vms(0).loss().seconds(), 4 * 3600);
  for (int i = 1; i < 6; ++i) {
    EXPECT_LE(comparison.vms(i).loss().seconds(),
              comparison.vms(i - 1).loss().seconds());
  }
  EXPECT_THAT(
      Rline({"diff", "latest", "latest-app-consistent", "--format", "table"})
          .out,
      HasSubstr("4h 00m 00s older"));
  EXPECT_EQ(
      Rline({"diff", "latest", "latest-app-consistent", "--detailed-exitcode"})
          .exit_code,
      2);
  EXPECT_EQ(
      Rline({"diff", "latest", "latest", "--detailed-exitcode"}).exit_code, 0);
}

TEST_F(RlineDiffTest, WhatIsNoDecisionIsRefused) {
  EXPECT_EQ(Rline({"diff", "latest", "inventory"}).exit_code, 65);
  EXPECT_EQ(Rline({"diff", "latest", "nowhere"}).exit_code, 65);
  EXPECT_EQ(Rline({"diff", "-", "-"}).exit_code, 64);
  EXPECT_EQ(Rline({"diff", "latest"}).exit_code, 64);
  WriteText("empty", "{}");
  EXPECT_EQ(Rline({"diff", "latest", "empty"}).exit_code, 65);
}

}  // namespace
}  // namespace recoveryline
