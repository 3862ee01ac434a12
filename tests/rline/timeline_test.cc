#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// "vm-3" lacks the markers after 07:00, so that the group's newest common one
// is that of 07:00; it is noon.
class RlineTimelineTest : public RlineFixture {
 protected:
  RlineTimelineTest() { WriteText("inventory", TextOf(SixVms())); }

  Result Run(std::vector<std::string> more) const {
    std::vector<std::string> args = {"timeline", "-i", "inventory", "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }
};

TEST_F(RlineTimelineTest, JsonSaysFiguresAndOnRequestStepsAndPoints) {
  const Result plain = Run({});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  const auto timeline = ParseJson<v1::Timeline>(plain.out);
  ASSERT_EQ(timeline.units_size(), 1);
  EXPECT_EQ(timeline.units(0).steps_size(), 0);
  EXPECT_EQ(timeline.units(0).figures().worst_age().seconds(), 5 * 3600);
  EXPECT_EQ(timeline.units(0).worst_gap().blocking_vms(0).vm_id(), "vm-3");
  EXPECT_EQ(timeline.units(0).worst_gap().blocking_vms(0).gain().seconds(),
            2 * 3600);
  EXPECT_THAT(timeline.provenance().inventory_digest(), StartsWith("sha256:"));

  const auto steps = ParseJson<v1::Timeline>(Run({"--steps"}).out);
  ASSERT_EQ(steps.units(0).steps_size(), 7);
  EXPECT_EQ(steps.units(0).steps(6).recovery_point_ids_size(), 0);
  const auto points = ParseJson<v1::Timeline>(Run({"--points"}).out);
  EXPECT_EQ(points.units(0).steps(6).recovery_point_ids_size(), 6);
}

TEST_F(RlineTimelineTest, TheTableNamesTheWorstAndWhoHeldItBack) {
  const Result table = Run({"--format", "table"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, HasSubstr("vm-3 (2h 00m 00s newer without)"));
  EXPECT_THAT(table.out, HasSubstr("from the points that survive"));
  v1::Inventory watched = SixVms();
  watched.mutable_observed_from()->set_seconds(watched.as_of_time().seconds() -
                                               3600);
  WriteText("watched", TextOf(watched));
  const auto said = [this](const std::string& from) {
    return Rline({"timeline", "-i", "watched", "--option",
                  "latest-app-consistent", "--format", "table", "--from", from})
        .out;
  };
  EXPECT_THAT(said("2026-03-01T10:59:59Z"),
              HasSubstr("they were watched since 2026-03-01 11:00:00Z"));
  EXPECT_THAT(said("2026-03-01T11:00:00Z"),
              HasSubstr("from the points that were there, watched since"));
  EXPECT_THAT(table.out, Not(HasSubstr("AGE AT ITS END")));
  EXPECT_THAT(Run({"--format", "table", "--steps"}).out,
              HasSubstr("AGE AT ITS END"));
}

TEST_F(RlineTimelineTest, CsvHasARowAUnitOrARowAStep) {
  const std::vector<std::string> units =
      absl::StrSplit(Run({"--csv"}).out, "\r\n");
  ASSERT_EQ(units.size(), 3u);  // the last one is empty
  EXPECT_THAT(units[0], StartsWith("replication_group_id,vm_id,vm_count,"));
  EXPECT_THAT(units[1], StartsWith("web,,6,39600,0,18000,"));
  const std::vector<std::string> steps =
      absl::StrSplit(Run({"--csv", "--steps"}).out, "\r\n");
  EXPECT_EQ(steps.size(), 1u + 7 + 1);
  EXPECT_EQ(Run({"--csv", "--format", "json"}).exit_code, 64);
}

TEST_F(RlineTimelineTest, ACellIsNoFormulaAndKeepsItsCommas) {
  v1::Inventory inventory = OneVm();
  inventory.mutable_vms(0)->set_id("=1+1,\"x\"");
  WriteText("inventory", TextOf(inventory));
  EXPECT_THAT(Run({"--csv"}).out, HasSubstr("\n,\"'=1+1,\"\"x\"\"\",1,"));
}

TEST_F(RlineTimelineTest, TheSpanIsWhatWasAskedFor) {
  const auto timeline = ParseJson<v1::Timeline>(
      Run({"--from", "2026-03-01T08:00:00Z", "--to", "2026-03-01T20:00:00Z",
           "--decision-time", "2026-03-01T10:00:00Z"})
          .out);
  EXPECT_EQ(timeline.units(0).figures().with_choice().seconds(), 12 * 3600);
  EXPECT_EQ(timeline.as_of_time().seconds(),
            timeline.start_time().seconds() + 2 * 3600);
  const Result backwards = Run({"--from", "2026-03-01T20:00:00Z"});
  EXPECT_EQ(backwards.exit_code, 65);
  EXPECT_THAT(backwards.err, HasSubstr("startTime"));
  EXPECT_EQ(ParseJson<v1::Timeline>(backwards.out).violations_size(), 1);
  EXPECT_EQ(Run({"--from", "soon"}).exit_code, 64);
  EXPECT_EQ(Run({"--percentile", "101"}).exit_code, 64);
}

TEST_F(RlineTimelineTest, EveryFormOfAnInventoryGivesTheSameTimeline) {
  const std::string expected = Run({"--points"}).out;
  for (const char* form : {"json", "binpb", "archive"}) {
    ASSERT_EQ(
        Rline({"convert", "inventory", "--to", form, "-o", "other"}).exit_code,
        0);
    const Result other =
        Rline({"timeline", "-i", "other", "--option", "latest-app-consistent",
               "--points", "--threads", "2"});
    auto a = ParseJson<v1::Timeline>(expected);
    auto b = ParseJson<v1::Timeline>(other.out);
    a.clear_provenance();
    b.clear_provenance();
    EXPECT_EQ(a.DebugString(), b.DebugString()) << form;
  }
}

TEST_F(RlineTimelineTest, ABrokenInventoryIsRefused) {
  WriteText("inventory", "vms { id: \"a\" } vms { id: \"a\" }");
  const Result broken = Run({});
  EXPECT_EQ(broken.exit_code, 65);
  EXPECT_THAT(broken.err, HasSubstr("inventory"));
}

}  // namespace
}  // namespace recoveryline
