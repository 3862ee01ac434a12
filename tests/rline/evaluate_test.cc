#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "google/protobuf/util/json_util.h"
#include "recoveryline/v1/evaluation.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/rline/rline_fixture.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kAppPlan[] =
    R"(id: "app" policy { option: LATEST_APP_CONSISTENT })";
constexpr char kCrashPlan[] = R"(id: "crash" policy { option: LATEST })";

class RlineEvaluateTest : public RlineFixture {
 protected:
  RlineEvaluateTest() {
    WriteText("inventory", TextOf(SixVms()));
    WriteText("app.textproto", kAppPlan);
    WriteText("crash.textproto", kCrashPlan);
  }

  Result Evaluate(std::vector<std::string> more) const {
    std::vector<std::string> args = {"evaluate", "-i", "inventory"};
    args.insert(args.end(), more.begin(), more.end());
    return Rline(args);
  }

  static std::vector<v1::PlanEvaluation> RowsOf(const std::string& lines) {
    std::vector<v1::PlanEvaluation> rows;
    for (size_t at = 0; at < lines.size();) {
      const size_t end = lines.find('\n', at);
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(
                      lines.substr(at, end - at), &rows.emplace_back())
                      .ok());
      at = end + 1;
    }
    return rows;
  }
};

const std::vector<std::string> kTwoHours = {"--from",  "2026-03-01T09:30:00Z",
                                            "--to",    "2026-03-01T11:30:00Z",
                                            "--every", "30m"};

std::vector<std::string> With(std::vector<std::string> args,
                              const std::vector<std::string>& more) {
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

TEST_F(RlineEvaluateTest, EachRowIsWhatSelectWouldSay) {
  const Result result = Evaluate(
      With({"app.textproto", "--vms", "--format", "jsonl"}, kTwoHours));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto rows = RowsOf(result.out);
  ASSERT_EQ(rows.size(), 5u);
  for (const v1::PlanEvaluation& row : rows) {
    EXPECT_EQ(row.plan_id(), "app");
    google::protobuf::Timestamp at = row.scenario().decision_time();
    std::string time;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(at, &time).ok());
    const v1::Decision decision =
        DecisionOf(Rline({"select", "-i", "inventory", "-p", "app.textproto",
                          "--decision-time", time.substr(1, time.size() - 2),
                          "--format", "textproto"})
                       .out);
    EXPECT_EQ(row.outcome(), decision.outcome());
    ASSERT_EQ(row.vms_size(), 6);
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(row.vms(i).recovery_point_id(),
                decision.vm_selections(i).recovery_point_id());
    }
  }
}

TEST_F(RlineEvaluateTest, TheTableSummarisesAndTheSummaryIsJson) {
  const Result result = Evaluate(With({"app.textproto", "crash.textproto",
                                       "--format", "table", "--summary", "s"},
                                      kTwoHours));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("2 plans, 10 evaluations: 10 complete, "));
  EXPECT_THAT(result.out, HasSubstr("WORST LOSS"));
  v1::EvaluationReport report;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(ReadText("s"), &report).ok());
  ASSERT_EQ(report.plans_size(), 2);
  EXPECT_EQ(report.plans(0).plan_id(), "app");
  EXPECT_EQ(report.plans(1).evaluation_count(), 5);
  EXPECT_EQ(report.all().complete_count(), 10);
}

// One moment of 3,001, before there were any points.
TEST_F(RlineEvaluateTest, TheTableRoundsNothingAway) {
  std::string moments =
      R"({"scenarios": [{"decisionTime": "2020-01-01T00:00:00Z"})";
  for (int i = 0; i < 3'000; ++i) {
    moments += R"(, {"decisionTime": "2026-03-01T11:30:00Z"})";
  }
  WriteText("moments", moments + "]}");
  const Result result = Evaluate(
      {"crash.textproto", "--format", "table", "--scenarios", "moments"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("> 99.9 %"));
  EXPECT_THAT(result.out, HasSubstr("< 0.1 %"));
}

TEST_F(RlineEvaluateTest, AnAlignedPlanIsRefusedByTheNameOfTheField) {
  WriteText("aligned.textproto",
            R"(id: "aligned" policy { plan_alignment {} })");
  const Result result =
      Evaluate({"aligned.textproto", "app.textproto", "--format", "jsonl"});
  EXPECT_EQ(result.exit_code, 3);
  const auto rows = RowsOf(result.out);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].outcome(), v1::Decision::INVALID);
  ASSERT_EQ(rows[0].violations_size(), 1);
  EXPECT_EQ(rows[0].violations(0).reason(),
            v1::Violation::ALIGNMENT_UNSUPPORTED);
  EXPECT_EQ(rows[0].violations(0).field_path(), "plan.policy.planAlignment");
  EXPECT_EQ(rows[1].outcome(), v1::Decision::COMPLETE);
}

