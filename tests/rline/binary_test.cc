// A binary inventory, which most commands read without its rows, says what the
// same rows in JSON say, over the real command.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RlineBinaryTest : public RlineFixture {
 protected:
  void SetUp() override {
    ASSERT_EQ(Rline({"generate", "--vms", "20", "--points", "60", "--format",
                     "binpb", "-o", "binpb"})
                  .exit_code,
              0);
    ASSERT_EQ(Rline({"convert", "binpb", "--type", "inventory", "--to", "json",
                     "-o", "json"})
                  .exit_code,
              0);
  }

  static std::string WithoutDigests(std::string text) {
    for (size_t at = 0; (at = text.find("sha256:", at)) != std::string::npos;) {
      text.erase(at, 7 + 64);
    }
    return text;
  }

  // What `args` say of both files, and of the binary one through stdin, file
  // names and digests apart.
  void ExpectAlike(std::vector<std::string> args, int exit_code) {
    args.insert(args.end(), {"-i", "json"});
    const Result of_json = Rline(args);
    EXPECT_EQ(of_json.exit_code, exit_code) << of_json.err;
    args.back() = "binpb";
    const Result of_binpb = Rline(args);
    EXPECT_EQ(of_binpb.exit_code, exit_code) << of_binpb.err;
    EXPECT_EQ(WithoutDigests(of_binpb.out), WithoutDigests(of_json.out));
    args.back() = "-";
    const Result of_stdin = Rline({.args = args, .input = ReadText("binpb")});
    EXPECT_EQ(of_stdin.exit_code, exit_code) << of_stdin.err;
    EXPECT_EQ(of_stdin.out, of_binpb.out);
  }
};

TEST_F(RlineBinaryTest, CommandsSayTheSame) {
  WriteText("plan", R"({"policy":{"option":"LATEST_APP_CONSISTENT"}})");
  ExpectAlike({"select", "-p", "plan"}, 0);
  ExpectAlike({"select", "-p", "plan", "--format", "table"}, 0);
  ExpectAlike({"explain", "-p", "plan"}, 0);
  ExpectAlike({"explain", "-p", "plan", "--format", "table"}, 0);
  ExpectAlike({"validate", "-p", "plan", "--format", "table"}, 0);
  // At first there is nothing.
  ExpectAlike({"evaluate", "plan", "--from", "2026-02-27T00:00:00Z", "--to",
               "2026-03-01T00:00:00Z", "--every", "6h"},
              3);
}

TEST_F(RlineBinaryTest, ADecisionIsVerifiedAgainstIt) {
  const Result made = Rline({"select", "-i", "binpb"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  WriteText("decision", made.out);
  const Result right = Rline({"verify", "-i", "binpb", "decision"});
  EXPECT_EQ(right.exit_code, 0) << right.err;
  const Result piped = Rline(
      {.args = {"verify", "-i", "-", "decision"}, .input = ReadText("binpb")});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  // The same points, but other bytes.
  EXPECT_EQ(Rline({"verify", "-i", "json", "decision"}).exit_code, 4);
  std::string wrong = made.out;
  const size_t at = wrong.find("\"recoveryPointId\": \"") + 20;
  wrong[at] = wrong[at] == '0' ? '1' : '0';
  WriteText("decision", wrong);
  EXPECT_EQ(Rline({"verify", "-i", "binpb", "decision"}).exit_code, 4);
}

TEST_F(RlineBinaryTest, BrokenRulesAreNamedAsInJson) {
  v1::Inventory inventory = OneVm();
  v1::RecoveryPoint* point =
      inventory.mutable_vms(0)->mutable_recovery_points(1);
  point->mutable_capture_time()->set_nanos(-1);
  inventory.add_vms()->set_replication_group_id("nowhere");
  WriteText("binpb", inventory.SerializeAsString());
  WriteText("rows", TextOf(inventory));
  for (const char* command : {"select", "explain", "validate", "evaluate"}) {
    const Result of_rows = Rline({command, "-i", "rows"});
    EXPECT_EQ(of_rows.exit_code, 65);
    const Result of_binpb = Rline({command, "-i", "binpb"});
    EXPECT_EQ(of_binpb.exit_code, 65);
    EXPECT_EQ(WithoutDigests(of_binpb.out), WithoutDigests(of_rows.out));
    EXPECT_THAT(of_binpb.err, HasSubstr("binpb:vms[1].replicationGroupId"));
    const Result of_stdin =
        Rline({.args = {command, "-i", "-"}, .input = ReadText("binpb")});
    EXPECT_EQ(of_stdin.exit_code, 65);
    EXPECT_THAT(of_stdin.err, HasSubstr("stdin:vms[0].recoveryPoints[1]"));
  }
}

TEST_F(RlineBinaryTest, ACutFileIsRefused) {
  const std::string bytes = ReadText("binpb");
  WriteText("binpb", bytes.substr(0, bytes.size() / 2));
  for (const char* command : {"select", "explain", "validate", "evaluate"}) {
    const Result result = Rline({command, "-i", "binpb"});
    EXPECT_EQ(result.exit_code, 65) << command;
    EXPECT_THAT(result.err, HasSubstr("binpb:vms["));
    EXPECT_THAT(result.err, HasSubstr("damaged, cut off or not a binary"));
  }
}

TEST_F(RlineBinaryTest, FieldsOfALaterVersionAreNoted) {
  v1::Inventory inventory = OneVm();
  v1::RecoveryPoint* point =
      inventory.mutable_vms(0)->mutable_recovery_points(1);
  point->GetReflection()->MutableUnknownFields(point)->AddVarint(99, 1);
  WriteText("binpb", inventory.SerializeAsString());
  for (const char* command : {"select", "explain"}) {
    const Result result = Rline({command, "-i", "binpb"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("binpb says more than this version "
                                      "understands (vms[0].recoveryPoints[1], "
                                      "field 99); that is ignored"));
    EXPECT_THAT(result.out, Not(IsEmpty()));
  }
}

// The rows alone would take several times as much.
TEST_F(RlineBinaryTest, MemoryHoldsNoRows) {
  ASSERT_EQ(Rline({"generate", "--vms", "400", "--points", "1000", "--format",
                   "binpb", "-o", "large"})
                .exit_code,
            0);
  const Result view =
      Rline({"select", "-i", "large", "--format", "json", "-o", "/dev/null"});
  const Result rows =
      Rline({"explain", "-i", "large", "--format", "table", "-o", "/dev/null"});
  EXPECT_EQ(view.exit_code, 0) << view.err;
  EXPECT_EQ(rows.exit_code, 0) << rows.err;
  EXPECT_LT(view.peak_memory_bytes, rows.peak_memory_bytes * 2 / 3);
}

}  // namespace
}  // namespace recoveryline
