#include "tools/formats/wire_buffer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "google/protobuf/io/coded_stream.h"

namespace recoveryline {
namespace {

using google::protobuf::io::CodedInputStream;

// Of a tag and of a value.
constexpr size_t kMaxTagBytes = 5;
constexpr size_t kMaxVarintBytes = 10;
// The length of a message is known when it has ended. Room is left for all the
// bytes that it may need: leading zeros are legal.
constexpr size_t kLengthBytes = 5;

char* PutVarint(uint64_t value, char* next) {
  for (; value >= 0x80; value >>= 7) {
    *next++ = static_cast<char>(value | 0x80);
  }
  *next++ = static_cast<char>(value);
  return next;
}

template <typename Integer>
char* PutFixed(Integer value, char* next) {
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(next, &value, sizeof(value));
  return next + sizeof(value);
}

}  // namespace

char* WireBuffer::Reserve(size_t count) {
  if (capacity_ - size_ < count) {
    capacity_ = std::max(2 * capacity_, size_ + count + 4'096);
    std::unique_ptr<char[]> larger(new char[capacity_]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
  }
  return bytes_.get() + size_;
}

void WireBuffer::AddVarint(uint32_t tag, uint64_t value) {
  char* next = Reserve(kMaxTagBytes + kMaxVarintBytes);
  next = PutVarint(value, PutVarint(tag, next));
  size_ = static_cast<size_t>(next - bytes_.get());
}

void WireBuffer::AddFixed32(uint32_t tag, uint32_t value) {
  char* next = Reserve(kMaxTagBytes + sizeof(value));
  next = PutFixed(value, PutVarint(tag, next));
  size_ = static_cast<size_t>(next - bytes_.get());
}

void WireBuffer::AddFixed64(uint32_t tag, uint64_t value) {
  char* next = Reserve(kMaxTagBytes + sizeof(value));
  next = PutFixed(value, PutVarint(tag, next));
  size_ = static_cast<size_t>(next - bytes_.get());
}

void WireBuffer::AddBytes(uint32_t tag, absl::string_view bytes) {
  char* next = Reserve(kMaxTagBytes + kMaxVarintBytes + bytes.size());
  next = PutVarint(bytes.size(), PutVarint(tag, next));
  if (!bytes.empty()) std::memcpy(next, bytes.data(), bytes.size());
  size_ = static_cast<size_t>(next - bytes_.get()) + bytes.size();
}

size_t WireBuffer::BeginMessage(uint32_t tag) {
  char* next = Reserve(kMaxTagBytes + kLengthBytes);
  next = PutVarint(tag, next) + kLengthBytes;
  return size_ = static_cast<size_t>(next - bytes_.get());
}

void WireBuffer::EndMessage(size_t begin) {
  size_t length = size_ - begin;
  char* next = bytes_.get() + begin - kLengthBytes;
  if (length < 0x80) {
    // One byte, as nearly always; it is read faster than five.
    *next = static_cast<char>(length);
    std::memmove(next + 1, bytes_.get() + begin, length);
    size_ -= kLengthBytes - 1;
    return;
  }
  for (size_t i = 1; i < kLengthBytes; ++i, length >>= 7) {
    *next++ = static_cast<char>(length | 0x80);
  }
  *next = static_cast<char>(length);
}

bool WireBuffer::MergeInto(google::protobuf::Message* message) {
  const size_t size = std::exchange(size_, 0);
  if (size == 0) return true;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes_.get()),
                         static_cast<int>(size));
  return message->MergePartialFromCodedStream(&input) &&
         input.ConsumedEntireMessage();
}

}  // namespace recoveryline
