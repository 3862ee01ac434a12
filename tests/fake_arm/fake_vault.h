// FakeVault: Azure Resource Manager as far as Site Recovery goes, in memory and
// in virtual time; what a client asks, what the service would do and answer,
// and what goes wrong between them.
//
//   FakeVault vault(options);                     // a token: kFakeToken
//   FakeAnswer answer = vault.Handle(request, now);
//   answer.kind == FakeAnswer::kDroppedAfterEffect;   // done, and nobody knows
//   vault.ledger().Count("vm-001", Action::kUnplannedFailover);
//
// Same options, requests and times give the same answers, faults and effects.
// How the items behave stands in item_machine.h; the bodies in arm_bodies.h.
//
// A value: a test makes one vault and copies it for each of its runs, with
// SetChaos() for each one's own chance.
//
// Cost: microseconds a request, O(page) for a list; what a vault holds is never
// gone through, but its jobs when they are listed.
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_VAULT_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_VAULT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/arm_url.h"
#include "tests/fake_arm/fake_chaos.h"
#include "tests/fake_arm/fake_options.h"
#include "tests/fake_arm/fake_state.h"
#include "tests/fake_arm/fake_tokens.h"
#include "tools/sites/http.h"

namespace recoveryline::fake {

// Allowed to read and write, until tokens() forgets it.
inline constexpr char kFakeToken[] = "fake-token";

struct FakeAnswer {
  enum Kind {
    kResponse,
    // The connection breaks, and nothing was done.
    kDroppedBeforeEffect,
    // The connection breaks, and what was asked is done or has begun.
    kDroppedAfterEffect,
  };

  Kind kind = kResponse;
  // What is answered, or would have been.
  HttpResponse response;
};

class FakeVault {
 public:
  explicit FakeVault(const FakeOptions& options);

  // REQUIRES: `now` does not go back, and is not before options.start.
  FakeAnswer Handle(const HttpRequest& request, absl::Time now);

  const FakeLedger& ledger() const { return state_.ledger; }
  const FakeState& state() const { return state_; }
  FakeTokens& tokens() { return tokens_; }

  // From now on chance goes by this seed and these rates.
  void SetChaos(uint64_t seed, const ChaosRates& rates) {
    chaos_ = FakeChaos(seed, rates);
  }
  void Script(const ScriptedFault& fault) { chaos_.Script(fault); }
  // The item's next operation of that kind fails; each call fails one.
  void FailNext(absl::string_view item, Action action, absl::string_view code,
                absl::string_view message);
  // To be changed by tests: health, resynchronisation, points. REQUIRES: it
  // exists.
  FakeItem& ItemNamed(absl::string_view name);
  // The item leaves its group, and is in none.
  void Ungroup(absl::string_view item);

 private:
  HttpResponse Answer(const HttpRequest& request, absl::Time now);
  HttpResponse AnswerGet(const HttpRequest& request, const ArmRoute& route,
                         const ArmUrl& url, absl::Time now);
  HttpResponse AnswerItem(const ArmRoute& route, absl::Time now);
  HttpResponse AnswerPoint(const ArmRoute& route, absl::Time now);
  HttpResponse AnswerJob(const ArmRoute& route, const ArmUrl& url,
                         absl::Time now);
  HttpResponse AnswerPoll(const ArmRoute& route, const ArmUrl& url,
                          absl::Time now);
  HttpResponse AnswerList(const ArmRoute& route, const HttpRequest& request,
                          const ArmUrl& url, absl::Time now);
  HttpResponse AnswerPost(const HttpRequest& request, const ArmRoute& route,
                          const ArmUrl& url, absl::Time now);
  HttpResponse PostToItem(Action action, int item, absl::string_view body,
                          const ArmUrl& url, absl::Time now);
  HttpResponse PostToPlan(Action action, int plan, absl::string_view body,
                          const ArmUrl& url, absl::Time now);
  HttpResponse Accepted(int operation, const ArmUrl& url) const;
  HttpResponse ResultOf(const FakeOperation& operation, absl::Time now) const;
  // What this poll is told of the operation's state.
  OperationState Told(FakeOperation* operation);
  // The index; -1: there is none, or the address is not the one that was given.
  int PolledOperation(const ArmRoute& route, const ArmUrl& url) const;
  bool ExistsForList(const ArmRoute& route) const;
  void PruneSomePoint(absl::Time now);

  FakeState state_;
  FakeChaos chaos_;
  FakeTokens tokens_;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_VAULT_H_
