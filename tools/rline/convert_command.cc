#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/violations.h"
#include "tools/formats/format_fit.h"
#include "tools/formats/message_files.h"
#include "tools/rline/commands.h"
#include "tools/rline/inputs.h"
#include "tools/rline/message_type.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/spooled_input.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline convert inventory.json --to binpb -o inventory.binpb
  rline convert inventory.json --to archive -o inventory.archive
  rline convert --type decision decision.binpb --to textproto
  rline generate | rline convert --to textproto

An archive holds an inventory, and every command takes one in its place.
Nothing is lost on the way. Exit: 0 done, 65 bad input.)";

struct ConvertFlags {
  std::string input = "-";
  std::string type;
  OutputFlags output;
};

absl::StatusOr<MessageType> TypeOf(const ConvertFlags& flags,
                                   const SpooledInput& input) {
  if (const auto type = TypeOfName(flags.type)) return *type;
  if (const auto type = TypeOfContent(input.head())) return *type;
  return absl::InvalidArgumentError(
      absl::StrCat("the content of ", FileName(flags.input),
                   " does not tell whether it is an inventory, a plan or a "
                   "decision; give --type"));
}

ExitCode RunConvert(const ConvertFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const absl::StatusOr<SpooledInput> input = SpooledInput::Open(flags.input);
  if (!input.ok()) {
    return reporter.Fail(ExitCode::kBadInput, input.status().message());
  }
  const absl::StatusOr<MessageType> type = TypeOf(flags, *input);
  if (input->head().empty()) {
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(FileName(flags.input), ": the file is empty"));
  }
  if (!type.ok()) {
    return reporter.Fail(ExitCode::kUsage, type.status().message());
  }
  const auto message = NewMessage(*type);
  Violations found;
  const auto loaded = ReadMessage(input->path(), "", message.get(), &found);
  if (!loaded.ok()) {
    return reporter.Fail(ExitCode::kBadInput, loaded.status().message());
  }
  if (!found.empty()) {
    return reporter.Fail(ExitCode::kBadInput,
                         "the input cannot be read; nothing was converted",
                         PlacedIn(FileName(flags.input), found));
  }
  FindUnfit(*message, output->format(), &found);
  if (!found.empty()) {
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(flags.output.format,
                     " cannot hold the input; nothing was converted"),
        PlacedIn(FileName(flags.input), found));
  }
  const absl::Status written = output->Write(*message);
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

}  // namespace

void AddConvert(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "convert", "Write an inventory, a plan or a Decision in another format");
  auto flags = std::make_shared<ConvertFlags>();
  command
      ->add_option("INPUT", flags->input,
                   "What to convert, in any format; stdin unless given")
      ->type_name("FILE");
  command
      ->add_option("--type", flags->type,
                   "What it is; told from the content where that is possible "
                   "(never from binpb)")
      ->type_name("inventory|plan|decision")
      ->check(OneOf({"inventory", "plan", "decision"}));
  command->add_option("--to", flags->output.format, "The format to write")
      ->type_name("json|jsonl|textproto|binpb|archive")
      ->check(OneOf({"json", "jsonl", "textproto", "binpb", "archive"}))
      ->required();
  AddOutputPath(command, &flags->output.path);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunConvert(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
