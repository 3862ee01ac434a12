// WireBuffer: fields in protobuf's binary form, written one after the other.
//
//   WireBuffer wire;
//   wire.AddBytes(MakeTag(1, WireType::kBytes), "web");
//   const size_t inner = wire.BeginMessage(MakeTag(7, WireType::kBytes));
//   wire.AddVarint(MakeTag(8, WireType::kVarint), 2);
//   wire.EndMessage(inner);
//   wire.MergeInto(&vm);                     // and is empty again
//
// Fields of one number that are added twice are two elements of a repeated
// field; a packed one may be written so as well.
//
// Cost: a few nanoseconds a field; the memory is kept for what follows.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_WIRE_BUFFER_H_
#define RECOVERYLINE_TOOLS_FORMATS_WIRE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace recoveryline {

// How a value is stored; the numbers are those of the format.
enum class WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kFixed32 = 5,
};

// What stands before each value.
constexpr uint32_t MakeTag(int field_number, WireType type) {
  return static_cast<uint32_t>(field_number) << 3 | static_cast<uint32_t>(type);
}

class WireBuffer {
 public:
  void AddVarint(uint32_t tag, uint64_t value);
  void AddFixed32(uint32_t tag, uint32_t value);
  void AddFixed64(uint32_t tag, uint64_t value);
  void AddBytes(uint32_t tag, absl::string_view bytes);

  // What is added until EndMessage(), which takes what this returns, is the
  // message in the field `tag`.
  size_t BeginMessage(uint32_t tag);
  void EndMessage(size_t begin);

  // Merges all fields into `*message`, and forgets them. False where protobuf
  // refuses them. REQUIRES: less than 2 GiB.
  bool MergeInto(google::protobuf::Message* message);

 private:
  // Makes room for `count` bytes more.
  char* Reserve(size_t count);

  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  size_t size_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_WIRE_BUFFER_H_
