// A sharded evaluation, merged, is the evaluation without shards: same bytes,
// same words, same exit code.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Words kMoments = {"--from",  "2026-02-28T18:00:00Z",
                        "--to",    "2026-03-01T00:00:00Z",
                        "--every", "5m"};

class RlineMergeTest : public RlineFixture {
 protected:
  // Groups of four and plans that are complete, partial and invalid.
  RlineMergeTest() {
    EXPECT_EQ(Rline({"generate", "--vms", "60", "--points", "40",
                     "--group-size", "4", "--marker-loss", "0.3", "--seed", "5",
                     "--format", "binpb", "-o", "inventory"})
                  .exit_code,
              0);
    WriteText("all.textproto", R"(id: "all")");
    WriteText("some.textproto",
              R"(id: "some"
                 boot_groups { id: "a" vm_ids: ["vm-000007", "lost"] }
                 boot_groups { id: "b" vm_ids: ["vm-000050", "vm-000002"] }
                 policy { option: LATEST_APP_CONSISTENT
                          allow_incomplete_groups: true
                          rpo_objective { seconds: 600 } })");
    WriteText("bad.textproto", R"(id: "bad" boot_groups { id: "" })");
  }

  Words EvaluateWords() const {
    return Words{
               "evaluate",      "-i",          "inventory",    "some.textproto",
               "bad.textproto", "absent.json", "all.textproto"} +
           kMoments;
  }

  // The names of the parts.
  Words Evaluate(const Words& words, int count) const {
    Words parts;
    for (int i = 0; i < count; ++i) {
      const std::string index = std::to_string(i);
      const std::string part = index + ".part";
      const Result result =
          Rline(words + Words{"--shard", index + "/" + std::to_string(count),
                              "-o", part});
      EXPECT_EQ(result.exit_code, 0) << result.err;
      EXPECT_THAT(result.out, IsEmpty());
      EXPECT_THAT(result.err, IsEmpty());
      parts.push_back(part);
    }
    return parts;
  }

  // Two parts of a small run: 0.part and 1.part.
  void WriteTwoParts() const {
    Evaluate({"evaluate", "-i", "inventory", "all.textproto"}, 2);
  }

  void ExpectRefused(const Words& parts, const std::string& why) const {
    WriteText("rows", "kept");
    const Result result = Rline(Words{"merge", "--format", "binpb", "-o",
                                      "rows", "--summary", "summary"} +
                                parts);
    EXPECT_EQ(result.exit_code, 65);
    EXPECT_THAT(result.err, HasSubstr(why));
    EXPECT_EQ(ReadText("rows"), "kept");
    EXPECT_FALSE(Exists("summary"));
  }
};

TEST_F(RlineMergeTest, BytesAreThoseOfOneRun) {
  for (const Words& with : std::vector<Words>{{}, {"--vms"}}) {
    const Words words = EvaluateWords() + with;
    for (const std::string format : {"jsonl", "binpb", "table"}) {
      const Words output = {"--format", format, "--summary", "summary"};
      const Result one = Rline(words + output);
      EXPECT_EQ(one.exit_code, 3) << one.err;
      const std::string summary = ReadText("summary");
      EXPECT_THAT(summary, HasSubstr("\"invalidPlanCount\": \"2\""));
      for (const int count : {1, 2, 7}) {
        const Result merged =
            Rline(Words{"merge"} + output + Evaluate(words, count));
        EXPECT_EQ(merged.exit_code, 3);
        EXPECT_TRUE(merged.out == one.out) << format << " of " << count;
        EXPECT_EQ(merged.err, one.err);
        EXPECT_EQ(ReadText("summary"), summary);
      }
    }
  }
}

TEST_F(RlineMergeTest, MoreShardsThanGroupsGiveTheSameBytes) {
  const Words words = EvaluateWords() + Words{"--vms", "--threads", "1"};
  const Result one = Rline(words + Words{"--format", "jsonl"});
  Words parts = Evaluate(words, 64);
  std::swap(parts[3], parts[60]);
  const Result merged = Rline(Words{"merge", "--format", "jsonl"} + parts);
  EXPECT_TRUE(merged.out == one.out);
  EXPECT_EQ(merged.exit_code, one.exit_code);
}

TEST_F(RlineMergeTest, APathNeedNotBeUtf8) {
  WriteText("caf\xe9.textproto", R"(id: "cafe")");
  const Words words = {"evaluate", "-i", "inventory", "caf\xe9.textproto",
                       "none\xe9.textproto"};
  const Result one = Rline(words + Words{"--format", "binpb"});
  const Result merged =
      Rline(Words{"merge", "--format", "binpb"} + Evaluate(words, 2));
  EXPECT_EQ(merged.exit_code, 3) << merged.err;
  EXPECT_TRUE(merged.out == one.out);
}

