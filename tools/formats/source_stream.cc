#include "tools/formats/source_stream.h"

#include "absl/status/statusor.h"

namespace recoveryline {

int SourceStream::Read(void* buffer, int size) {
  if (stopped_ || over_limit() || !status_.ok()) return 0;
  const absl::StatusOr<size_t> count =
      source_(static_cast<char*>(buffer), static_cast<size_t>(size));
  if (!count.ok()) {
    status_ = count.status();
    return 0;
  }
  bytes_read_ += static_cast<int64_t>(*count);
  if (over_limit()) return 0;
  if (!watcher_(absl::string_view(static_cast<char*>(buffer), *count))) {
    stopped_ = true;
    return 0;
  }
  return static_cast<int>(*count);
}

}  // namespace recoveryline
