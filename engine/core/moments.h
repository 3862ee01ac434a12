// Moments: the times of many questions, put in order for sweeps over many
// series. It answers "at which moments is a point there?"
//
//   const Moments moments(asked);
//   size_t first = moments.available().FirstAtOrAfter(point.available_from);
//   size_t asked_as = moments.asked_as(first);
//
// No point is captured after the decision time and available then; so the
// newest capture time wanted at a moment is the earlier of its target and
// decision time. Moments stand in the order of that time.
//
// Cost: O(n log n) to make; 50 bytes a moment.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_CORE_MOMENTS_H_
#define RECOVERYLINE_ENGINE_CORE_MOMENTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/instant.h"

namespace recoveryline::core {

struct Moment {
  Instant decision_time = 0;
  Instant target_time = 0;
};

// Instants that never fall, found by a directory of equal buckets.
class InstantIndex {
 public:
  // Of the end of time alone.
  InstantIndex() : InstantIndex(std::vector<Instant>{kMaxInstant}) {}
  // REQUIRES: `instants` are not empty, never fall, and are fewer than 2^32.
  explicit InstantIndex(std::vector<Instant> instants);

  Instant last() const { return instants_[instants_.size() - 2]; }

  static constexpr uint32_t kUnsure = ~uint32_t{0};

  // What a search reads; a plain value that a loop can keep in registers.
  struct Reader {
    const uint32_t* directory;  // bucket -> its first instant
    const Instant* instants;    // and the last there is
    Instant first;
    Instant last;
    uint32_t count;
    int shift;

    // The first instant that is not before `t`; how many there are for none.
    uint32_t FirstFrom(Instant t) const {
      const uint32_t found = Guess(t);
      if (instants[found] >= t) [[likely]]
        return found;
      return static_cast<uint32_t>(
          std::lower_bound(instants + found, instants + count, t) - instants);
    }
    // Likewise for a time not known: `t` or up to `slack` later. kUnsure where
    // it may depend on that. REQUIRES: slack > 0.
    uint32_t FirstFrom(Instant t, Nanos slack) const {
      const uint32_t found = Guess(t);
      // What is too far apart comes out as too near.
      const auto apart =
          static_cast<Nanos>(static_cast<uint64_t>(instants[found]) -
                             static_cast<uint64_t>(std::min(t, last)));
      return apart >= slack ? found : kUnsure;
    }

    // None before it serves. Mostly the first of a bucket or the second: a coin
    // toss, so not a branch.
    uint32_t Guess(Instant t) const {
      const uint64_t distance =
          static_cast<uint64_t>(std::clamp(t, first, last)) -
          static_cast<uint64_t>(first);
      const uint32_t found = directory[distance >> shift];
      return found + (instants[found] < t ? 1 : 0);
    }
  };
  Reader reader() const {
    return {.directory = directory_.data(),
            .instants = instants_.data(),
            .first = instants_.front(),
            .last = last(),
            .count = static_cast<uint32_t>(instants_.size() - 1),
            .shift = shift_};
  }

 private:
  std::vector<Instant> instants_;
  std::vector<uint32_t> directory_;
  int shift_ = 0;
};

class Moments {
 public:
  explicit Moments(std::span<const Moment> asked);

  size_t size() const { return ordered_.size(); }
  const Moment& operator[](size_t i) const { return ordered_[i]; }
  // Where moment `i` stands in what was asked.
  size_t asked_as(size_t i) const { return asked_as_[i]; }

  // The newest capture times wanted.
  const InstantIndex& newest() const { return newest_; }
  // Whether they are the decision times.
  bool newest_decides() const { return newest_decides_; }
  // Whether decision times never fall; then decisions() has them.
  bool decisions_rise() const { return decisions_rise_; }
  const InstantIndex& decisions() const { return decisions_; }
  // kMinInstant without moments.
  Instant latest_decision() const { return latest_decision_; }

 private:
  std::vector<Moment> ordered_;
  std::vector<uint32_t> asked_as_;
  InstantIndex newest_;
  InstantIndex decisions_;
  Instant latest_decision_ = kMinInstant;
  bool newest_decides_ = true;
  bool decisions_rise_ = true;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_MOMENTS_H_
