#include "engine/wire/wire_fields.h"

#include <algorithm>
#include <optional>

namespace recoveryline {
namespace {

// How a field's value is stored; the wire's own numbers.
enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5,
};

constexpr size_t kMostTagBytes = 5;  // of a length, too
constexpr size_t kMostVarintBytes = 10;
// protobuf keeps some room below the largest int.
constexpr uint64_t kMostLength = (uint64_t{1} << 31) - 64;

struct Varint {
  uint64_t value = 0;
  size_t size = 0;
};

// At the front of `bytes`.
std::optional<Varint> VarintOf(absl::string_view bytes, size_t most) {
  Varint varint;
  for (const char c : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    varint.value |= uint64_t{byte & 0x7fu} << (7 * varint.size);
    ++varint.size;
    if (byte < 0x80) return varint;
  }
  return std::nullopt;
}

}  // namespace

bool WireFields::Next() {
  const std::optional<Varint> tag = VarintOf(rest_, kMostTagBytes);
  if (!tag.has_value() || tag->value >> 32 != 0 || tag->value >> 3 == 0) {
    return false;
  }
  if (tag->size > 1 && rest_[tag->size - 1] == 0) return false;
  const absl::string_view value = rest_.substr(tag->size);
  size_t head = tag->size;  // what stands before the content
  size_t size = 0;          // of the value, without a length
  switch (tag->value & 7) {
    case kVarint: {
      const std::optional<Varint> varint = VarintOf(value, kMostVarintBytes);
      if (!varint.has_value()) return false;
      size = varint->size;
      break;
    }
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kLengthDelimited: {
      const std::optional<Varint> length = VarintOf(value, kMostTagBytes);
      if (!length.has_value() || length->value > kMostLength) return false;
      head += length->size;
      size = length->value;
      break;
    }
    default:
      return false;
  }
  if (size > rest_.size() - head) return false;
  tag_ = static_cast<uint32_t>(tag->value);
  raw_ = rest_.substr(0, head + size);
  content_ = raw_.substr(head);
  rest_.remove_prefix(raw_.size());
  return true;
}

}  // namespace recoveryline
