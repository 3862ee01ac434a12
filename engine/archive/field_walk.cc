#include "engine/archive/field_walk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/archive/archive_format.h"

namespace recoveryline {
namespace {

// The wire types of protobuf.
enum WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5,
};
constexpr int kMostVarintBytes = 10;

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
  if (at_ + most > sound_until_) {
    status_ = bytes_.Verify(at_, most);
    if (!status_.ok()) return false;
    sound_until_ = (at_ + most + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
  }
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

// The tag, and all that stands before the content.
bool FieldWalk::ReadHead(uint64_t* tag) {
  size_ = 0;
  varint_ = 0;
  if (!ReadVarint(tag)) return false;
  switch (*tag & 7) {
    case kVarint:
      return ReadVarint(&varint_);
    case kFixed64:
      size_ = 8;
      return true;
    case kLengthDelimited:
      return ReadVarint(&size_);
    case kFixed32:
      size_ = 4;
      return true;
    default:
      size_ = ~uint64_t{0};
      return true;
  }
}

bool FieldWalk::Next() {
  if (!status_.ok() || at_ >= end_) return false;
  const uint64_t begin = at_;
  uint64_t tag = 0;
  if (!ReadHead(&tag)) return false;
  if (size_ > end_ - at_) {
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
