#include "engine/wire/repeated_ids.h"

#include <bit>
#include <cstring>
#include <utility>

#include "absl/hash/hash.h"

namespace recoveryline {
namespace {

using Words = std::pair<uint64_t, uint64_t>;

// What is hashed and compared of an id.
Words KeyOf(const UuidBytes& uuid) {
  Words words;
  std::memcpy(&words.first, uuid.data(), sizeof(uint64_t));
  std::memcpy(&words.second, uuid.data() + sizeof(uint64_t), sizeof(uint64_t));
  return words;
}

absl::string_view KeyOf(absl::string_view id) { return id; }

}  // namespace

template <typename Id>
bool RepeatedIds::Find(std::span<const Id> ids) {
  // At most half full. Abseil's hash is seeded, so that no file can be made to
  // collide.
  const size_t mask = std::bit_ceil(2 * ids.size() + 2) - 1;
  slots_.assign(mask + 1, 0);
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto key = KeyOf(ids[i]);
    size_t at = absl::HashOf(key) & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (KeyOf(ids[slots_[at] - 1]) == key) return true;
    }
    slots_[at] = static_cast<uint32_t>(i + 1);
  }
  return false;
}

bool RepeatedIds::In(std::span<const UuidBytes> ids) { return Find(ids); }

bool RepeatedIds::In(std::span<const absl::string_view> ids) {
  return Find(ids);
}

}  // namespace recoveryline
