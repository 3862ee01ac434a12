#include "tools/sites/arm_error.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/sites/arm_operation.h"

namespace recoveryline {
namespace {

using ::testing::HasSubstr;

TEST(ArmErrorTest, AnErrorWithDetails) {
  const ArmError error = ReadArmErrorText(
      R"({"error":{"code":"Bad","message":"No.","details":[
          {"code":"1","message":"one"},{"code":506,"message":"two"},7,null]}})");
  EXPECT_EQ(error.code, "Bad");
  EXPECT_EQ(error.message, "No.; 1: one; 506: two");
}

TEST(ArmErrorTest, ErrorsOfJobsAndOldServices) {
  EXPECT_EQ(ReadArmErrorText(R"({"code":"Bad","message":"No."})").Text(),
            "Bad: No.");
  EXPECT_EQ(ReadArmErrorText(R"({"error":null,"properties":{"errors":[
        {"serviceErrorDetails":{"code":"150097","message":"m",
         "recommendedAction":"do it"},"providerErrorDetails":null}]}})")
                .Text(),
            "150097: m (do it)");
  EXPECT_EQ(ReadArmErrorText(R"({"properties":{"errors":[
        {"providerErrorDetails":{"errorCode":95226,"errorMessage":"p"}}]}})")
                .Text(),
            "95226: p");
}

TEST(ArmErrorTest, HostileBodiesGiveAnErrorOrNone) {
  const std::string deep(100'000, '[');
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("7"),
        std::string("\"text\""), std::string("{"),
        std::string(R"({"error":[]})"), std::string(R"({"error":"text"})"),
        std::string(R"({"error":{"code":{},"message":[],"details":{}}})"),
        std::string(R"({"error":{"details":[{"details":[]}]}})"),
        std::string(R"({"errors":{"a":1},"properties":[]})"),
        std::string("\xFF\xFE\x00", 3), std::string("{\"a\":1e999}"), deep,
        absl::StrCat("{\"a\":", deep, "}")}) {
    const ArmError error = ReadArmErrorText(body);
    EXPECT_TRUE(error.code.empty()) << body.substr(0, 50);
    EXPECT_LE(error.message.size(), 200u);
  }
}

TEST(ArmErrorTest, TextsAreBoundedAndPrintable) {
  const ArmError error = ReadArmErrorText(
      absl::StrCat(R"({"error":{"code":"a\u001bb\nc","message":")",
                   std::string(100'000, 'x'), R"("}})"));
  EXPECT_EQ(error.code, "ab c");
  EXPECT_LT(error.message.size(), 1100u);
}

TEST(ArmErrorTest, AStatusKeepsAzuresCode) {
  const absl::Status status =
      StatusOf(400, {"BookmarkNotFound", "gone"}, "POST /a");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "POST /a: HTTP 400, BookmarkNotFound: gone");
  EXPECT_EQ(ArmErrorCode(status), "BookmarkNotFound");
  EXPECT_EQ(ArmErrorCode(absl::OkStatus()), "");
  EXPECT_EQ(ArmErrorCode(StatusOf(500, {}, "a")), "");
}

TEST(ArmErrorTest, TheCodeSaysWhatToDo) {
  const auto code = [](int http) { return StatusOf(http, {}, "a").code(); };
  EXPECT_EQ(code(400), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(401), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(code(403), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(code(404), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(409), absl::StatusCode::kAborted);
  EXPECT_EQ(code(412), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(429), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(503), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(302), absl::StatusCode::kInvalidArgument);
}

ArmOperation Read(int http, const std::string& body) {
  return ReadArmOperation({.status = http, .headers = {}, .body = body});
}

using State = ArmOperation::State;

TEST(ArmOperationTest, TheStatusOfAnOperationDecides) {
  EXPECT_EQ(Read(200, R"({"status":"Succeeded"})").state, State::kSucceeded);
  EXPECT_EQ(Read(200, R"({"status":"Failed"})").state, State::kFailed);
  EXPECT_EQ(Read(200, R"({"status":"Canceled"})").state, State::kCanceled);
  EXPECT_EQ(Read(200, R"({"status":"cancelled"})").state, State::kCanceled);
  EXPECT_EQ(Read(200, R"({"status":"InProgress"})").state, State::kRunning);
  EXPECT_EQ(Read(200, R"({"status":"Anything"})").state, State::kRunning);
  EXPECT_EQ(Read(202, R"({"status":"Succeeded"})").state, State::kSucceeded);
}

TEST(ArmOperationTest, TheStateOfAJobDecidesWhereThereIsNoStatus) {
  const auto job = [](const std::string& state) {
    return absl::StrCat(
        R"({"id":"/Subscriptions/s/ReplicationJobs/j","properties":{"state":")",
        state, R"(","stateDescription":"PartiallySucceeded"}})");
  };
  EXPECT_EQ(Read(200, job("InProgress")).state, State::kRunning);
  EXPECT_EQ(Read(200, job("Suspended")).state, State::kRunning);
  EXPECT_EQ(Read(200, job("Failed")).state, State::kFailed);
  EXPECT_EQ(Read(200, job("Cancelled")).state, State::kCanceled);
  EXPECT_EQ(Read(200, job("Succeeded")).state, State::kSucceeded);
  EXPECT_EQ(Read(200, job("Succeeded")).description, "PartiallySucceeded");
}

TEST(ArmOperationTest, WithoutEitherTheStatusCodeDecides) {
  EXPECT_EQ(Read(202, "").state, State::kRunning);
  EXPECT_EQ(Read(202, "null").state, State::kRunning);
  EXPECT_EQ(Read(202, "{}").state, State::kRunning);
  EXPECT_EQ(Read(204, "").state, State::kSucceeded);
  // A machine's "state" is no operation's.
  EXPECT_EQ(Read(200, R"({"id":"/vm","properties":{"state":"Failed"}})").state,
            State::kSucceeded);
}

TEST(ArmOperationTest, AnErrorBesideAnotherStateIsAWarning) {
  for (const auto& [status, state] :
       {std::pair("Succeeded", State::kSucceeded),
        std::pair("InProgress", State::kRunning)}) {
    const ArmOperation read =
        Read(200, absl::StrCat(R"({"status":")", status,
                               R"(","error":{"code":"28175","message":"w"}})"));
    EXPECT_EQ(read.state, state);
    EXPECT_EQ(read.error.Text(), "28175: w");
  }
  EXPECT_TRUE(
      Read(200, R"({"status":"Succeeded","error":null})").error.empty());
}

}  // namespace
}  // namespace recoveryline
