// An archive wherever an inventory may stand, over the real command.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RlineArchiveTest : public RlineFixture {
 protected:
  void SetUp() override {
    WriteText("rows", TextOf(SixVms()));
    const Result made =
        Rline({"convert", "rows", "--to", "archive", "-o", "archive"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
  }

  // What `args` say of the rows and of the archive, digests apart.
  void ExpectAlike(std::vector<std::string> args) {
    args.insert(args.end(), {"-i", "rows"});
    const Result of_rows = Rline(args);
    args.back() = "archive";
    const Result of_archive = Rline(args);
    EXPECT_EQ(of_archive.exit_code, of_rows.exit_code) << of_archive.err;
    EXPECT_EQ(WithoutDigests(of_archive.out), WithoutDigests(of_rows.out));
    EXPECT_THAT(of_archive.out, testing::Not(IsEmpty()));
  }

  static std::string WithoutDigests(std::string text) {
    for (size_t at = 0; (at = text.find("sha256:", at)) != std::string::npos;) {
      text.erase(at, 7 + 64);
    }
    return text;
  }

  // Turns over the bits of one byte.
  void Damage(size_t at) {
    std::string bytes = ReadText("archive");
    bytes[at] = static_cast<char>(~bytes[at]);
    WriteText("archive", bytes);
  }
};

TEST_F(RlineArchiveTest, EveryCommandTakesOne) {
  ExpectAlike({"select", "--format", "json"});
  ExpectAlike({"select", "--format", "table"});
  ExpectAlike({"select", "--option", "latest-multi-vm-app-consistent"});
  ExpectAlike({"explain", "--format", "table"});
  ExpectAlike({"explain", "--format", "json"});
  ExpectAlike({"explain", "--vm", SixVms().vms(0).id(), "--format", "table"});
  ExpectAlike({"validate", "--format", "json"});
  ExpectAlike({"evaluate", "--format", "jsonl", "--vms"});
  ExpectAlike({"evaluate", "--format", "table", "--check", "none"});
}

TEST_F(RlineArchiveTest, ADecisionIsVerifiedAgainstIt) {
  WriteText("decision", Rline({"select", "-i", "archive"}).out);
  const Result right = Rline({"verify", "-i", "archive", "decision"});
  EXPECT_EQ(right.exit_code, 0) << right.err;
  // The same points, but other bytes.
  const Result of_rows = Rline({"verify", "-i", "rows", "decision"});
  EXPECT_EQ(of_rows.exit_code, 4);
  EXPECT_THAT(of_rows.err, HasSubstr("digest"));
}

TEST_F(RlineArchiveTest, ItComesBackAsRows) {
  const std::string json = Rline({"convert", "rows", "--to", "json"}).out;
  const Result back = Rline({"convert", "archive", "--to", "json"});
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_EQ(back.out, json);
}

TEST_F(RlineArchiveTest, ItMayComeThroughAPipe) {
  const Result piped =
      Rline({.args = {"select", "-i", "-"}, .input = ReadText("archive")});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_EQ(piped.out, Rline({"select", "-i", "archive"}).out);
}

TEST_F(RlineArchiveTest, GenerateWritesOneAsConvertDoes) {
  const std::vector<std::string> flags = {"generate", "--vms",        "30",
                                          "--points", "40",           "--seed",
                                          "3",        "--group-size", "4"};
  for (const char* size : {"4", "1"}) {
    std::vector<std::string> args = flags;
    args.back() = size;
    args.insert(args.end(), {"--format", "archive", "-o", "generated"});
    ASSERT_EQ(Rline(args).exit_code, 0);
    *(args.end() - 3) = "binpb";
    args.back() = "generated-rows";
    ASSERT_EQ(Rline(args).exit_code, 0);
    ASSERT_EQ(Rline({"convert", "generated-rows", "--type", "inventory", "--to",
                     "archive", "-o", "converted"})
                  .exit_code,
              0);
    EXPECT_EQ(ReadText("generated"), ReadText("converted"));
    EXPECT_EQ(Rline({"validate", "-i", "generated"}).exit_code, 0);
  }
}

TEST_F(RlineArchiveTest, ATornOneIsRefusedByName) {
  const std::string bytes = ReadText("archive");
  for (const size_t size : {size_t{20}, bytes.size() / 2, bytes.size() - 1}) {
    WriteText("archive", bytes.substr(0, size));
    for (const char* command : {"select", "explain", "evaluate", "validate"}) {
      const Result result = Rline({command, "-i", "archive"});
      EXPECT_EQ(result.exit_code, 65) << command;
      EXPECT_THAT(result.out, IsEmpty());
      EXPECT_THAT(result.err, HasSubstr("archive: the archive is torn"));
    }
    EXPECT_EQ(Rline({"convert", "archive", "--to", "json"}).exit_code, 65);
  }
}

TEST_F(RlineArchiveTest, DamageIsRefusedByNameAndPlace) {
  WriteText("decision", Rline({"select", "-i", "rows"}).out);
  Damage(ReadText("archive").find("vm-"));
  EXPECT_EQ(Rline({"verify", "-i", "archive", "decision"}).exit_code, 65);

  ASSERT_EQ(Rline({"generate", "--vms", "30", "--points", "40", "--format",
                   "archive", "-o", "archive"})
                .exit_code,
            0);
  Damage(20'000);
  for (const char* command : {"select", "explain", "evaluate", "validate"}) {
    const Result result = Rline({command, "-i", "archive"});
    EXPECT_EQ(result.exit_code, 65) << command;
    EXPECT_THAT(result.err,
                testing::ContainsRegex(
                    "archive: (unit [0-9]+|machine .[0-9a-f-]+.): "));
    EXPECT_THAT(result.err, HasSubstr("the bytes from 16384 on do not have "
                                      "their checksum"));
  }
  const Result result = Rline({"convert", "archive", "--to", "json"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(RlineArchiveTest, OnlyAValidInventoryBecomesOne) {
  WriteText("bad", R"({"vms":[{"id":"a"},{"id":"a"}]})");
  const Result bad = Rline({"convert", "bad", "--to", "archive"});
  EXPECT_EQ(bad.exit_code, 65);
  EXPECT_THAT(bad.err, HasSubstr("bad:vms[1].id"));
  EXPECT_THAT(bad.out, IsEmpty());
  WriteText("plan", R"({"bootGroups":[{"id":"b","vmIds":["a"]}]})");
  const Result plan = Rline({"convert", "plan", "--to", "archive"});
  EXPECT_EQ(plan.exit_code, 65);
  EXPECT_THAT(plan.err, HasSubstr("only an inventory can be an archive"));
  const Result as_plan = Rline({"select", "-i", "rows", "-p", "archive"});
  EXPECT_EQ(as_plan.exit_code, 65);
  EXPECT_THAT(as_plan.err, HasSubstr("is an archive"));
}

TEST_F(RlineArchiveTest, AFailedWriteLeavesTheOldFile) {
  const std::string old = ReadText("archive");
  const Result result = Rline({.args = {"generate", "--vms", "200", "--format",
                                        "archive", "-o", "archive"},
                               .file_limit_bytes = 100'000});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(ReadText("archive"), old);
}

}  // namespace
}  // namespace recoveryline
