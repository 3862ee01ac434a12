// SourceStream: a ByteSource as protobuf's parsers read it, with a limit on
// what passes.
//
//   SourceStream stream(source, limits, [](absl::string_view chunk) {...});
//   google::protobuf::io::CopyingInputStreamAdaptor input(&stream);
//
// The stream ends early when the limit of bytes is passed, when the watcher
// says stop, and when the source fails; stopped() and status() tell.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_SOURCE_STREAM_H_
#define RECOVERYLINE_TOOLS_FORMATS_SOURCE_STREAM_H_

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "tools/formats/byte_source.h"

namespace recoveryline {

class SourceStream : public google::protobuf::io::CopyingInputStream {
 public:
  // Sees each chunk before the parser does; false: the stream ends here.
  using Watcher = absl::FunctionRef<bool(absl::string_view chunk)>;

  // Both are called as long as the stream is read.
  SourceStream(ByteSource source, int64_t limit_bytes, Watcher watcher)
      : source_(source), limit_bytes_(limit_bytes), watcher_(watcher) {}

  int Read(void* buffer, int size) override;

  int64_t bytes_read() const { return bytes_read_; }
  bool over_limit() const { return bytes_read_ > limit_bytes_; }
  // Whether the watcher ended it.
  bool stopped() const { return stopped_; }
  const absl::Status& status() const { return status_; }

 private:
  ByteSource source_;
  const int64_t limit_bytes_;
  Watcher watcher_;
  int64_t bytes_read_ = 0;
  bool stopped_ = false;
  absl::Status status_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_SOURCE_STREAM_H_