TEST_F(RlineMergeTest, ACompleteRunExitsWithZero) {
  WriteTwoParts();
  const Result merged =
      Rline({"merge", "0.part", "1.part", "--format", "table"});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("1 plan, 1 evaluation: 1 complete"));
}

TEST_F(RlineMergeTest, APartMayGoThroughPipes) {
  const Words words = {"evaluate",      "-i",      "inventory",
                       "all.textproto", "--shard", "0/1"};
  const Result part = Rline(words);
  EXPECT_EQ(part.exit_code, 0) << part.err;
  const Result merged =
      Rline({.args = {"merge", "-", "--format", "jsonl"}, .input = part.out});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(merged.out, Rline({"evaluate", "-i", "inventory", "all.textproto",
                               "--format", "jsonl"})
                            .out);
}

TEST_F(RlineMergeTest, MissingAndDoublePartsAreRefused) {
  WriteTwoParts();
  ExpectRefused(
      {"1.part"},
      "1.part is of a run of 2 shards, of which these are missing: 0");
  ExpectRefused({"0.part", "1.part", "0.part"},
                "0.part is shard 0, as is 0.part");
  ExpectRefused({"0.part", "2.part"}, "cannot open 2.part");
  ExpectRefused({"0.part", "."}, "it is a directory");
  Rline({"evaluate", "-i", "inventory", "all.textproto", "--shard", "2/3", "-o",
         "2.part"});
  ExpectRefused({"0.part", "1.part", "2.part"},
                "2.part is one of 3 shards, not of 2 as is 0.part");
}

TEST_F(RlineMergeTest, PartsOfOtherRunsAreRefused) {
  WriteTwoParts();
  const std::string inventory = ReadText("inventory");
  Rline({"convert", "--type", "inventory", "inventory", "--to", "json", "-o",
         "other"});
  WriteText("changed.textproto", R"(id: "all" display_name: "x")");
  for (const auto& [words, field] : std::vector<std::pair<Words, std::string>>{
           {{"-i", "other", "all.textproto"}, "inventory_digest"},
           {{"-i", "inventory", "all.textproto", "all.textproto"},
            "plan_count"},
           {{"-i", "inventory", "all.textproto", "--vms"}, "with_vms"},
           {{"-i", "inventory", "all.textproto", "--option", "latest"},
            "policy"},
           {Words{"-i", "inventory", "all.textproto"} + kMoments, "scenarios"},
           {{"-i", "inventory", "changed.textproto"}, "plan_source"}}) {
    const Result part =
        Rline(Words{"evaluate", "--shard", "1/2", "-o", "1.part"} + words);
    EXPECT_EQ(part.exit_code, 0) << part.err;
    ExpectRefused({"0.part", "1.part"}, "another " + field + " than 0.part");
  }
  Rline({.args = {"-c", "cp changed.textproto all.textproto"},
         .program = "/bin/sh"});
  Rline({"evaluate", "-i", "inventory", "all.textproto", "--shard", "1/2", "-o",
         "1.part"});
  ExpectRefused({"0.part", "1.part"},
                "1.part has a plan (all.textproto) with another plan_digest "
                "than 0.part");
}

TEST_F(RlineMergeTest, DamagedPartsAreRefused) {
  WriteTwoParts();
  const std::string part = ReadText("1.part");
  for (size_t size = 0; size < part.size(); size += 23) {
    WriteText("cut.part", part.substr(0, size));
    ExpectRefused({"0.part", "cut.part"}, "cut.part is ");
  }
  std::string changed = part;
  changed[changed.size() / 2] ^= 1;
  WriteText("changed.part", changed);
  ExpectRefused({"0.part", "changed.part"}, "changed.part");
  WriteText("more.part", part + part);
  ExpectRefused({"0.part", "more.part"}, "more.part goes on after its end");
  ExpectRefused({"0.part", "all.textproto"},
                "all.textproto is no part of a sharded evaluation");
}

