#include "engine/batch/shard.h"

namespace recoveryline {

uint64_t ShardHash(absl::string_view key) {
  uint64_t h = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : key) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3;
  }
  // The low bits of FNV-1a know little of most bits of the key.
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccd;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53;
  h ^= h >> 33;
  return h;
}

bool Shard::Holds(absl::string_view key) const {
  return ShardHash(key) % static_cast<uint64_t>(count) ==
         static_cast<uint64_t>(index);
}

}  // namespace recoveryline
