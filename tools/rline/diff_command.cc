#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/decision_comparison.h"
#include "tools/formats/message_files.h"
#include "tools/rline/commands.h"
#include "tools/rline/comparison_table.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline diff yesterday.json today.json
  rline diff a.json b.json --detailed-exitcode --format json

Exit: 0 compared, 2 with --detailed-exitcode where they differ, 65 bad input.)";

struct DiffFlags {
  std::string before;
  std::string after;
  OutputFlags output;
  bool detailed = false;
};

std::optional<ExitCode> ReadDecision(const std::string& path,
                                     const Reporter& reporter,
                                     v1::Decision* decision) {
  Violations found;
  const auto loaded = ReadMessage(path, "", decision, &found);
  if (!loaded.ok()) {
    return reporter.Fail(ExitCode::kBadInput, loaded.status().message());
  }
  if (!found.empty()) {
    return reporter.Fail(ExitCode::kBadInput,
                         "the Decision cannot be read; nothing was compared",
                         PlacedIn(FileName(path), found));
  }
  absl::flat_hash_set<absl::string_view> ids;
  for (const v1::VmSelection& row : decision->vm_selections()) {
    if (ids.insert(row.vm_id()).second) continue;
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(FileName(path), ": VM \"", row.vm_id(),
                     "\" stands in the Decision twice; nothing was compared"));
  }
  if (decision->outcome() == v1::Decision::OUTCOME_UNSPECIFIED ||
      decision->outcome() == v1::Decision::INVALID) {
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(FileName(path), ": no Decision that chooses anything (",
                     v1::Decision::Outcome_Name(decision->outcome()), ")"));
  }
  return std::nullopt;
}

ExitCode RunDiff(const DiffFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  if (flags.before == "-" && flags.after == "-") {
    return reporter.Fail(ExitCode::kUsage,
                         "only one input can be read from stdin");
  }
  v1::Decision before;
  v1::Decision after;
  if (auto code = ReadDecision(flags.before, reporter, &before)) return *code;
  if (auto code = ReadDecision(flags.after, reporter, &after)) return *code;
  if (before.plan_id() != after.plan_id()) {
    reporter.Note(absl::StrCat("these are Decisions of two plans, \"",
                               before.plan_id(), "\" and \"", after.plan_id(),
                               "\""));
  }
  const v1::DecisionComparison comparison = Compare(before, after);
  const absl::Status written =
      output->is_table()
          ? output->WriteText(ComparisonTable(comparison, output->display()))
          : output->Write(comparison);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return flags.detailed && !comparison.same() ? ExitCode::kDiffers
                                              : ExitCode::kComplete;
}

}  // namespace

void AddDiff(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "diff", "How one Decision differs from another, greatest loss first");
  auto flags = std::make_shared<DiffFlags>();
  command->add_option("BEFORE", flags->before, "A Decision; - for stdin")
      ->type_name("FILE")
      ->required();
  command->add_option("AFTER", flags->after, "Another one; - for stdin")
      ->type_name("FILE")
      ->required();
  AddOutputFlags(command, &flags->output);
  AddDetailedExitCode(command, &flags->detailed);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunDiff(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