TEST_F(RlineEvaluateTest, ABadPlanIsReportedAndTheOthersGoOn) {
  WriteText("bad.textproto", R"(id: "bad" boot_groups { id: "" })");
  WriteText("worse.json", "{");
  const Result result =
      Evaluate({"bad.textproto", "app.textproto", "worse.json", "absent.json",
                "--format", "jsonl"});
  EXPECT_EQ(result.exit_code, 3);
  const auto rows = RowsOf(result.out);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].outcome(), v1::Decision::INVALID);
  EXPECT_EQ(rows[1].outcome(), v1::Decision::COMPLETE);
  EXPECT_EQ(rows[2].outcome(), v1::Decision::INVALID);
  EXPECT_EQ(rows[3].outcome(), v1::Decision::INVALID);
  EXPECT_EQ(rows[3].plan_source(), "absent.json");
  EXPECT_THAT(result.err, HasSubstr(R"("file":"bad.textproto",)"
                                    R"("reason":"EMPTY_ID",)"
                                    R"("fieldPath":"plan.bootGroups[0].id")"));
  EXPECT_THAT(result.err, HasSubstr(R"("file":"worse.json")"));
  EXPECT_THAT(result.err, HasSubstr("absent.json"));
}

TEST_F(RlineEvaluateTest, DirectoriesAreReadByName) {
  EXPECT_EQ(Rline({.args = {"-c",
                            "mkdir d && mv app.textproto d/b.textproto "
                            "&& mv crash.textproto d/a.textproto && "
                            "echo no plan > d/notes.txt"},
                   .program = "/bin/sh"})
                .exit_code,
            0);
  const auto rows = RowsOf(Evaluate({"d", "--format", "jsonl"}).out);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].plan_id(), "crash");
  EXPECT_EQ(rows[1].plan_id(), "app");
}

TEST_F(RlineEvaluateTest, ScenariosComeFromAFile) {
  WriteText("moments", R"({"scenarios": [
      {"decisionTime": "2026-03-01T12:00:00Z"},
      {"decisionTime": "2026-03-01T12:00:00Z",
       "targetTime": "2026-03-01T05:30:00Z"}]})");
  const Result result = Evaluate({"app.textproto", "--scenarios", "moments",
                                  "--format", "jsonl", "--check", "all"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto rows = RowsOf(result.out);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].worst_data_loss().seconds(), 5 * 3600);
  EXPECT_EQ(rows[1].worst_data_loss().seconds(), 7 * 3600);

  WriteText("moments", R"({"scenarios": [{}]})");
  const Result bad = Evaluate({"app.textproto", "--scenarios", "moments"});
  EXPECT_EQ(bad.exit_code, 65);
  EXPECT_THAT(bad.err, HasSubstr("moments:scenarios[0].decisionTime: "));
  EXPECT_THAT(bad.out, IsEmpty());
}

TEST_F(RlineEvaluateTest, BinaryRowsHaveTheirLengthInFront) {
  const std::string bytes =
      Evaluate(With({"app.textproto", "--format", "binpb"}, kTwoHours)).out;
  google::protobuf::io::ArrayInputStream stream(bytes.data(),
                                                static_cast<int>(bytes.size()));
  int count = 0;
  v1::PlanEvaluation row;
  bool clean_end = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&row, &stream,
                                                                  &clean_end)) {
    ++count;
    EXPECT_EQ(row.unit_count(), 1);
    row.Clear();
  }
  EXPECT_TRUE(clean_end);
  EXPECT_EQ(count, 5);
}

// The plan of app.textproto, a length in front.
std::string FramedAppPlan() {
  v1::RecoveryPlan plan;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kAppPlan, &plan));
  const std::string message = plan.SerializeAsString();
  EXPECT_LT(message.size(), 128u);
  return static_cast<char>(message.size()) + message;
}

