#include "tools/sites/retry_budget.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace recoveryline {

RetryBudget::RetryBudget(const RetryOptions& options, Clock& clock,
                         std::mt19937_64& chance)
    : options_(options),
      clock_(clock),
      chance_(chance),
      end_(std::min(clock.Now() + options.total, options.latest)),
      next_wait_(options.first_wait) {}

bool RetryBudget::Wait(absl::Duration asked) {
  if (tries_ >= options_.max_tries) return false;
  constexpr uint64_t kSteps = 1024;
  const double share =
      0.5 + 0.5 * static_cast<double>(chance_() % kSteps) / kSteps;
  const absl::Duration wait =
      std::max(std::min(asked, options_.longest_asked_wait),
               std::min(next_wait_, options_.longest_wait) * share);
  if (clock_.Now() + wait > end_) return false;
  clock_.Sleep(wait);
  next_wait_ = std::min(next_wait_ * 2, options_.longest_wait);
  ++tries_;
  return true;
}

absl::Duration ParseRetryAfter(absl::string_view text, absl::Time now) {
  text = absl::StripAsciiWhitespace(text);
  int32_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) {
    return absl::Seconds(std::max(seconds, 0));
  }
  const std::optional<absl::Time> time = ParseHttpDate(text);
  return time ? std::max(*time - now, absl::ZeroDuration())
              : absl::ZeroDuration();
}

std::optional<absl::Time> ParseHttpDate(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT",
                       absl::StripAsciiWhitespace(text), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

}  // namespace recoveryline
