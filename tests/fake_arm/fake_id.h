// FakeId: a UUID as two words, so that a vault finds and copies ids without
// strings.
//
//   FakeId id = FakeId::Of(seed, {kPointStream, item, 17});
//   FakeId::Parse(id.Text()) == id;          // true
//
// Cost: Of() and Parse() allocate nothing, Text() once.
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ID_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ID_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace recoveryline::fake {

struct FakeId {
  uint64_t high = 0;
  uint64_t low = 0;

  // The same id from the same seed and key; a version 4 UUID.
  static FakeId Of(uint64_t seed, std::initializer_list<uint64_t> key);
  // Nothing where `text` is not a UUID, in either case.
  static std::optional<FakeId> Parse(absl::string_view text);

  bool IsNone() const { return high == 0 && low == 0; }
  // Empty for none.
  std::string Text() const;

  friend bool operator==(const FakeId&, const FakeId&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const FakeId& id) {
    return H::combine(std::move(hash), id.high, id.low);
  }
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ID_H_
