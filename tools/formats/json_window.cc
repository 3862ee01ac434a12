#include "tools/formats/json_window.h"

#include <algorithm>
#include <cstring>

namespace recoveryline {

TextPosition Advance(TextPosition start, absl::string_view text) {
  while (!text.empty()) {
    const void* newline = std::memchr(text.data(), '\n', text.size());
    if (newline == nullptr) break;
    ++start.line;
    start.column = 1;
    text.remove_prefix(
        static_cast<size_t>(static_cast<const char*>(newline) - text.data()) +
        1);
  }
  start.column += static_cast<int64_t>(text.size());
  return start;
}

JsonWindow::JsonWindow(ByteSource source, size_t bytes)
    : source_(source),
      bytes_(bytes),
      capacity_(2 * bytes + 1),
      buffer_(new char[capacity_ + kPadding]) {
  std::memset(buffer_.get() + capacity_, 0, kPadding);
}

bool JsonWindow::Fill() {
  if (!status_.ok() || unread().size() > bytes_) return false;
  // Moving pays once half of the buffer is read: each byte then moves at most
  // once for each byte that is read.
  if (end_ == capacity_) {
    start_ = Advance(start_, absl::string_view(buffer_.get(), begin_));
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const absl::StatusOr<size_t> count =
      source_(buffer_.get() + end_, capacity_ - end_);
  if (!count.ok()) {
    status_ = count.status();
    return false;
  }
  // What a parser may read beyond the end is never uninitialised.
  const size_t padding = std::min(kPadding, capacity_ - end_ - *count);
  std::memset(buffer_.get() + end_ + *count, 0, padding);
  end_ += *count;
  bytes_read_ += static_cast<int64_t>(*count);
  return *count > 0;
}

TextPosition JsonWindow::PositionAt(size_t offset) const {
  return Advance(start_, absl::string_view(buffer_.get(), begin_ + offset));
}

}  // namespace recoveryline
