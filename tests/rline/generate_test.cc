#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RlineGenerateTest : public RlineFixture {};

TEST_F(RlineGenerateTest, SameSeedGivesTheSameBytes) {
  const auto bytes = [&](const std::string& seed) {
    return Rline({"generate", "--vms", "5", "--points", "40", "--seed", seed})
        .out;
  };
  EXPECT_EQ(bytes("7"), bytes("7"));
  EXPECT_NE(bytes("7"), bytes("8"));
}

TEST_F(RlineGenerateTest, EveryProfileIsValidAndCanBeChosenFrom) {
  for (const std::string profile :
       {"five-minute-72h", "asr-pruned", "bursty", "adversarial"}) {
    ASSERT_EQ(Rline({"generate", "--vms", "9", "--profile", profile, "--judged",
                     "5%", "-o", "inventory"})
                  .exit_code,
              0);
    const Result valid = Rline({"validate", "-i", "inventory"});
    EXPECT_EQ(valid.exit_code, 0) << profile << valid.err;
    const Result chosen = Rline({"select", "-i", "inventory"});
    EXPECT_EQ(chosen.exit_code, 0) << profile << chosen.err;
  }
}

TEST_F(RlineGenerateTest, EveryFormatHoldsTheSameInventory) {
  std::string expected;
  for (const std::string format : {"binpb", "json", "jsonl", "textproto"}) {
    ASSERT_EQ(Rline({"generate", "--vms", "5", "--points", "20", "--format",
                     format, "-o", format})
                  .exit_code,
              0);
    const Result binary =
        Rline({"convert", format, "--type", "inventory", "--to", "binpb"});
    EXPECT_EQ(binary.exit_code, 0) << binary.err;
    if (expected.empty()) expected = binary.out;
    EXPECT_EQ(binary.out, expected) << format;
  }
  EXPECT_EQ(LineCount(ReadText("jsonl")), 1);
}

TEST_F(RlineGenerateTest, FlagsCountWhatTheySay) {
  const Result result =
      Rline({"generate", "--vms", "7", "--points", "30", "--group-size", "3",
             "--as-of", "2025-01-01T00:00:00Z", "--format", "textproto"});
  v1::Inventory inventory;
  ASSERT_TRUE(
      google::protobuf::TextFormat::ParseFromString(result.out, &inventory));
  EXPECT_EQ(inventory.vms_size(), 7);
  EXPECT_EQ(inventory.vms(6).recovery_points_size(), 30);
  EXPECT_EQ(inventory.replication_groups_size(), 3);
  EXPECT_EQ(inventory.as_of_time().seconds(), 1'735'689'600);
}

TEST_F(RlineGenerateTest, NoVmIsAnInventoryToo) {
  for (const std::string format : {"json", "jsonl", "textproto", "binpb"}) {
    ASSERT_EQ(Rline({"generate", "--vms", "0", "--format", format, "-o", "i"})
                  .exit_code,
              0);
    EXPECT_EQ(Rline({"validate", "-i", "i"}).out,
              "valid: 0 VMs, 0 points, 0 groups\n")
        << format;
  }
}

TEST_F(RlineGenerateTest, SharesAreFractionsOrPercentages) {
  const auto bytes = [&](const std::string& loss) {
    return Rline({"generate", "--vms", "4", "--points", "20", "--marker-loss",
                  loss})
        .out;
  };
  EXPECT_EQ(bytes("0.25"), bytes("25%"));
  EXPECT_NE(bytes("0"), bytes("100%"));
  for (const std::string bad : {"1.5", "101%", "-1", "nan", "x", ""}) {
    const Result result = Rline({"generate", "--marker-loss=" + bad});
    EXPECT_EQ(result.exit_code, 64) << bad;
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST_F(RlineGenerateTest, UsageIsChecked) {
  for (const std::string bad :
       {"--vms=-1", "--vms=x", "--points=0", "--points=1000001",
        "--group-size=0", "--seed=-1", "--profile=weekly", "--as-of=yesterday",
        "--as-of=1500-01-01T00:00:00Z", "--format=table"}) {
    const Result result = Rline({"generate", bad});
    EXPECT_EQ(result.exit_code, 64) << bad << result.err;
  }
}

TEST_F(RlineGenerateTest, LargeInventoriesNeedTheMemoryOfOneMachine) {
  const auto peak = [&](const std::string& vms) {
    Command command;
    command.args = {"generate", "--vms",     vms,        "--group-size", "1",
                    "-o",       "/dev/null", "--format", "binpb"};
    // A sanitizer would keep what was freed.
    command.environment = {"ASAN_OPTIONS=quarantine_size_mb=1"};
    return Rline(command).peak_memory_bytes;
  };
  // Four hundred machines of 1,000 points are 40 MB.
  EXPECT_LT(peak("400"), peak("4") + (int64_t{16} << 20));
}

}  // namespace
}  // namespace recoveryline
