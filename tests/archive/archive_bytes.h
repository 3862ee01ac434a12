// ArchiveBytes: an archive in memory, to be read, damaged and forged by tests.
//
//   ArchiveBytes bytes(inventory);
//   bytes[100] ^= 1;
//   bytes.Sum();                             // a forger would not forget this
//   auto archive = Archive::Open(bytes.view());
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_ARCHIVE_ARCHIVE_BYTES_H_
#define RECOVERYLINE_TESTS_ARCHIVE_ARCHIVE_BYTES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/series_image.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

class ArchiveBytes {
 public:
  explicit ArchiveBytes(const v1::Inventory& inventory);

  size_t size() const { return size_; }
  // What the checksums are of.
  size_t covered() const;

  char& operator[](size_t i) {
    return reinterpret_cast<char*>(lines_.data())[i];
  }
  absl::string_view view() const {
    return {reinterpret_cast<const char*>(lines_.data()), size_};
  }

  // Makes all checksums right again.
  void Sum();

 private:
  std::vector<core::SeriesLine> lines_;  // for the sake of their alignment
  size_t size_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_ARCHIVE_ARCHIVE_BYTES_H_
