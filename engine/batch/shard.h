// Shard: which share of the machines one of several processes is to look at.
//
//   const Shard shard{.index = 3, .count = 64};
//   shard.Holds("web");                      // the group, or a lone VM, "web"
//
// Machines of one replication group share a key, hence a shard, whatever the
// plan. Which shard a key belongs to is fixed for all time and all machines:
// the comment of v1::Shard is the definition.
//
// Invariant: for each key and count, exactly one index holds the key.
// Cost: O(bytes of the key), no allocation.
// Thread-safety: plain value; pure functions.

#ifndef RECOVERYLINE_ENGINE_BATCH_SHARD_H_
#define RECOVERYLINE_ENGINE_BATCH_SHARD_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace recoveryline {

struct Shard {
  static constexpr int64_t kMostCount = 10'000;

  int64_t index = 0;
  int64_t count = 1;

  // REQUIRES in both: IsSound().
  bool IsWhole() const { return count == 1; }
  bool Holds(absl::string_view key) const;

  bool IsSound() const {
    return 0 <= index && index < count && count <= kMostCount;
  }
};

// The number that is taken modulo the count.
uint64_t ShardHash(absl::string_view key);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_SHARD_H_
