#include "tools/rline/output.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/formats/atomic_file.h"

namespace recoveryline {
namespace {

std::filesystem::path PlaceOf(const std::string& path) {
  const std::filesystem::path named = path == "-" ? "/dev/stdout" : path;
  std::error_code error;
  // A relative path of which nothing exists would stay relative.
  std::filesystem::path place = std::filesystem::absolute(named, error);
  if (!error) place = std::filesystem::weakly_canonical(place, error);
  return error ? named.lexically_normal() : place;
}

}  // namespace

bool IsOnePlace(const std::string& a, const std::string& b) {
  return PlaceOf(a) == PlaceOf(b);
}

std::optional<Format> FormatOfName(absl::string_view name) {
  if (name == "json") return Format::kJson;
  if (name == "jsonl") return Format::kJsonl;
  if (name == "textproto") return Format::kTextproto;
  if (name == "binpb") return Format::kBinpb;
  if (name == "archive") return Format::kArchive;
  return std::nullopt;
}

bool IsTerminal(const std::string& path) {
  return path == "-" && isatty(STDOUT_FILENO) == 1;
}

absl::StatusOr<Output> Output::Of(const OutputFlags& flags) {
  Output output;
  output.path_ = flags.path;
  const bool terminal = IsTerminal(flags.path);
  if (flags.format.empty()) {
    if (!terminal) output.format_ = Format::kJson;
  } else {
    output.format_ = FormatOfName(flags.format);
  }
  if (terminal && (output.format_ == Format::kBinpb ||
                   output.format_ == Format::kArchive)) {
    return absl::InvalidArgumentError(
        absl::StrCat(flags.format,
                     " is not written to a terminal; use -o FILE "
                     "or a pipe"));
  }
  output.display_ = terminal ? DisplayOf(STDOUT_FILENO, flags.zone)
                             : Display{.zone = flags.zone};
  return output;
}

absl::Status Output::WriteText(absl::string_view bytes) const {
  return WriteFile(path_, bytes);
}

absl::Status Output::Write(const google::protobuf::Message& message) const {
  absl::StatusOr<std::string> bytes = Serialize(message, format());
  if (!bytes.ok()) return bytes.status();
  return WriteText(*bytes);
}

ExitCode ReportUnwritten(const absl::Status& status, const Reporter& reporter) {
  return reporter.Fail(
      ExitCode::kFailure,
      absl::StrCat("the result could not be written: ", status.message()));
}

}  // namespace recoveryline
