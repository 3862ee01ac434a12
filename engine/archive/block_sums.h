// BlockSums: a checksum for each block of what is appended.
//
//   BlockSums sums;
//   sums.Append(bytes);
//   std::vector<uint32_t> of_blocks = sums.Finish();
//
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_BLOCK_SUMS_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_BLOCK_SUMS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline {

class BlockSums {
 public:
  void Append(absl::string_view bytes);
  // That of the last block too, which may be shorter.
  std::vector<uint32_t> Finish();

 private:
  std::vector<uint32_t> sums_;
  std::string begun_;  // less than a block
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_BLOCK_SUMS_H_
