// RecoveryPoint: what the core knows of one point.
//
//   uint8_t flags = series.flags(position);
//   Flags::ConsistencyOf(flags);             // Consistency::kApplication
//   kMarkedFlags.Has(flags);                 // whether it carries a marker
//
// The part of a point that does not depend on time (consistency, cleanliness,
// partial, marked) takes 7 bits, its flags. What is asked of that part is a
// set of flags, so that one lookup answers it.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_CORE_RECOVERY_POINT_H_
#define RECOVERYLINE_ENGINE_CORE_RECOVERY_POINT_H_

#include <array>
#include <cstdint>

#include "engine/core/instant.h"

namespace recoveryline::core {

// Counts a VM's points from the worst to the best in the total order.
using Position = int32_t;
inline constexpr Position kNoPosition = -1;

// The bytewise rank of a consistency marker in its group.
using Marker = int32_t;
inline constexpr Marker kNoMarker = -1;

// Weakest first.
enum class Consistency : uint8_t {
  kUnset,
  kCrash,
  kFileSystem,
  kApplication,
};

// Worst first. A point that was never judged is kUnknown.
enum class Cleanliness : uint8_t { kInfected, kSuspicious, kUnknown, kClean };

struct RecoveryPoint {
  Instant capture_time = 0;
  Instant available_from = 0;      // >= capture_time
  Instant expire_time = kForever;  // > available_from; kForever: never
  Consistency consistency = Consistency::kUnset;
  Cleanliness cleanliness = Cleanliness::kUnknown;  // its own verdict
  bool partial = false;                             // does not cover all disks
  Marker marker = kNoMarker;
};

// A set of consistencies, one bit each.
using ConsistencySet = uint8_t;
constexpr ConsistencySet Exactly(Consistency c) {
  return static_cast<ConsistencySet>(1u << static_cast<unsigned>(c));
}
constexpr ConsistencySet AtLeast(Consistency c) {
  return static_cast<ConsistencySet>(0xfu & ~(Exactly(c) - 1u));
}

// The part of a point that does not depend on time. `inherited` is the worst
// verdict that a point never judged takes over from those before it; kUnknown
// for none.
struct Flags {
  static constexpr int kCount = 128;

  // REQUIRES: `inherited` is kUnknown unless `cleanliness` is.
  static constexpr uint8_t Of(Consistency consistency, Cleanliness cleanliness,
                              Cleanliness inherited, bool partial,
                              bool marked) {
    const unsigned verdict = inherited == Cleanliness::kUnknown
                                 ? static_cast<unsigned>(cleanliness)
                                 : 4u + static_cast<unsigned>(inherited);
    return static_cast<uint8_t>(static_cast<unsigned>(consistency) |
                                verdict << 2 | (partial ? 1u << 5 : 0u) |
                                (marked ? 1u << 6 : 0u));
  }
  static constexpr Consistency ConsistencyOf(uint8_t flags) {
    return static_cast<Consistency>(flags & 3u);
  }
  // As judged, whatever was found before.
  static constexpr Cleanliness CleanlinessOf(uint8_t flags) {
    const unsigned verdict = (flags >> 2) & 7u;
    return verdict < 4 ? static_cast<Cleanliness>(verdict)
                       : Cleanliness::kUnknown;
  }
  // With what a point never judged inherits.
  static constexpr Cleanliness EffectiveCleanlinessOf(uint8_t flags) {
    return static_cast<Cleanliness>((flags >> 2) & 3u);
  }
  static constexpr bool PartialOf(uint8_t flags) { return flags & 1u << 5; }
  static constexpr bool MarkedOf(uint8_t flags) { return flags & 1u << 6; }
};

// A set of flags.
class FlagSet {
 public:
  constexpr FlagSet() = default;

  // All flags for which `keep(flags)` is true.
  template <typename Keep>
  static constexpr FlagSet Where(Keep keep) {
    FlagSet set;
    for (int i = 0; i < Flags::kCount; ++i) {
      if (keep(static_cast<uint8_t>(i))) set.Add(static_cast<uint8_t>(i));
    }
    return set;
  }

  constexpr void Add(uint8_t flags) {
    words_[flags >> 6] |= uint64_t{1} << (flags & 63);
  }
  constexpr void Add(const FlagSet& other) {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
  }
  constexpr bool Has(uint8_t flags) const {
    return words_[flags >> 6] >> (flags & 63) & 1;
  }
  constexpr bool Meets(const FlagSet& other) const {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1])) != 0;
  }
  friend constexpr FlagSet operator&(FlagSet a, const FlagSet& b) {
    a.words_[0] &= b.words_[0];
    a.words_[1] &= b.words_[1];
    return a;
  }
  friend constexpr bool operator==(const FlagSet&, const FlagSet&) = default;

 private:
  std::array<uint64_t, 2> words_ = {0, 0};
};

inline constexpr FlagSet kMarkedFlags = FlagSet::Where(Flags::MarkedOf);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_RECOVERY_POINT_H_
