#include "tools/sites/arm_client.h"

#include <functional>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/scripted_transport.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Outcome = ArmOutcome::State;

constexpr char kSentinel[] = "sentinel-7f3a9c51";
constexpr char kEndpoint[] = "https://arm.example";

class ArmClientTest : public ::testing::Test {
 protected:
  static ArmClient::Options SmallOptions() {
    ArmClient::Options options;
    options.retry.max_tries = 4;
    options.max_pages = 5;
    return options;
  }

  static HttpResponse Plain(int status, const std::string& body = "",
                            const HttpHeaders& headers = {}) {
    return {.status = status, .headers = headers, .body = body};
  }

  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : transport_.requests()) {
      urls.push_back(request.url);
    }
    return urls;
  }

  // Tokens: "sentinel-7f3a9c51-1", "-2", ... as they are refreshed.
  int reads_ = 0;
  bool same_token_ = false;
  TokenSource tokens_ = TokenSource("a test", [this] {
    return absl::StrCat(kSentinel, "-", same_token_ ? 0 : ++reads_);
  });
  ScriptedTransport transport_;
  ManualClock clock_;
  ArmClient arm_ = ArmClient(*HttpsEndpoint::Parse(kEndpoint), transport_,
                             tokens_, clock_, SmallOptions());
};

TEST_F(ArmClientTest, AGetCarriesTheTokenAndGivesTheBody) {
  transport_.AddJson(R"({"a":1})");
  EXPECT_EQ(*arm_.Get("/a?b=c"), R"({"a":1})");
  ASSERT_THAT(transport_.requests(), SizeIs(1));
  const HttpRequest& request = transport_.requests()[0];
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://arm.example/a?b=c");
  EXPECT_EQ(request.headers.at("authorization"),
            absl::StrCat("Bearer ", kSentinel, "-1"));
}

TEST_F(ArmClientTest, AGetIsRepeatedUntilItIsAnswered) {
  transport_.Add(Plain(429, "", {{"retry-after", "20"}}));
  transport_.Add(absl::UnknownError("lost"));
  transport_.Add(Plain(503));
  transport_.AddJson("{}");
  EXPECT_TRUE(arm_.Get("/a").ok());
  ASSERT_THAT(clock_.sleeps(), SizeIs(3));
  EXPECT_EQ(clock_.sleeps()[0], absl::Seconds(20));
}

TEST_F(ArmClientTest, WhenTheBudgetIsUsedUpAGetIsUnavailable) {
  for (const absl::StatusOr<HttpResponse>& answer :
       std::vector<absl::StatusOr<HttpResponse>>{
           absl::UnavailableError("no"), absl::UnknownError("lost"), Plain(429),
           Plain(500), Plain(599), Plain(408), Plain(200, "<html>"),
           Plain(200, std::string(1000, '['))}) {
    for (int i = 0; i < 4; ++i) transport_.Add(answer);
    EXPECT_TRUE(absl::IsUnavailable(arm_.Get("/a").status()));
    EXPECT_EQ(transport_.answers_left(), 0u);
  }
}

TEST_F(ArmClientTest, ARefusedGetIsNotRepeated) {
  const std::map<int, absl::StatusCode> codes = {
      {302, absl::StatusCode::kInvalidArgument},
      {400, absl::StatusCode::kInvalidArgument},
      {403, absl::StatusCode::kPermissionDenied},
      {404, absl::StatusCode::kNotFound},
      {409, absl::StatusCode::kAborted}};
  for (const auto& [http, code] : codes) {
    transport_.Add(Plain(
        http, R"({"error":{"code":"AuthorizationFailed","message":"to perform)"
              R"( action 'x/read' over scope '/y'"}})"));
    const absl::Status status = arm_.Get("/a?b").status();
    EXPECT_EQ(status.code(), code) << http;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("action 'x/read' over scope '/y'"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("GET /a: HTTP"));
    EXPECT_EQ(ArmErrorCode(status), "AuthorizationFailed");
  }
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(ArmClientTest, ARefusedTokenIsRenewedOnce) {
  transport_.Add(Plain(401));
  transport_.AddJson("{}");
  EXPECT_TRUE(arm_.Get("/a").ok());
  EXPECT_EQ(transport_.requests()[1].headers.at("authorization"),
            absl::StrCat("Bearer ", kSentinel, "-2"));

  transport_.Add(Plain(401));
  transport_.Add(Plain(401));
  EXPECT_TRUE(absl::IsUnauthenticated(arm_.Get("/a").status()));
}

