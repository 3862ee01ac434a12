// Output: where a command's result goes, and in which format.
//
//   auto output = Output::Of(flags);
//   if (!output.ok()) return reporter.Fail(ExitCode::kUsage, ...);
//   const std::string text = output->is_table()
//       ? DecisionTable(decision, names, output->display()) : ...;
//   absl::Status written = output->Write(decision);
//
// Thread-safety: none.
// Errors: InvalidArgument for binary data to a terminal (usage); the others
// are those of the file or pipe.

#ifndef RECOVERYLINE_TOOLS_RLINE_OUTPUT_H_
#define RECOVERYLINE_TOOLS_RLINE_OUTPUT_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "tools/formats/message_files.h"
#include "tools/rline/display.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/reporter.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {

class Output {
 public:
  // Settles the format: table on a terminal, json otherwise, unless given.
  static absl::StatusOr<Output> Of(const OutputFlags& flags);

  bool is_table() const { return !format_; }
  // Of data. REQUIRES: !is_table().
  Format format() const { return *format_; }
  const Display& display() const { return display_; }

  // Writes all of `bytes`, or leaves what was there.
  absl::Status WriteText(absl::string_view bytes) const;

  // REQUIRES: !is_table().
  absl::Status Write(const google::protobuf::Message& message) const;

 private:
  Output() = default;

  std::string path_;
  std::optional<Format> format_;
  Display display_;
};

// "json", "jsonl", "textproto", "binpb", "archive".
std::optional<Format> FormatOfName(absl::string_view name);

// Whether `path` is "-" and stdout is a terminal.
bool IsTerminal(const std::string& path);

// Whether two paths, "-" being stdout, lead to one place, however spelled.
bool IsOnePlace(const std::string& a, const std::string& b);

// Says that the result could not be written; gives back kFailure.
ExitCode ReportUnwritten(const absl::Status& status, const Reporter& reporter);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_OUTPUT_H_
