#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "recoveryline/v1/bisect.pb.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;

// "web" has common lines at 01:00 to 07:00 and 09:00.
class RlineBisectTest : public RlineFixture {
 protected:
  RlineBisectTest() { WriteText("inventory", TextOf(SixVms())); }

  Result Run(std::vector<std::string> more) const {
    std::vector<std::string> args = {"bisect", "-i", "inventory", "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
  v1::LineSearch Search(const std::vector<std::string>& more) const {
    return ParseJson<v1::Bisection>(Run(more).out).searches(0);
  }
};

TEST_F(RlineBisectTest, TheLastGoodLineIsFoundByAskingAgain) {
  std::vector<std::string> args;
  int tries = 0;
  Result result = Run(args);
  while (result.exit_code == 7 && ++tries < 10) {
    const auto search = ParseJson<v1::Bisection>(result.out).searches(0);
    const bool good = search.next_target_time().seconds() % 86400 <= 4 * 3600;
    args.insert(args.end(),
                {good ? "--good" : "--bad",
                 "2026-03-01T0" +
                     std::to_string(search.next_target_time().seconds() %
                                    86400 / 3600) +
                     ":00:00Z"});
    result = Run(args);
  }
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LE(tries, 3);
  EXPECT_EQ(ParseJson<v1::Bisection>(result.out)
                    .searches(0)
                    .last_good_target_time()
                    .seconds() %
                86400,
            4 * 3600);
}

TEST_F(RlineBisectTest, VerdictsMayBeOfAVmOfAGroupAndInAFile) {
  const v1::LineSearch by_vm = Search({"--bad", "vm-2=2026-03-01T04:00:00Z"});
  const v1::LineSearch by_group = Search({"--bad", "web=2026-03-01T04:00:00Z"});
  EXPECT_EQ(by_vm.DebugString(), by_group.DebugString());
  WriteText("verdicts",
            "verdicts { verdict: BAD replication_group_id: \"web\" "
            "target_time { seconds: 1772337600 } }");
  EXPECT_EQ(Search({"--verdicts", "verdicts"}).DebugString(),
            by_group.DebugString());
  EXPECT_EQ(Search({"--by-unit"}).replication_group_id(), "web");
}

TEST_F(RlineBisectTest, EndsHaveCodesOfTheirOwn) {
  EXPECT_EQ(Run({"--bad", "2026-03-01T01:00:00Z"}).exit_code, 3);
  const Result contradiction =
      Run({"--bad", "2026-03-01T03:00:00Z", "--good", "2026-03-01T05:00:00Z"});
  EXPECT_EQ(contradiction.exit_code, 65);
  EXPECT_THAT(contradiction.err, HasSubstr("newer than a bad line"));
  EXPECT_EQ(Run({"--good", "2026-03-01T12:00:00Z"}).exit_code, 0);
}

TEST_F(RlineBisectTest, TheTableSaysWhatToTryNext) {
  const Result table = Run({"--format", "table"});
  EXPECT_EQ(table.exit_code, 7);
  EXPECT_THAT(table.out, HasSubstr("SEARCHING"));
}

TEST_F(RlineBisectTest, WhatMakesNoSenseNamesItsFlag) {
  for (const char* value : {"soon", "vm-9=2026-03-01T04:00:00Z", "vm-1=", ""}) {
    const Result result = Run({"--good", value});
    EXPECT_EQ(result.exit_code, 64) << value;
    EXPECT_EQ(result.out, "");
  }
  EXPECT_EQ(Run({"--verdicts", "nowhere"}).exit_code, 65);
  WriteText("inventory", "vms {}");
  EXPECT_EQ(Run({}).exit_code, 65);
}

}  // namespace
}  // namespace recoveryline