TEST_F(RlineEvaluateTest, PlansMayComeInAStream) {
  const std::string plan = FramedAppPlan();
  WriteText("plans", plan + plan + plan);
  const Result one =
      Evaluate(With({"app.textproto", "--format", "jsonl"}, kTwoHours));
  for (const std::string& from : std::vector<std::string>{"plans", "-"}) {
    std::vector<std::string> args = {"evaluate",      "-i", "inventory",
                                     "--plan-stream", from, "--format",
                                     "jsonl"};
    const Result result =
        Rline({.args = With(args, kTwoHours), .input = plan + plan + plan});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    auto rows = RowsOf(result.out);
    ASSERT_EQ(rows.size(), 15u);
    EXPECT_EQ(rows[5].plan_source(), from == "-" ? "stdin#1" : "plans#1");
    const auto alone = RowsOf(one.out);
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].set_plan_source(alone[i % 5].plan_source());
      EXPECT_EQ(rows[i].SerializeAsString(), alone[i % 5].SerializeAsString());
    }
  }
}

TEST_F(RlineEvaluateTest, ABadPlanOfAStreamDoesNotStopTheOthers) {
  const std::string plan = FramedAppPlan();
  std::string broken = plan;
  broken[1] = '\x7f';  // a field that no plan has, of a type that none is
  const auto evaluate = [&](const std::string& stream) {
    WriteText("plans", stream);
    return Evaluate(
        With({"--plan-stream", "plans", "--format", "jsonl"}, kTwoHours));
  };
  Result result = evaluate(plan + broken + plan);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(RowsOf(result.out).size(), 11u);
  EXPECT_THAT(result.err, HasSubstr("plans#1"));
  for (size_t cut = 1; cut < plan.size(); ++cut) {
    result = evaluate(plan + plan.substr(0, cut));
    EXPECT_EQ(result.exit_code, 3) << cut;
    EXPECT_EQ(RowsOf(result.out).size(), 6u);
    EXPECT_THAT(result.err, HasSubstr("plans#1"));
    EXPECT_THAT(result.err, HasSubstr("cut off"));
  }
  EXPECT_EQ(evaluate("").exit_code, 65);
  EXPECT_EQ(Evaluate(With({"--plan-stream", "missing"}, kTwoHours)).exit_code,
            65);
}

TEST_F(RlineEvaluateTest, ColumnsNameThePointsOfRows) {
  const Result result =
      Evaluate(With({"app.textproto", "--columns"}, kTwoHours));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  google::protobuf::io::ArrayInputStream stream(
      result.out.data(), static_cast<int>(result.out.size()));
  std::vector<v1::EvaluationColumns> messages;
  bool clean_end = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(
      &messages.emplace_back(), &stream, &clean_end)) {
  }
  EXPECT_TRUE(clean_end);
  messages.pop_back();
  ASSERT_GE(messages.size(), 3u);
  EXPECT_EQ(messages.front().run().plan_id(), "app");
  EXPECT_EQ(messages.front().run().decision_times_size(), 5);
  EXPECT_EQ(messages[1].vm().recovery_point_indexes_size(), 5);
  EXPECT_EQ(messages.back().figures().outcomes_size(), 5);
  EXPECT_EQ(Evaluate(With({"app.textproto", "--columns", "--threads", "3"},
                          kTwoHours))
                .out,
            result.out);
}

TEST_F(RlineEvaluateTest, ThreadsDoNotShowInTheOutput) {
  const auto rows_with = [&](const std::string& threads) {
    return Evaluate({"app.textproto", "crash.textproto", "--vms", "--format",
                     "jsonl", "--threads", threads, "--from",
                     "2026-03-01T00:00:00Z", "--to", "2026-03-01T12:00:00Z",
                     "--every", "1m30s"})
        .out;
  };
  const std::string one = rows_with("1");
  EXPECT_EQ(LineCount(one), 2 * 481);
  EXPECT_EQ(rows_with("2"), one);
  EXPECT_EQ(rows_with("7"), one);
}

