// EventFile: where the records of a run are told, a line of JSON each.
//
//   absl::StatusOr<EventFile> events = EventFile::Open("events.jsonl");
//   absl::Status told = events->Append(lines);
//
// A file is appended to and made where it is not there; a pipe has to have a
// reader, and is kept open, so that the reader sees one stream. A reader that
// takes nothing for some seconds loses what it was told: a run waits for
// nobody who only listens.
//
// Thread-safety: none. Errors of Open(): InvalidArgument: it cannot be written
// to, or nobody reads the pipe; of Append(): Unavailable.

#ifndef RECOVERYLINE_TOOLS_RLINE_EVENT_FILE_H_
#define RECOVERYLINE_TOOLS_RLINE_EVENT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class EventFile {
 public:
  // An empty path is for nobody.
  static absl::StatusOr<EventFile> Open(const std::string& path);

  EventFile(EventFile&& other) noexcept;
  EventFile& operator=(EventFile&&) = delete;
  ~EventFile();

  absl::Status Append(absl::string_view lines);

 private:
  EventFile(std::string path, int descriptor);

  std::string path_;
  int descriptor_;  // -1: nobody is told
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_EVENT_FILE_H_
