#include "tests/fake_arm/fake_chaos.h"

#include "absl/strings/match.h"

namespace recoveryline::fake {
namespace {

constexpr Fate kFates[] = {Fate::kAnswered,      Fate::kThrottled,
                           Fate::kErrorBefore,   Fate::kErrorAfter,
                           Fate::kDroppedBefore, Fate::kDroppedAfter};

}  // namespace

ChaosRates ChaosRates::AtLevel(int level) {
  if (level <= 0) return {};
  // Five kinds of fault strike at requests.
  const int one_in = level == 1 ? 300 : level == 2 ? 100 : 30;
  const int operations = level == 1 ? 40 : level == 2 ? 15 : 5;
  return {.throttled = one_in,
          .error_before = one_in,
          .error_after = one_in,
          .dropped_before = one_in,
          .dropped_after = one_in,
          .pruned_point = one_in * 4,
          .repeated_entry = one_in,
          .slow_operation = operations,
          .late_to_be_seen = operations,
          .failed_operation = operations * 4,
          .warned_operation = operations,
          .late_agent = operations,
          .stale_poll = operations,
          .regressed_poll = operations};
}

absl::string_view Name(Fate fate) {
  switch (fate) {
    case Fate::kAnswered:
      return "answered";
    case Fate::kThrottled:
      return "throttled";
    case Fate::kErrorBefore:
      return "error-before";
    case Fate::kErrorAfter:
      return "error-after";
    case Fate::kDroppedBefore:
      return "dropped-before";
    case Fate::kDroppedAfter:
      return "dropped-after";
  }
  return "";
}

std::optional<Fate> FateNamed(absl::string_view name) {
  for (const Fate fate : kFates) {
    if (name == Name(fate)) return fate;
  }
  return std::nullopt;
}

Fate FakeChaos::FateOf(absl::string_view method, absl::string_view url) {
  Fate fate = Fate::kAnswered;
  // All are drawn, whatever strikes first.
  if (Strikes(rates_.dropped_after)) fate = Fate::kDroppedAfter;
  if (Strikes(rates_.dropped_before)) fate = Fate::kDroppedBefore;
  if (Strikes(rates_.error_after)) fate = Fate::kErrorAfter;
  if (Strikes(rates_.error_before)) fate = Fate::kErrorBefore;
  if (Strikes(rates_.throttled)) fate = Fate::kThrottled;
  for (ScriptedFault& fault : script_) {
    if (fault.times == 0 || !absl::StrContains(url, fault.path_part) ||
        (!fault.method.empty() && fault.method != method)) {
      continue;
    }
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    --fault.times;
    return fault.fate;
  }
  return fate;
}

}  // namespace recoveryline::fake
