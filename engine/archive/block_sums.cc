#include "engine/archive/block_sums.h"

#include <algorithm>

#include "engine/archive/archive_format.h"
#include "engine/archive/crc32c.h"

namespace recoveryline {

void BlockSums::Append(absl::string_view bytes) {
  if (!begun_.empty()) {
    const size_t count = std::min(bytes.size(), kBlockBytes - begun_.size());
    begun_.append(bytes.data(), count);
    bytes.remove_prefix(count);
    if (begun_.size() < kBlockBytes) return;
    sums_.push_back(Crc32c(begun_));
    begun_.clear();
  }
  for (; bytes.size() >= kBlockBytes; bytes.remove_prefix(kBlockBytes)) {
    sums_.push_back(Crc32c(bytes.substr(0, kBlockBytes)));
  }
  begun_.append(bytes.data(), bytes.size());
}

std::vector<uint32_t> BlockSums::Finish() {
  if (!begun_.empty()) sums_.push_back(Crc32c(begun_));
  begun_.clear();
  return std::move(sums_);
}

}  // namespace recoveryline
