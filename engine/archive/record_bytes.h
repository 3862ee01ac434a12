// RecordBytes: a record of an archive on its way into the file.
//
//   RecordBytes bytes(place_in_file);
//   const size_t record = bytes.OpenRecord();
//   const size_t unit = bytes.Open(v1::ArchiveRecord::kUnitFieldNumber);
//   bytes.Column(v1::ArchivePoints::kCarriersFieldNumber, carriers);
//   bytes.Close(unit);
//   bytes.Close(record);
//
// The wire format of protobuf, but with every length that is filled in later
// as a varint of five bytes, and with padding before what has to be aligned.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_RECORD_BYTES_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_RECORD_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace recoveryline {

class RecordBytes {
 public:
  // The first byte will stand at `place` in the file.
  explicit RecordBytes(uint64_t place) : begin_(place) {}

  // Where the next byte will stand.
  uint64_t place() const { return begin_ + bytes_.size(); }

  // Begins a record of the file, or a message in a field of the one that is
  // open. What they give back is for Close().
  size_t OpenRecord();
  size_t Open(int field);
  void Close(size_t opened);

  void Append(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
  }
  void Field(int field, absl::string_view content);
  void Field(int field, const google::protobuf::MessageLite& message);

  // A packed field, or nothing where it is empty. Padding goes to field 1.
  template <typename T>
  void Column(int field, std::span<const T> values, size_t alignment) {
    if (values.empty()) return;
    Align(field, values.size_bytes(), alignment);
    bytes_.append(reinterpret_cast<const char*>(values.data()),
                  values.size_bytes());
  }

  // Ends at a multiple of `alignment`, by padding in field 1.
  void PadTo(size_t alignment);

  // Writes over bytes that stand already. REQUIRES: they do.
  void Replace(uint64_t place, absl::string_view bytes);

  const std::string& bytes() const { return bytes_; }

 private:
  void AppendVarint(uint64_t value);
  void AppendHead(int field, size_t size);
  void Pad(size_t gap, size_t alignment);
  void Align(int field, size_t size, size_t alignment);

  uint64_t begin_;
  std::string bytes_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_RECORD_BYTES_H_
