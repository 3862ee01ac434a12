// Reporter: what a person or a script is told beside the data, on stderr.
//
//   const Reporter reporter(Reporter::kText);
//   reporter.Note("3 points could not be read");
//   return reporter.Fail(ExitCode::kUsage, "both inputs are \"-\"");
//
// As text, an error is "rline: error: ..." after a line "file:fieldPath:
// message" for each violation. As JSON, each thing said is one line:
// {"error":{"code":65,"message":"...","violations":[...]}} or {"note":"..."}.
// What strangers wrote is made printable (see printable.h).
//
// Thread-safety: none; writes to stderr.

#ifndef RECOVERYLINE_TOOLS_RLINE_REPORTER_H_
#define RECOVERYLINE_TOOLS_RLINE_REPORTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "recoveryline/v1/decision.pb.h"
#include "tools/rline/exit_code.h"

namespace recoveryline {

// A violation and the file, or the flag, that it stands in.
struct PlacedViolation {
  std::string file;
  v1::Violation violation;
};

std::vector<PlacedViolation> PlacedIn(const std::string& file,
                                      const Violations& found);

class Reporter {
 public:
  enum Form { kText, kJson };

  explicit Reporter(Form form) : form_(form) {}

  void Note(absl::string_view note) const;

  // Says what is wrong and gives back `code`.
  ExitCode Fail(ExitCode code, absl::string_view message) const;
  ExitCode Fail(ExitCode code, absl::string_view message,
                const std::vector<PlacedViolation>& violations) const;

 private:
  Form form_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_REPORTER_H_
