// RetryBudget: may it be tried once more, and after how long?
//
//   RetryBudget budget(options, clock, &chance);
//   do {
//     response = Send();
//   } while (IsTransient(response) && budget.Wait(RetryAfter(response, now)));
//
// The wait before try n + 1 is drawn between half of and all of
// min(first_wait * 2^n, longest_wait); a server that asks for more gets it, up
// to longest_asked_wait. No wait begins that would end after `total`.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_RETRY_BUDGET_H_
#define RECOVERYLINE_TOOLS_SITES_RETRY_BUDGET_H_

#include <optional>
#include <random>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tools/sites/clock.h"

namespace recoveryline {

struct RetryOptions {
  int max_tries = 8;
  absl::Duration total = absl::Minutes(5);
  absl::Duration first_wait = absl::Milliseconds(500);
  absl::Duration longest_wait = absl::Seconds(30);
  absl::Duration longest_asked_wait = absl::Minutes(2);
  // Nothing is tried again after it.
  absl::Time latest = absl::InfiniteFuture();
};

class RetryBudget {
 public:
  // All must outlive the budget.
  RetryBudget(const RetryOptions& options, Clock& clock,
              std::mt19937_64& chance);

  // Waits at least `asked`, then gives true: try again. False at once where the
  // budget is used up.
  bool Wait(absl::Duration asked);

  // How many tries there were, the present one included.
  int tries() const { return tries_; }

 private:
  const RetryOptions& options_;
  Clock& clock_;
  std::mt19937_64& chance_;
  const absl::Time end_;
  absl::Duration next_wait_;
  int tries_ = 1;
};

// What a Retry-After header asks for at `now`: seconds or an HTTP date; 0 where
// it is neither or lies behind.
absl::Duration ParseRetryAfter(absl::string_view text, absl::Time now);

// "Wed, 21 Oct 2015 07:28:00 GMT"; nothing where it is no such date.
std::optional<absl::Time> ParseHttpDate(absl::string_view text);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_RETRY_BUDGET_H_
