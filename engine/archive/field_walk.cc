#include "engine/archive/field_walk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

constexpr uint64_t kLengthDelimited = 2;
constexpr int kMostVarintBytes = 5;  // of a tag or a length

}  // namespace

FieldWalk::FieldWalk(const VerifiedBytes& bytes, uint64_t place, uint64_t size)
    : bytes_(bytes), at_(place), end_(place) {
  if (place > bytes.size() || size > bytes.size() - place) {
    status_ = absl::OutOfRangeError(
        absl::StrCat("bytes ", place, " and ", size,
                     " more would lie outside of what the archive holds"));
    return;
  }
  end_ = place + size;
}

bool FieldWalk::ReadVarint(uint64_t* value) {
  const uint64_t most = std::min<uint64_t>(end_ - at_, kMostVarintBytes);
  status_ = bytes_.Verify(at_, most);
  if (!status_.ok()) return false;
  const absl::string_view text = bytes_.At(at_, most);
  *value = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    *value |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) {
      at_ += i + 1;
      return true;
    }
  }
  status_ = absl::DataLossError(
      absl::StrCat("no field begins at byte ", at_, " of the archive"));
  return false;
}

bool FieldWalk::Next() {
  if (!status_.ok() || at_ >= end_) return false;
  const uint64_t begin = at_;
  uint64_t tag = 0;
  if (!ReadVarint(&tag) || !ReadVarint(&size_)) return false;
  if ((tag & 7) != kLengthDelimited || size_ > end_ - at_) {
    status_ = absl::DataLossError(
        absl::StrCat("no field begins at byte ", begin, " of the archive"));
    return false;
  }
  number_ = static_cast<uint32_t>(tag >> 3);
  content_ = at_;
  at_ += size_;
  return true;
}

}  // namespace recoveryline
