#include "tests/archive/archive_bytes.h"

#include <cstring>
#include <string>

#include "engine/archive/archive_format.h"
#include "engine/archive/archive_writer.h"
#include "engine/archive/block_sums.h"
#include "engine/archive/crc32c.h"
#include "recoveryline/v1/archive.pb.h"

namespace recoveryline {
namespace {

v1::ArchiveTrailer TrailerOf(absl::string_view all) {
  const absl::string_view content =
      all.substr(all.size() - kTrailerBytes + kTrailerHeadBytes);
  v1::ArchiveTrailer trailer;
  trailer.ParseFromArray(content.data(), static_cast<int>(content.size()));
  return trailer;
}

std::vector<uint32_t> SumsOf(absl::string_view bytes) {
  BlockSums sums;
  sums.Append(bytes);
  return sums.Finish();
}

}  // namespace

ArchiveBytes::ArchiveBytes(const v1::Inventory& inventory) {
  std::string bytes;
  const absl::Status written = WriteArchive(
      inventory,
      [&](absl::string_view part) {
        bytes.append(part.data(), part.size());
        return absl::OkStatus();
      },
      [] { return "sha256:" + std::string(64, '0'); });
  if (!written.ok()) bytes.clear();
  size_ = bytes.size();
  lines_.resize(size_ / sizeof(core::SeriesLine) + 1);
  std::memcpy(lines_.data(), bytes.data(), size_);
}

size_t ArchiveBytes::covered() const {
  return TrailerOf(view()).covered_bytes();
}

void ArchiveBytes::Sum() {
  v1::ArchiveTrailer trailer = TrailerOf(view());
  char* const start = &(*this)[0];
  const std::vector<uint32_t> blocks =
      SumsOf(view().substr(0, trailer.covered_bytes()));
  std::memcpy(start + trailer.blocks_place(), blocks.data(),
              blocks.size() * sizeof(uint32_t));
  const std::vector<uint32_t> lists = SumsOf(
      view().substr(trailer.blocks_place(), blocks.size() * sizeof(uint32_t)));
  const absl::string_view list_bytes(
      reinterpret_cast<const char*>(lists.data()),
      lists.size() * sizeof(uint32_t));
  std::memcpy(start + trailer.block_lists_place(), list_bytes.data(),
              list_bytes.size());
  trailer.set_block_lists_checksum(Crc32c(list_bytes));
  trailer.clear_trailer_checksum();
  trailer.set_trailer_checksum(Crc32c(trailer.SerializeAsString()));
  const std::string content = trailer.SerializeAsString();
  std::memcpy(start + size_ - content.size(), content.data(), content.size());
}

}  // namespace recoveryline
