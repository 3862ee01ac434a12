#include "tools/sites/command_call.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/formats/message_files.h"
#include "tools/formats/valid_text.h"
#include "tools/sites/running_program.h"

namespace recoveryline {
namespace {

constexpr size_t kMessageBytes = 1'000;

}  // namespace

absl::StatusOr<std::string> CallCommand(const std::string& program,
                                        const v1::CommandCall& call,
                                        absl::Duration timeout) {
  const absl::StatusOr<std::string> input = Serialize(call, Format::kJsonl);
  if (!input.ok()) return input.status();
  absl::StatusOr<RunningProgram> running =
      RunningProgram::Start({program}, *input);
  if (!running.ok()) return running.status();
  const std::optional<ProgramEnd> end = running->WaitAtMost(timeout);
  if (!end) {
    return absl::DeadlineExceededError(
        absl::StrCat(program, " takes too long"));
  }
  if (end->exit_code == 0) return std::string();
  return absl::StrCat(
      program, " ended with exit code ", end->exit_code, ": ",
      ValidText(absl::StripAsciiWhitespace(end->output), kMessageBytes));
}

}  // namespace recoveryline