TEST_F(RlineEvaluateTest, AnErrorLeavesTheOldFile) {
  WriteText("rows", "kept");
  const Result result =
      Rline({.args = {"evaluate", "-i", "inventory", "app.textproto", "--vms",
                      "--format", "jsonl", "-o", "rows", "--from",
                      "2026-03-01T00:00:00Z", "--to", "2026-03-01T12:00:00Z",
                      "--every", "1m"},
             .file_limit_bytes = 20'000});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(ReadText("rows"), "kept");
}

TEST_F(RlineEvaluateTest, APlanMayComeOnStdin) {
  const std::vector<std::string> args =
      With({"evaluate", "-i", "inventory", "-", "--threads", "4", "--format",
            "jsonl"},
           {"--from", "2026-03-01T00:00:00Z", "--to", "2026-03-01T12:00:00Z",
            "--every", "1m"});
  for (int i = 0; i < 5; ++i) {
    const Result result = Rline({.args = args, .input = kAppPlan});
    EXPECT_EQ(LineCount(result.out), 721) << result.err;
  }
}

TEST_F(RlineEvaluateTest, MemoryDoesNotGrowWithTheScenarios) {
  if (kSanitizersAreOn) GTEST_SKIP() << "sanitizers have a memory of their own";
  const auto peak_of = [&](const std::string& every) {
    const Result result =
        Evaluate({"crash.textproto", "--format", "jsonl", "--threads", "2",
                  "-o", "rows", "--from", "2026-03-01T00:00:00Z", "--to",
                  "2026-03-01T01:00:00Z", "--every", every});
    EXPECT_EQ(result.exit_code, 3) << result.err;
    return result.peak_memory_bytes;
  };
  const int64_t few = peak_of("120ms");                 // 30,000
  EXPECT_LT(peak_of("12ms") - few, int64_t{20} << 20);  // 300,000
}

TEST_F(RlineEvaluateTest, APathNeedNotBeUtf8) {
  WriteText("a\xff.textproto", kAppPlan);
  const Result result =
      Evaluate(With({"a\xff.textproto", "--format", "binpb"}, kTwoHours));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("a\\xff.textproto"));
}

TEST_F(RlineEvaluateTest, WhatAPlanSaysBesidesIsNotedOnce) {
  std::string plan = FramedAppPlan();
  plan[0] += 3;
  plan += std::string("\xa0\x06\x01", 3);  // field 100
  WriteText("plans", plan + plan);
  const Result result = Evaluate(
      With({"--plan-stream", "plans", "--format", "jsonl"}, kTwoHours));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err,
              HasSubstr("plans#0 says more than this version understands "
                        "(field 100); that is ignored, here and in other "
                        "plans"));
  EXPECT_EQ(LineCount(result.err), 1);
}

TEST_F(RlineEvaluateTest, WhatGoesOrComesTwiceIsRefused) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{
           {"app.textproto", "-o", "x", "--summary", "./x"},
           {"app.textproto", "--columns", "--vms"},
           {"app.textproto", "--plan-stream", "plans"},
           {"app.textproto", "--columns", "--format", "jsonl"},
           {"app.textproto", "--columns", "--shard", "0/2", "-o", "x"},
           {"app.textproto", "--summary", "-"},
           {"-", "-"},
           {"-", "--scenarios", "-"}}) {
    EXPECT_EQ(Evaluate(more).exit_code, 64);
  }
  EXPECT_FALSE(Exists("x"));
  const Result unwritable =
      Evaluate({"app.textproto", "-o", "x", "--summary", "no/such/place"});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_FALSE(Exists("x"));
}

// Longer than 63 bits of nanoseconds.
TEST_F(RlineEvaluateTest, AllOfTime) {
  const Result all =
      Evaluate({"app.textproto", "--from", "1677-09-21T00:12:43.145224192Z",
                "--to", "2262-04-11T23:47:16.854775807Z", "--every", "500000h",
                "--format", "jsonl"});
  EXPECT_EQ(all.exit_code, 3);
  EXPECT_THAT(all.out, testing::HasSubstr("2248-02-14T08:12:43.145224192Z"));
}

TEST_F(RlineEvaluateTest, UsageIsChecked) {
  for (const std::string every : {"0s", "-1s", "0.5ns", "1.5ns", "inf"}) {
    EXPECT_EQ(Evaluate({"--from", "2026-03-01T00:00:00Z", "--to",
                        "2026-03-01T00:00:01Z", "--every", every})
                  .exit_code,
              64)
        << every;
  }
  EXPECT_EQ(Evaluate({"--from", "2026-03-01T00:00:00Z"}).exit_code, 64);
  EXPECT_EQ(Evaluate(With({"--scenarios", "moments"}, kTwoHours)).exit_code,
            64);
  EXPECT_EQ(Evaluate({"--from", "2026-03-02T00:00:00Z", "--to",
                      "2026-03-01T00:00:00Z", "--every", "5m"})
                .exit_code,
            64);
  EXPECT_EQ(Evaluate({"--from", "2026-03-01T00:00:00Z", "--to",
                      "2026-03-02T00:00:00Z", "--every", "0s"})
                .exit_code,
            64);
  EXPECT_EQ(Evaluate({"--threads", "0"}).exit_code, 64);
  EXPECT_EQ(Rline({"evaluate", "-i", "absent"}).exit_code, 65);
}

}  // namespace
}  // namespace recoveryline
