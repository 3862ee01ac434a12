#include "engine/core/moments.h"

#include <limits>
#include <numeric>
#include <utility>

namespace recoveryline::core {

InstantIndex::InstantIndex(std::vector<Instant> instants)
    : instants_(std::move(instants)) {
  const auto distance = [this](Instant t) {
    return static_cast<uint64_t>(t) - static_cast<uint64_t>(instants_.front());
  };
  const uint64_t span = distance(instants_.back());
  while (span >> shift_ >= 2 * instants_.size()) ++shift_;
  directory_.reserve((span >> shift_) + 1);
  for (size_t i = 0; i < instants_.size(); ++i) {
    while (directory_.size() <= distance(instants_[i]) >> shift_) {
      directory_.push_back(static_cast<uint32_t>(i));
    }
  }
  instants_.push_back(kMaxInstant);
}

Moments::Moments(std::span<const Moment> asked) : asked_as_(asked.size()) {
  const auto newest_of = [](const Moment& moment) {
    return std::min(moment.decision_time, moment.target_time);
  };
  std::iota(asked_as_.begin(), asked_as_.end(), 0u);
  std::stable_sort(
      asked_as_.begin(), asked_as_.end(), [&](uint32_t a, uint32_t b) {
        const Instant of_a = newest_of(asked[a]);
        const Instant of_b = newest_of(asked[b]);
        return of_a != of_b ? of_a < of_b
                            : asked[a].decision_time < asked[b].decision_time;
      });
  if (asked.empty()) return;
  std::vector<Instant> newest;
  std::vector<Instant> decisions;
  for (const uint32_t i : asked_as_) {
    const Moment& moment = ordered_.emplace_back(asked[i]);
    newest_decides_ =
        newest_decides_ && moment.decision_time <= moment.target_time;
    decisions_rise_ =
        decisions_rise_ &&
        (decisions.empty() || decisions.back() <= moment.decision_time);
    latest_decision_ = std::max(latest_decision_, moment.decision_time);
    newest.push_back(newest_of(moment));
    decisions.push_back(moment.decision_time);
  }
  newest_ = InstantIndex(std::move(newest));
  if (decisions_rise_) decisions_ = InstantIndex(std::move(decisions));
}

}  // namespace recoveryline::core
