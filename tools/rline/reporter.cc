#include "tools/rline/reporter.h"

#include <cstdint>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/rline/printable.h"

namespace recoveryline {
namespace {

// Nobody is left to tell where stderr is gone.
void Say(const std::string& lines) {
  std::fwrite(lines.data(), 1, lines.size(), stderr);
  std::fflush(stderr);
}

std::string JsonViolation(const PlacedViolation& placed) {
  const v1::Violation& v = placed.violation;
  return absl::StrCat(R"({"file":)", JsonString(placed.file), R"(,"reason":)",
                      JsonString(v1::Violation::Reason_Name(v.reason())),
                      R"(,"fieldPath":)", JsonString(v.field_path()),
                      R"(,"message":)", JsonString(v.message()), "}");
}

}  // namespace

std::vector<PlacedViolation> PlacedIn(const std::string& file,
                                      const Violations& found) {
  std::vector<PlacedViolation> placed;
  for (const v1::Violation& violation : found.list()) {
    placed.push_back({file, violation});
  }
  return placed;
}

void Reporter::Note(absl::string_view note) const {
  switch (form_) {
    case kText:
      Say(absl::StrCat("rline: note: ", Printable(note), "\n"));
      return;
    case kJson:
      Say(absl::StrCat(R"({"note":)", JsonString(note), "}\n"));
      return;
  }
}

ExitCode Reporter::Fail(ExitCode code, absl::string_view message) const {
  return Fail(code, message, {});
}

ExitCode Reporter::Fail(ExitCode code, absl::string_view message,
                        const std::vector<PlacedViolation>& violations) const {
  std::string out;
  switch (form_) {
    case kText:
      for (const PlacedViolation& placed : violations) {
        const std::string& path = placed.violation.field_path();
        absl::StrAppend(&out, Printable(placed.file), ":", Printable(path),
                        path.empty() ? " " : ": ",
                        Printable(placed.violation.message()), "\n");
      }
      absl::StrAppend(&out, "rline: error: ", Printable(message), "\n");
      break;
    case kJson:
      absl::StrAppend(&out, R"({"error":{"code":)", static_cast<int>(code),
                      R"(,"message":)", JsonString(message),
                      R"(,"violations":[)");
      for (size_t i = 0; i < violations.size(); ++i) {
        absl::StrAppend(&out, i > 0 ? "," : "", JsonViolation(violations[i]));
      }
      absl::StrAppend(&out, "]}}\n");
      break;
  }
  Say(out);
  return code;
}

}  // namespace recoveryline
