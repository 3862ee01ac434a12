#include "engine/archive/record_bytes.h"

#include <cassert>

namespace recoveryline {
namespace {

constexpr int kPaddingField = 1;
constexpr size_t kLengthBytes = 5;
constexpr uint64_t kLengthDelimited = 2;

size_t VarintBytes(uint64_t value) {
  size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

uint64_t TagOf(int field) {
  return static_cast<uint64_t>(field) << 3 | kLengthDelimited;
}

}  // namespace

void RecordBytes::AppendVarint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes_.push_back(static_cast<char>(value | 0x80));
  }
  bytes_.push_back(static_cast<char>(value));
}

void RecordBytes::AppendHead(int field, size_t size) {
  AppendVarint(TagOf(field));
  AppendVarint(size);
}

size_t RecordBytes::OpenRecord() {
  bytes_.append(kLengthBytes, '\0');
  return bytes_.size();
}

size_t RecordBytes::Open(int field) {
  AppendVarint(TagOf(field));
  return OpenRecord();
}

void RecordBytes::Close(size_t opened) {
  uint64_t length = bytes_.size() - opened;
  for (size_t i = opened - kLengthBytes; i < opened; ++i, length >>= 7) {
    const bool last = i + 1 == opened;
    bytes_[i] = static_cast<char>((length & 0x7f) | (last ? 0 : 0x80));
  }
}

void RecordBytes::Field(int field, absl::string_view content) {
  AppendHead(field, content.size());
  Append(content);
}

void RecordBytes::Field(int field,
                        const google::protobuf::MessageLite& message) {
  Field(field, message.SerializeAsString());
}

// A padding field has at least two bytes of its own.
void RecordBytes::Pad(size_t gap, size_t alignment) {
  if (gap == 0) return;
  const size_t own = VarintBytes(TagOf(kPaddingField)) + 1;
  if (gap < own) gap += alignment;
  Field(kPaddingField, std::string(gap - own, '\0'));
}

void RecordBytes::PadTo(size_t alignment) {
  Pad((alignment - place() % alignment) % alignment, alignment);
  assert(place() % alignment == 0);
}

void RecordBytes::Align(int field, size_t size, size_t alignment) {
  const size_t head = VarintBytes(TagOf(field)) + VarintBytes(size);
  Pad((alignment - (place() + head) % alignment) % alignment, alignment);
  AppendHead(field, size);
  assert(place() % alignment == 0);
}

void RecordBytes::Replace(uint64_t place, absl::string_view bytes) {
  assert(place >= begin_ && place - begin_ + bytes.size() <= bytes_.size());
  bytes_.replace(place - begin_, bytes.size(), bytes.data(), bytes.size());
}

}  // namespace recoveryline
