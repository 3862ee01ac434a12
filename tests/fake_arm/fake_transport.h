// FakeTransport: a client's requests straight into a fake vault.
//
//   FakeTransport transport(&vault, &clock);
//   ArmClient client(&transport, ...);
//
// A broken connection is Unknown, whether the effect came or not: a client
// cannot see the difference.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TRANSPORT_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TRANSPORT_H_

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/fake_arm/fake_vault.h"
#include "tools/sites/clock.h"
#include "tools/sites/http.h"

namespace recoveryline::fake {

class FakeTransport final : public HttpTransport {
 public:
  // Both outlive it.
  FakeTransport(FakeVault* vault, Clock* clock)
      : vault_(*vault), clock_(*clock) {}

  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override {
    ++sent_;
    FakeAnswer answer = vault_.Handle(request, clock_.Now());
    if (answer.kind != FakeAnswer::kResponse) {
      return absl::UnknownError("the connection broke");
    }
    return std::move(answer.response);
  }

  int64_t sent() const { return sent_; }

 private:
  FakeVault& vault_;
  Clock& clock_;
  int64_t sent_ = 0;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TRANSPORT_H_