TEST_F(ArmClientTest, TheSameTokenIsNotTriedAgain) {
  same_token_ = true;
  transport_.Add(Plain(401));
  EXPECT_TRUE(absl::IsUnauthenticated(arm_.Get("/a").status()));
}

TEST_F(ArmClientTest, WithoutATokenNothingIsSent) {
  TokenSource none("a test", [] { return absl::NotFoundError("none"); });
  ArmClient arm(*HttpsEndpoint::Parse(kEndpoint), transport_, none, clock_,
                SmallOptions());
  EXPECT_TRUE(absl::IsUnauthenticated(arm.Get("/a").status()));
  const ArmOutcome outcome = arm.Post("/a", "{}");
  EXPECT_EQ(outcome.state, Outcome::kRefused);
  EXPECT_TRUE(absl::IsUnauthenticated(outcome.status));
  EXPECT_THAT(transport_.requests(), IsEmpty());
}

TEST_F(ArmClientTest, AListIsReadToItsEnd) {
  transport_.AddJson(
      R"({"value":[1],"nextLink":"https://ARM.example:443/b?c=d"})");
  transport_.AddJson(R"({"value":[2],"nextLink":"https://arm.example/e"})");
  transport_.AddJson(R"({"value":[3],"nextLink":""})");
  EXPECT_THAT(*arm_.List("/a"), SizeIs(3));
  EXPECT_THAT(Urls(),
              ElementsAre("https://arm.example/a", "https://arm.example/b?c=d",
                          "https://arm.example/e"));
}

TEST_F(ArmClientTest, AListThatLeadsElsewhereIsRefused) {
  for (const char* link :
       {"https://evil.example/a", "http://arm.example/b", "/b", "b",
        "https://arm.example@evil.example/", "//arm.example/b"}) {
    transport_.AddJson(
        absl::StrCat(R"({"value":[],"nextLink":")", link, R"("})"));
    EXPECT_TRUE(absl::IsPermissionDenied(arm_.List("/a").status())) << link;
  }
  EXPECT_THAT(transport_.requests(), SizeIs(6));
}

TEST_F(ArmClientTest, AListThatDoesNotEndIsBroken) {
  const auto page = [this](const std::string& link) {
    transport_.AddJson(absl::StrCat(
        R"({"value":[],"nextLink":"https://arm.example)", link, R"("})"));
  };
  page("/b");
  page("/a");
  EXPECT_EQ(arm_.List("/a").status().code(), absl::StatusCode::kDataLoss);
  for (int i = 0; i < 5; ++i) page(absl::StrCat("/", i));
  EXPECT_EQ(arm_.List("/a").status().code(), absl::StatusCode::kDataLoss);
  for (const char* body : {"{}", "[]", "null", R"({"value":{}})",
                           R"({"value":[],"nextLink":7})"}) {
    transport_.AddJson(body);
    EXPECT_EQ(arm_.List("/a").status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST_F(ArmClientTest, AnAcceptedPostNamesItsOperation) {
  transport_.Add(Plain(202, "",
                       {{"azure-asyncoperation", "https://arm.example/op"},
                        {"location", "https://arm.example/result"},
                        {"retry-after", "30"}}));
  ArmOutcome outcome = arm_.Post("/a?b", "{}");
  EXPECT_EQ(outcome.state, Outcome::kRunning);
  EXPECT_EQ(outcome.operation, "https://arm.example/op");
  EXPECT_EQ(outcome.retry_after, absl::Seconds(30));
  EXPECT_EQ(transport_.requests()[0].body, "{}");
  EXPECT_EQ(transport_.requests()[0].headers.at("content-type"),
            "application/json");

  transport_.Add(Plain(202, "", {{"location", "https://arm.example/result"}}));
  EXPECT_EQ(arm_.Post("/a", "").operation, "https://arm.example/result");
  EXPECT_EQ(transport_.requests()[1].headers.count("content-type"), 0u);

  // Accepted, though nobody will ask there.
  transport_.Add(Plain(202, "", {{"location", "https://evil.example/op"}}));
  outcome = arm_.Post("/a", "");
  EXPECT_EQ(outcome.state, Outcome::kRunning);
  EXPECT_EQ(outcome.operation, "");
}

TEST_F(ArmClientTest, APostMayBeDoneAtOnce) {
  for (const int http : {200, 201, 204}) {
    transport_.Add(Plain(http, http == 204 ? "" : R"({"a":1})"));
    const ArmOutcome outcome = arm_.Post("/a", "{}");
    EXPECT_EQ(outcome.state, Outcome::kDone);
    EXPECT_TRUE(outcome.status.ok());
  }
}

// What one answer to a POST means, and whether the POST is sent again.
TEST_F(ArmClientTest, APostIsSentAgainOnlyWhereItSurelyHadNoEffect) {
  struct Case {
    absl::StatusOr<HttpResponse> answer;
    Outcome state;
    int sent;
  };
  const std::vector<Case> cases = {
      {absl::UnavailableError("not sent"), Outcome::kNotAccepted, 4},
      {Plain(429), Outcome::kNotAccepted, 4},
      {Plain(401), Outcome::kRefused, 2},
      {absl::PermissionDeniedError("certificate"), Outcome::kRefused, 1},
      {Plain(400), Outcome::kRefused, 1},
      {Plain(403), Outcome::kRefused, 1},
      {Plain(404), Outcome::kRefused, 1},
      {Plain(409), Outcome::kRefused, 1},
      {absl::UnknownError("lost"), Outcome::kUnknown, 1},
      {absl::ResourceExhaustedError("large"), Outcome::kUnknown, 1},
      {Plain(408), Outcome::kUnknown, 1},
      {Plain(500), Outcome::kUnknown, 1},
      {Plain(502), Outcome::kUnknown, 1},
      {Plain(503, "", {{"retry-after", "1"}}), Outcome::kUnknown, 1},
      {Plain(504), Outcome::kUnknown, 1},
      {Plain(302), Outcome::kUnknown, 1},
      {Plain(206), Outcome::kUnknown, 1}};
  for (const Case& one : cases) {
    const size_t before = transport_.requests().size();
    for (int i = 0; i < one.sent; ++i) transport_.Add(one.answer);
    const ArmOutcome outcome = arm_.Post("/a", "{}");
    EXPECT_EQ(outcome.state, one.state) << outcome.status;
    EXPECT_FALSE(outcome.status.ok());
    EXPECT_EQ(transport_.requests().size() - before,
              static_cast<size_t>(one.sent))
        << outcome.status;
  }
}

TEST_F(ArmClientTest, APostThatWasPutOffIsAcceptedLater) {
  transport_.Add(absl::UnavailableError("not sent"));
  transport_.Add(Plain(429, "", {{"retry-after", "7"}}));
  transport_.Add(Plain(401));
  transport_.Add(Plain(202, "", {{"location", "https://arm.example/op"}}));
  EXPECT_EQ(arm_.Post("/a", "{}").state, Outcome::kRunning);
  ASSERT_THAT(clock_.sleeps(), SizeIs(2));
  EXPECT_EQ(clock_.sleeps()[1], absl::Seconds(7));
}

TEST_F(ArmClientTest, AfterAnAnswerThatLeavesItOpenNothingIsSent) {
  // The first was put off, the second may have had the effect.
  transport_.Add(Plain(429));
  transport_.Add(Plain(503));
  EXPECT_EQ(arm_.Post("/a", "{}").state, Outcome::kUnknown);
  EXPECT_THAT(transport_.requests(), SizeIs(2));
}

TEST_F(ArmClientTest, AnOperationIsPolled) {
  transport_.Add(
      Plain(200, R"({"status":"InProgress"})", {{"retry-after", "15"}}));
  const auto running = arm_.Poll("https://arm.example/op");
  ASSERT_TRUE(running.ok()) << running.status();
  EXPECT_EQ(running->state, ArmOperation::State::kRunning);
  EXPECT_EQ(running->retry_after, absl::Seconds(15));

  transport_.Add(Plain(202, "", {{"retry-after", "999999"}}));
  EXPECT_EQ(arm_.Poll("https://arm.example/op")->retry_after,
            RetryOptions().longest_asked_wait);

  transport_.Add(Plain(204));
  EXPECT_EQ(arm_.Poll("https://arm.example/op")->state,
            ArmOperation::State::kSucceeded);

  transport_.Add(Plain(404));
  EXPECT_TRUE(absl::IsNotFound(arm_.Poll("https://arm.example/op").status()));
  EXPECT_TRUE(
      absl::IsPermissionDenied(arm_.Poll("https://evil.example/op").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(arm_.Poll("").status()));
  EXPECT_THAT(transport_.requests(), SizeIs(4));
}

TEST_F(ArmClientTest, ATargetThatIsNoneIsNotSent) {
  for (const char* target : {"", "a", "https://evil.example/", "/a b",
                             "/a\r\nb", "@evil.example/"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(arm_.Get(target).status()));
    EXPECT_EQ(arm_.Post(target, "").state, Outcome::kRefused);
  }
  EXPECT_THAT(transport_.requests(), IsEmpty());
}

// A server that repeats the request's headers in all that it says.
TEST_F(ArmClientTest, TheTokenIsInNoMessage) {
  const auto echo = [](int http) {
    return Plain(
        http,
        absl::StrCat(R"({"error":{"code":")", kSentinel, R"(-1","message":")",
                     "Bearer ", kSentinel, R"(-1"}})"),
        {{"location", absl::StrCat("https://arm.example/", kSentinel, "-1")},
         {"retry-after", absl::StrCat(kSentinel, "-1")}});
  };
  std::vector<std::string> texts;
  for (const int http : {202, 302, 400, 403, 404, 409}) {
    transport_.Add(echo(http));
    const ArmOutcome outcome = arm_.Post("/a", "{}");
    texts.push_back(outcome.status.ToString());
    texts.push_back(ArmErrorCode(outcome.status));
    texts.push_back(outcome.operation);
    texts.push_back(outcome.body);
    if (http == 202) continue;
    transport_.Add(echo(http));
    texts.push_back(arm_.Get("/a").status().ToString());
  }
  transport_.Add(echo(200));
  texts.push_back(*arm_.Get("/a"));
  for (const std::string& text : texts) {
    EXPECT_THAT(text, Not(HasSubstr(kSentinel)));
  }
}

// Random answers: whatever comes, at most one POST is sent of which it is open
// whether it had an effect, and none after it.
TEST_F(ArmClientTest, RandomAnswersNeverDoubleAnEffect) {
  constexpr uint64_t kSeed = 20'260'101;
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::mt19937_64 chance(kSeed);
  const int codes[] = {200, 202, 204, 302, 400, 401, 403, 404, 408,
                       409, 429, 429, 429, 500, 502, 503, 504};
  int repeated = 0;
  for (int round = 0; round < 20'000; ++round) {
    ScriptedTransport transport;
    std::vector<bool> may_have_effect;
    for (int i = 0; i < 6; ++i) {
      const uint64_t kind = chance() % 10;
      if (kind == 0) {
        transport.Add(absl::UnknownError("lost"));
        may_have_effect.push_back(true);
      } else if (kind < 4) {
        transport.Add(absl::UnavailableError("not sent"));
        may_have_effect.push_back(false);
      } else {
        const int http = codes[chance() % std::size(codes)];
        transport.Add(Plain(http));
        may_have_effect.push_back(http < 400 || http == 408 || http >= 500);
      }
    }
    ArmClient arm(*HttpsEndpoint::Parse(kEndpoint), transport, tokens_, clock_,
                  SmallOptions());
    const ArmOutcome outcome = arm.Post("/a", "{}");
    const size_t sent = transport.requests().size();
    for (size_t i = 0; i + 1 < sent; ++i) {
      ASSERT_FALSE(may_have_effect[i]) << "round " << round;
    }
    const bool is_open = outcome.state != Outcome::kNotAccepted &&
                         outcome.state != Outcome::kRefused;
    ASSERT_EQ(is_open, may_have_effect[sent - 1]) << "round " << round;
    if (sent > 1) ++repeated;
  }
  EXPECT_GT(repeated, 1000);
}

}  // namespace
}  // namespace recoveryline
