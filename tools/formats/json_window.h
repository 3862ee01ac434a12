// JsonWindow: a bounded stretch of a document that is read as a stream.
//
//   JsonWindow window(source, /*bytes=*/1 << 20);
//   while (window.unread().size() < wanted && window.Fill()) {}
//   window.Consume(wanted);
//
// Invariants:
//   (1) Fill() can always grow unread() to `bytes` + 1.
//   (2) kPadding bytes after unread() can be read, whatever they hold.
//
// Cost: two times `bytes` of memory, allocated once; a byte is moved at most
// once or twice. Thread-safety: none.
// Errors: status() keeps the first error of the source; Fill() is false then.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_WINDOW_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/formats/byte_source.h"

namespace recoveryline {

// A place in a text, as editors count: from line 1 and column 1, in bytes.
struct TextPosition {
  int64_t line = 1;
  int64_t column = 1;
};

// `start`, after the bytes of `text`.
TextPosition Advance(TextPosition start, absl::string_view text);

class JsonWindow {
 public:
  // What a SIMD parser may read beyond the end.
  static constexpr size_t kPadding = 64;

  JsonWindow(ByteSource source, size_t bytes);

  // Reads more after unread(). False at the end of the document, after an
  // error, and when unread() is longer than `bytes`. Moves unread().
  bool Fill();

  absl::string_view unread() const {
    return absl::string_view(buffer_.get() + begin_, end_ - begin_);
  }

  // The same bytes, to be changed and changed back.
  char* mutable_unread() { return buffer_.get() + begin_; }

  // REQUIRES: count <= unread().size().
  void Consume(size_t count) { begin_ += count; }

  // How long a value the window can hold.
  size_t bytes() const { return bytes_; }
  int64_t bytes_read() const { return bytes_read_; }
  // How far unread()[offset] lies into the document.
  int64_t BytesUpTo(size_t offset) const {
    return bytes_read_ - static_cast<int64_t>(end_ - begin_ - offset);
  }
  const absl::Status& status() const { return status_; }

  // The position of unread()[offset].
  TextPosition PositionAt(size_t offset) const;

 private:
  ByteSource source_;
  const size_t bytes_;
  const size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  // unread() is [begin_, end_) of the buffer.
  size_t begin_ = 0;
  size_t end_ = 0;
  // Of the buffer's first byte.
  TextPosition start_;
  int64_t bytes_read_ = 0;
  absl::Status status_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_WINDOW_H_