TEST_F(RlineMergeTest, ShardsAreAskedOfTheScheduler) {
  const auto part_with = [&](const Words& environment) {
    return Rline({.args = {"evaluate", "-i", "inventory", "all.textproto",
                           "--shard", "auto"},
                  .environment = environment});
  };
  const std::string second =
      Rline({"evaluate", "-i", "inventory", "all.textproto", "--shard", "1/3"})
          .out;
  for (const Words& environment : std::vector<Words>{
           {"SLURM_ARRAY_TASK_ID=11", "SLURM_ARRAY_TASK_COUNT=3",
            "SLURM_ARRAY_TASK_MIN=10"},
           {"SLURM_ARRAY_TASK_ID=4", "SLURM_ARRAY_TASK_COUNT=3",
            "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_MAX=8",
            "SLURM_ARRAY_TASK_STEP=4"},
           {"JOB_COMPLETION_INDEX=1", "JOB_COMPLETIONS=3"},
           {"AWS_BATCH_JOB_ARRAY_INDEX=1", "AWS_BATCH_JOB_ARRAY_SIZE=3"}}) {
    const Result part = part_with(environment);
    EXPECT_EQ(part.exit_code, 0) << part.err;
    EXPECT_TRUE(part.out == second) << environment[0];
  }
  for (const auto& [environment, named] : std::vector<std::pair<Words, Words>>{
           {{},
            {"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX",
             "AWS_BATCH_JOB_ARRAY_INDEX"}},
           {{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_MIN=0"},
            {"SLURM_ARRAY_TASK_COUNT is not set"}},
           {{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=3"},
            {"SLURM_ARRAY_TASK_MIN is not set"}},
           {{"JOB_COMPLETION_INDEX=1"}, {"JOB_COMPLETIONS is not set"}},
           {{"AWS_BATCH_JOB_ARRAY_INDEX=1"},
            {"AWS_BATCH_JOB_ARRAY_SIZE is not set"}},
           {{"AWS_BATCH_JOB_ARRAY_INDEX=x", "AWS_BATCH_JOB_ARRAY_SIZE=3"},
            {"AWS_BATCH_JOB_ARRAY_INDEX is \"x\""}},
           {{"AWS_BATCH_JOB_ARRAY_INDEX=3", "AWS_BATCH_JOB_ARRAY_SIZE=3"},
            {"AWS_BATCH_JOB_ARRAY_INDEX is 3"}},
           {{"JOB_COMPLETION_INDEX=0", "JOB_COMPLETIONS=0"},
            {"JOB_COMPLETIONS is 0"}},
           {{"JOB_COMPLETION_INDEX=0", "JOB_COMPLETIONS="},
            {"JOB_COMPLETIONS is \"\""}},
           {{"JOB_COMPLETION_INDEX=0", "JOB_COMPLETIONS=9223372036854775807"},
            {"JOB_COMPLETIONS is \"9223372036854775807\""}},
           {{"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=3",
             "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=7",
             "SLURM_ARRAY_TASK_STEP=1"},
            {"SLURM_ARRAY_TASK_COUNT is 3, but the array goes from 1 to 7"}},
           {{"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=4",
             "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_STEP=2"},
            {"SLURM_ARRAY_TASK_ID is 3"}},
           {{"SLURM_ARRAY_TASK_ID=0", "JOB_COMPLETION_INDEX=0"},
            {"both SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX are set"}}}) {
    const Result part = part_with(environment);
    EXPECT_EQ(part.exit_code, 64);
    EXPECT_THAT(part.out, IsEmpty());
    for (const std::string& name : named) {
      EXPECT_THAT(part.err, HasSubstr(name));
    }
  }
}

TEST_F(RlineMergeTest, UsageIsChecked) {
  for (const std::string shard : {"2/2", "-1/2", "0/0", "0/10001", "1", "a/b",
                                  "0/2/3", "+0/2", " 0/2", "Auto", ""}) {
    EXPECT_EQ(
        Rline({"evaluate", "-i", "inventory", "--shard", shard, "-o", "x"})
            .exit_code,
        64)
        << shard;
  }
  for (const Words& more : std::vector<Words>{
           {"--summary", "s"}, {"--format", "jsonl"}, {"--format", "table"}}) {
    EXPECT_EQ(Rline(Words{"evaluate", "-i", "inventory", "--shard", "0/1", "-o",
                          "x"} +
                    more)
                  .exit_code,
              64);
  }
  EXPECT_FALSE(Exists("x"));
  EXPECT_EQ(Rline({.args = {"evaluate", "-i", "inventory", "--shard", "0/1"},
                   .terminal = true})
                .exit_code,
            64);
  EXPECT_EQ(Rline({"merge"}).exit_code, 64);
  EXPECT_EQ(Rline({"merge", "-", "-"}).exit_code, 64);
  EXPECT_EQ(Rline({"merge", "x", "-o", "y", "--summary", "./y"}).exit_code, 64);
}

TEST_F(RlineMergeTest, AnUnwritablePartIsAnErrorAndTheOldOneStays) {
  WriteText("part", "kept");
  const Result result = Rline(
      {.args = EvaluateWords() + Words{"--vms", "--shard", "0/1", "-o", "part"},
       .file_limit_bytes = 10'000});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(ReadText("part"), "kept");
}

}  // namespace
}  // namespace recoveryline
