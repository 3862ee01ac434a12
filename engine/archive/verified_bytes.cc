#include "engine/archive/verified_bytes.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/crc32c.h"

namespace recoveryline {
namespace {

uint64_t BlocksIn(size_t size) {
  return (size + kBlockBytes - 1) / kBlockBytes;
}

// Whether the block has the checksum that stands for it in `sums`.
bool Matches(absl::string_view bytes, absl::string_view sums, uint64_t block) {
  uint32_t sum = 0;
  std::memcpy(&sum, sums.data() + block * sizeof(sum), sizeof(sum));
  return Crc32c(bytes.substr(block * kBlockBytes, kBlockBytes)) == sum;
}

// Whether it matches, remembered once it does.
bool MatchesOnce(absl::string_view bytes, absl::string_view sums,
                 uint64_t block, std::atomic<uint64_t>* seen) {
  std::atomic<uint64_t>& word = seen[block / 64];
  const uint64_t bit = uint64_t{1} << block % 64;
  if ((word.load(std::memory_order_relaxed) & bit) != 0) return true;
  if (!Matches(bytes, sums, block)) return false;
  word.fetch_or(bit, std::memory_order_relaxed);
  return true;
}

}  // namespace

VerifiedBytes::VerifiedBytes(absl::string_view bytes, absl::string_view blocks,
                             absl::string_view lists)
    : bytes_(bytes),
      blocks_(blocks),
      lists_(lists),
      sound_blocks_(std::make_unique<std::atomic<uint64_t>[]>(
          BlocksIn(bytes.size()) / 64 + 1)),
      sound_lists_(std::make_unique<std::atomic<uint64_t>[]>(
          BlocksIn(blocks.size()) / 64 + 1)) {}

bool VerifiedBytes::IsSound(uint64_t block) const {
  return MatchesOnce(blocks_, lists_, block * sizeof(uint32_t) / kBlockBytes,
                     sound_lists_.get()) &&
         MatchesOnce(bytes_, blocks_, block, sound_blocks_.get());
}

absl::Status VerifiedBytes::Verify(uint64_t place, uint64_t size) const {
  if (place > bytes_.size() || size > bytes_.size() - place) {
    return absl::OutOfRangeError(
        absl::StrCat("bytes ", place, " and ", size,
                     " more would lie outside of what the archive holds"));
  }
  if (size == 0) return absl::OkStatus();
  const uint64_t last = (place + size - 1) / kBlockBytes;
  for (uint64_t block = place / kBlockBytes; block <= last; ++block) {
    if (!IsSound(block)) {
      return absl::DataLossError(
          absl::StrCat("the bytes from ", block * kBlockBytes,
                       " on do not have their checksum"));
    }
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
