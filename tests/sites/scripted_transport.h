// ScriptedTransport: answers that a test wrote down, and what was asked; with a
// clock that moves only when someone sleeps.
//
//   ScriptedTransport transport;
//   transport.Add(HttpResponse{.status = 429});
//   transport.Add(HttpResponse{.status = 200, .body = "{}"});
//   ...
//   EXPECT_EQ(transport.requests().size(), 2);
//
// A request beyond the last answer fails the test.

#ifndef RECOVERYLINE_TESTS_SITES_SCRIPTED_TRANSPORT_H_
#define RECOVERYLINE_TESTS_SITES_SCRIPTED_TRANSPORT_H_

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tools/sites/clock.h"
#include "tools/sites/http.h"

namespace recoveryline {

class ScriptedTransport final : public HttpTransport {
 public:
  void Add(absl::StatusOr<HttpResponse> answer) {
    answers_.push_back(std::move(answer));
  }
  void AddJson(std::string body) {
    Add(HttpResponse{.status = 200, .headers = {}, .body = std::move(body)});
  }

  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override {
    requests_.push_back(request);
    if (answers_.empty()) {
      ADD_FAILURE() << "not expected: " << request.method << ' ' << request.url;
      return absl::InternalError("not expected");
    }
    absl::StatusOr<HttpResponse> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  const std::vector<HttpRequest>& requests() const { return requests_; }
  size_t answers_left() const { return answers_.size(); }

 private:
  std::deque<absl::StatusOr<HttpResponse>> answers_;
  std::vector<HttpRequest> requests_;
};

class ManualClock final : public Clock {
 public:
  absl::Time Now() override { return now_; }
  void Sleep(absl::Duration duration) override {
    sleeps_.push_back(duration);
    now_ += duration;
  }

  const std::vector<absl::Duration>& sleeps() const { return sleeps_; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::vector<absl::Duration> sleeps_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_SCRIPTED_TRANSPORT_H_
